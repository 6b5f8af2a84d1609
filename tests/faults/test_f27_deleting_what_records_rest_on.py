"""Deleting a person, entry or circle that records rest on is refused, or leaves the records without the name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.db.models import CASCADE, ForeignKey, ProtectedError
from django.test import Client
from django.urls import reverse
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, Revision

from kb.choices import RelationType, Tlp
from kb.models import Entry, EntryRelation, Marking
from people.choices import Role
from people.models import Circle, Membership, Organisation, RoleAssignment, User
from tests.factories import make_circle, make_concept, make_entry, make_organisation, make_user

pytestmark = pytest.mark.django_db

OWN = {"people", "kb", "search", "config"}

# What goes with what it belongs to, and says nothing that anybody else relies on.
PARTS = {
    # of an account: its rights, doors and preferences
    ("people.User", "people.Membership"),
    ("people.User", "people.RoleAssignment"),
    ("people.User", "people.User_groups"),
    ("people.User", "people.User_user_permissions"),
    ("people.User", "account.EmailAddress"),
    ("people.User", "mfa.Authenticator"),
    ("people.User", "socialaccount.SocialAccount"),
    ("people.User", "usersessions.UserSession"),
    ("people.User", "people.AccessRequest"),
    ("people.User", "people.Notice"),
    ("people.User", "people.Profile"),
    ("people.User", "wagtailadmin.EditingSession"),
    ("people.User", "wagtailadmin.FormState"),
    ("people.User", "wagtailcore.APIToken"),
    ("people.User", "wagtailcore.PageSubscription"),
    ("people.User", "wagtailusers.UserProfile"),
    # remarks in the margin of a page that is being written, nowhere else
    ("people.User", "wagtailcore.Comment"),
    ("people.User", "wagtailcore.CommentReply"),
    # of an entry: what describes it
    ("kb.Entry", "kb.EntryConcept"),
    ("kb.Entry", "kb.EntryKeyword"),
    ("kb.Entry", "kb.EntryReference"),
    ("kb.Entry", "kb.MarkingWordUse"),
    ("kb.Entry", "kb.EntryRelation"),  # as its source; as a target it is kept
    ("kb.Keyword", "kb.EntryKeyword"),
    ("kb.Concept", "kb.Concept_related"),
    ("kb.MediaImage", "kb.MediaRendition"),
    # of a marking and of a circle that no marking names
    ("kb.Marking", "kb.Marking_circles"),
    ("people.Circle", "kb.Marking_circles"),
    ("kb.MarkingChange", "kb.MarkingChange_circles"),
    ("people.Circle", "kb.MarkingChange_circles"),
    ("people.Circle", "people.CircleInvitation"),
    ("people.Organisation", "people.CircleInvitation"),
    ("people.Circle", "people.Circle_organisations"),
    ("people.Organisation", "people.Circle_organisations"),
}


def references() -> Iterator[tuple[str, str, ForeignKey[Any, Any]]]:
    """Yield every reference to one of our records, from whichever app it comes: target, source and field."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields(include_hidden=True):
            if isinstance(field, ForeignKey) and field.related_model._meta.app_label in OWN:
                yield field.related_model._meta.label, model._meta.label, field


def test_f27_nothing_goes_with_a_record_but_its_own_parts() -> None:
    found = list(references())
    assert len(found) > 40
    unforeseen = [
        f"{source}.{field.name} goes with {target}"
        for target, source, field in found
        if field.remote_field.on_delete is CASCADE and (target, source) not in PARTS
    ]
    assert unforeseen == []


def test_f27_every_part_that_is_named_exists() -> None:
    cascades = {(target, source) for target, source, field in references() if field.remote_field.on_delete is CASCADE}
    assert PARTS - cascades == set()


def test_f27_a_person_who_goes_leaves_the_records_without_the_name(client: Client) -> None:
    person = make_user(roles=[Role.CURATOR])
    entry = make_entry(live=False)
    entry.save_revision(user=person)
    log(instance=entry, action="wagtail.create", user=person)
    key = person.pk
    person.delete()
    assert Entry.objects.filter(pk=entry.pk).exists()
    assert Revision.objects.for_instance(entry).get().user is None
    line = ModelLogEntry.objects.get(action="wagtail.create", object_id=str(entry.pk))
    assert (line.user_id, line.object_id) == (key, str(entry.pk))
    client.force_login(make_user(roles=[Role.CURATOR]))
    history = client.get(reverse(Entry.snippet_viewset.get_url_name("history"), args=[entry.pk]))
    assert f"user {key} (deleted)" in history.content.decode()
    assert not Membership.objects.filter(user_id=key).exists()
    assert not RoleAssignment.objects.filter(user_id=key).exists()


def test_f27_nobody_who_comes_later_takes_over_the_key_of_somebody_who_went() -> None:
    person = make_user()
    key = person.pk
    person.delete()
    assert make_user().pk != key


@pytest.mark.parametrize("superuser", [False, True])
def test_f27_the_interface_deletes_no_accounts_organisations_or_circles(client: Client, superuser: bool) -> None:
    circle = make_circle(organisations=[make_organisation()])
    person = make_user()
    client.force_login(make_user(roles=[Role.ADMINISTRATOR], superuser=superuser))
    for namespace, record in (
        ("wagtailusers_users", person),
        ("organisations", Organisation.objects.first()),
        ("circles", circle),
    ):
        client.post(reverse(f"{namespace}:delete", args=[record.pk]))
        assert type(record).objects.filter(pk=record.pk).exists()
    assert User.objects.filter(pk=person.pk).exists()


def test_f27_an_entry_that_others_point_to_is_kept(client: Client) -> None:
    target, source = make_entry(live=False, published_date=None), make_entry()
    EntryRelation.objects.create(source=source, target=target, type=RelationType.SUPPORTS)
    with pytest.raises(ProtectedError), transaction.atomic():
        target.delete()
    client.force_login(make_user(roles=[Role.REVIEWER, Role.CURATOR]))
    client.post(reverse(Entry.snippet_viewset.get_url_name("delete"), args=[target.pk]))
    assert Entry.objects.filter(pk=target.pk).exists()


def test_f27_an_entry_that_was_published_is_kept_with_its_history(client: Client) -> None:
    entry = make_entry()
    entry.save_revision()
    client.force_login(make_user(roles=[Role.REVIEWER, Role.CURATOR], superuser=True))
    client.post(reverse(Entry.snippet_viewset.get_url_name("delete"), args=[entry.pk]))
    assert Revision.objects.for_instance(Entry.objects.get(pk=entry.pk)).count() == 1


@pytest.mark.parametrize("what", ["concept", "marking", "organisation", "circle"])
def test_f27_what_entries_rest_on_cannot_be_taken_from_under_them(what: str) -> None:
    circle, organisation = make_circle(), make_organisation()
    make_entry(label=Tlp.AMBER, circles=[circle])
    strict = make_entry(label=Tlp.AMBER_STRICT, owning_organisation=organisation)
    record: Any = {
        "concept": make_concept("facility-types", "christmas-market"),
        "marking": strict.marking,
        "organisation": organisation,
        "circle": circle,
    }[what]
    with pytest.raises(ProtectedError), transaction.atomic():
        record.delete()
    with pytest.raises(ProtectedError), transaction.atomic():
        type(record).objects.filter(pk=record.pk).delete()
    assert Marking.objects.filter(circles=circle).exists()


def test_f27_a_circle_that_no_marking_names_may_go() -> None:
    circle = make_circle(organisations=[make_organisation()])
    circle.delete()
    assert not Circle.objects.filter(pk=circle.pk).exists()
