"""How are the words of one record changed, in its row, its revisions and its history?"""

import json
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from wagtail.fields import StreamField
from wagtail.models import ModelLogEntry, Page, PageLogEntry, ReferenceIndex, Revision, WorkflowState

from kb.texts import changed_in, spoken

Change = Callable[[str], str]


def change_row(row: Any, change: Change) -> None:
    """Change every text of a stored row that speaks to readers."""
    by_table: dict[Any, dict[str, Any]] = {}
    for field in spoken(row):
        value = getattr(row, field.attname)
        if isinstance(field, StreamField):
            changed = changed_in(field.stream_block.get_prep_value(value), change)
            value = field.to_python(json.dumps(changed))
        elif isinstance(value, str):
            value = change(value)
        setattr(row, field.attname, value)
        by_table.setdefault(field.model, {})[field.attname] = value
    # Past `save`, which would make a page's address anew from its words.
    for model, values in by_table.items():
        model._base_manager.filter(pk=row.pk).update(**values)


def change_history(row: Any, change: Change, *, keep: Sequence[int | None]) -> None:
    """Change the revisions that are kept, delete the others, the reviews and the references; empty the history."""
    kind = ContentType.objects.get_for_model(Page if isinstance(row, Page) else type(row))
    own = {"base_content_type": kind, "object_id": str(row.pk)}
    kept = [pk for pk in keep if pk]
    WorkflowState.objects.filter(**own).delete()
    Revision.objects.filter(**own).exclude(pk__in=kept).delete()
    for revision in Revision.objects.filter(**own):
        content = {name: _changed_value(value, change) for name, value in revision.content.items()}
        Revision.objects.filter(pk=revision.pk).update(content=content, object_str=change(revision.object_str))
    ReferenceIndex.objects.filter(**own).delete()
    lines: Any = (
        PageLogEntry.objects.filter(page_id=row.pk)
        if isinstance(row, Page)
        else ModelLogEntry.objects.filter(content_type=kind, object_id=str(row.pk))
    )
    for line in lines:
        data = changed_in(line.data, change) if isinstance(line.data, dict) else {}
        lines.filter(pk=line.pk).update(label=getattr(row, "public_id", str(row.pk)), data=data)


def _changed_value(value: Any, change: Change) -> Any:
    """Return a value of a revision changed; sections stand there as JSON in a text."""
    if isinstance(value, str) and value[:1] in "[{":
        try:
            return json.dumps(changed_in(json.loads(value), change))
        except ValueError:
            return change(value)
    return changed_in(value, change)
