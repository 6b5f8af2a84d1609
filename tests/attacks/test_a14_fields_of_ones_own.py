"""Attack 14: fields that a form does not offer are sent along with it. They are passed over, or the form is refused."""

from typing import Any

import pytest
from django.urls import reverse

from kb import curation
from kb.models import Entry, Marking
from people.choices import Role
from people.models import AccessRequest, Invitation
from tests.attacks.people import KINDS, Cast
from tests.factories import confirm_address, locale, make_organisation
from tests.kb.admin_forms import edit_data, form_data

pytestmark = pytest.mark.django_db

EDITING = ("curator", "reviewer", "other_reviewer")
# What stands in the row of an entry beside its text, and what the form of an entry would have to leave alone.
KEPT = (
    *("public_id", "source_key", "kind", "marking_id", "translation_key", "translation_status", "locale_id", "live"),
    *("standing", "maturity", "published_date", "reviewed_date", "first_published_at", "live_revision_id", "locked"),
)


def more(cast: Cast, entry: Entry) -> dict[str, Any]:
    """Return fields with which a form would do more than it offers."""
    other = cast.work("clear").entry
    return {
        **{"label": "TLP:CLEAR", "tlp": "TLP:CLEAR", "marking": other.marking_id, "marking_id": other.marking_id},
        **{"status": "published", "live": "on", "standing": "current", "maturity": "validated", "locked": "on"},
        **{"owner": cast.user("superuser").pk, "reviewed_by": cast.user("curator").pk, "org": "1"},
        **{"owning_organisation": cast.organisations["other"].pk, "circles": [cast.circles["other"].pk]},
        **{"public_id": "zzzzzzzz", "source_key": "zq", "translation_key": other.translation_key, "pk": other.pk},
        **{"translation_status": "checked", "published_date": "2020-01-01", "reviewed_date": "2020-01-01"},
        **{"locale": locale("fr").pk, "id": other.pk, "kind": "lesson", "live_revision": "1"},
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a14_the_form_of_an_entry_takes_what_it_offers_and_nothing_else(cast: Cast, kind: str) -> None:
    entry = cast.work("green", "changed").entry
    before = Entry.objects.filter(pk=entry.pk).values(*KEPT).get()
    address = reverse(Entry.snippet_viewset.get_url_name("edit"), args=[entry.pk])
    told = cast.client(kind).post(address, {**edit_data(entry, title="Another title"), **more(cast, entry)})
    assert told.status_code == (302 if kind in {*EDITING, "anonymous"} else 404)
    stored = Entry.objects.get(pk=entry.pk)
    assert Entry.objects.filter(pk=entry.pk).values(*KEPT).get() == before
    assert Marking.objects.get(pk=entry.marking_id).label == "TLP:GREEN"
    draft = stored.get_latest_revision_as_object()
    assert {name: getattr(draft, name) for name in KEPT if name != "live"} == {
        name: value for name, value in before.items() if name != "live"
    }
    # The rest of the form was taken, where the person may send it.
    assert (draft.title == "Another title") is (kind in EDITING)


def test_a14_a_language_version_takes_no_header_of_its_own(cast: Cast) -> None:
    entry = cast.work("green").entry
    version = curation.translate(entry=entry, locale=locale("fr"), by=cast.user("curator"))
    address = reverse(Entry.snippet_viewset.get_url_name("edit"), args=[version.pk])
    own = {"evidence_source": "A", "evidence_info": "1", "review_by": "2040-01-01", "translation_status": "checked"}
    assert cast.client("curator").post(address, {**edit_data(version), **own}).status_code == 302
    draft = Entry.objects.get(pk=version.pk).get_latest_revision_as_object()
    assert (draft.evidence_source, draft.evidence_info, str(draft.review_by)) == ("B", "2", "2029-05-06")


@pytest.mark.parametrize("kind", EDITING)
def test_a14_a_new_entry_names_no_circle_and_no_organisation_of_others(cast: Cast, kind: str) -> None:
    elsewhere = "home" if kind == "other_reviewer" else "other"
    add = f"{reverse(Entry.snippet_viewset.get_url_name('add'))}?kind=practice"
    markings: tuple[dict[str, Any], ...] = (
        {"label": "TLP:AMBER", "circles": [cast.circles[elsewhere].pk]},
        {"label": "TLP:AMBER+STRICT", "owning_organisation": cast.organisations[elsewhere].pk},
    )
    for marking in markings:
        form = form_data(kind="practice", chatham_house="on", **marking)
        assert cast.client(kind).post(add, form).status_code == 200, marking
    assert not Entry.objects.exists()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "anonymous"])
def test_a14_nobody_gives_themselves_roles_or_another_address(cast: Cast, kind: str) -> None:
    user = confirm_address(cast.user(kind))
    roles, places = set(user.role_assignments.values_list("role", flat=True)), list(user.memberships.values())
    rights = {"is_superuser": "on", "is_staff": "on", "is_active": "on", "email": "other@example.org", "pk": "1"}
    own = {"roles": list(Role.values), "role": Role.ADMINISTRATOR, "organisation": cast.organisations["other"].pk}
    form = {"name": "Zqnew", "time_zone": "", "languages": [], "mail-review": "daily", **rights, **own}
    for address in ("/you/settings/", "/you/", "/you/inbox/", "/you/visits/"):
        cast.client(kind).post(address, form)
    before = (user.is_superuser, user.email, user.pk)
    user.refresh_from_db()
    assert (user.is_superuser, user.email, user.pk) == before
    assert set(user.role_assignments.values_list("role", flat=True)) == roles
    assert list(user.memberships.values()) == places


def test_a14_whoever_asks_for_access_names_no_organisation_that_is_not_listed(cast: Cast) -> None:
    confirm_address(cast.user("learner"))
    unlisted = make_organisation("Zqunlisted")
    form = {"organisation": unlisted.pk, "role_wanted": "expert", "reason": "I advise cities.", "state": "approved"}
    told = cast.client("learner").post("/join/request/", form)
    assert told.status_code == 200
    assert "Zqunlisted" not in told.content.decode()
    assert not AccessRequest.objects.exists()


def test_a14_a_contact_point_invites_no_contact_point(cast: Cast) -> None:
    place, person = cast.organisations["home"], cast.user("contact_point")
    person.role_assignments.update(organisation=place)
    form = {"email": "new@example.org", "contact_point": "on", "organisation": cast.organisations["other"].pk}
    cast.client("contact_point").post(f"/you/organisations/{place.pk}/invite/", form)
    assert list(Invitation.objects.values_list("organisation", "contact_point")) == [(place.pk, False)]
