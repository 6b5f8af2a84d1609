"""What does a browser send from the form of an entry?"""

from typing import Any

from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from kb.blocks import PROSE_FEATURES
from kb.choices import Axis, EntryKind
from kb.forms.entries import axis_field
from kb.models import Entry
from tests.factories import COMPLETE_CONCEPTS

LISTS = {"steps", "side_effects", "indicators", "standards"}


def prose(html: str) -> str:
    """Return rich text as the editor sends it."""
    return rich_text(html, features=PROSE_FEATURES)


def sections_of(kind: str) -> list[tuple[str, Any]]:
    """Return complete sections of a kind, in the shape of a form."""
    text = prose("<p>Slow vehicles down.</p>")
    if kind == EntryKind.PRACTICE:
        return [
            ("problem", text),
            ("description", text),
            ("steps", streamfield([("item", {"title": "Walk every approach.", "text": "Together."})])),
            ("needs", {"powers": "Traffic order", "cost": "", "time": "", "people": ""}),
            ("side_effects", streamfield([("item", {"kind": "access", "text": "Deliveries"})])),
            ("effectiveness", text),
        ]
    if kind == EntryKind.PATTERN:
        return [
            ("statement", text),
            ("why_it_matters", text),
            ("indicators", streamfield([("item", {"code": "a", "question": "Do lanes end?", "note": ""})])),
            ("severity_logic", text),
        ]
    names = ("context", "expected", "observation", "analysis", "conclusion", "recommendation")
    return [*((name, text) for name in names), ("who_should_act", ["planner"])]


def form_data(shape: str = EntryKind.PRACTICE, /, **changes: Any) -> dict[str, Any]:
    """Return a complete form of an entry of that kind; `changes` replaces fields, `body` the sections."""
    body = changes.pop("body", sections_of(shape))
    references = changes.pop("references", [{"kind": "guidance", "title": "Public Realm Design Guide", "year": "2023"}])
    initial = changes.pop("initial_references", 0)
    # Fields that hold several values stay lists: the client sends one value for each.
    several = {axis_field(axis): slugs for axis, slugs in COMPLETE_CONCEPTS.items() if axis != Axis.MISSION}
    several |= {name: changes.pop(name) for name in list(changes) if isinstance(changes[name], list)}
    acting: dict[str, Any] = {}
    plain = []
    for index, (name, value) in enumerate(body):
        if name == "who_should_act":
            acting[f"body-{index}-value"] = value
            value = ""
        plain.append((name, value))
    return {
        **nested_form_data({"body": streamfield(plain), "references": inline_formset(references, initial=initial)}),
        **acting,
        **several,
        "title": "Slow vehicles down",
        "summary": "Vehicles that must turn cannot gather speed.",
        "works_when": "people gather beside streets",
        "not_when": "the approach is a rescue route",
        "axis_mission": "advisory-mission",
        "axis_event": "",
        "evidence_source": "B",
        "evidence_info": "2",
        "review_by": "2029-05-06",
        "keywords": "bollard, approach speed",
        "positive": "true",
        **changes,
    }


def loaded(stored: Any) -> dict[str, str]:
    """Return the hidden fields that say which revision a form was loaded with; none before the first revision."""
    revision = type(stored).objects.get(pk=stored.pk).latest_revision
    if revision is None:
        return {}
    return {"loaded_revision_id": str(revision.pk), "loaded_revision_created_at": revision.created_at.isoformat()}


def edit_data(entry: Entry, **changes: Any) -> dict[str, Any]:
    """Return the form of an entry that exists, as it is stored now, with its references as they are."""
    rows = list(entry.references.values("id", "kind", "title", "year"))
    return form_data(
        entry.kind,
        **loaded(entry),
        **{"title": entry.title, "references": rows, "initial_references": len(rows), **changes},
    )
