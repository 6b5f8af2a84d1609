"""Which closed words does the knowledge base store?"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tlp(models.TextChoices):
    """Traffic Light Protocol 2.0 (FIRST) as far as the library may store it: RED is not storable."""

    CLEAR = "TLP:CLEAR", "TLP:CLEAR"
    GREEN = "TLP:GREEN", "TLP:GREEN"
    AMBER = "TLP:AMBER", "TLP:AMBER"
    AMBER_STRICT = "TLP:AMBER+STRICT", "TLP:AMBER+STRICT"


class EntryKind(models.TextChoices):
    """What an entry is; fixed once it is made."""

    LESSON = "lesson", _("Lesson learnt")
    PRACTICE = "practice", _("Good practice")
    PATTERN = "pattern", _("Vulnerability pattern")


class Axis(models.TextChoices):
    """In which respect a concept describes an entry; each axis takes concepts of one scheme."""

    FACILITY = "facility-types", _("Facility type")
    THREAT = "threats", _("Threat")
    MEASURE = "measures", _("Measure")
    FUNCTION = "protective-functions", _("Protective function")
    SECTOR = "sectors", _("Sector")
    EXPERTISE = "expertise-areas", _("Area of expertise")
    MISSION = "mission-types", _("Mission type")
    EVENT = "event-categories", _("Event category")
    SOURCE = "source-bases", _("Source basis")


SINGLE_VALUED_AXES = (Axis.MISSION, Axis.EVENT)


class Maturity(models.TextChoices):
    """How far peers have confirmed an entry. `identified` is not called learnt: that takes validation."""

    IDENTIFIED = "identified", _("Identified")
    APPLIED = "applied", _("Applied")
    VALIDATED = "validated", _("Validated")


class Standing(models.TextChoices):
    """Whether a published entry still holds."""

    CURRENT = "current", _("Current")
    SUPERSEDED = "superseded", _("Superseded")
    EXPIRED = "expired", _("Review overdue")
    RECALLED = "recalled", _("Recalled")


class TranslationStatus(models.TextChoices):
    """How a language version came about and whether it can be relied on."""

    ORIGINAL = "original", _("Original")
    CHECKED = "checked", _("Translation, checked")
    MACHINE = "machine", _("Machine translation, not checked")
    STALE = "stale", _("Translation is older than the original")


class SourceReliability(models.TextChoices):
    """Reliability of the source (Admiralty system)."""

    A = "A", _("completely reliable")
    B = "B", _("usually reliable")
    C = "C", _("fairly reliable")
    D = "D", _("not usually reliable")
    E = "E", _("unreliable")
    F = "F", _("reliability cannot be judged")


class InformationCredibility(models.TextChoices):
    """Credibility of the information (Admiralty system)."""

    CONFIRMED = "1", _("confirmed by other sources")
    PROBABLE = "2", _("probably true")
    POSSIBLE = "3", _("possibly true")
    DOUBTFUL = "4", _("doubtful")
    IMPROBABLE = "5", _("improbable")
    UNKNOWN = "6", _("truth cannot be judged")


class RelationType(models.TextChoices):
    """How one entry stands to another."""

    SUPPORTS = "supports", _("supports")
    CONTRADICTS = "contradicts", _("contradicts")
    SUPERSEDES = "supersedes", _("supersedes")
    DERIVED_FROM = "derived-from", _("is derived from")
    OPTION = "option", _("is mitigated by")


class ReferenceKind(models.TextChoices):
    """What kind of publication a reference is; the first one names the source in the trust line."""

    INQUIRY = "inquiry", _("Public inquiry")
    GUIDANCE = "guidance", _("Official guidance")
    EU_DOCUMENT = "eu-document", _("EU document")
    LAW = "law", _("Law")
    STANDARD = "standard", _("Standard")
    HANDBOOK = "handbook", _("Handbook")
    RESEARCH = "research", _("Research")


class Actor(models.TextChoices):
    """Who should act on a lesson."""

    AUTHORITY = "authority", _("Authority")
    OPERATOR = "operator", _("Operator")
    POLICE = "police", _("Police")
    PLANNER = "planner", _("Planner")
    TRAINER = "trainer", _("Trainer")
    EU_LEVEL = "eu-level", _("EU level")


class SideEffect(models.TextChoices):
    """What a practice may change besides what it is for."""

    ACCESS = "access", _("Access")
    RESCUE = "rescue", _("Rescue")
    PRIVACY = "privacy", _("Privacy")
    APPEARANCE = "appearance", _("Appearance")
    CROWDING = "crowding", _("Crowding")
    NEW_WEAKNESS = "new-weakness", _("New weakness")
    COST = "cost", _("Running cost")


class Audience(models.TextChoices):
    """Whom somebody may want to pass an entry on to."""

    UNIT = "unit", _("My unit")
    HOST = "host", _("The host I advise")
    OPERATOR = "operator", _("An operator")
    PUBLIC = "public", _("The public")


class ChangeKind(models.TextChoices):
    """What two people are asked to agree to."""

    LOWERING = "lowering", _("More people may read")
    RESTORING = "restoring", _("A recalled entry comes back")


class ChangeState(models.TextChoices):
    """What became of a change that two people have to agree to."""

    OPEN = "open", _("Waits for a second person")
    AGREED = "agreed", _("Agreed, and done")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired: nobody decided in time")
    OVERTAKEN = "overtaken", _("Overtaken: the marking was changed meanwhile")


class QuestionState(models.TextChoices):
    """What became of a question whether an entry could be shared more widely."""

    OPEN = "open", _("Waits for an answer")
    TAKEN_UP = "taken-up", _("Taken up: a second person decides")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Reportable(models.TextChoices):
    """What a reader may report something about."""

    ENTRY = "entry", _("Entry")
    PAGE = "page", _("Page")
    FILE = "file", _("File")
    PICTURE = "picture", _("Picture")
    SITE = "site", _("Another place on the site")


class ReportReason(models.TextChoices):
    """What is the matter with it."""

    IDENTIFIES = "identifies", _("It gives somebody or some place away")
    MARKING = "marking", _("Its marking is wrong, or it may be classified")
    WRONG = "wrong", _("Something in it is wrong")
    OUTDATED = "outdated", _("It is out of date")


# These start the spill procedure; the others wait for somebody who edits.
SPILLING = (ReportReason.IDENTIFIES, ReportReason.MARKING)


class ReportState(models.TextChoices):
    """What has become of a report."""

    OPEN = "open", _("Not answered yet")
    CHANGED = "changed", _("Put right")
    KEPT = "kept", _("Left as it is")
    SPILL = "spill", _("With the security officer")


class Passage(models.TextChoices):
    """Where in it; words that repeat nothing of the text."""

    WHOLE = "whole", _("All of it")
    TITLE = "title", _("The title")
    SUMMARY = "summary", _("The summary")
    SECTIONS = "sections", _("A section of the text")
    REFERENCES = "references", _("The references")
    ATTACHED = "attached", _("A picture or a file")


class SpillState(models.TextChoices):
    """How far a spill has come. What was reported by nobody we know waits to be looked at, and is still shown."""

    REPORTED = "reported", _("Reported, not hidden")
    FROZEN = "frozen", _("Frozen and hidden")
    CLOSED = "closed", _("Closed")


class SpillOutcome(models.TextChoices):
    """What the security officer decided."""

    FALSE_ALARM = "false-alarm", _("False alarm: show it again")
    REDACTED = "redacted", _("Take words out, then show the rest again")
    REMOVED = "removed", _("Remove it and purge its whole text")
    BY_HAND = "by-hand", _("Put right by hand, where it cannot be hidden")


class SpillEvent(models.TextChoices):
    """A step of the spill procedure."""

    REPORTED = "reported", _("Reported")
    FROZEN = "frozen", _("Frozen and hidden everywhere")
    ACCESS = "access", _("Readers taken down")
    OPENED = "opened", _("Text opened past its marking")
    ORIGINATOR = "originator", _("Originator informed")
    AUTHORITY = "authority", _("Competent security authority informed")
    DECIDED = "decided", _("Decided")
    PURGED = "purged", _("Purged from text, revisions, reviews, queues and files")
    FORMS = "forms", _("Forms kept after the end of a visit thrown away")
    INDEX = "index", _("Purged from the search index")
    STORAGE = "storage", _("Purged from the free space of the database")
    BACKUPS = "backups", _("Backups dealt with")
    READERS = "readers", _("Readers told to delete what they have")
    CONFIRMED = "confirmed", _("A reader confirmed")
    CLOSED = "closed", _("Closed")


class OpeningReason(models.TextChoices):
    """Why the security officer opens a text past its marking."""

    DECIDE = "decide", _("To decide on the report")
    INFORM = "inform", _("To tell the originator what it is about")
    CHECK = "check", _("To check what was taken out")


class SpillPart(models.TextChoices):
    """In which part somebody is told of a spill."""

    READER = "reader", _("Reader")
    ORIGINATOR = "originator", _("For the originator")


class AccessKind(models.TextChoices):
    """How somebody came to have the text."""

    READ = "read", _("Read")
    DOWNLOADED = "downloaded", _("Downloaded or printed")
    EDITED = "edited", _("Worked on in the editing interface")
