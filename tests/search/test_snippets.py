"""The sentence that is shown says why an entry was found, and is safe."""

from __future__ import annotations

from search.engines.embedded.forms import forms
from search.snippets import LENGTH, Highlighter


def marks(*words: str, names: dict | None = None) -> Highlighter:
    return Highlighter({"en": frozenset(words)}, {"en": names or {}}, forms)


def test_the_sentence_with_most_of_the_words_is_chosen() -> None:
    text = "A barrier. Vehicles meet barriers here. A vehicle."
    assert (
        marks("vehicl", "barrier").best_sentence(text, "en") == "<mark>Vehicles</mark> meet <mark>barriers</mark> here."
    )


def test_without_the_words_there_is_no_sentence() -> None:
    assert marks("drone").best_sentence("A barrier.", "en") is None
    assert marks("drone").best_sentence("A drone.", "fr") is None
    assert Highlighter().best_sentence("A drone.", "en") is None


def test_markup_in_the_text_is_escaped() -> None:
    text = '<script>alert("x")</script> a barrier & <img src=x onerror=alert(1)>'
    found = str(marks("barrier").best_sentence(text, "en"))
    assert "<script" not in found
    assert "<img" not in found
    assert "<mark>barrier</mark> &amp;" in found


def test_a_long_sentence_is_cut_around_the_first_word() -> None:
    text = "x " * 400 + "barrier " + "y " * 400
    found = str(marks("barrier").best_sentence(text, "en"))
    assert found.startswith("… ")
    assert found.endswith(" …")
    assert "<mark>barrier</mark>" in found
    assert len(found) < LENGTH + 40


def test_a_word_without_end_is_cut() -> None:
    found = marks("barrier").best_sentence("barrier " + "z" * 5_000, "en")
    assert found is not None
    assert len(found) < LENGTH + 40


def test_a_name_is_marked_only_where_its_words_stand_together() -> None:
    names = {"christma": [("christma", "market")]}
    highlighter = marks(names=names)
    assert highlighter.best_sentence("The market at Christmas.", "en") is None
    assert highlighter.best_sentence("Two Christmas markets.", "en") == "Two <mark>Christmas markets</mark>."
