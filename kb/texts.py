"""Which words do people read in an entry, wherever they stand in it, and how is each of these texts changed?"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import models
from wagtail.fields import StreamField

from kb.models import Entry
from kb.sanitising import plain_text

COLUMNS = ("title", "summary", "works_when", "not_when")
REFERENCE_COLUMNS = ("title", "publisher", "url", "locator", "licence")
_UNSPOKEN = {"type", "id"}  # keys of stored blocks that hold no words


def strings_in(value: Any) -> Iterator[str]:
    """Yield each text of stored blocks, however deep it lies."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            if key not in _UNSPOKEN:
                yield from strings_in(part)
    elif isinstance(value, Iterable):
        for part in value:
            yield from strings_in(part)


def changed_in(value: Any, change: Callable[[str], str]) -> Any:
    """Return stored blocks with each text changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: part if key in _UNSPOKEN else changed_in(part, change) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [changed_in(part, change) for part in value]
    return value


def body_of(entry: Entry) -> Any:
    """Return the sections of an entry as they are stored."""
    field: Any = Entry._meta.get_field("body")
    return field.stream_block.get_prep_value(entry.body)


def spoken(row: models.Model) -> list[Any]:
    """Return the columns of an entry, page or file in which a person writes."""
    return [
        field
        for field in row._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | StreamField)
        and not field.choices
        and not isinstance(field, models.SlugField)
        and field.name not in {"public_id", "source_key", "path", "url_path"}
    ]


def texts_in_columns(row: models.Model, *, but: Iterable[str] = ()) -> list[str]:
    """Return every text in the columns of a page or file, but for those named, as plain text."""
    texts: list[str] = []
    for field in (field for field in spoken(row) if field.name not in but):
        value = getattr(row, field.attname)
        stored = field.stream_block.get_prep_value(value) if isinstance(field, StreamField) else str(value)
        texts += [plain_text(text) if "<" in text or "&" in text else text for text in strings_in(stored)]
    return [text for text in dict.fromkeys(texts) if text]


def texts_of(entry: Entry) -> list[str]:
    """Return every text of an entry as plain text: what is in its columns, sections and references, its keywords."""
    texts = [getattr(entry, name) for name in COLUMNS]
    texts += [plain_text(text) if "<" in text or "&" in text else text for text in strings_in(body_of(entry))]
    texts += [getattr(row, name) for row in entry.references.all() for name in REFERENCE_COLUMNS]
    texts += [str(item.tag) for item in entry.keyword_items.all()]
    return [text for text in texts if text]
