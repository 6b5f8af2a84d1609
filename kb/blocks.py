"""Which building blocks do entries and pages consist of? Shared with training."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from kb.choices import Actor, SideEffect
from kb.outlines import OUTLINES

PROSE_FEATURES = ["bold", "italic", "ul", "ol", "link"]
PAGE_FEATURES = [*PROSE_FEATURES, "h3"]


class ProseBlock(blocks.RichTextBlock):
    """Running text with little markup."""

    def __init__(self, **kwargs: Any) -> None:
        """Limit the features to those that read well on a phone and in print."""
        kwargs.setdefault("features", PROSE_FEATURES)
        super().__init__(**kwargs)


class StepBlock(blocks.StructBlock):
    """One step that a peer can follow."""

    title = blocks.CharBlock(max_length=160, label=_("Step"))
    text = blocks.TextBlock(required=False, label=_("Details"))


class NeedsBlock(blocks.StructBlock):
    """What a practice needs before it can start."""

    powers = blocks.CharBlock(required=False, max_length=300, label=_("Powers"))
    cost = blocks.CharBlock(required=False, max_length=200, label=_("Cost"))
    time = blocks.CharBlock(required=False, max_length=200, label=_("Time"))
    people = blocks.CharBlock(required=False, max_length=300, label=_("People"))


class SideEffectBlock(blocks.StructBlock):
    """One thing that a practice changes besides what it is for."""

    kind = blocks.ChoiceBlock(choices=SideEffect.choices, label=_("Concerns"))
    text = blocks.TextBlock(label=_("Effect"))


class IndicatorBlock(blocks.StructBlock):
    """One thing that a defender can observe, as a question whose good answer is yes."""

    code = blocks.RegexBlock(
        r"^[a-z]$", label=_("Letter"), help_text=_("Options point at an indicator by this letter.")
    )
    question = blocks.CharBlock(max_length=300, label=_("Question"))
    note = blocks.TextBlock(required=False, label=_("What to look at"))


def _identifier(label: Any) -> blocks.RegexBlock:
    """Return the field for the identifier of a picture or file: a list to choose from would show titles."""
    return blocks.RegexBlock(
        r"^[0-9a-z]{8,12}$",
        label=label,
        help_text=_("Its identifier of eight characters, as the list of uploads shows it."),
        error_messages={"invalid": _("This is no identifier. Copy it from the list of uploads.")},
    )


class PictureBlock(blocks.StructBlock):
    """A picture, shown to those who may see it; to everybody else nothing stands there."""

    picture = _identifier(_("Picture"))
    caption = blocks.CharBlock(required=False, max_length=200, label=_("Caption"))


class FileBlock(blocks.StructBlock):
    """A file to fetch, offered to those who may have it; to everybody else nothing stands there."""

    file = _identifier(_("File"))
    caption = blocks.CharBlock(required=False, max_length=200, label=_("What it is for"))


class OutlineBlock(blocks.StreamBlock):
    """The sections of an entry; which of them a kind has, `kb.outlines` says."""

    context = ProseBlock(label=_("The setting"))
    expected = ProseBlock(label=_("What was expected"))
    observation = ProseBlock(label=_("What happened"))
    analysis = ProseBlock(label=_("Why"))
    conclusion = ProseBlock(label=_("What follows"))
    recommendation = ProseBlock(label=_("What to do"))
    who_should_act = blocks.MultipleChoiceBlock(choices=Actor.choices, label=_("Who should act"))
    problem = ProseBlock(label=_("The problem"))
    description = ProseBlock(label=_("The idea"))
    steps = blocks.ListBlock(StepBlock(), label=_("What to do"))
    needs = NeedsBlock(label=_("What it needs"))
    side_effects = blocks.ListBlock(SideEffectBlock(), label=_("Side effects"))
    effectiveness = ProseBlock(label=_("Does it work?"))
    adaptations = ProseBlock(label=_("How to adapt it"))
    standards = blocks.ListBlock(blocks.CharBlock(max_length=200), label=_("Standards"))
    statement = ProseBlock(label=_("The pattern"))
    why_it_matters = ProseBlock(label=_("Why it matters"))
    indicators = blocks.ListBlock(IndicatorBlock(), label=_("How to recognise it"))
    severity_logic = ProseBlock(label=_("What makes it better or worse"))
    pictures = blocks.ListBlock(PictureBlock(), label=_("Pictures"))
    files = blocks.ListBlock(FileBlock(), label=_("Files"))

    class Meta:
        block_counts = {section.name: {"max_num": 1} for outline in OUTLINES.values() for section in outline}


class PageBodyBlock(blocks.StreamBlock):
    """What an editor arranges on a guidance page."""

    section = blocks.StructBlock(
        [
            ("heading", blocks.CharBlock(max_length=120, label=_("Heading"))),
            ("text", blocks.RichTextBlock(features=PAGE_FEATURES, label=_("Text"))),
        ],
        label=_("Section"),
    )
    notice = blocks.StructBlock([("text", blocks.RichTextBlock(features=PROSE_FEATURES))], label=_("Notice"))
    picture = PictureBlock(label=_("Picture"))
    file = FileBlock(label=_("File"))


def no_foreign_sections(kind: str, names: list[str]) -> None:
    """Raise ValidationError where a section does not belong to the outline of that kind."""
    allowed = {section.name for section in OUTLINES[kind]}
    foreign = [name for name in names if name not in allowed]
    if foreign:
        raise ValidationError({"body": _("These sections do not belong to this kind of entry: ") + ", ".join(foreign)})


# The names under which blocks hold the identifier of something uploaded.
UPLOADED = ("picture", "file")


def named_in(value: Any) -> Iterator[tuple[str, str]]:
    """Yield (kind, identifier) of each picture and file in stored blocks."""
    if isinstance(value, dict):
        for name in UPLOADED:
            if isinstance(value.get(name), str) and value[name]:
                yield name, value[name]
        for part in value.values():
            yield from named_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from named_in(part)
