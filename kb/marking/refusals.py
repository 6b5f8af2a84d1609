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
