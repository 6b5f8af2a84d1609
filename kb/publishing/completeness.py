"""What has to be there before an entry may be published?"""

from typing import Any

from django.utils.translation import gettext as _

from kb.blocks import named_in
from kb.choices import Axis, EntryKind, RelationType, TranslationStatus
from kb.marking import readers_of
from kb.media import problems_with
from kb.models import Entry
from kb.outlines import missing_sections
from kb.sanitising import plain_text


def _filled(value: Any) -> bool:
    """Does a section hold anything? Lists and pairs count by what is in them."""
    if hasattr(value, "source"):
        return bool(plain_text(value.source))
    if isinstance(value, dict):
        return any(_filled(part) for part in value.values())
    if isinstance(value, str):
        return bool(value.strip())
    return any(_filled(part) for part in value) if hasattr(value, "__iter__") else value is not None


def _text_problems(entry: Entry) -> list[str]:
    problems = []
    if not entry.title.strip():
        problems.append(_("Give it a title."))
    if not entry.summary.strip():
        problems.append(_("Write the summary."))
    if not entry.conditions("works_when"):
        problems.append(_("Say when to use it."))
    if not entry.conditions("not_when"):
        problems.append(_("Say when not to use it."))
    written = {child.block_type for child in entry.body if _filled(child.value)}
    for section in missing_sections(entry.kind, written):
        problems.append(_("Write the section “%(heading)s”.") % {"heading": section.heading})
    raw = [child.get_prep_value() for child in entry.body if child.block_type in ("pictures", "files")]
    if any(named_in(raw)):
        problems += problems_with(raw, readers_of(entry.marking))
    return problems


def _has_option(entry: Entry) -> bool:
    return bool(entry.pk) and entry.relations.filter(type=RelationType.OPTION).exists()


def _header_problems(entry: Entry, has_option: bool | None) -> list[str]:
    axes: dict[str, set[str]] = {}
    for row in entry.entry_concepts.all():
        axes.setdefault(row.axis, set()).add(row.concept.slug)
    asked = {
        Axis.FACILITY: _("Name at least one facility type."),
        Axis.THREAT: _("Name at least one threat."),
        Axis.FUNCTION: _("Name at least one protective function."),
        Axis.MISSION: _("Name the mission type."),
        Axis.SOURCE: _("Say what it rests on."),
    }
    if entry.kind == EntryKind.PRACTICE:
        asked[Axis.MEASURE] = _("Name at least one measure.")
    problems = [words for axis, words in asked.items() if not axes.get(axis)]
    if not (entry.evidence_source and entry.evidence_info):
        problems.append(_("Grade the evidence: reliability of the source and credibility of the information."))
    if entry.review_by is None:
        problems.append(_("Set the date by which to review it."))
    if entry.kind == EntryKind.LESSON and entry.positive is None:
        problems.append(_("Say whether it went well."))
    if "open-source" in axes.get(Axis.SOURCE, set()) and not entry.references.all():
        problems.append(_("Give at least one reference: it rests on open sources."))
    if entry.kind == EntryKind.PATTERN and not (_has_option(entry) if has_option is None else has_option):
        problems.append(_("Add at least one option that mitigates the pattern, under “Relations”."))
    return problems


def problems_of(entry: Entry, *, has_option: bool | None = None) -> list[str]:
    """Return in words what is missing before the entry may be published; empty where nothing is.

    A language version takes its header from the original, so only its text is asked for. `has_option` says it for
    a pattern whose relations are not stored yet.
    """
    if entry.translation_status != TranslationStatus.ORIGINAL:
        return _text_problems(entry)
    return _text_problems(entry) + _header_problems(entry, has_option)
