"""How do the demonstration entries and pages of `fixtures/` get into the database?"""

import html
import json
import tomllib
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from django.db import transaction
from wagtail.models import Locale, Page, Site

from kb import marking
from kb.choices import Axis, RelationType, Tlp, TranslationStatus
from kb.models import (
    Entry,
    EntryConcept,
    EntryReference,
    EntryRelation,
    GuidanceIndexPage,
    GuidancePage,
    HomePage,
    Marking,
)
from kb.models.identifiers import work_key
from kb.models.taxonomy import StateVersion
from kb.outlines import OUTLINES
from kb.signals import entry_published
from kb.vocabulary import Vocabulary, vocabulary
from people.demonstration import Cast

LANGUAGES = ("en", "fr", "de")
AXES = {
    Axis.FACILITY: "facility_types",
    Axis.THREAT: "threats",
    Axis.MEASURE: "measures",
    Axis.FUNCTION: "functions",
    Axis.SECTOR: "sectors",
    Axis.EXPERTISE: "expertise_areas",
    Axis.MISSION: "mission_type",
    Axis.EVENT: "event_category",
    Axis.SOURCE: "source_basis",
}
LISTS = {"steps", "side_effects", "indicators", "standards"}


class UnknownConcept(ValueError):
    """A fixture names a concept that the vocabularies lack."""


def read_folder(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the contents of the TOML files of a folder, in the order of their names."""
    for path in sorted(folder.glob("*.toml")):
        yield tomllib.loads(path.read_text(encoding="utf-8"))


def paragraphs(text: str) -> str:
    """Return plain text as HTML paragraphs; blank lines part them."""
    blocks = [" ".join(block.split()) for block in text.split("\n\n")]
    return "".join(f"<p>{html.escape(block, quote=False)}</p>" for block in blocks if block)


def _item(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        value = {name: part for name, part in value.items() if name != "options"}
    return {"type": "item", "value": value, "id": str(uuid.uuid4())}


def body_of(kind: str, sections: dict[str, Any]) -> str:
    """Return the stored form of the sections of a fixture, in the order of the outline."""
    stream: list[dict[str, Any]] = []
    for section in OUTLINES[kind]:
        value = sections.get(section.name)
        if not value:
            continue
        if section.name in LISTS:
            value = [_item(part) for part in value]
        elif isinstance(value, str):
            value = paragraphs(value)
        stream.append({"type": section.name, "value": value, "id": str(uuid.uuid4())})
    return json.dumps(stream, ensure_ascii=False)


def _texts(row: dict[str, Any], kind: str) -> dict[str, Any]:
    return {
        "title": row["title"],
        "summary": row["summary"],
        "works_when": "\n".join(row.get("works_when", [])),
        "not_when": "\n".join(row.get("not_when", [])),
        "body": body_of(kind, row.get("sections", {})),
    }


def _marking(label: str, people: dict[str, Any], cast: Cast) -> Marking:
    where = people["markings_for_show"][label]
    return marking.create(
        label=label,
        circles=[cast.circles[key] for key in where.get("circles", ())],
        owning_organisation=cast.organisations[where["organisation"]] if "organisation" in where else None,
        chatham_house=label != Tlp.CLEAR,
        handling_note="" if label == Tlp.CLEAR else people["handling_note"],
    )


def _concepts(entry: Entry, row: dict[str, Any], words: Vocabulary) -> None:
    for axis, name in AXES.items():
        slugs = row.get(name) or []
        for slug in [slugs] if isinstance(slugs, str) else slugs:
            term = words.get(axis, slug)
            if term is None:
                raise UnknownConcept(f"{row['key']}: {slug!r} is not in the vocabulary {axis}")
            entry.entry_concepts.add(EntryConcept(axis=axis, concept_id=term.pk))


def _published(entry: Entry) -> None:
    """Save the entry as published on its review date, with the revision that an editor starts from."""
    first = entry.published_date or entry.reviewed_date
    last = entry.reviewed_date or first
    if first is None or last is None:
        raise ValueError(f"{entry.source_key} has no date of publication")
    entry.live = True
    entry.first_published_at = datetime.combine(first, time(9), tzinfo=UTC)
    entry.last_published_at = datetime.combine(last, time(9), tzinfo=UTC)
    entry.save()
    revision = entry.save_revision()
    entry.live_revision = revision
    entry.has_unpublished_changes = False
    entry.save(update_fields=["live_revision", "has_unpublished_changes"])


def _add_entry(row: dict[str, Any], locale: Locale, people: dict[str, Any], cast: Cast, words: Vocabulary) -> Entry:
    entry = Entry(
        locale=locale,
        translation_key=work_key(row["key"]),
        source_key=row["key"],
        kind=row["kind"],
        positive=row.get("positive"),
        evidence_source=row["evidence_source"],
        evidence_info=row["evidence_info"],
        published_date=row["published_date"],
        reviewed_date=row["reviewed_date"],
        review_by=row["review_by"],
        marking=_marking(row["marking"], people, cast),
        **_texts(row, row["kind"]),
    )
    _concepts(entry, row, words)
    for position, reference in enumerate(row.get("references", [])):
        known = {
            name: reference[name]
            for name in ("kind", "title", "publisher", "year", "url", "licence", "locator")
            if reference.get(name)
        }
        entry.references.add(EntryReference(sort_order=position, **known))
    entry.save()
    source = people["markings_for_show"][row["marking"]].get("source")
    if source:
        marking.note_source(translation_key=entry.translation_key, organisation=cast.organisations[source])
    entry.keywords.add(*row.get("keywords", []))
    _published(entry)
    return entry


def _add_translation(original: Entry, row: dict[str, Any], locale: Locale) -> None:
    version = original.copy_for_translation(locale)
    version.source_key = original.source_key
    version.translation_status = TranslationStatus.CHECKED
    for name, value in _texts(row, original.kind).items():
        setattr(version, name, value)
    version.save()
    version.keywords.set(row.get("keywords", []), clear=True)
    _published(version)


def _relate(row: dict[str, Any], entries: dict[str, Entry]) -> None:
    letters: dict[str, str] = {}
    for indicator in row.get("sections", {}).get("indicators", []):
        for target in indicator.get("options", []):
            letters[target] = letters.get(target, "") + indicator["code"]
    stated = {(relation["type"], relation["target"]): relation.get("note", "") for relation in row.get("relations", [])}
    for target in letters:
        stated.setdefault((RelationType.OPTION, target), "")
    for (kind, target), note in stated.items():
        EntryRelation.objects.get_or_create(
            source=entries[row["key"]],
            target=entries[target],
            type=kind,
            defaults={"note": note, "indicators": letters.get(target, "") if kind == RelationType.OPTION else ""},
        )


@transaction.atomic
def load_entries(folder: Path, people: dict[str, Any], cast: Cast) -> tuple[int, int]:
    """Load `folder/en` and its translations; entries that are there already stay as they are.

    Returns how many works and how many language versions were added. Raises UnknownConcept.
    """
    words = vocabulary()
    locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in LANGUAGES}
    rows = {row["key"]: row for row in read_folder(folder / "en")}
    entries = {entry.source_key: entry for entry in Entry.objects.originals().filter(source_key__in=rows)}
    added = [key for key in rows if key not in entries]
    for key in added:
        entries[key] = _add_entry(rows[key], locales["en"], people, cast, words)
    for key in added:
        _relate(rows[key], entries)
    versions = 0
    for code in LANGUAGES[1:]:
        present = set(Entry.objects.filter(locale=locales[code]).values_list("source_key", flat=True))
        for row in read_folder(folder / code):
            if row["key"] in entries and row["key"] not in present:
                _add_translation(entries[row["key"]], row, locales[code])
                added.append(row["key"])
                versions += 1
    for key in dict.fromkeys(added):
        entry_published.send(sender=Entry, translation_key=entries[key].translation_key)
    if added:
        StateVersion.bump("content")
    return len(added) - versions, versions


HOME = {
    "en": (
        "Find advice that fits your place and your threat",
        "Lessons, good practices and vulnerability patterns from protective security experts across the EU. "
        "Each one says when not to use it.",
    ),
    "fr": (
        "Trouvez le conseil adapté à votre lieu et à votre menace",
        "Retours d’expérience, bonnes pratiques et schémas de vulnérabilité d’experts européens de la protection. "
        "Chaque fiche dit quand ne pas l’appliquer.",
    ),
    "de": (
        "Rat finden, der zu Ihrem Ort und Ihrer Bedrohung passt",
        "Erfahrungen, bewährte Verfahren und Schwachstellenmuster von Schutzfachleuten aus der ganzen EU. "
        "Jeder Eintrag sagt, wann man ihn nicht anwenden soll.",
    ),
}
INDEX_TITLES = {"en": "Guidance", "fr": "Guide", "de": "Hinweise"}


def _home(code: str, locale: Locale) -> HomePage:
    heading, lead = HOME[code]
    home = HomePage.objects.filter(locale=locale).first()
    if home is None:
        root = Page.get_first_root_node()
        key = uuid.uuid5(uuid.NAMESPACE_URL, "psa-commons:home")
        home = HomePage(
            title="PSA Commons", slug=f"home-{code}", heading=heading, lead=lead, locale=locale, translation_key=key
        )
        root.add_child(instance=home)
    return home


@transaction.atomic
def load_pages(folder: Path) -> int:
    """Load home and guidance pages in three languages; pages that are there stay. Returns how many were added."""
    added = 0
    for code in LANGUAGES:
        locale = Locale.objects.get_or_create(language_code=code)[0]
        home = _home(code, locale)
        if code == LANGUAGES[0] and not Site.objects.filter(root_page=home).exists():
            Page.objects.filter(depth=2, slug="home").delete()  # the welcome page of an empty Wagtail
            Site.objects.all().delete()
            Site.objects.create(hostname="localhost", root_page=home, is_default_site=True, site_name="PSA Commons")
        index = GuidanceIndexPage.objects.child_of(home).first()
        if index is None:
            index = GuidanceIndexPage(
                title=INDEX_TITLES[code],
                slug="guidance",
                locale=locale,
                translation_key=uuid.uuid5(uuid.NAMESPACE_URL, "psa-commons:guidance"),
            )
            home.add_child(instance=index)
        present = set(GuidancePage.objects.child_of(index).values_list("slug", flat=True))
        for row in sorted(read_folder(folder / code), key=lambda row: row["order"]):
            if row["key"] in present:
                continue
            stream = [
                {
                    "type": "section",
                    "value": {"heading": part["heading"], "text": part["html"]},
                    "id": str(uuid.uuid4()),
                }
                for part in row["sections"]
            ]
            page = GuidancePage(
                title=row["title"],
                slug=row["key"],
                summary=row["summary"],
                menu=row["menu"],
                menu_title=row["menu_title"],
                body=json.dumps(stream, ensure_ascii=False),
                locale=locale,
                translation_key=uuid.uuid5(uuid.NAMESPACE_URL, f"psa-commons:guidance:{row['key']}"),
            )
            index.add_child(instance=page)
            added += 1
    if added:
        StateVersion.bump("pages")
    return added
