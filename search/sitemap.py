"""Which addresses may everybody know? CLEAR entries that still hold, topics and guidance, in all their languages."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse, translate_url
from django.utils import translation

from kb.choices import Standing, TranslationStatus
from kb.models import Entry
from kb.models.pages import GuidancePage
from kb.vocabulary import vocabulary
from people.viewers import ANONYMOUS
from search.topics import BROWSED

PER_PART = 10_000  # works


@dataclass(frozen=True)
class Listed:
    """One address, when it last changed, and the same page in other languages."""

    path: str
    changed: date | None
    versions: tuple[tuple[str, str], ...]


def _in_languages(path: str) -> list[Listed]:
    """Return a page that exists in every language of the interface."""
    versions = tuple((code, translate_url(path, code)) for code, _name in settings.LANGUAGES)
    return [Listed(address, None, versions) for _code, address in versions]


def _current() -> Any:
    return Entry.objects.visible_to(ANONYMOUS).filter(standing=Standing.CURRENT)


def entry_count() -> int:
    """Return how many works are listed."""
    return int(_current().filter(translation_status=TranslationStatus.ORIGINAL).count())


def entry_addresses(number: int) -> list[Listed]:
    """Return the language versions of one part's works; two queries."""
    start = (number - 1) * PER_PART
    originals = _current().filter(translation_status=TranslationStatus.ORIGINAL).order_by("pk")
    keys = list(originals.values_list("translation_key", flat=True)[start : start + PER_PART])
    works: dict[str, list[tuple[str, date | None]]] = defaultdict(list)
    rows = (
        _current().filter(translation_key__gte=min(keys), translation_key__lte=max(keys))
        if keys
        else Entry.objects.none()
    )
    wanted = set(keys)
    for key, public_id, language, reviewed in rows.order_by("pk").values_list(
        "translation_key", "public_id", "locale__language_code", "reviewed_date"
    ):
        if key in wanted:
            works[public_id].append((language, reviewed))
    listed: list[Listed] = []
    with translation.override(settings.LANGUAGE_CODE):
        for public_id, versions in works.items():
            path = reverse("kb:entry", args=[public_id])
            addresses = tuple((language, translate_url(path, language)) for language, _reviewed in versions)
            listed += [
                Listed(address, reviewed, addresses)
                for (_language, address), (_code, reviewed) in zip(addresses, versions, strict=True)
            ]
    return listed


def standing_addresses() -> list[Listed]:
    """Return the first page, the lists, the topics that readers browse, and the guidance."""
    with translation.override(settings.LANGUAGE_CODE):
        paths = [reverse("search:home"), reverse("search:browse"), reverse("kb:sheet")]
        terms = vocabulary()
        paths += [
            reverse("search:topic", args=[term.scheme, term.slug]) for axis in BROWSED for term in terms.of_scheme(axis)
        ]
        listed = [page for path in paths for page in _in_languages(path)]
    by_key: dict[Any, list[tuple[str, str]]] = defaultdict(list)
    for key, slug, language in (
        GuidancePage.objects.live().public().values_list("translation_key", "slug", "locale__language_code")
    ):
        prefix = "" if language == settings.LANGUAGE_CODE else f"/{language}"
        by_key[key].append((language, f"{prefix}/guidance/{slug}/"))
    for versions in by_key.values():
        listed += [Listed(address, None, tuple(versions)) for _language, address in versions]
    return listed
