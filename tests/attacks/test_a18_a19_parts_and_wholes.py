"""Does what is copied, translated or put together keep the highest label and the Chatham House rule of its parts?"""

import pytest

from kb import curation, marking
from kb.choices import Tlp
from kb.models import Entry, EntryRelation, Marking
from kb.sharing import tlp
from tests.attacks.people import Cast
from tests.factories import locale, make_entry, make_marking

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["green", "amber_home", "strict_home"])
def test_a18_copies_and_translations_stay_within_the_marking(cast: Cast, name: str) -> None:
    work = cast.work(name)
    work.entry.save_revision()
    entry = Entry.objects.get(pk=work.entry.pk)
    copy = curation.copy_entry(entry=entry, by=cast.user("curator"))
    version = curation.translate(entry=entry, locale=locale("fr"), by=cast.user("curator"))
    for made in (copy, version):
        assert marking.snapshot(made.marking) == marking.snapshot(entry.marking)
    Entry.objects.filter(pk__in=(copy.pk, version.pk)).update(
        live=True, published_date="2026-05-06", review_by="2029-01-01", evidence_source="B", evidence_info="2"
    )
    for kind in ("anonymous", "learner", "partner", "superuser"):
        for made in (copy, version):
            assert cast.client(kind).get(made.get_absolute_url()).status_code == 404


def test_a18_an_older_revision_or_form_brings_no_label_back(cast: Cast) -> None:
    entry = make_entry()
    revision = entry.save_revision()
    curator = cast.user("curator")
    assert curator is not None
    marking.restrict_now(entry=Entry.objects.get(pk=entry.pk), by=curator)
    revision.publish(skip_permission_checks=True)
    entry.save()  # a stale object in memory
    assert Marking.objects.get(pk=entry.marking_id).label == Tlp.AMBER_STRICT


@pytest.mark.parametrize("name", ["green", "amber_home", "strict_home"])
def test_a19_a_whole_takes_the_highest_label_of_its_parts(cast: Cast, name: str) -> None:
    part = cast.work(name).entry
    public = make_entry(marking=make_marking(chatham_house=False))
    EntryRelation.objects.create(source=public, target=part, type="supports")
    banner = f'value="{part.marking.label}">{part.marking.label}</data></span></p></aside>'
    both = f"/briefing/?e={public.public_id}&e={part.public_id}"
    for address in (both, public.get_absolute_url()):
        page = cast.client("member").get(address).content.decode()
        assert page.count(banner) == 2, "at the head and at the foot"
        assert page.count("Chatham House rule</span> <data") >= 2
        other = cast.client("anonymous").get(address).content.decode()
        assert part.marking.label not in other
        assert "Chatham House rule</span> <data" not in other


def test_a19_the_highest_label_and_the_rule_win_in_every_order() -> None:
    labels = [Tlp.GREEN, Tlp.AMBER_STRICT, Tlp.CLEAR, Tlp.AMBER]
    assert {tlp.highest(labels[turn:] + labels[:turn]) for turn in range(4)} == {Tlp.AMBER_STRICT}
    plain, house = Marking(chatham_house=False), Marking(chatham_house=True)
    assert tlp.withholds_source([plain, house])
    assert not tlp.withholds_source([plain, plain])
