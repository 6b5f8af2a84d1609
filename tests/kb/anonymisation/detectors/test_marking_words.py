"""Are the words of classified documents found as people write them, and ordinary words left alone?"""

import json

import pytest

from kb.anonymisation.detectors.marking_words import RESOURCE, find, marking_words
from kb.anonymisation.findings import Level, words_of

# domain list: each word as it is written, and in another hand
WRITTEN = [
    ("R-UE", "R–UE"),
    ("C-UE", "C - UE"),
    ("S-UE", "S‑UE"),
    ("TS-UE", "TS UE"),
    ("EU-R", "EU–R"),
    ("EU-C", "EU/C"),
    ("EU-S", "EU-S"),
    ("EU RESTRICTED", "eu-restricted"),
    ("RESTREINT UE", "Restreint  UE"),
    ("EU CONFIDENTIAL", "EU Confidential"),
    ("EU SECRET", "EU\u00a0SECRET"),
    ("TOP SECRET", "Top-Secret"),
    ("LIMITE", "LIMITE"),
    ("VS-NfD", "vs nfd"),
    ("VS-NUR FÜR DEN DIENSTGEBRAUCH", "VS – Nur für den Dienstgebrauch"),
    ("VS-NUR FUER DEN DIENSTGEBRAUCH", "VS-Nur fuer den Dienstgebrauch"),
    ("VS-VERTRAULICH", "VS-Vertraulich"),
    ("GEHEIM", "GEHEIM"),
    ("STRENG GEHEIM", "streng geheim"),
    ("DIFFUSION RESTREINTE", "Diffusion restreinte"),
    ("SECRET DEFENSE", "Secret-Défense"),
    ("CONFIDENTIEL DEFENSE", "Confidentiel défense"),
    ("TRES SECRET UE", "Très secret UE"),
    ("NATO RESTRICTED", "Nato restricted"),
    ("NATO CONFIDENTIAL", "NATO/CONFIDENTIAL"),
    ("NATO SECRET", "NATO_SECRET"),
    ("COSMIC", "COSMIC"),
    ("OFFICIAL-SENSITIVE", "Official: Sensitive"),
    ("FOUO", "(FOUO)"),
    ("CUI", "CUI//SP"),
    ("LES", "U//LES"),
    ("PCII", "PCII"),
    ("TLP:RED", "tlp red"),
]


@pytest.mark.parametrize(("word", "other"), WRITTEN, ids=[word for word, _other in WRITTEN])
def test_every_word_of_the_list_is_found_however_it_is_written(word: str, other: str) -> None:
    for text in (word, f"It was marked {other}, so nobody took it along.", f"<{other}>"):
        assert words_of(find(text)) == [word], text


@pytest.mark.parametrize(
    "text",
    [
        "La limite de vitesse, les véhicules et le secret professionnel.",
        "LES VÉHICULES SONT ARRÊTÉS DEVANT LA PLACE",
        "Die Lage war geheim, der Rue de la Loi wegen.",
        "Europe, EURO 2024 and the EU-SatCen; cosmic rays; top secretary; TLP:AMBER and TLP:GREEN.",
        "Keep the keys in a confidential place, restricted to staff. Cuisine, less, outlets.",
        "In the EU C roads are narrow.",
    ],
)
def test_ordinary_words_are_left_alone(text: str) -> None:
    assert find(text) == []


def test_a_finding_says_where_it_stands_and_why() -> None:
    text = "Résumé: T\u200bOP SE\u00adCRET, ends."
    (finding,) = find(text)
    assert text[finding.start : finding.end] == finding.text == "T\u200bOP SE\u00adCRET"
    assert (finding.word, finding.level) == ("TOP SECRET", Level.TOP_SECRET)
    assert finding.why


def test_a_longer_word_is_not_found_again_as_its_part() -> None:
    assert words_of(find("COSMIC TOP SECRET and STRENG GEHEIM")) == ["COSMIC TOP SECRET", "STRENG GEHEIM"]


def test_two_markings_of_one_line_are_both_found() -> None:
    assert words_of(find("RESTREINT UE/EU RESTRICTED")) == ["RESTREINT UE", "EU RESTRICTED"]
    assert words_of(find("FOUO LES LIMITE")) == ["FOUO", "LES", "LIMITE"]


def test_every_row_of_the_list_names_its_level_and_source() -> None:
    rows = json.loads(RESOURCE.read_text(encoding="utf-8"))["words"]
    assert len({row["word"] for row in rows}) == len(rows) == len(marking_words())
    assert all(one.source and one.pattern.search(one.word.replace("Ü", "U")) for one in marking_words())
