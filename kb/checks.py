"""Which house rules of the knowledge base does a misconfigured or half-changed project break?"""

from typing import Any

from django.conf import settings
from django.core import checks
from wagtail import blocks

from kb.blocks import OutlineBlock, PageBodyBlock
from kb.outlines import OUTLINES

# What has to be switched off because it would publish or reveal entries past their marking.
REQUIRED: dict[str, Any] = {
    "WAGTAILREDIRECTS_AUTO_CREATE": False,
    "WAGTAIL_PASSWORD_RESET_ENABLED": False,
    "WAGTAIL_PASSWORD_MANAGEMENT_ENABLED": False,
    "WAGTAIL_GRAVATAR_PROVIDER_URL": None,
    "WAGTAIL_ENABLE_UPDATE_CHECK": False,
    "WAGTAILEMBEDS_FINDERS": [],
}


def check_settings(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Report settings of Wagtail that reveal something or ask third parties."""
    return [
        checks.Error(f"{name} has to be {value!r}.", hint="docs/how-to/install.md says why.", id="kb.E001")
        for name, value in REQUIRED.items()
        if getattr(settings, name, "missing") != value
    ]


def check_outlines(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Report sections of an outline that no block holds, and blocks that no outline uses."""
    blocks_there = set(OutlineBlock().child_blocks)
    sections = {section.name for outline in OUTLINES.values() for section in outline}
    return [
        checks.Error(f"The section {name!r} stands either in kb.outlines or in kb.blocks, not in both.", id="kb.E002")
        for name in sorted(blocks_there ^ sections)
    ]


def _walk(block: blocks.Block) -> list[blocks.Block]:
    children: list[blocks.Block] = list(getattr(block, "child_blocks", {}).values())
    if isinstance(block, blocks.ListBlock):
        children = [block.child_block]
    return [block, *(found for child in children for found in _walk(child))]


def check_blocks(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Report blocks that hold unchecked HTML or choose records past their marking."""
    unsafe = (blocks.RawHTMLBlock, blocks.ChooserBlock)
    return [
        checks.Error(f"{type(block).__name__} may not be used in entries and pages.", id="kb.E003")
        for top in (OutlineBlock(), PageBodyBlock())
        for block in _walk(top)
        if isinstance(block, unsafe)
    ]


def register_checks() -> None:
    """Register the checks of this module."""
    for check in (check_settings, check_outlines, check_blocks):
        checks.register(check, "kb")
