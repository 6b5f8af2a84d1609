"""Do the object's half, the database's half and the index's half of the sharing rule always say the same?"""

from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.choices import Standing, Tlp
from kb.models import Entry, Marking
from kb.sharing import audience, policy, querysets
from people.choices import MembershipState, Role
from people.models import Circle, Membership, Organisation, RoleAssignment, User
from people.viewers import ANONYMOUS, Viewer, viewer_of
from tests.factories import locale

pytestmark = pytest.mark.django_db

ORGANISATIONS = CIRCLES = 3

_organisation = st.fixed_dictionaries(
    {"is_partner": st.booleans(), "circles": st.sets(st.integers(0, CIRCLES - 1), max_size=CIRCLES)}
)
_account = st.fixed_dictionaries(
    {
        "is_superuser": st.booleans(),
        "is_active": st.sampled_from([True, True, True, False]),
        "memberships": st.dictionaries(
            st.integers(0, ORGANISATIONS - 1), st.sampled_from(MembershipState.values), max_size=2
        ),
        "roles": st.sets(st.sampled_from(Role.values), max_size=2),
    }
)
_entry = st.fixed_dictionaries(
    {
        "label": st.sampled_from(Tlp.values),
        "circles": st.sets(st.integers(0, CIRCLES - 1), max_size=CIRCLES),
        "owner": st.integers(0, ORGANISATIONS - 1),
        "partner_release": st.booleans(),
        "frozen": st.sampled_from([False, False, True]),
        "live": st.booleans(),
        "standing": st.sampled_from(Standing.values),
    }
)
WORLDS = st.fixed_dictionaries(
    {
        "organisations": st.lists(_organisation, min_size=ORGANISATIONS, max_size=ORGANISATIONS),
        "accounts": st.lists(_account, min_size=1, max_size=4),
        "entries": st.lists(_entry, min_size=1, max_size=6),
    }
)


def build(world: dict[str, Any]) -> tuple[list[Viewer], list[Entry]]:
    """Store the world; return everybody's scope, anonymous included, and the entries."""
    circles = [Circle.objects.create(name=f"Circle {number}") for number in range(CIRCLES)]
    organisations = []
    for number, row in enumerate(world["organisations"]):
        place = Organisation.objects.create(
            name=f"Body {number}", kind="police", country="BE", is_partner=row["is_partner"]
        )
        place.circles.set(circles[index] for index in row["circles"])
        organisations.append(place)
    viewers = [ANONYMOUS]
    for number, row in enumerate(world["accounts"]):
        user = User.objects.create(
            email=f"p{number}@example.org", is_superuser=row["is_superuser"], is_active=row["is_active"]
        )
        for index, state in row["memberships"].items():
            Membership.objects.create(user=user, organisation=organisations[index], state=state)
        RoleAssignment.objects.bulk_create(RoleAssignment(user=user, role=role) for role in row["roles"])
        viewers.append(viewer_of(user))
    entries = []
    for row in world["entries"]:
        marking = Marking.objects.create(
            label=row["label"],
            owning_organisation=organisations[row["owner"]] if row["label"] == Tlp.AMBER_STRICT else None,
            partner_release=row["partner_release"] and row["label"] == Tlp.GREEN,
            frozen_at=timezone.now() if row["frozen"] else None,
        )
        marking.circles.set(circles[index] for index in row["circles"])
        entries.append(
            Entry.objects.create(
                title="A title",
                summary="A summary",
                kind="lesson",
                marking=marking,
                locale=locale(),
                live=row["live"],
                standing=row["standing"],
                evidence_source="B",
                evidence_info="2",
                review_by="2029-01-01",
                published_date="2026-01-01",
            )
        )
    return viewers, entries


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=WORLDS)
def test_what_one_half_shows_the_others_show_too(world: dict[str, Any]) -> None:
    with transaction.atomic():
        viewers, entries = build(world)
        for viewer in viewers:
            visible = list(Entry.objects.visible_to(viewer).values_list("pk", flat=True))
            editable = list(Entry.objects.editable_by(viewer).values_list("pk", flat=True))
            assert len(visible) == len(set(visible))
            assert len(editable) == len(set(editable))
            tokens = set(audience.of_viewer(viewer))
            for entry in entries:
                assert policy.can_view(viewer, entry) == (entry.pk in visible)
                assert policy.can_edit(viewer, entry) == (entry.pk in editable)
                assert entry.marking.frozen_at is None or entry.pk not in {*visible, *editable}
                cleared = Marking.objects.filter(querysets.cleared(viewer), pk=entry.marking_id).exists()
                assert cleared == policy.clears(viewer, entry.marking)
                shares_token = bool(tokens & set(audience.of_marking(entry.marking)))
                assert shares_token == policy.clears(viewer, entry.marking)
                assert not policy.can_publish(viewer, entry) or policy.can_edit(viewer, entry)
        transaction.set_rollback(True)


def test_the_worlds_reach_every_way_to_be_admitted_and_refused() -> None:
    """Guards the property test: if `build` gave nobody any access, the halves would agree on nothing."""
    world = {
        "organisations": [
            {"is_partner": False, "circles": {0}},
            {"is_partner": True, "circles": {1}},
            {"is_partner": False, "circles": set()},
        ],
        "accounts": [
            {"is_superuser": False, "is_active": True, "memberships": {0: "active"}, "roles": {"reviewer"}},
            {"is_superuser": True, "is_active": True, "memberships": {}, "roles": {"reviewer"}},
            {"is_superuser": False, "is_active": True, "memberships": {1: "active"}, "roles": set()},
        ],
        "entries": [
            {
                "label": label,
                "circles": {0},
                "owner": 0,
                "partner_release": release,
                "frozen": False,
                "live": True,
                "standing": "current",
            }
            for label in Tlp.values
            for release in (False, True)
        ],
    }
    (anonymous, reviewer, superuser, partner), entries = build(world)
    seen = [
        {entry.pk for entry in entries if policy.can_view(viewer, entry)}
        for viewer in (anonymous, reviewer, superuser, partner)
    ]
    assert [len(found) for found in seen] == [2, 8, 2, 3]
    assert Entry.objects.editable_by(superuser).count() == 0
    assert Entry.objects.editable_by(reviewer).count() == 8
