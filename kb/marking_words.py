"""May an entry use the words of classified documents? Once somebody has explained each, and somebody else agreed."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from kb.anonymisation.detectors import marking_words
from kb.anonymisation.findings import Finding, words_of
from kb.models import Entry, MarkingWordUse
from kb.sanitising import clean_line
from kb.texts import texts_in_columns, texts_of
from people.models import User


class AgreementRefused(ValueError):
    """The words may not be agreed to; `message` says in words why."""

    message: str | Promise = ""

    def __str__(self) -> str:
        return str(self.message)


class SamePerson(AgreementRefused):
    """Whoever explains a word does not agree to it."""

    message = gettext_lazy("You explained these words yourself, so somebody else has to agree.")


class NothingToAgree(AgreementRefused):
    """No word waits for agreement."""

    message = gettext_lazy("No word waits for agreement any more.")


def found_in(entry: Entry) -> list[str]:
    """Return the marking words that the entry uses, as it stands in memory."""
    return words_in(texts_of(entry))


def words_in(texts: Iterable[str]) -> list[str]:
    """Return the marking words of plain texts, each once."""
    return words_of(finding for text in texts for finding in marking_words.find(text))


def findings_in(text: str) -> list[Finding]:
    """Return what was found in one plain text, with its places."""
    return marking_words.find(text)


def stops(words: Iterable[str]) -> str:
    """Return in words what is the matter with marking words, and what to do."""
    return _(
        "%(words)s: this is how classified or specially handled documents are marked. Nothing that comes from such a "
        "document may be here."
    ) % {"words": ", ".join(f"“{word}”" for word in words)}


def unexplained(entry: Entry, words: Iterable[str]) -> list[str]:
    """Return those of the words that nobody has explained for this entry yet."""
    known = set(MarkingWordUse.objects.filter(entry=entry.pk).values_list("word", flat=True)) if entry.pk else set()
    return [word for word in words if word not in known]


def not_agreed(entry: Entry) -> list[str]:
    """Return the words of the entry, as it stands in memory, to which no second person has agreed."""
    words = found_in(entry)
    if not words:
        return []
    agreed = MarkingWordUse.objects.filter(entry=entry.pk, agreed_at__isnull=False).values_list("word", flat=True)
    return [word for word in words if word not in set(agreed)]


def problem_of(entry: Entry) -> str | None:
    """Return in words what has to happen before the entry may be published; None where nothing has."""
    words = not_agreed(entry)
    if not words:
        return None
    advice = _("Take it out; or say under “Marking words” why it stands there, and have somebody else agree.")
    return f"{stops(words)} {advice}"


def found_on(page: Page) -> list[str]:
    """Return the marking words that a page uses, as it stands in memory; why they stand there is not part of it."""
    return words_in(texts_in_columns(page, but=("words_explained",)))


def page_problem(page: Page, by: int | None) -> str | None:
    """Return in words why this person may not publish the page as it stands in memory; None where nothing is wrong.

    A word that nobody but this person has ever saved here waits for somebody else: who publishes it agrees to it.
    """
    words = found_on(page)
    if not words:
        return None
    others = page.revisions.exclude(user=by) if page.pk and by is not None else []
    saved = {word for revision in others for word in found_on(revision.as_object())}
    if by is None or saved.issuperset(words):
        return None
    return f"{stops(words)} {_('Save it as a draft: somebody else has to read and publish it.')}"


@transaction.atomic
def explain(*, entry: Entry, words: Iterable[str], explanation: str, by: User | None) -> list[MarkingWordUse]:
    """Store why an entry uses these words. A changed explanation, or one of another person, is agreed to anew."""
    text = clean_line(explanation).strip()
    rows: list[MarkingWordUse] = []
    for word in words:
        row, _made = MarkingWordUse.objects.get_or_create(
            entry=entry,
            word=word,
            defaults={"explanation": text, "explained_by": by, "explained_at": timezone.now()},
        )
        if row.explanation != text:
            row.explanation, row.explained_by, row.explained_at = text, by, timezone.now()
            row.agreed_by, row.agreed_at = None, None
            row.save()
        rows.append(row)
    return rows


@transaction.atomic
def agree(*, entry: Entry, by: User) -> list[MarkingWordUse]:
    """Agree to every explained word that waits. Raises SamePerson, NothingToAgree."""
    waiting = list(MarkingWordUse.objects.select_for_update().filter(entry=entry, agreed_at__isnull=True))
    if not waiting:
        raise NothingToAgree
    if any(row.explained_by_id == by.pk for row in waiting):
        raise SamePerson
    for row in waiting:
        row.agreed_by, row.agreed_at = by, timezone.now()
        row.save()
    return waiting
