"""When may an entry be published, by whom, and what follows when it is or no longer is?"""

from kb.publishing.completeness import problems_of
from kb.publishing.course import announce, announce_withdrawal, prepare, publish_entry, withdraw
from kb.publishing.persons import check_person, may_publish
from kb.publishing.refusals import (
    Frozen,
    MarkingWordsNotAgreed,
    NotComplete,
    NotForThisPerson,
    NotPublishable,
    OriginalNotPublished,
)
from kb.publishing.versions import HEADER, mark_stale, original_of, same_text, sync_header

__all__ = [
    "HEADER",
    "Frozen",
    "MarkingWordsNotAgreed",
    "NotComplete",
    "NotForThisPerson",
    "NotPublishable",
    "OriginalNotPublished",
    "announce",
    "announce_withdrawal",
    "check_person",
    "mark_stale",
    "may_publish",
    "original_of",
    "prepare",
    "problems_of",
    "publish_entry",
    "same_text",
    "sync_header",
    "withdraw",
]
