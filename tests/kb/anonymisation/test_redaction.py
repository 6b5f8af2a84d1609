"""Are passages taken out however they are spaced, set in tags or escaped?"""

import pytest

from kb.anonymisation.redaction import TAKEN_OUT, Redactor


@pytest.mark.parametrize(
    "text",
    [
        "At Grand Place on Monday",
        "At GRAND\n  place on Monday",
        "At <b>Grand</b> <i>Place</i> on Monday",
        "At Grand&nbsp;Place on Monday",
        "At Grand\u00adPlace on Monday",
    ],
)
def test_a_passage_goes_in_every_form(text: str) -> None:
    redactor = Redactor(["Grand Place"])
    changed = redactor.apply(text)
    assert "lace" not in changed.lower()
    assert TAKEN_OUT in changed
    assert redactor.count == 1
    assert not redactor.holds(changed)


def test_signs_that_html_writes_otherwise_are_found() -> None:
    assert Redactor(["Smith & Sons"]).apply("by Smith &amp; Sons") == f"by {TAKEN_OUT}"


def test_the_longest_passage_goes_first() -> None:
    assert Redactor(["Place", "Grand Place"]).apply("Grand Place") == TAKEN_OUT


def test_too_short_a_passage_is_refused() -> None:
    with pytest.raises(ValueError, match="ab"):
        Redactor(["ab"])


def test_no_passage_changes_nothing() -> None:
    redactor = Redactor([" "])
    assert (redactor.apply("text"), redactor.count, redactor.holds("text")) == ("text", 0, False)
