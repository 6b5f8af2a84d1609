"""The content that is shipped: complete, connected, within limits, and in nobody's way."""

import json
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.urls import Resolver404, resolve
from django.utils import translation

from kb.choices import Axis, EntryKind, InformationCredibility, ReferenceKind, RelationType, SourceReliability, Tlp
from kb.models import Entry
from kb.outlines import OUTLINES, missing_sections
from people.choices import OrganisationKind, Role
from tests.architecture.places import ROOT, name_of

FIXTURES = ROOT / "fixtures"
ORIGINALS = sorted((FIXTURES / "entries" / "en").glob("*.toml"))
TRANSLATIONS = sorted(path for path in (FIXTURES / "entries").glob("*/*.toml") if path.parent.name != "en")
GUIDANCE = sorted((FIXTURES / "guidance").glob("*/*.toml"))
AXES = {
    "facility_types": Axis.FACILITY,
    "threats": Axis.THREAT,
    "measures": Axis.MEASURE,
    "functions": Axis.FUNCTION,
    "sectors": Axis.SECTOR,
    "expertise_areas": Axis.EXPERTISE,
    "mission_type": Axis.MISSION,
    "event_category": Axis.EVENT,
    "source_basis": Axis.SOURCE,
}


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


ENTRIES = {path.stem: read(path) for path in ORIGINALS}
VOCABULARIES = {
    data["scheme"]["slug"]: data
    for data in (json.loads(path.read_text(encoding="utf-8")) for path in (FIXTURES / "vocabularies").glob("*.json"))
}
PEOPLE = json.loads((FIXTURES / "people.json").read_text(encoding="utf-8"))


def slugs(value: Any) -> list[str]:
    return [] if not value else [value] if isinstance(value, str) else list(value)


@pytest.mark.parametrize("path", ORIGINALS, ids=lambda path: path.stem)
def test_an_entry_is_complete_and_everything_it_names_exists(path: Path) -> None:
    row = ENTRIES[path.stem]
    assert row["key"] == path.stem
    assert row["kind"] in EntryKind.values
    assert row["marking"] in Tlp.values
    assert 0 < len(row["title"]) <= Entry._meta.get_field("title").max_length
    assert 0 < len(row["summary"]) <= (Entry._meta.get_field("summary").max_length or 600)
    assert row["works_when"]
    assert row["not_when"]
    for name, axis in AXES.items():
        known = {concept["slug"] for concept in VOCABULARIES[axis]["concepts"]}
        assert [slug for slug in slugs(row.get(name)) if slug not in known] == [], name
    assert row["facility_types"]
    assert row["threats"]
    assert row["evidence_source"] in SourceReliability.values
    assert str(row["evidence_info"]) in InformationCredibility.values
    assert row["published_date"] <= row["reviewed_date"] < row["review_by"]
    assert row["references"], "an entry from public sources names one"
    for reference in row["references"]:
        assert reference["kind"] in ReferenceKind.values
        assert reference["title"]
        assert reference.get("url", "https://").startswith("https://")
    for relation in row.get("relations", []):
        assert relation["type"] in RelationType.values
        assert relation["target"] in ENTRIES
        assert relation["target"] != row["key"]
    sections = row["sections"]
    assert missing_sections(row["kind"], set(sections)) == []
    assert set(sections) <= {section.name for section in OUTLINES[row["kind"]]}


PATTERNS = [row for row in ENTRIES.values() if row["kind"] == EntryKind.PATTERN]


@pytest.mark.parametrize("row", PATTERNS, ids=lambda row: row["key"])
def test_a_pattern_asks_questions_and_offers_options(row: dict[str, Any]) -> None:
    indicators = row["sections"]["indicators"]
    codes = [item["code"] for item in indicators]
    assert codes == sorted(set(codes))
    offered = {relation["target"] for relation in row["relations"] if relation["type"] == RelationType.OPTION}
    assert offered
    for item in indicators:
        assert item["question"].endswith("?")
        assert len(item["question"]) <= 300
        assert set(item.get("options", [])) <= offered


@pytest.mark.parametrize("path", TRANSLATIONS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_translation_has_an_original_with_the_same_sections(path: Path) -> None:
    row = read(path)
    original = ENTRIES[path.stem]
    assert row["key"] == path.stem
    assert set(row["sections"]) <= set(original["sections"])
    assert missing_sections(original["kind"], set(row["sections"])) == [] or set(original["sections"]) - set(
        row["sections"]
    ) <= {"who_should_act"}
    assert row["title"] != original["title"]


def test_there_is_enough_to_find() -> None:
    assert len(ENTRIES) >= 80
    assert len({slug for row in ENTRIES.values() for slug in row["facility_types"]}) >= 12
    assert len({slug for row in ENTRIES.values() for slug in row["threats"]}) >= 12
    languages = Counter(path.parent.name for path in TRANSLATIONS)
    assert languages["fr"] >= 10
    assert languages["de"] >= 10
    markings = Counter(row["marking"] for row in ENTRIES.values())
    assert all(markings[label] >= 3 for label in (Tlp.GREEN, Tlp.AMBER, Tlp.AMBER_STRICT))


def test_no_two_entries_have_the_same_title_or_summary() -> None:
    for field in ("title", "summary"):
        assert [text for text, count in Counter(row[field] for row in ENTRIES.values()).items() if count > 1] == []


@pytest.mark.parametrize("scheme", sorted(VOCABULARIES))
def test_a_vocabulary_holds_together(scheme: str) -> None:
    concepts = VOCABULARIES[scheme]["concepts"]
    known = {concept["slug"] for concept in concepts}
    assert len(known) == len(concepts)
    for concept in concepts:
        assert concept["pref_label"]["en"], concept["slug"]
        assert concept.get("broader") in {None, "", *known}
        for target in concept.get("related", []):
            assert isinstance(target, dict) or target in known
        seen, above = set(), concept
        while above.get("broader"):
            assert above["slug"] not in seen, f"{concept['slug']} is above itself"
            seen.add(above["slug"])
            above = next(other for other in concepts if other["slug"] == above["broader"])


def test_there_is_a_demonstration_account_for_every_role() -> None:
    accounts = PEOPLE["accounts"]
    assert {role for row in accounts for role in row.get("roles", [])} == set(Role.values)
    keys = {row["key"] for row in PEOPLE["organisations"]}
    assert {row["organisation"] for row in accounts if "organisation" in row} <= keys
    assert {key for circle in PEOPLE["circles"] for key in circle["organisations"]} <= keys
    assert all(row["email"].endswith("@example.org") for row in accounts)
    assert {row["kind"] for row in PEOPLE["organisations"]} <= set(OrganisationKind.values)


@pytest.mark.parametrize("path", GUIDANCE, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_guidance_stands_in_each_language_and_its_links_lead_somewhere(path: Path) -> None:
    row = read(path)
    assert row["key"] == path.stem
    assert {other.parent.name for other in GUIDANCE if other.stem == path.stem} == {"en", "fr", "de"}
    pages = {other.stem for other in GUIDANCE}
    for part in row["sections"]:
        for address in re.findall(r'href="(/[^"#]*)', part.get("html", "")):
            if found := re.fullmatch(r"(?:/(?:fr|de))?/guidance/([\w-]+)/", address):
                assert found[1] in pages, address
                continue
            try:
                with translation.override(path.parent.name):
                    name = resolve(address).view_name
            except Resolver404:
                name = None
            assert name not in {None, "wagtail_serve"}, f"{name_of(path)} links to {address}"
