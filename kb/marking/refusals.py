"""Why may a marking not stand, or not be changed by one person? The named facts of this room, each with its words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kb.sharing.readers import Gain


class MarkingRefused(ValueError):
    """A marking that may not stand; `message` says in words why and what to do."""

    message: str | Promise = ""

    def __str__(self) -> str:
        return str(self.message)


class CirclesMissing(MarkingRefused):
    """AMBER without a circle: nobody could read it."""

    message = _("TLP:AMBER needs at least one circle, whose members may then read the entry.")


class OwnerMissing(MarkingRefused):
    """AMBER+STRICT without the organisation that it belongs to."""

    message = _("TLP:AMBER+STRICT needs the organisation that the entry comes from.")


class RedRefused(MarkingRefused):
    """RED: the library may not hold it."""

    message = _("TLP:RED may not be stored in this library. Keep the text where it is and contact its source.")


class UnknownLabel(MarkingRefused):
    """No label of TLP 2.0."""

    message = _("This is no label of TLP 2.0.")


class LoweringNeedsTwoPeople(MarkingRefused):
    """The change would let more people read."""

    message = _(
        "This would let more people read the entry. Two people have to agree to it, one of them for its source."
    )


class PartnersWouldRead(LoweringNeedsTwoPeople):
    """Partner organisations would come to read what is not released to them."""

    message = _(
        "Members of a partner organisation could then read this entry, and now they cannot. "
        "Choose circles and an organisation without partners, or let two people agree to release it to partners."
    )


class OtherCircles(LoweringNeedsTwoPeople):
    """Another circle would come to read."""

    message = _(
        "One of these circles does not read this entry now. Choose only circles that it is shared with already, "
        "or let two people agree, one of them for its source."
    )


class OtherOrganisation(LoweringNeedsTwoPeople):
    """An organisation outside the present readers would come to read."""

    message = _(
        "The members of this organisation may not read this entry now. Choose one of your organisations whose members "
        "may, or let two people agree, one of them for its source."
    )


REFUSALS: dict[Gain, type[LoweringNeedsTwoPeople]] = {
    Gain.WIDER_LABEL: LoweringNeedsTwoPeople,
    Gain.PARTNERS: PartnersWouldRead,
    Gain.CIRCLES: OtherCircles,
    Gain.ORGANISATION: OtherOrganisation,
}


class NoOrganisation(MarkingRefused):
    """Somebody without an active membership cannot restrict an entry to an organisation."""

    message = _("You are not an active member of an organisation that the entry could be restricted to.")


class NotForThisPerson(MarkingRefused):
    """Somebody who has no say in it. Views answer as for what does not exist."""

    message = _("You have no say in this.")


class NobodyGains(MarkingRefused):
    """The change needs no second person: it lets nobody read who may not now."""

    message = _(
        "This lets nobody read who may not read it now. Use “Narrow who may read”: that takes effect at once, "
        "without a second person."
    )


class ReasonMissing(MarkingRefused):
    """The second person has nothing to decide by."""

    message = _("Say why. Whoever decides has to know.")


class AlreadyAsked(MarkingRefused):
    """One open request a work."""

    message = _("Somebody has asked for a change already. It has to be decided or withdrawn first.")


class AlreadyDecided(MarkingRefused):
    """Decided, withdrawn, overtaken or expired meanwhile."""

    message = _("This is no longer open: it was decided, withdrawn or overtaken, or 30 days have passed.")


class ChangedMeanwhile(MarkingRefused):
    """The marking is not what it was when the change was asked for."""

    message = _("The marking was changed since this was asked. Whoever asked has to look again and ask anew.")


class NotPublished(MarkingRefused):
    """Only what stands on the site can be taken back or asked about."""

    message = _("This entry does not stand on the site.")


class NotRecalled(MarkingRefused):
    """There is no recall to end."""

    message = _("This entry is not recalled.")


class AlreadyQuestioned(MarkingRefused):
    """One open question of a person about a work."""

    message = _("You have asked about this entry already. You find your question, and later the answer, on this page.")


class TooManyQuestions(MarkingRefused):
    """More questions than one person may have open, or ask in a day."""

    message = _("You have asked many questions. Wait until some of them are answered, or until tomorrow.")


class TooLong(MarkingRefused):
    """A text longer than its column."""

    message = _("This text is too long. Shorten it.")
