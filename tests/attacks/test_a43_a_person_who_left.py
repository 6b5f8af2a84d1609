"""a43, f27: whoever leaves is found nowhere any more, and what others rely on stays.

Every table is walked, whatever its name, and every reference to an account: a table that comes later is covered.
"""

import io
import json
import zipfile

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Comment, CommentReply, Page, Revision

from kb.models import Entry, Spill, SpillPerson, TechnicalReviewTask
from people import audit, invitations, memberships
from people.audit.reading import OWN_SHOWN
from people.choices import RequestState, Role
from people.models import AccessRequest, Invitation, Membership, OutgoingMail, RoleAssignment, User
from tests.factories import PASSWORD, confirm_address, make_entry, make_organisation, make_request, make_user
from tests.people.audit import log as log_of_the_site

pytestmark = pytest.mark.django_db

NAMES = ("zqgiven", "zqfamily", "zqaddress")


def everything() -> str:
    """Return the text of every row of every table, as the database holds it."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += [f"{table}: {row}" for row in cursor.fetchall()]
    return "\n".join(found)


def places(text: str) -> list[str]:
    return [row[:300] for row in text.splitlines() if any(name in row.lower() for name in NAMES)]


def references(number: int) -> list[str]:
    """Return every column that refers to the account with this number."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if field.related_model is User and model._base_manager.filter(**{field.attname: number}).exists():
                found.append(f"{model._meta.label}.{field.name}")
    return found


@pytest.fixture
def person() -> User:
    """Give somebody who has left traces wherever that is possible."""
    person = confirm_address(
        make_user("Zqaddress@example.org", name="Zqgiven Zqfamily", roles=[Role.CURATOR, Role.TRAINER])
    )
    Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})
    return person


@pytest.fixture
def entry(person: User) -> Entry:
    """Give an entry that the person wrote in the editing interface, sent for review and locked."""
    entry: Entry = make_entry("Slow them down", live=False)
    entry.locked, entry.locked_by = True, person
    entry.save()
    entry.save_revision(user=person, log_action="wagtail.create", clean=False)
    log(instance=entry, action="wagtail.lock", user=person)
    entry.get_workflow().start(entry, person)
    state = entry.current_workflow_task_state
    assert isinstance(state.task.specific, TechnicalReviewTask)
    state.finished_by = person
    state.save()
    return entry


def leave_traces(person: User) -> None:
    """Add what stands around a person: pages, requests, invitations, mails, logs about the account."""
    page = Page.objects.filter(depth=2).first() or Page.get_first_root_node().add_child(title="Home", slug="zh")
    page.owner = page.locked_by = person
    page.save()
    comment = Comment.objects.create(page=page, user=person, text="Zqfamily was here", contentpath="title")
    CommentReply.objects.create(comment=comment, user=person, text="Zqfamily again")
    page.save_revision(user=person)
    log(instance=page, action="wagtail.edit", user=person)
    place = person.memberships.get().organisation
    chief = make_user(roles=[Role.ADMINISTRATOR])
    other = make_user(organisation=place)
    Membership.objects.filter(user=other).update(vetted_by=person)
    make_request(person, organisation=make_organisation())
    make_request(make_user(member=False), state=RequestState.DECLINED, decided_at=timezone.now(), decided_by=person)
    Invitation.objects.create(
        organisation=place, email="x@example.org", digest="d", invited_by=person, expires_at=timezone.now()
    )
    elsewhere = make_organisation()
    invitations.invite(email=person.email, organisation=elsewhere, by=chief)
    OutgoingMail.objects.create(content={"to": ["ZQaddress@example.org"], "body": "x"}, due_at=timezone.now())
    EmailMessage("x", "x", to=[person.email]).send()
    # What the editing interface writes about accounts, memberships and roles: their names are labels of rows.
    for row in (person, person.memberships.get(), *person.role_assignments.all()):
        log(instance=row, action="wagtail.edit", user=chief)
    gone = RoleAssignment.objects.filter(user=person, role=Role.TRAINER).get()
    log(instance=gone, action="wagtail.delete", user=chief)
    gone.delete()


def signed_in(person: User) -> Client:
    """Return a browser in which the person has just given the password."""
    Authenticator.objects.filter(user=person).delete()
    client = Client()
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def test_a43_nothing_names_whoever_left_and_the_text_stays(person: User, entry: Entry) -> None:
    leave_traces(person)
    number = person.pk
    client, elsewhere = signed_in(person), Client()
    elsewhere.force_login(person)
    assert len(places(everything())) > 8
    assert len(references(number)) > 10
    assert client.get(reverse("people:leave")).status_code == 200
    answer = client.post(reverse("people:leave"), {"email": " zqADDRESS@example.org "})
    assert answer.url == reverse("people:left")
    assert "deleted" in client.get(answer.url).content.decode()
    assert places(everything()) == []
    assert references(number) == []
    for browser in (client, elsewhere):
        assert browser.get(reverse("people:account")).status_code == 302
    entry.refresh_from_db()
    assert (entry.title, entry.locked_by) == ("Slow them down", None)
    stored = [json.dumps(content) for content in Revision.objects.values_list("content", flat=True)]
    assert stored
    for key in ("locked_by", "owner", "user"):
        assert not any(f'"{key}": {number}' in content for content in stored)


def test_f27_evidence_stays_when_the_person_goes(person: User, entry: Entry) -> None:
    leave_traces(person)
    counted = {
        model: model._base_manager.count()
        for model in (Entry, Revision, apps.get_model("wagtailcore.WorkflowState"), AccessRequest)
    }
    own = AccessRequest.objects.filter(user=person).count()
    signed_in(person).post(reverse("people:leave"), {"email": person.email})
    for model, before in counted.items():
        assert model._base_manager.count() == before - (own if model is AccessRequest else 0)
    kept = apps.get_model("wagtailcore.ModelLogEntry").objects
    assert kept.filter(content_type=ContentType.objects.get_for_model(Entry)).exists()


def taken_along(person: User) -> str:
    answer = signed_in(person).get(reverse("people:export"))
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as bundle:
        return bundle.read("personal-data.json").decode()


def test_a49_they_hold_visits_provider_notices_of_spills_and_every_audit_row(ground: None, person: User) -> None:
    log_of_the_site.empty()
    User.objects.filter(pk=person.pk).update(time_zone="Europe/Paris")
    SocialAccount.objects.create(user=person, provider="sso", uid="number-1")
    spill = Spill.objects.create(about="entry", key="k7m2q9", reason="identifies")
    SpillPerson.objects.create(spill=spill, person=person.pk, part="reader", told_at=timezone.now())
    for _number in range(OWN_SHOWN + 1):
        audit.record(event=audit.Event.VIEW, actor=person.pk, kind="entry", ids=["k7m2q9"])
    audit.record(event=audit.Event.VIEW, actor=person.pk + 1, kind="entry", ids=["zqothers"])
    text = taken_along(person)
    data = json.loads(text)
    assert (data["account"]["time_zone"], data["account"]["identity_provider"][0]["uid"]) == (
        "Europe/Paris",
        "number-1",
    )
    assert {"browser", "network"} <= data["sessions"][0].keys()
    assert data["told_by_the_security_officer"][0]["spill__key"] == "k7m2q9"
    views = [row["object_ids"] for row in data["audit_log"] if row["event"] == "view"]
    assert views == [["k7m2q9"]] * (OWN_SHOWN + 1)
    assert "zqothers" not in text


def test_a49_the_own_data_come_as_a_file_that_holds_nothing_of_others(person: User, entry: Entry) -> None:
    leave_traces(person)
    hidden = make_entry("Zqhidden", label="TLP:AMBER+STRICT", owning_organisation=make_organisation())
    hidden.save_revision(user=person, clean=False)
    text = taken_along(person)
    data = json.loads(text)
    assert data["account"]["e-mail"] == "zqaddress@example.org"
    assert {"memberships", "roles", "sessions", "requests_for_access", "saved_versions_of_entries"} <= data.keys()
    assert "Zqhidden" not in text
    others = set(User.objects.exclude(pk=person.pk).values_list("email", flat=True))
    assert not [address for address in others if address in text]


@pytest.mark.parametrize("name", ["people:leave", "people:export"])
def test_a_stranger_and_an_old_sign_in_are_asked_first(client: Client, person: User, name: str) -> None:
    assert client.get(reverse(name)).status_code == 302
    client.force_login(person)  # without the time of a password
    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert "reauthenticate" in answer.url
    client.post(reverse(name), {"email": person.email})
    assert User.objects.filter(pk=person.pk).exists()


def test_another_address_deletes_nothing(person: User) -> None:
    answer = signed_in(person).post(reverse("people:leave"), {"email": "other@example.org"})
    assert "not the address of your account" in answer.content.decode()
    assert User.objects.filter(pk=person.pk).exists()


def test_the_last_administrator_and_the_last_contact_point_are_told_why_they_stay() -> None:
    chief = confirm_address(make_user(roles=[Role.ADMINISTRATOR]))
    point = confirm_address(make_user(roles=[Role.CONTACT_POINT]))
    make_user(organisation=point.memberships.get().organisation)
    for person, words in ((chief, "only administrator"), (point, "only contact point")):
        browser = signed_in(person)
        assert words in browser.get(reverse("people:leave")).content.decode()
        assert words in browser.post(reverse("people:leave"), {"email": person.email}).content.decode()
        assert User.objects.filter(pk=person.pk).exists()
    assert memberships.is_last_administrator(chief)


def test_an_account_that_nobody_confirmed_is_dropped_and_others_stay(person: User) -> None:
    from people import leaving

    stranger = make_user("never@example.org", member=False)
    EmailAddress.objects.create(user=stranger, email=stranger.email, verified=False, primary=True)
    learner = confirm_address(make_user("learner@example.org", member=False))
    User.objects.update(joined_at=timezone.now() - leaving.UNCONFIRMED_FOR * 2)
    assert leaving.drop_unconfirmed() == 1
    assert not User.objects.filter(pk=stranger.pk).exists()
    assert User.objects.filter(pk__in=[person.pk, learner.pk]).count() == 2
    assert mail.outbox == []
