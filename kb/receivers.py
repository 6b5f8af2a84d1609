"""What does the knowledge base do when Wagtail or its own tables change?"""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import ProtectedError
from django.db.models.signals import post_delete, post_migrate, post_save, pre_delete
from django.utils.translation import gettext as _
from wagtail.models import (
    Page,
    PageViewRestriction,
    Site,
    Task,
    TaskState,
    Workflow,
    WorkflowContentType,
    WorkflowState,
    WorkflowTask,
)
from wagtail.signals import (
    page_published,
    page_unpublished,
    post_page_move,
    published,
    task_submitted,
    unpublished,
    workflow_approved,
    workflow_rejected,
    workflow_submitted,
)

from kb import competence, marking, marking_words, notices, notifications, publishing, signals, tasks
from kb.choices import Reportable, SpillEvent
from kb.models import Concept, Entry, Marking, MediaImage, StateVersion, TechnicalReviewTask
from kb.public_state import PAGES, VOCABULARY
from kb.sharing import tlp
from kb.signals import entry_publishing, media_read, spill_step, spill_tells, spill_waits, text_purged
from people import audit
from people.models import Circle


def before_publication(sender: type[Entry], entry: Entry, revision: Any, by: Any = None, **kwargs: Any) -> None:
    """Stop what is not this person's to publish or not complete; make ready what is."""
    publishing.check_person(entry, by)
    publishing.prepare(entry, revision)
    if by is not None:
        competence.note_outside(revision.as_object(), by)


def after_publication(sender: type[Entry], instance: Entry, **kwargs: Any) -> None:
    """Tell the apps above of a published entry, whichever way it was published."""
    publishing.announce(instance)


def after_withdrawal(sender: type[Entry], instance: Entry, **kwargs: Any) -> None:
    """Tell the apps above of an entry that was taken off the site."""
    publishing.announce_withdrawal(instance)


def after_deletion(sender: type[Entry], instance: Entry, **kwargs: Any) -> None:
    """Tell the apps above of an entry that is gone; its marking goes with the last language version."""
    publishing.announce_withdrawal(instance)
    marking.drop_unused(instance.marking_id)
    if not Entry.objects.filter(translation_key=instance.translation_key).exists():
        marking.forget_source(instance.translation_key)


def before_circle_goes(sender: type[Circle], instance: Circle, **kwargs: Any) -> None:
    """Keep a circle that a marking names: without it nobody could tell any more who read the entry."""
    named = list(Marking.objects.filter(circles=instance)[:1])
    if named:
        raise ProtectedError("Markings name this circle. Take it out of them first, entry by entry.", set(named))


def review_asked(sender: Any, instance: TaskState, **kwargs: Any) -> None:
    """Have those told who may decide, once the transaction holds."""
    notifications.tell_reviewers.enqueue(instance.pk)


def change_asked(sender: Any, change_id: int, **kwargs: Any) -> None:
    """Have those told who may be the second person."""
    notices.tell_of_marking.enqueue("change", change_id)


def change_answered(sender: Any, change_id: int, **kwargs: Any) -> None:
    """Have the first person told."""
    notices.tell_of_marking.enqueue("changed", change_id)


def question_asked(sender: Any, question_id: int, **kwargs: Any) -> None:
    """Have those told who answer for the source."""
    notices.tell_of_marking.enqueue("question", question_id)


def question_answered(sender: Any, question_id: int, **kwargs: Any) -> None:
    """Have the reader told who asked."""
    notices.tell_of_marking.enqueue("answered", question_id)


def entry_recalled(sender: Any, translation_key: Any, **kwargs: Any) -> None:
    """Have those told who had it, and the contact points of those who could."""
    recalled = marking.open_recall(translation_key)
    if recalled is not None:
        notices.tell_of_marking.enqueue("recall", recalled.pk)


def tell_nobody(sender: Any, **kwargs: Any) -> None:
    """Stand in the place of a mail of Wagtail's."""


# Wagtail's mails name titles, and go to superusers and to whoever once asked, cleared or not. Under the name that
# Wagtail gives each of them it can be connected only once: ours stand there, whichever app is loaded first.
_MAILS: tuple[tuple[Any, Any, str, Any], ...] = (
    (task_submitted, TaskState, "group_approval_task_submitted_email_notification", review_asked),
    (workflow_submitted, WorkflowState, "workflow_state_submitted_email_notification", tell_nobody),
    (workflow_rejected, WorkflowState, "workflow_state_rejected_email_notification", tell_nobody),
    (workflow_approved, WorkflowState, "workflow_state_approved_email_notification", tell_nobody),
)


def replace_mails() -> None:
    """Put our own receivers in the place of Wagtail's mails about reviews."""
    for signal, sender, name, receiver in _MAILS:
        signal.disconnect(sender=sender, dispatch_uid=name)
        signal.connect(receiver, sender=sender, dispatch_uid=name)


def pages_changed(sender: Any, **kwargs: Any) -> None:
    """Tell caches of menus and pages."""
    StateVersion.bump(PAGES)


def page_words(sender: Any, instance: Page, **kwargs: Any) -> None:
    """Stop whoever alone wrote marking words from publishing them, whichever way that is tried.

    Raises PermissionDenied, which ends the transaction of the publication.
    """
    if marking_words.page_problem(instance, audit.actor_of_context()) is not None:
        raise PermissionDenied


# What Wagtail stores of a page while its draft is written; readers see none of it.
_OF_DRAFTS = frozenset(
    {"latest_revision", "latest_revision_created_at", "draft_title", "has_unpublished_changes", "locked"}
)


def page_saved(sender: Any, instance: Any, update_fields: Any = None, **kwargs: Any) -> None:
    """Tell caches inside the transaction in which a page is stored; Wagtail's own signals come after it."""
    if isinstance(instance, Page | Site | PageViewRestriction) and not (
        update_fields and _OF_DRAFTS.issuperset(update_fields)
    ):
        StateVersion.bump(PAGES)


def concept_deleted(sender: Any, **kwargs: Any) -> None:
    """Tell caches of a concept that is gone."""
    StateVersion.bump(VOCABULARY)


def ensure_review(sender: Any, **kwargs: Any) -> None:
    """Make the one workflow of entries where it is missing: a technical review, then publication."""
    if kwargs.get("using", "default") != "default":
        return
    with transaction.atomic():
        content_type = ContentType.objects.get_for_model(Entry)
        if WorkflowContentType.objects.filter(content_type=content_type).exists():
            return
        task: Task = TechnicalReviewTask.objects.create(name=_("Technical review"))
        workflow = Workflow.objects.create(name=_("Technical review"))
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
        WorkflowContentType.objects.create(workflow=workflow, content_type=content_type)


def spill_waiting(sender: Any, spill: int, **kwargs: Any) -> None:
    """Have the security officers told, once the transaction holds."""
    notifications.tell_security_officers.enqueue(spill)


def spill_told(sender: Any, people: list[int], **kwargs: Any) -> None:
    """Have the people of a spill told."""
    notifications.tell_people_of_spill.enqueue(people)


def spill_stepped(sender: Any, event: str, about: str, key: str, by: int | None, **kwargs: Any) -> None:
    """Put a step of a spill procedure into the audit log: opening a text past its marking before it is opened.

    Where the spill is about a place of the site, its key is what somebody typed, and stays out of the log.
    """
    ids = [key] if about != Reportable.SITE else []
    write = audit.require if event == SpillEvent.OPENED else audit.note
    write(event=audit.Event.SPILL, actor=by, kind=about, ids=ids, data={"action": event})


def media_given_out(sender: Any, item: Any, as_file: bool, **kwargs: Any) -> None:
    """Put into the audit log who was given an AMBER picture or file. Raises people.audit.NotRecorded."""
    if tlp.needs_confirmation(item.marking.label):
        audit.record(
            event=audit.Event.EXPORT if as_file else audit.Event.VIEW,
            kind="picture" if isinstance(item, MediaImage) else "file",
            ids=[item.public_id],
            data={"label": item.marking.label, "view": "kb:media"},
        )


def clean_after_purge(sender: Any, spill: int, **kwargs: Any) -> None:
    """Have the free space of the database cleaned of what was purged."""
    tasks.clean_storage.enqueue(spill)


def connect(app_config: Any) -> None:
    """Connect every receiver of this module, once."""
    entry_publishing.connect(before_publication, dispatch_uid="kb.before_publication")
    published.connect(after_publication, sender=Entry, dispatch_uid="kb.after_publication")
    unpublished.connect(after_withdrawal, sender=Entry, dispatch_uid="kb.after_withdrawal")
    post_delete.connect(after_deletion, sender=Entry, dispatch_uid="kb.after_deletion")
    pre_delete.connect(before_circle_goes, sender=Circle, dispatch_uid="kb.before_circle_goes")
    page_published.connect(page_words, dispatch_uid="kb.page_words")
    for signal in (page_published, page_unpublished, post_page_move):
        signal.connect(pages_changed, dispatch_uid="kb.pages_changed")
    post_save.connect(page_saved, dispatch_uid="kb.page_saved")
    for model in (Page, Site, PageViewRestriction):
        post_delete.connect(pages_changed, sender=model, dispatch_uid=f"kb.pages_deleted.{model.__name__}")
    post_delete.connect(concept_deleted, sender=Concept, dispatch_uid="kb.concept_deleted")
    spill_waits.connect(spill_waiting, dispatch_uid="kb.spill_waiting")
    spill_tells.connect(spill_told, dispatch_uid="kb.spill_told")
    spill_step.connect(spill_stepped, dispatch_uid="kb.spill_stepped")
    media_read.connect(media_given_out, dispatch_uid="kb.media_given_out")
    text_purged.connect(clean_after_purge, dispatch_uid="kb.clean_after_purge")
    replace_mails()
    for receiver in (change_asked, change_answered, question_asked, question_answered, entry_recalled):
        signal = getattr(signals, receiver.__name__)
        signal.connect(receiver, dispatch_uid=f"kb.{receiver.__name__}")
    post_migrate.connect(ensure_review, sender=app_config, dispatch_uid="kb.ensure_review")
