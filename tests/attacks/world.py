"""What is planted in the site to see whether it leaks, and who may come upon each word of it?

Every place that can hold a secret gets a word that stands nowhere else. Beside each stands who may see it, and who has
to see it somewhere: where nothing is ever shown, nothing can leak. Both follow from the tables in `people`, which were
written down from the labels, and from `EDIT` and `LOOK_AFTER` here; the rule under test is not asked.
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils import timezone
from wagtail.models import Page, Revision, Site, TaskState, WorkflowState

from kb.choices import ReferenceKind, RelationType
from kb.models import (
    Entry,
    EntryReference,
    EntryRelation,
    GuidanceIndexPage,
    GuidancePage,
    HomePage,
    MediaDocument,
    MediaImage,
    Report,
    SharingQuestion,
)
from kb.templatetags import kb_tags
from people.models import AccessRequest
from tests.attacks.people import KINDS, MARKINGS, READS, STATES, Cast, Work, secret_word
from tests.factories import confirm_address, locale, make_entry, make_file, make_picture

# Who works on entries, each on those whose marking admits the person as a reader; drafts included.
EDIT = frozenset({"curator", "reviewer", "other_reviewer"})
# Who keeps accounts, organisations, circles, files and guidance. No marking is opened by that.
LOOK_AFTER = frozenset({"administrator", "superuser"})
# Who reads the audit log, which holds identifiers.
AUDITORS = frozenset({"auditor", "security_officer"})
EVERYBODY = frozenset(KINDS)
NOBODY: frozenset[str] = frozenset()

HOME = READS["strict_home"]
OTHER = READS["strict_other"]
MEMBERS_OF: dict[str, frozenset[str]] = {"home": HOME, "other": OTHER, "partner": frozenset({"partner"})}
# May come to look after the people of their own organisation.
VOUCH = frozenset({"contact_point"})


@dataclass(frozen=True)
class Planted:
    """A word: where it stands, who may see it, who has to see it somewhere."""

    place: str
    may: frozenset[str]
    must: frozenset[str] = field(default=NOBODY)


def readers(work: Work) -> frozenset[str]:
    """Return who reads the text of this entry on the site."""
    return READS[work.marking] if STATES[work.state] else NOBODY


def editors(work: Work) -> frozenset[str]:
    """Return who works on this entry, on what is not on the site too; on a recalled one nobody does."""
    return NOBODY if work.state == "recalled" else READS[work.marking] & EDIT


class World:
    """The site with something in every place."""

    def __init__(self, cast: Cast) -> None:
        """Plant everything."""
        self.cast = cast
        self.words: dict[str, Planted] = {}
        for kind in KINDS:
            cast.user(kind)
        self.works = cast.all_works()
        self.uploads: list[tuple[MediaDocument, MediaImage]] = []
        self.translations: dict[str, tuple[str, str]] = {}  # marking: words of a live and of an unpublished version
        for work in self.works:
            self._plant_work(work)
        for marking in MARKINGS:
            self._plant_versions(cast.work(marking))
        self._plant_relations()
        self._plant_people()
        self._plant_pages()
        self._plant_files()
        self._plant_questions()

    def plant(self, word: str, place: str, may: Iterable[str], must: Iterable[str] = ()) -> str:
        """Note who may see the word."""
        self.words[word.lower()] = Planted(place, frozenset(may), frozenset(must))
        return word

    def revision_of(self, work: Work) -> Revision:
        """Return the oldest revision of an entry: it holds a text that is on the site no more."""
        found: Revision = Revision.objects.filter(object_id=str(work.entry.pk), **self.of_entries).earliest(
            "created_at"
        )
        return found

    @cached_property
    def of_entries(self) -> dict[str, Any]:
        """Return what tells rows about entries from those about other records."""
        return {"base_content_type": Entry.get_base_content_type()}

    def _plant_work(self, work: Work) -> None:
        shown, edited = readers(work), editors(work)
        about = f"{work.marking}, {work.state}"
        for name in ("title", "summary", "body"):
            self.plant(getattr(work, name), f"{about}: {name}", shown | edited, shown)
        # Keywords stand on no page; that they are found is counted.
        self.plant(work.keyword, f"{about}: keyword", shown | edited, NOBODY)
        self.plant(work.entry.public_id, f"{about}: identifier", shown | edited, shown)
        self.plant(work.draft, f"{about}: newest draft", edited, edited if work.state in _DRAFTED else NOBODY)
        if work.entry.marking.handling_note:
            self.plant(work.entry.marking.handling_note, f"{about}: handling note", shown | edited, shown)
        self._plant_old(work, self.plant(secret_word(), f"{about}: older revision", edited, edited))
        key = self.plant(secret_word(), f"{about}: key of the source", NOBODY)
        Entry.objects.filter(pk=work.entry.pk).update(source_key=key)
        title = self.plant(secret_word(), f"{about}: title of a reference", shown | edited, shown)
        EntryReference.objects.create(
            entry=work.entry, sort_order=5, kind=ReferenceKind.INQUIRY, title=f"Inquiry {title}", year=2021
        )
        if work.state == "review":
            words = self.plant(secret_word(), f"{about}: comment of a reviewer", edited)
            state = WorkflowState.objects.get(object_id=str(work.entry.pk), **self.of_entries)
            TaskState.objects.filter(workflow_state=state).update(comment=f"Look at {words}")

    def _plant_old(self, work: Work, word: str) -> None:
        """Give the entry a first revision with words that were taken out since."""
        content = work.entry.serializable_data()
        content["title"] = f"Keep the gate {word} open"
        made = timezone.now() - datetime.timedelta(days=400)
        Revision.objects.create(
            content_object=work.entry,
            **self.of_entries,
            content=content,
            created_at=made,
            object_str=content["title"],
        )
        Revision.objects.filter(pk=self.revision_of(work).pk).update(created_at=made)

    def _plant_versions(self, work: Work) -> None:
        shown, edited = readers(work), editors(work)
        live = self.plant(secret_word(), f"{work.marking}: translation", shown | edited, shown)
        draft = self.plant(secret_word(), f"{work.marking}: unpublished translation", edited)
        make_entry(f"Garder la porte {live}", language="fr", translation_of=work.entry)
        make_entry(f"Das Tor {draft} schliessen", language="de", translation_of=work.entry, live=False)
        self.translations[work.marking] = (live, draft)

    def _plant_relations(self) -> None:
        pairs = [(one, other) for number, one in enumerate(MARKINGS) for other in MARKINGS[number + 1 :]]
        for one, other in pairs:
            source, target = self.cast.work(one), self.cast.work(other)
            both = (readers(source) | editors(source)) & (readers(target) | editors(target))
            note = self.plant(secret_word(), f"note of {one} on {other}", both, readers(source) & readers(target))
            EntryRelation.objects.create(
                source=source.entry, target=target.entry, type=RelationType.CONTRADICTS, note=f"Note {note}."
            )

    def _plant_people(self) -> None:
        for place, circle in self.cast.circles.items():
            members = MEMBERS_OF[place]
            self.plant(circle.name, f"name of the circle of {place}", members | LOOK_AFTER, members)
            circle.purpose = self.plant(secret_word("Zqpurpose"), f"its purpose, {place}", members | LOOK_AFTER)
            circle.save()
        for place, organisation in self.cast.organisations.items():
            members = MEMBERS_OF[place]
            # Whoever asks to join an organisation has named it.
            asking = {"learner"} if place == "home" else NOBODY
            self.plant(organisation.name, f"name of the organisation {place}", members | LOOK_AFTER | asking, members)
        for kind in KINDS:
            user = self.cast.user(kind)
            if user is not None:
                # Who works on the same entry is told who else does; whom a learner asks to join, who asks.
                colleagues = EDIT if kind in EDIT else NOBODY
                known = VOUCH if kind in HOME or kind == "learner" else NOBODY
                may = {kind, *LOOK_AFTER, *known, *colleagues}
                self.plant(user.name, f"name of {kind}", may, LOOK_AFTER - {"administrator"})
                address = user.email.partition(".")[2].partition("@")[0]
                self.plant(address, f"e-mail address of {kind}", may, {kind})

    def _plant_pages(self) -> None:
        Page.objects.filter(depth=2).delete()
        root = Page.get_first_root_node()
        home = root.add_child(instance=HomePage(title="Home", slug="whole", heading="Home", lead="x", locale=locale()))
        Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "testserver", "root_page": home})
        kb_tags._menus.clear()
        index = home.add_child(instance=GuidanceIndexPage(title="Guidance", slug="guidance", locale=locale()))
        live = self.plant(secret_word(), "live guidance", EVERYBODY, EVERYBODY)
        page = index.add_child(
            instance=GuidancePage(title=f"About {live}", slug="about", summary="What it means", locale=locale())
        )
        page.title = f"About {self.plant(secret_word(), 'unpublished change of guidance', LOOK_AFTER, LOOK_AFTER)}"
        page.save_revision()
        draft = self.plant(secret_word(), "guidance that is not published", LOOK_AFTER, LOOK_AFTER)
        index.add_child(
            instance=GuidancePage(title=f"Soon {draft}", slug=draft, summary=draft, live=False, locale=locale())
        )
        self.pages = [home, index, page]

    def _plant_files(self) -> None:
        for marking in MARKINGS:
            readers_, editors_ = READS[marking], READS[marking] & EDIT
            title = self.plant(secret_word(), f"{marking}: title of a file", readers_ | editors_)
            text = self.plant(secret_word(), f"{marking}: text of a file", readers_, readers_)
            file = make_file(self.cast.marking(marking), title=f"File {title}", text=f"Plain {text}")
            title = self.plant(secret_word(), f"{marking}: title of a picture", readers_ | editors_)
            words = self.plant(secret_word(), f"{marking}: description of a picture", readers_ | editors_)
            picture = make_picture(self.cast.marking(marking), title=f"Picture {title}", description=words)
            for item in (file, picture):
                self.plant(item.public_id, f"{marking}: identifier of an upload", readers_ | editors_)
            self.uploads.append((file, picture))

    def _plant_questions(self) -> None:
        """Let people ask and report: to join, for more readers, to lower a label, because something is wrong."""
        learner, member = self.cast.user("learner"), self.cast.user("member")
        assert learner is not None
        assert member is not None
        reason = self.plant(secret_word(), "reason of a request for access", {"learner", *VOUCH, *LOOK_AFTER}, VOUCH)
        AccessRequest.objects.create(
            user=confirm_address(learner),
            organisation=self.cast.organisations["home"],
            role_wanted="expert",
            reason=f"I {reason}",
        )
        for marking in ("green", "amber_home"):
            work = self.cast.work(marking)
            reads = {"member", *(READS[marking] & EDIT)}
            words = self.plant(secret_word(), f"{marking}: words of a report", reads)
            Report.objects.create(
                about="entry", key=work.entry.public_id, reason="wrong", words=f"It {words}", reporter=member.pk
            )
            asked = {"member", *EDIT, *VOUCH, "security_officer"}
            words = self.plant(secret_word(), f"{marking}: why it should be shared more widely", asked)
            SharingQuestion.objects.create(
                translation_key=work.entry.translation_key,
                asked_by=member,
                audience="stadiums",
                reason=f"We {words}",
                asker_kind="police",
            )

    def expected(self, kind: str) -> Iterator[str]:
        """Yield the words that this kind of person has to come upon."""
        return (word for word, planted in self.words.items() if kind in planted.must)


# States whose newest revision holds a word of its own.
_DRAFTED = frozenset({"changed", "draft", "review", "scheduled", "withdrawn"})
