"""Do pictures and files come in under a marking, keep to it, and leave nothing behind?"""

from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from kb import uploads
from kb.anonymisation.kinds import Fault
from kb.choices import Tlp
from kb.marking import CirclesMissing, LoweringNeedsTwoPeople, readers_of
from kb.media import is_used, problems_with, shown_to
from kb.models import Entry, Marking, MediaDocument, MediaImage, StateVersion
from kb.models.media import SIZES
from people.viewers import ANONYMOUS, viewer_of
from tests.factories import make_circle, make_entry, make_file, make_marking, make_picture, make_user
from tests.kb.anonymisation import specimens
from tests.people.audit import log

pytestmark = pytest.mark.django_db


def upload(data: bytes, name: str = "Secret place.jpg", **facts: Any) -> MediaImage:
    given = {"label": Tlp.GREEN, **facts}
    return uploads.upload_picture(
        file=BytesIO(data), name=name, size=len(data), title="A gate", description="Closed", by=None, **given
    )


def test_a_picture_is_kept_in_every_size_under_a_name_that_says_nothing() -> None:
    picture = upload(specimens.picture(size=(1700, 1000)))
    assert picture.marking.label == Tlp.GREEN
    assert "ecret" not in picture.file.name
    assert set(picture.renditions.values_list("filter_spec", flat=True)) == set(SIZES.values())
    for file in (picture.file, *(made.file for made in picture.renditions.all())):
        with file.storage.open(file.name) as kept:
            data = kept.read()
            assert specimens.TELLING not in data
            assert b"Exif" not in data


def test_a_file_is_kept_as_what_it_is() -> None:
    data = specimens.pdf()
    document = uploads.upload_file(
        file=BytesIO(data), name="plan.pdf", size=len(data), title="A plan", by=None, label=Tlp.CLEAR
    )
    assert (document.kind, document.file.name[-4:]) == ("pdf", ".pdf")
    assert str(document) == document.public_id


def kept_files() -> set[Any]:
    return {path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()}


def test_what_is_refused_leaves_nothing_behind() -> None:
    before = (
        {path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()} if settings.MEDIA_ROOT.exists() else set()
    )
    with pytest.raises(uploads.UploadRefused) as refusal:
        upload(b"GIF89a nonsense", "gate.gif")
    assert refusal.value.fault == Fault.DAMAGED
    with pytest.raises(CirclesMissing):
        upload(specimens.picture(), label=Tlp.AMBER)
    assert not MediaImage.objects.exists()
    assert not Marking.objects.exists()
    assert kept_files() == before


def test_every_fault_has_its_words() -> None:
    assert set(uploads.WORDS) == set(Fault)
    for fault in Fault:
        assert "%(" not in uploads.UploadRefused(fault).message


def test_a_marking_is_narrowed_and_never_widened() -> None:
    one, two = make_circle(), make_circle()
    picture = make_picture(make_marking(Tlp.AMBER, circles=[one, two]))
    before = StateVersion.numbers()
    uploads.narrow(item=picture, label=Tlp.AMBER, circles=[one], by=None)
    assert MediaImage.objects.get().marking.circle_ids() == {one.pk}
    for wider in ({"label": Tlp.CLEAR}, {"label": Tlp.GREEN}, {"label": Tlp.AMBER, "circles": [one, two]}):
        with pytest.raises(LoweringNeedsTwoPeople):
            uploads.narrow(item=picture, by=None, **wider)
    assert Marking.objects.count() == 1
    assert StateVersion.numbers() == before, "nobody without an account could see a difference"


def test_narrowing_what_everybody_saw_makes_public_pages_anew() -> None:
    picture = make_picture()
    before = StateVersion.numbers().get("content", 0)
    uploads.narrow(item=picture, label=Tlp.GREEN, by=None)
    assert StateVersion.numbers()["content"] > before


def body(**sections: Any) -> dict[str, Any]:
    return {name: [{name.removesuffix("s"): item.public_id, "caption": ""}] for name, item in sections.items()}


def test_only_what_stands_nowhere_is_deleted() -> None:
    picture, document = make_picture(), make_file()
    entry = make_entry(sections=body(pictures=picture, files=document), live=False)
    assert is_used(picture)
    with pytest.raises(uploads.StillUsed):
        uploads.remove(item=picture, by=None)
    entry.save_revision()
    Entry.objects.filter(pk=entry.pk).update(body=[])
    assert is_used(document), "the newest draft still names it"
    entry.delete()
    uploads.remove(item=picture, by=None)
    uploads.remove(item=document, by=None)
    assert not (MediaImage.objects.exists() or MediaDocument.objects.exists())


def test_what_a_reader_may_not_see_is_left_out() -> None:
    circle = make_circle()
    member = viewer_of(make_user(circles=[circle]))
    pictures = [make_picture(), make_picture(make_marking(Tlp.AMBER, circles=[circle]))]
    rows = [{"picture": picture.public_id, "caption": "x"} for picture in pictures]
    assert [row.item.pk for row in shown_to(member, "picture", rows)] == [picture.pk for picture in pictures]
    assert [row.item.pk for row in shown_to(ANONYMOUS, "picture", rows)] == [pictures[0].pk]


def test_a_whole_may_hold_only_what_all_its_readers_may_see() -> None:
    circle = make_circle()
    amber = make_picture(make_marking(Tlp.AMBER, circles=[circle]))
    raw = [{"type": "pictures", "value": [{"type": "item", "value": {"picture": amber.public_id}}]}]
    assert problems_with(raw, readers_of(make_marking(Tlp.AMBER, circles=[circle]))) == []
    for marking in (make_marking(), make_marking(Tlp.GREEN), make_marking(Tlp.AMBER)):
        [hidden] = problems_with(raw, readers_of(marking))
        unknown = [{"value": {"picture": "zzzzzzzz"}}]
        assert problems_with(unknown, readers_of(marking)) == [hidden.replace(amber.public_id, "zzzzzzzz")]


def test_what_is_frozen_while_somebody_narrows_it_stays_frozen() -> None:
    picture = make_picture()
    Marking.objects.filter(pk=picture.marking_id).update(frozen_at=timezone.now())
    uploads.narrow(item=picture, label=Tlp.GREEN, by=None)
    stored = MediaImage.objects.get()
    assert stored.marking.frozen_at is not None
    assert not MediaImage.objects.visible_to(viewer_of(make_user())).exists()


def test_a_narrowed_upload_stands_in_the_audit_log_by_its_identifier() -> None:
    picture = make_picture()
    log.empty()
    uploads.narrow(item=picture, label=Tlp.GREEN, by=None)
    (row,) = log.events("label-changed")
    assert (row.object_kind, row.object_ids.strip()) == ("picture", picture.public_id)
