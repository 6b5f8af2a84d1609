"""Attack 50: somebody changes or deletes what was recorded. Impossible by site, models, SQL; and no text is in it."""

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connections, transaction
from django.urls import get_resolver
from wagtail.permissions import policy_registry

from people import audit
from people.audit import chain
from people.audit_rows import AuditAnchor, AuditRow, Kept
from tests.attacks.people import KINDS, Cast
from tests.people.audit import log

pytestmark = pytest.mark.django_db

STATEMENTS = (
    "UPDATE people_auditrow SET actor = 0",
    "UPDATE people_auditrow SET hash = previous",
    "DELETE FROM people_auditrow",
    "DELETE FROM people_auditrow WHERE sequence = 1",
    "INSERT INTO people_auditrow SELECT sequence + 5, at, event, actor, object_kind, object_ids, outcome, data, "
    "previous, hash FROM people_auditrow WHERE sequence = 1",
    "INSERT INTO people_auditanchor SELECT sequence, hash, at, 1, '' FROM people_auditrow WHERE sequence = 1",
)


@pytest.fixture
def recorded(cast: Cast) -> list[str]:
    log.empty()
    for actor in (1, 2):
        audit.record(event=audit.Event.LOGIN, actor=actor, kind="person", ids=[actor])
    return [row.hash for row in log.events()]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a50_the_database_itself_refuses(recorded: list[str], statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(using="audit"), connections["audit"].cursor() as cursor:
        cursor.execute(statement)
    assert [row.hash for row in log.events()] == recorded
    assert chain.verify().sound


def test_a50_the_models_refuse(recorded: list[str]) -> None:
    row = AuditRow.objects.get(sequence=1)
    for verb in (
        row.save,
        row.delete,
        AuditRow.objects.all().delete,
        AuditAnchor.objects.all().delete,
        lambda: AuditRow.objects.update(actor=0),
        lambda: AuditRow.objects.bulk_update([row], ["actor"]),
        lambda: AuditRow._base_manager.all()._raw_delete("audit"),
    ):
        with pytest.raises((Kept, DatabaseError)), transaction.atomic(using="audit"):
            verb()
    assert [each.hash for each in log.events()] == recorded


@pytest.mark.parametrize("kind", KINDS)
def test_a50_no_address_takes_anything_but_a_look(cast: Cast, recorded: list[str], kind: str) -> None:
    client = cast.client(kind)
    for address in ("/you/audit/", "/you/audit/export/csv/"):
        for method in ("post", "put", "patch", "delete"):
            assert getattr(client, method)(address).status_code in {403, 404, 405}
    rows = log.events()
    assert [row.hash for row in rows if row.hash in recorded] == recorded
    assert chain.verify().sound


def test_a50_the_editing_interface_knows_no_way_to_it() -> None:
    models = [model for model in apps.get_models() if model.__name__.startswith("Audit")]
    assert len(models) == 3
    for model in models:
        assert not hasattr(model, "snippet_viewset")
        assert model not in getattr(policy_registry, "registry", {})
    patterns = str(get_resolver().reverse_dict.keys())
    assert "auditrow" not in patterns
    assert not ContentType.objects.filter(
        app_label="people", model__startswith="audit", model__endswith="_log"
    ).exists()


def test_a50_whatever_is_done_no_word_of_it_is_in_a_row(cast: Cast) -> None:
    log.empty()
    works = [cast.work(marking) for marking in ("amber_home", "strict_home", "amber_other")]
    for kind, client in cast.clients():
        for work in works:
            for address in (
                f"/entries/{work.entry.public_id}/",
                f"/briefing/?e={work.entry.public_id}",
                f"/search/?q={work.title}",
                f"/admin/snippets/kb/entry/edit/{work.entry.pk}/",
                f"/admin/snippets/kb/entry/?q={work.title}",
                f"/admin/people/{cast.user(kind)}/" if cast.user(kind) else "/admin/",
            ):
                client.get(address)
        client.post("/account/login/", {"login": f"{works[0].title}@example.org", "password": works[0].body})
    rows = log.events()
    assert {row.event for row in rows} >= {"view", "refused"}
    kept = "\n".join(f"{row.event} {row.object_kind} {row.object_ids} {row.outcome} {row.data}" for row in rows)
    secrets = [word for work in works for word in work.words]
    secrets += [place.name for place in (*cast.organisations.values(), *cast.circles.values())]
    for kind in KINDS:
        user = cast.user(kind)
        secrets += [user.name, user.email] if user else []
    assert [word for word in secrets if word in kept] == []
