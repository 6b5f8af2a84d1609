"""Which sections does the form of each kind of entry have, with which guidance?"""

import copy
from typing import Any

from wagtail import blocks

from kb.blocks import OutlineBlock
from kb.choices import EntryKind
from kb.outlines import OUTLINES


def outline_block(kind: str) -> blocks.StreamBlock:
    """Return the block of the sections of one kind, each with its heading and its guidance."""
    members = []
    for section in OUTLINES[kind]:
        block = copy.deepcopy(OutlineBlock.base_blocks[section.name])
        block.meta.label = block.label = section.heading
        block.meta.help_text = section.guidance
        block.meta.required = section.required
        members.append((section.name, block))
    return blocks.StreamBlock(
        members, required=False, block_counts={section.name: {"max_num": 1} for section in OUTLINES[kind]}
    )


BLOCKS = {kind: outline_block(kind) for kind in EntryKind.values}


def empty_body(kind: str) -> Any:
    """Return a body with the required sections of a kind, each empty, in the order of the outline."""
    block = BLOCKS[kind]
    return blocks.StreamValue(
        block,
        [
            (section.name, block.child_blocks[section.name].get_default())
            for section in OUTLINES[kind]
            if section.required
        ],
    )
