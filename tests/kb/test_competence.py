"""Do entries of a reviewer's own areas stand first, and is it said and recorded where an entry lies outside them?"""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry, TaskState

from kb import competence, publishing
from kb.models import Entry
from kb.vocabulary import forget
from people import audit
from people.choices import Role
from people.models import Profile, User
from tests.factories import make_entry, make_user
from tests.people.audit import log

pytestmark = pytest.mark.django_db
TACTICS, DRONES = "attack-tactics-trends", "uas-operations"


@pytest.fixture(autouse=True)
def fresh() -> Any:
    forget()
    yield
    forget()


def reviewer(*areas: str, **more: Any) -> User:
    user = make_user(roles=[Role.REVIEWER], **more)
    Profile.objects.create(user=user, expertise=list(areas))
    return user


def draft(title: str, *areas: str) -> Entry:
    return make_entry(title, live=False, concepts={"expertise-areas": areas})


def submitted(entry: Entry) -> TaskState:
    curator = make_user(roles=[Role.CURATOR])
    entry.save_revision(user=curator)
    entry.get_workflow().start(entry, curator)
    return entry.current_workflow_task_state


def page(client: Client, user: User, entry: Entry) -> str:
    client.force_login(user)
    return client.get(reverse(Entry.snippet_viewset.get_url_name("edit"), args=[entry.pk])).content.decode()


def noted() -> list[Any]:
    return list(ModelLogEntry.objects.filter(action="kb.outside_areas").values_list("user", "data"))


def test_what_is_in_ones_own_areas_waits_first(client: Client) -> None:
    entries = [draft("Zqother", DRONES), draft("Zqnone"), draft("Zqown", TACTICS, DRONES)]
    for entry in entries:
        submitted(entry)
    client.force_login(reviewer(TACTICS))
    shown = client.get("/admin/").content.decode()
    places = {title: shown.index(title) for title in ("Zqother", "Zqnone", "Zqown")}
    assert min(places, key=lambda title: places[title]) == "Zqown"
    assert shown.count("one of your areas") == 1
    client.force_login(reviewer())
    assert "one of your areas" not in client.get("/admin/").content.decode()


def test_a_language_version_is_about_what_its_original_is_about() -> None:
    entry = draft("One", TACTICS)
    version = make_entry("Eins", translation_of=entry, language="de", live=False, concepts={"expertise-areas": []})
    user = reviewer(TACTICS)
    assert competence.in_own_areas(user, [entry, version]) == {entry.pk, version.pk}
    assert competence.outside(user, version) == []
    assert [term.slug for term in competence.outside(reviewer(DRONES), version)] == [TACTICS]


def test_one_area_is_enough_and_an_entry_without_any_is_nobodys() -> None:
    assert competence.outside(reviewer(TACTICS), draft("One", TACTICS, DRONES)) == []
    assert competence.outside(reviewer(), draft("Two")) == []
    assert len(competence.outside(reviewer("never-heard-of"), draft("Three", TACTICS, DRONES))) == 2


def test_the_form_warns_whoever_may_publish_outside_the_own_areas(client: Client) -> None:
    entry = draft("One", TACTICS)
    submitted(entry)
    assert "none of yours" in page(client, reviewer(DRONES), entry)
    assert "none of yours" not in page(client, reviewer(TACTICS), entry)
    assert "none of yours" not in page(client, make_user(roles=[Role.CURATOR]), entry)


def test_an_approval_outside_the_own_areas_is_recorded_with_it() -> None:
    log.empty()
    inside, out = draft("One", TACTICS), draft("Two", DRONES)
    user = reviewer(TACTICS)
    for entry in (inside, out):
        state = submitted(entry)
        state.task.specific.on_action(state, user, "approve")
        assert Entry.objects.get(pk=entry.pk).live
    assert noted() == [(user.pk, {"areas": [DRONES]})]
    rows = [json.loads(row.data)["action"] for row in log.events(audit.Event.ADMIN_ACTION) if row.actor == user.pk]
    assert rows.count("kb.outside_areas") == 1


def test_whoever_publishes_without_a_review_is_recorded_too_the_system_is_not() -> None:
    user = reviewer(TACTICS)
    for by in (user, None):
        entry = draft("One", DRONES)
        entry.save_revision(user=make_user(roles=[Role.CURATOR]))
        publishing.publish_entry(entry=entry, by=by)
    assert noted() == [(user.pk, {"areas": [DRONES]})]


def test_what_may_not_be_published_is_not_recorded() -> None:
    entry = make_entry(live=False, concepts={"expertise-areas": [DRONES]}, sections={"problem": None})
    entry.save_revision()
    with pytest.raises(publishing.NotPublishable):
        publishing.publish_entry(entry=entry, by=reviewer(TACTICS))
    assert noted() == []
