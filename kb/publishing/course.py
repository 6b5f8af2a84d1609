"""What happens when an entry is published or taken off the site, and what follows from it?"""

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Revision

from kb import marking_words
from kb.choices import TranslationStatus
from kb.models import Entry, Marking
from kb.public_state import are_public, note_change
from kb.publishing.completeness import problems_of
from kb.publishing.refusals import Frozen, MarkingWordsNotAgreed, NotComplete, OriginalNotPublished
from kb.publishing.versions import make_fit, mark_stale, original_of, same_text, siblings, sync_header
from kb.signals import entry_published, entry_withdrawn
from people.models import User


def prepare(entry: Entry, revision: Revision, *, today: datetime.date | None = None) -> None:
    """Check and make ready what Wagtail is about to publish. Raises NotPublishable.

    Called inside the transaction of the publication, with the entry as it stands.
    """
    if Marking.objects.filter(pk=entry.marking_id, frozen_at__isnull=False).exists():
        raise Frozen([_("It is frozen: a report about it is being looked into.")])
    coming: Any = revision.as_object()
    if problems := problems_of(coming):
        raise NotComplete(problems)
    if (problem := marking_words.problem_of(coming)) is not None:
        raise MarkingWordsNotAgreed([problem])
    original = original_of(entry)
    if original is not None and not original.live:
        raise OriginalNotPublished([_("Publish the original first.")])
    if coming.go_live_at and coming.go_live_at > timezone.now():
        return
    day = today or timezone.localdate()
    published = entry.published_date or (original.published_date if original else None) or day
    # Wagtail builds what it saves from the revision's own idea of the row.
    for row in (entry, revision.content_object):
        row.published_date = published
        row.reviewed_date = row.reviewed_date or day
    if original is not None:
        make_fit(revision, original)
    elif entry.live and not same_text(Entry.objects.get(pk=entry.pk), coming):
        mark_stale([entry])


def announce(entry: Entry) -> None:
    """Do what follows from a publication, inside its transaction."""
    if entry.live:
        sync_header(original_of(entry) or entry)
    public = note_change(public=are_public([entry.marking_id]))
    entry_published.send(sender=Entry, translation_key=entry.translation_key, public=public)


def announce_withdrawal(entry: Entry) -> None:
    """Do what follows when a published entry is taken off the site, inside the transaction.

    No translation stands without its original.
    """
    if entry.translation_status == TranslationStatus.ORIGINAL:
        for version in siblings(entry).filter(live=True):
            version.unpublish()
    public = note_change(public=are_public([entry.marking_id]))
    entry_withdrawn.send(sender=Entry, translation_key=entry.translation_key, public=public)


@transaction.atomic
def publish_entry(
    *, entry: Entry, by: User | None, revision: Revision | None = None, at: datetime.date | None = None
) -> Entry:
    """Publish an entry's latest revision, or the given one, and return the entry as it then stands.

    `at` is the day of first publication where it is not today. Raises NotPublishable.
    """
    stored = Entry.objects.get(pk=entry.pk)
    chosen = revision or stored.latest_revision or stored.save_revision(user=by)
    if at is not None and stored.published_date is None:
        Entry.objects.filter(pk=stored.pk).update(published_date=at)
    fresh = Revision.objects.get(pk=chosen.pk)
    fresh.publish(user=by, skip_permission_checks=True)
    published: Entry = Entry.objects.get(pk=entry.pk)
    return published


@transaction.atomic
def withdraw(*, entry: Entry, by: User | None) -> Entry:
    """Take an entry off the site and return it as it then stands; with an original go all its language versions."""
    stored: Entry = Entry.objects.get(pk=entry.pk)
    stored.unpublish(user=by)
    return stored
