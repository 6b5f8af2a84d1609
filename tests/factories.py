"""How do tests get people, markings and entries? Complete by default, so that a test names only what it is about."""

import datetime
import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from PIL import Image
from wagtail.models import Locale

from kb.choices import Axis, EntryKind, Maturity, ReferenceKind, RelationType, Standing, Tlp, TranslationStatus
from kb.models import (
    Concept,
    ConceptScheme,
    Entry,
    EntryConcept,
    EntryReference,
    EntryRelation,
    Marking,
    MediaDocument,
    MediaImage,
)
from kb.signals import entry_published
from kb.uploads import make_sizes
from people.choices import MembershipState, OrganisationKind
from people.models import Circle, Membership, Organisation, RoleAssignment, User

PASSWORD = "correct horse battery staple"
_numbers = count(1)

COMPLETE_CONCEPTS: dict[str, list[str]] = {
    Axis.FACILITY: ["christmas-market"],
    Axis.THREAT: ["vehicle-as-weapon"],
    Axis.MEASURE: ["traffic-calming"],
    Axis.FUNCTION: ["delay"],
    Axis.MISSION: ["advisory-mission"],
    Axis.SOURCE: ["open-source"],
}

_PROSE = "<p>Slow vehicles down by the layout of the street.</p>"
COMPLETE_SECTIONS: dict[str, dict[str, Any]] = {
    EntryKind.LESSON: {
        "context": _PROSE,
        "expected": _PROSE,
        "observation": _PROSE,
        "analysis": _PROSE,
        "conclusion": _PROSE,
        "recommendation": _PROSE,
        "who_should_act": ["planner"],
    },
    EntryKind.PRACTICE: {
        "problem": _PROSE,
        "description": _PROSE,
        "steps": [{"title": "Walk every approach together.", "text": "Road authority and police."}],
        "needs": {"powers": "Traffic order", "cost": "Band 2 of 4", "time": "Two weeks", "people": "Two planners"},
        "side_effects": [{"kind": "access", "text": "Deliveries need a time window."}],
        "effectiveness": _PROSE,
    },
    EntryKind.PATTERN: {
        "statement": _PROSE,
        "why_it_matters": _PROSE,
        "indicators": [{"code": "a", "question": "Do straight approaches end before the crowd?", "note": ""}],
        "severity_logic": _PROSE,
    },
}


def make_organisation(
    name: str | None = None,
    *,
    kind: str = OrganisationKind.POLICE,
    country: str = "BE",
    is_partner: bool = False,
    circles: Iterable[Circle] = (),
) -> Organisation:
    """Return a saved organisation, a member of the given circles."""
    organisation = Organisation.objects.create(
        name=name or f"Organisation {next(_numbers)}", kind=kind, country=country, is_partner=is_partner
    )
    organisation.circles.set(circles)
    return organisation


def make_circle(name: str | None = None, *, organisations: Iterable[Organisation] = ()) -> Circle:
    """Return a saved circle of the given organisations."""
    circle = Circle.objects.create(name=name or f"Circle {next(_numbers)}")
    circle.organisations.set(organisations)
    return circle


def make_user(
    email: str | None = None,
    *,
    roles: Iterable[str] = (),
    organisation: Organisation | None = None,
    circles: Iterable[Circle] = (),
    state: str = MembershipState.ACTIVE,
    superuser: bool = False,
    member: bool = True,
    name: str = "",
    password: str = PASSWORD,
) -> User:
    """Return a saved account with a membership in `organisation` (a new one in `circles` where none is given).

    `member=False` makes an account without any membership.
    """
    user = User.objects.create_user(
        email or f"person{next(_numbers)}@example.org", password, name=name, is_superuser=superuser
    )
    if member:
        place = organisation or make_organisation()
        for circle in circles:
            circle.organisations.add(place)
        Membership.objects.create(user=user, organisation=place, state=state)
    RoleAssignment.objects.bulk_create(RoleAssignment(user=user, role=role) for role in roles)
    return user


def make_marking(
    label: str = Tlp.CLEAR,
    *,
    circles: Iterable[Circle] = (),
    owning_organisation: Organisation | None = None,
    partner_release: bool = False,
    chatham_house: bool = True,
    handling_note: str = "",
) -> Marking:
    """Return a saved marking; AMBER without circles gets one, STRICT without an owner gets one."""
    if label == Tlp.AMBER_STRICT and owning_organisation is None:
        owning_organisation = make_organisation()
    marking = Marking.objects.create(
        label=label,
        owning_organisation=owning_organisation,
        partner_release=partner_release,
        chatham_house=chatham_house,
        handling_note=handling_note,
    )
    named = list(circles)
    if label == Tlp.AMBER and not named:
        named = [make_circle()]
    marking.circles.set(named)
    return marking


@lru_cache(maxsize=32)
def _fixture(scheme: str) -> dict[str, Any]:
    path = Path(settings.BASE_DIR) / "fixtures" / "vocabularies" / f"{scheme}.json"
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return {"scheme": data["scheme"], "concepts": {row["slug"]: row for row in data["concepts"]}}


def make_concept(scheme: str, slug: str) -> Concept:
    """Return the concept of the vocabularies, saved with those above it where the database lacks it.

    Raises KeyError where the fixtures have no such concept.
    """
    found = Concept.objects.filter(scheme__slug=scheme, slug=slug).first()
    if found is not None:
        return found
    data = _fixture(str(scheme))
    head = {name: value for name, value in data["scheme"].items() if name != "slug"}
    parent, _created = ConceptScheme.objects.get_or_create(slug=scheme, defaults=head)
    row = data["concepts"][slug]
    return Concept.objects.create(
        scheme=parent,
        slug=slug,
        pref_label=row.get("pref_label") or {},
        alt_labels=row.get("alt_labels") or {},
        short_label=row.get("short_label") or {},
        definition=row.get("definition") or {},
        broader=make_concept(scheme, row["broader"]) if row.get("broader") else None,
    )


def locale(language: str = "en") -> Locale:
    """Return Wagtail's row for a language."""
    return Locale.objects.get_or_create(language_code=language)[0]


def body_of(kind: str, sections: Mapping[str, Any] | None = None) -> list[tuple[str, Any]]:
    """Return a complete body of that kind; `sections` replaces single sections, None leaves one out."""
    values = {**COMPLETE_SECTIONS[kind], **(sections or {})}
    stream = Entry._meta.get_field("body").stream_block  # type: ignore[union-attr]  # a StreamField
    return [(name, stream.child_blocks[name].to_python(value)) for name, value in values.items() if value is not None]


def make_entry(
    title: str | None = None,
    *,
    kind: str = EntryKind.PRACTICE,
    label: str = Tlp.CLEAR,
    marking: Marking | None = None,
    circles: Iterable[Circle] = (),
    owning_organisation: Organisation | None = None,
    partner_release: bool = False,
    live: bool = True,
    language: str = "en",
    translation_of: Entry | None = None,
    translation_status: str | None = None,
    concepts: Mapping[str, Iterable[str]] | None = None,
    sections: Mapping[str, Any] | None = None,
    keywords: Iterable[str] = (),
    references: int = 1,
    options: Iterable[Entry] = (),
    evidence: str = "B2",
    standing: str = Standing.CURRENT,
    maturity: str = Maturity.IDENTIFIED,
    published_date: datetime.date | None = datetime.date(2026, 5, 6),
    announce: bool = False,
    **fields: Any,
) -> Entry:
    """Return a saved entry that is complete enough to be published, and published unless `live=False`.

    `concepts` ({axis: slugs}) replaces the default of each axis it names; an empty list leaves the axis out.
    `translation_of` makes another language version of that work, under the same marking and identifier.
    `announce` sends `entry_published`, as publishing in the site would.
    """
    number = next(_numbers)
    original = translation_of
    if original is not None:
        marking = original.marking
        kind = original.kind
        fields.setdefault("public_id", original.public_id)
        fields.setdefault("translation_key", original.translation_key)
        translation_status = translation_status or TranslationStatus.CHECKED
    entry = Entry(
        title=title or f"Slow vehicles down by layout {number}",
        summary=fields.pop("summary", "Vehicles that must turn cannot gather speed."),
        kind=kind,
        works_when=fields.pop("works_when", "people gather beside streets that the city may change"),
        not_when=fields.pop("not_when", "the approach is a rescue route that must stay straight"),
        body=body_of(kind, sections),
        marking=marking
        or make_marking(
            label, circles=circles, owning_organisation=owning_organisation, partner_release=partner_release
        ),
        locale=locale(language),
        translation_status=translation_status or TranslationStatus.ORIGINAL,
        live=live,
        has_unpublished_changes=not live,
        evidence_source=evidence[:1],
        evidence_info=evidence[1:],
        standing=standing,
        maturity=maturity,
        published_date=published_date if live else None,
        reviewed_date=fields.pop("reviewed_date", published_date),
        review_by=fields.pop("review_by", datetime.date(2029, 5, 6)),
        **fields,
    )
    entry.save()
    EntryConcept.objects.bulk_create(
        EntryConcept(entry=entry, axis=str(axis), concept=make_concept(str(axis), slug))
        for axis, slugs in {**COMPLETE_CONCEPTS, **(concepts or {})}.items()
        for slug in slugs
    )
    EntryReference.objects.bulk_create(
        EntryReference(
            entry=entry,
            sort_order=position,
            kind=ReferenceKind.GUIDANCE,
            title="Public Realm Design Guide",
            publisher="National Protective Security Authority",
            year=2023,
        )
        for position in range(references)
    )
    for target in options:
        EntryRelation.objects.create(source=entry, target=target, type=RelationType.OPTION)
    if keywords:
        entry.keywords.add(*keywords)
        entry.save()
    entry = Entry.objects.get(pk=entry.pk)
    if announce:
        entry_published.send(sender=Entry, translation_key=entry.translation_key)
    return entry


def make_picture(marking: Marking | None = None, *, title: str = "A gate", description: str = "A gate") -> MediaImage:
    """Return a saved picture in every size, as an upload leaves it."""
    drawn = BytesIO()
    Image.new("RGB", (1800, 900), (30, 90, next(_numbers) % 200)).save(drawn, "JPEG")
    picture = MediaImage(title=title, description=description, marking=marking or make_marking())
    picture.file = ContentFile(drawn.getvalue(), name="upload.jpg")
    picture._set_image_file_metadata()
    picture.save()
    make_sizes(picture, drawn.getvalue())
    return picture


def make_file(marking: Marking | None = None, *, title: str = "A checklist", text: str = "Shut it.") -> MediaDocument:
    """Return a saved file of plain text, as an upload leaves it."""
    document = MediaDocument(title=title, kind="txt", marking=marking or make_marking(), file_size=len(text.encode()))
    document.file = ContentFile(text.encode(), name="upload.txt")
    document._set_file_hash()
    document.save()
    return document
