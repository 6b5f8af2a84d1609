"""Which closed words describe people and their organisations?"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    """What kind of body an organisation is; the kind may be shown where the name may not."""

    AUTHORITY = "authority", _("Public authority")
    POLICE = "police", _("Police")
    OPERATOR = "operator", _("Operator")
    EU_BODY = "eu-body", _("EU institution or body")
    RESEARCH = "research", _("Research or training institute")


class MembershipState(models.TextChoices):
    """How far a person has come with an organisation; only `active` opens anything."""

    REQUESTED = "requested", _("Requested")
    ACTIVE = "active", _("Vetted and active")
    SUSPENDED = "suspended", _("Suspended")
    ENDED = "ended", _("Ended")


class Role(models.TextChoices):
    """What a person may do beyond reading, by the table of roles (people.roles). No role widens reading."""

    CURATOR = "curator", _("Curator")
    REVIEWER = "reviewer", _("Technical reviewer")
    TRAINER = "trainer", _("Trainer")
    CONTACT_POINT = "contact-point", _("Contact point of an organisation")
    ADMINISTRATOR = "administrator", _("Administrator")
    SECURITY_OFFICER = "security-officer", _("Security officer")
    AUDITOR = "auditor", _("Auditor")


class WantedRole(models.TextChoices):
    """What somebody who asks for access would like to do here; only administrators give roles."""

    EXPERT = "expert", _("Read and share as an expert")
    CURATOR = "curator", _("Work as a curator")
    REVIEWER = "reviewer", _("Work as a technical reviewer")
    TRAINER = "trainer", _("Work as a trainer")
    CONTACT_POINT = "contact-point", _("Be the contact point of my organisation")


class RequestState(models.TextChoices):
    """What has become of a request for access."""

    OPEN = "open", _("Waiting for an answer")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class InvitationState(models.TextChoices):
    """What has become of an invitation."""

    OPEN = "open", _("Open")
    ACCEPTED = "accepted", _("Accepted")
    REVOKED = "revoked", _("Revoked")


class Language(models.TextChoices):
    """A language in which somebody can work (ISO 639-1), by its own name."""

    AR = "ar", "العربية"
    BG = "bg", "български"
    BS = "bs", "bosanski"
    CS = "cs", "čeština"
    DA = "da", "dansk"
    DE = "de", "Deutsch"
    EL = "el", "ελληνικά"
    EN = "en", "English"
    ES = "es", "español"
    ET = "et", "eesti"
    FI = "fi", "suomi"
    FR = "fr", "français"
    GA = "ga", "Gaeilge"
    HR = "hr", "hrvatski"
    HU = "hu", "magyar"
    IS = "is", "íslenska"
    IT = "it", "italiano"
    LT = "lt", "lietuvių"
    LV = "lv", "latviešu"
    MK = "mk", "македонски"
    MT = "mt", "Malti"
    NL = "nl", "Nederlands"
    NO = "no", "norsk"
    PL = "pl", "polski"
    PT = "pt", "português"
    RO = "ro", "română"
    RU = "ru", "русский"
    SK = "sk", "slovenčina"
    SL = "sl", "slovenščina"
    SQ = "sq", "shqip"
    SR = "sr", "srpski"
    SV = "sv", "svenska"
    TR = "tr", "Türkçe"
    UK = "uk", "українська"


class MailRhythm(models.TextChoices):
    """How often somebody is told by mail that something waits."""

    AT_ONCE = "at-once", _("At once")
    DAILY = "daily", _("Once a day")
    WEEKLY = "weekly", _("Once a week")
    NEVER = "never", _("Never")


class MailState(models.TextChoices):
    """What has become of a mail that was to be sent."""

    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    GIVEN_UP = "given-up", _("Given up")
