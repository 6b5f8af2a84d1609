"""Does anything stored hold HTML or signs that saving would have cleaned, whatever way it came in?"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from wagtail.models import Revision

from kb.fields import CleanStreamField, LineField, ProseField, clean_block, cleaned_content
from kb.public_state import note_change

_CLEANED = (CleanStreamField, LineField, ProseField)


@dataclass(frozen=True)
class Unclean:
    """A column of a row that is not as saving would have left it. It never holds what is stored there."""

    model: type[models.Model]
    key: Any
    column: str
    cleaned: Any

    def __str__(self) -> str:
        return f"{self.model._meta.label} {self.key}: {self.column}"


def unclean() -> Iterator[Unclean]:
    """Yield what is not clean, row by row: columns first, then the texts in revisions."""
    for model in apps.get_app_config("kb").get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, _CLEANED):
                yield from _unclean_rows(model, field)
    yield from _unclean_revisions()


def _unclean_rows(model: type[models.Model], field: Any) -> Iterator[Unclean]:
    # As text: what a stream makes of broken blocks would hide them.
    rows = model._default_manager.order_by().annotate(as_stored=Cast(field.name, TextField()))
    for key, stored in rows.values_list("pk", "as_stored").iterator(chunk_size=500):
        if not stored:
            continue
        cleaned = _cleaned(field, stored)
        if cleaned != (_loaded(stored) if isinstance(field, CleanStreamField) else stored):
            yield Unclean(model, key, field.name, cleaned)


def _loaded(stored: str) -> Any:
    try:
        loaded = json.loads(stored)
        # A column of JSON may hold a text that holds JSON.
        return json.loads(loaded) if isinstance(loaded, str) else loaded
    except ValueError:
        return stored


def _cleaned(field: Any, stored: str) -> Any:
    if not isinstance(field, CleanStreamField):
        return field.get_prep_value(stored)
    loaded = _loaded(stored)
    rows = [row for row in loaded if isinstance(row, dict) and "value" in row] if isinstance(loaded, list) else []
    return clean_block(field.stream_block, rows)


def _unclean_revisions() -> Iterator[Unclean]:
    own = {model for model in apps.get_app_config("kb").get_models() if hasattr(model, "with_content_json")}
    for revision in Revision.objects.order_by("pk").select_related("content_type").iterator(chunk_size=200):
        model = revision.content_type.model_class()
        if model not in own:
            continue
        cleaned = cleaned_content(model, revision.content)
        if any(_as_data(cleaned[name]) != _as_data(value) for name, value in revision.content.items()):
            yield Unclean(Revision, revision.pk, "content", cleaned)


def _as_data(value: Any) -> Any:
    """Return the blocks in a text, so that the order of their parts does not count; anything else as it is."""
    return _loaded(value) if isinstance(value, str) and value.startswith("[") else value


@transaction.atomic
def repair() -> list[Unclean]:
    """Clean what is not clean, all or nothing; return what was."""
    found = list(unclean())
    for each in found:
        each.model._default_manager.filter(pk=each.key).update(**{each.column: each.cleaned})
    if found:
        note_change(public=True)
    return found
