"""a19: nothing is published with a picture or file in it that not all its readers may see."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from kb import publishing, uploads
from kb.choices import Tlp
from kb.models import Entry, GuidancePage
from tests.attacks.people import Cast
from tests.factories import make_entry, make_file, make_picture

pytestmark = pytest.mark.django_db

# Marking of the whole, marking of the part: may it stand there?
PAIRS = {
    ("clear", "clear"): True,
    ("clear", "green"): False,
    ("clear", "amber_home"): False,
    ("green", "clear"): True,
    ("green", "green"): True,
    ("green", "amber_home"): False,
    ("green_released", "green"): False,
    ("amber_home", "green"): True,
    ("amber_home", "amber_home"): True,
    ("amber_home", "amber_other"): False,
    ("amber_home", "strict_home"): False,
    ("strict_home", "amber_home"): True,
    ("strict_home", "strict_home"): True,
}


def holding(cast: Cast, whole: str, item: Any, kind: str, **fields: Any) -> Entry:
    """Return a draft with a picture or file in it, its newest revision ready to be published."""
    rows = [{kind: item.public_id, "caption": ""}]
    entry = make_entry(marking=cast.marking(whole), sections={f"{kind}s": rows}, live=False, **fields)
    entry.save_revision()
    return Entry.objects.get(pk=entry.pk)


@pytest.mark.parametrize("kind", ["picture", "file"])
@pytest.mark.parametrize(("whole", "part"), PAIRS)
def test_a19_a_whole_is_published_only_with_what_all_its_readers_may_see(
    cast: Cast, whole: str, part: str, kind: str
) -> None:
    item = {"picture": make_picture, "file": make_file}[kind](cast.marking(part), title="Zqtitle")
    entry = holding(cast, whole, item, kind)
    if PAIRS[whole, part]:
        publishing.publish_entry(entry=entry, by=None)
        assert Entry.objects.get(pk=entry.pk).live
        return
    with pytest.raises(publishing.NotPublishable) as refusal:
        publishing.publish_entry(entry=entry, by=None)
    assert item.public_id in str(refusal.value)
    assert "Zqtitle" not in str(refusal.value)
    assert not Entry.objects.get(pk=entry.pk).live


def test_a19_a_part_that_is_narrowed_later_is_seen_by_those_of_both_only(cast: Cast) -> None:
    picture = make_picture(cast.marking("green"), description="Zqpicture")
    entry = holding(cast, "green", picture, "picture")
    publishing.publish_entry(entry=entry, by=None)
    uploads.narrow(item=picture, label=Tlp.AMBER, circles=[cast.circles["home"]], by=None)
    for kind, sees in {"member": True, "other_member": False}.items():
        page = cast.client(kind).get(entry.get_absolute_url()).content.decode()
        assert ("Zqpicture" in page) is sees
        assert (picture.public_id in page) is sees
        assert ('id="pictures"' in page) is sees
        head = page.split("<header")[0]
        assert f'value="{"TLP:AMBER" if sees else "TLP:GREEN"}"' in head


def test_a19_pages_hold_only_what_everybody_may_see(cast: Cast) -> None:
    for marking, allowed in {"clear": True, "green": False, "amber_home": False}.items():
        picture = make_picture(cast.marking(marking), title="Zqtitle")
        page = GuidancePage(title="Guidance", slug="guidance-x", summary="x")
        page.body = [("picture", {"picture": picture.public_id, "caption": ""})]
        if allowed:
            page.clean()
            continue
        with pytest.raises(ValidationError) as hidden:
            page.clean()
        page.body = [("picture", {"picture": "zzzzzzzz", "caption": ""})]
        with pytest.raises(ValidationError) as unknown:
            page.clean()
        assert str(hidden.value).replace(picture.public_id, "zzzzzzzz") == str(unknown.value)


def test_a19_an_unknown_identifier_is_refused_as_a_hidden_one(cast: Cast) -> None:
    hidden = make_picture(cast.marking("strict_other"))
    said = []
    for key in (hidden.public_id, "zzzzzzzz"):
        entry = make_entry(sections={"pictures": [{"picture": key, "caption": ""}]}, live=False)
        entry.save_revision()
        with pytest.raises(publishing.NotPublishable) as refusal:
            publishing.publish_entry(entry=Entry.objects.get(pk=entry.pk), by=None)
        said.append(str(refusal.value).replace(key, ""))
    assert said[0] == said[1]
