"""The tables of the knowledge base."""

from kb.models.changes import MarkingChange, Origin, Recall, SharingQuestion
from kb.models.entries import Entry
from kb.models.entry_parts import EntryConcept, EntryKeyword, EntryReference, EntryRelation, Keyword
from kb.models.imports import ImportedVersion
from kb.models.marking_words import MarkingWordUse
from kb.models.markings import Marking
from kb.models.media import MediaDocument, MediaImage, MediaRendition
from kb.models.pages import GuidanceIndexPage, GuidancePage, HomePage
from kb.models.reports import Report
from kb.models.reviews import TechnicalReviewTask
from kb.models.spills import Spill, SpillPerson, SpillStep
from kb.models.taxonomy import Concept, ConceptScheme, StateVersion

__all__ = [
    "Concept",
    "ConceptScheme",
    "Entry",
    "EntryConcept",
    "EntryKeyword",
    "EntryReference",
    "EntryRelation",
    "GuidanceIndexPage",
    "GuidancePage",
    "HomePage",
    "ImportedVersion",
    "Keyword",
    "Marking",
    "MarkingChange",
    "MarkingWordUse",
    "MediaDocument",
    "MediaImage",
    "MediaRendition",
    "Origin",
    "Recall",
    "Report",
    "SharingQuestion",
    "Spill",
    "SpillPerson",
    "SpillStep",
    "StateVersion",
    "TechnicalReviewTask",
]
