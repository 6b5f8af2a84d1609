"""TLP:RED: does every form, verb, address and table refuse it?"""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import URLPattern, reverse

from kb import marking
from kb.choices import Tlp
from kb.forms.entries import EntryCreateForm
from kb.forms.handling import LoweringForm
from kb.forms.markings import MarkingForm, RelabelForm, TlpField
from kb.models import Entry, Marking, MarkingChange
from kb.urls import urlpatterns
from tests.attacks.people import EDITORS, Cast
from tests.factories import make_user
from tests.kb.admin_forms import form_data
from tests.kb.marking.test_lowering import World

pytestmark = pytest.mark.django_db
REDS = ("TLP:RED", "RED", "tlp:red", "TLP: RED", " TLP:RED ")


def test_red_is_no_label_of_the_library() -> None:
    assert "TLP:RED" not in Tlp.values
    field = TlpField()
    for red in REDS:
        with pytest.raises(Exception, match="may not be stored"):
            field.clean(red)


def test_every_form_with_a_marking_takes_the_field_that_refuses_red() -> None:
    classes: list[Any] = [MarkingForm]
    for known in classes:
        classes.extend(known.__subclasses__())
    assert {RelabelForm, LoweringForm, EntryCreateForm} <= set(classes)
    assert all(isinstance(each.base_fields["label"], TlpField) for each in classes)


def test_no_table_takes_red() -> None:
    world = World()
    change = world.asked()
    for model, row in ((Marking, world.entry.marking), (MarkingChange, change)):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.filter(pk=row.pk).update(label="TLP:RED")


@pytest.mark.parametrize("red", REDS)
def test_every_verb_refuses_red(red: str) -> None:
    world = World()
    verbs: tuple[Any, ...] = (
        lambda: marking.create(label=red),
        lambda: marking.create_many([marking.Facts(label=red)]),
        lambda: marking.relabel(entry=world.entry, label=red, by=world.curator),
        lambda: world.asked(label=red),
    )
    for verb in verbs:
        with pytest.raises(marking.RedRefused):
            verb()


def test_every_address_that_takes_a_label_refuses_red(cast: Cast) -> None:
    entry = cast.work("green").entry
    names = [str(row.name) for row in urlpatterns if isinstance(row, URLPattern)]
    addresses = [
        reverse(f"kb:{name}", args=[entry.public_id])
        for name in names
        if name not in {"desk", "change", "question", "briefing", "sheet", "recall", "restrict", "told"}
        and not name.startswith(("report", "spill"))
    ]
    steps = ("marking", "widen", "decide")
    addresses += [reverse(Entry.snippet_viewset.get_url_name(step), args=[entry.pk]) for step in steps]
    form = {"label": "TLP:RED", "reason": "x", "audience": "x", "chatham_house": "on"}
    for kind in (*EDITORS, "member", "contact_point", "security_officer"):
        for address in addresses:
            assert cast.client(kind).post(address, form).status_code < 500, address
    assert Marking.objects.get(pk=entry.marking_id).label == Tlp.GREEN
    assert not MarkingChange.objects.exists()


def test_a_new_entry_with_red_is_refused_in_words(client: Any) -> None:
    client.force_login(make_user(roles=["curator"]))
    add = reverse(Entry.snippet_viewset.get_url_name("add"))
    page = client.post(f"{add}?kind=practice", form_data("practice", kind="practice", label="TLP:RED"))
    assert "TLP:RED may not be stored" in page.content.decode()
    assert not Entry.objects.exists()
