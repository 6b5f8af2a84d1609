"""Which columns clean what is put into them, whatever way it comes?"""

import json
from typing import Any

from django.db import models
from wagtail import blocks
from wagtail.fields import StreamField

from kb.sanitising import clean_html, clean_line


class LineField(models.CharField):
    """A CharField that keeps control characters out."""

    def get_prep_value(self, value: Any) -> Any:
        """Clean on the way to the database: save, update and bulk_create alike."""
        value = super().get_prep_value(value)
        return clean_line(value) if isinstance(value, str) else value


class ProseField(models.TextField):
    """A TextField of plain text that keeps control characters (but line breaks) out."""

    def get_prep_value(self, value: Any) -> Any:
        """Clean on the way to the database: save, update and bulk_create alike."""
        value = super().get_prep_value(value)
        return clean_line(value) if isinstance(value, str) else value


def clean_block(block: blocks.Block, value: Any) -> Any:
    """Return a block's stored value with its rich text sanitised and control characters gone."""
    if isinstance(block, blocks.RichTextBlock):
        return clean_html(value) if isinstance(value, str) else value
    if isinstance(block, blocks.BaseStreamBlock):
        return [
            {**item, "value": clean_block(block.child_blocks[item["type"]], item["value"])}
            for item in value or []
            if item.get("type") in block.child_blocks
        ]
    if isinstance(block, blocks.ListBlock):
        return [
            {**item, "value": clean_block(block.child_block, item["value"])}
            if isinstance(item, dict) and "value" in item
            else clean_block(block.child_block, item)
            for item in value or []
        ]
    if isinstance(block, blocks.BaseStructBlock) and isinstance(value, dict):
        return {
            name: clean_block(block.child_blocks[name], part)
            for name, part in value.items()
            if name in block.child_blocks
        }
    return clean_line(value) if isinstance(value, str) else value


class CleanStreamField(StreamField):
    """A StreamField that sanitises its rich text on the way to the database and into revisions."""

    def get_prep_value(self, value: Any) -> Any:
        """Return the list of blocks to store, cleaned block by block; text that is no list of blocks is dropped."""
        raw = super().get_prep_value(value)
        if isinstance(raw, str):
            try:
                raw = json.loads(raw)
            except ValueError:
                return []
        return clean_block(self.stream_block, raw) if isinstance(raw, list) else raw


def cleaned_content(model: type[models.Model], content: dict[str, Any]) -> dict[str, Any]:
    """Return the content of a revision with what the cleaning columns of the model would clean."""
    cleaned = dict(content)
    for field in model._meta.concrete_fields:
        value = cleaned.get(field.name)
        if value is None:
            continue
        if isinstance(field, CleanStreamField):
            cleaned[field.name] = json.dumps(_clean_stream(field, value))
        elif isinstance(field, LineField | ProseField):
            cleaned[field.name] = field.get_prep_value(value)
    return cleaned


def _clean_stream(field: CleanStreamField, value: Any) -> list[Any]:
    """Return the blocks of a stored stream, cleaned; none where it is no list of blocks."""
    try:
        raw = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return []
    rows = [row for row in raw if isinstance(row, dict) and "value" in row] if isinstance(raw, list) else []
    cleaned: list[Any] = clean_block(field.stream_block, rows)
    return cleaned
