"""Which addresses has this site, and under which cookies may each person ask for them?"""

from bench.probes.start import hand_back, stand_up

stand_up()

from importlib import import_module  # noqa: E402  (Django has to stand first)
from typing import Any  # noqa: E402  (Django has to stand first)

from django.conf import settings  # noqa: E402  (Django has to stand first)
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402  (Django has to stand first)
from django.urls import reverse  # noqa: E402  (Django has to stand first)
from wagtail.models import Page  # noqa: E402  (Django has to stand first)

from kb.choices import Axis, Tlp, TranslationStatus  # noqa: E402  (Django has to stand first)
from kb.models import Concept, Entry  # noqa: E402  (Django has to stand first)
from kb.viewsets.entries import EntryViewSet  # noqa: E402  (Django has to stand first)
from people import visits  # noqa: E402  (Django has to stand first)
from people.models import Circle, Membership, Organisation, RoleAssignment, User  # noqa: E402  (Django has to stand first)
from people.viewers import ANONYMOUS  # noqa: E402  (Django has to stand first)
from search.facets import BY_AXIS  # noqa: E402  (Django has to stand first)

URLS = 200
PEOPLE = ("member", "reviewer", "curator", "administrator")


def cookie_of(name: str) -> str:
    """Return a session of one of the demonstration's accounts."""
    user = User.objects.get(email=f"{name}@example.org")
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    visits.begin(session)
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def entry_paths() -> list[str]:
    """Return addresses of entries that everybody may read, from all over the collection."""
    rows = Entry.objects.visible_to(ANONYMOUS).filter(
        translation_status=TranslationStatus.ORIGINAL, locale__language_code="en"
    )
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    chosen = ids[:: max(len(ids) // URLS, 1)][:URLS]
    return [row.get_absolute_url() for row in rows.filter(pk__in=chosen)]


def topic_paths() -> list[str]:
    """Return addresses of topics of every vocabulary that is a facet."""
    concepts = Concept.objects.filter(scheme__slug__in=[str(axis) for axis in BY_AXIS]).order_by("slug")
    return [
        reverse("search:topic", args=[scheme, slug]) for scheme, slug in concepts.values_list("scheme__slug", "slug")
    ][:URLS]


def admin_paths() -> list[tuple[str, str, str, str]]:
    """Return who opens what of the editing interface: person, kind, name, address.

    Kinds are "list" and "form" of ours, and "wagtail" for its own list of pages, which is not ours to change.
    """
    viewset: Any = Entry.snippet_viewset
    assert isinstance(viewset, EntryViewSet)
    clear = Entry.objects.visible_to(ANONYMOUS).filter(marking__label=Tlp.CLEAR, locale__language_code="en")
    entry = clear.filter(translation_status=TranslationStatus.ORIGINAL).order_by("pk")[10]
    entries = reverse(viewset.get_url_name("list"))
    found: list[tuple[str, str, str, str]] = []
    for person in ("reviewer", "curator"):
        found += [
            (person, "form", "start", reverse("wagtailadmin_home")),
            (person, "list", "entries", entries),
            (person, "list", "entries-page-2", f"{entries}?p=2"),
            (person, "list", "entries-filtered", f"{entries}?kind=practice&live=1"),
            (person, "list", "entries-searched", f"{entries}?q=barrier"),
            (person, "list", "entries-by-marking", f"{entries}?ordering=marking__label"),
            (person, "form", "entry-kinds", reverse(viewset.get_url_name("add"))),
            (person, "form", "entry-add", reverse(viewset.get_url_name("add")) + "?kind=practice"),
            *(
                (person, "form", f"entry-{name}", reverse(viewset.get_url_name(name), args=[entry.pk]))
                for name in ("edit", "history", "marking", "duplicate", "translate")
            ),
            (person, "form", "page-chooser", reverse("wagtailadmin_choose_page")),
        ]
    found += vocabulary_paths("curator") + people_paths("administrator") + page_paths("administrator")
    return found


def vocabulary_paths(person: str) -> list[tuple[str, str, str, str]]:
    """Return the lists and forms of the vocabularies."""
    concept = Concept.objects.filter(scheme__slug=str(Axis.MEASURE)).order_by("pk")[5]
    return [
        (person, "list", "concepts", reverse("concepts:index")),
        (person, "form", "concept-edit", reverse("concepts:edit", args=[concept.pk])),
        (person, "form", "concept-add", reverse("concepts:add")),
        (person, "list", "vocabularies", reverse("vocabularies:index")),
        (person, "form", "vocabulary-edit", reverse("vocabularies:edit", args=[concept.scheme_id])),
    ]


def people_paths(person: str) -> list[tuple[str, str, str, str]]:
    """Return the lists and forms of people."""
    found: list[tuple[str, str, str, str]] = []
    for name, model in (
        ("wagtailusers_users", User),
        ("organisations", Organisation),
        ("circles", Circle),
        ("memberships", Membership),
        ("roles", RoleAssignment),
    ):
        row: Any = model._default_manager.order_by("pk").last()
        found += [
            (person, "list", name, reverse(f"{name}:index")),
            (person, "form", f"{name}-edit", reverse(f"{name}:edit", args=[row.pk])),
            (person, "form", f"{name}-add", reverse(f"{name}:add")),
        ]
    return found


def page_paths(person: str) -> list[tuple[str, str, str, str]]:
    """Return the list, form and choosers of pages, images and documents."""
    page = Page.objects.filter(depth=3).first() or Page.objects.filter(depth=2).first()
    assert page is not None
    return [
        (person, "wagtail", "pages", reverse("wagtailadmin_explore", args=[Page.objects.filter(depth=2)[0].pk])),
        (person, "form", "page-edit", reverse("wagtailadmin_pages:edit", args=[page.pk])),
        (person, "form", "page-chooser", reverse("wagtailadmin_choose_page")),
    ]


hand_back(
    {
        "cookies": {name: cookie_of(name) for name in PEOPLE},
        "entries": entry_paths(),
        "topics": topic_paths(),
        "home": [reverse("search:home")],
        "results": reverse("search:results"),
        "admin": admin_paths(),
        "works": Entry.objects.published().originals().count(),
    }
)
