"""How is a step of a spill recorded, and why may one not be taken now?"""

from collections.abc import Iterable

from kb.choices import SpillEvent, SpillState
from kb.models import Spill, SpillStep
from kb.signals import spill_step


class SpillRefused(ValueError):
    """A step that may not be taken now."""


class NotHidden(SpillRefused):
    """It cannot be hidden: others hang on it, or it is not known what it is."""


class NotByHand(SpillRefused):
    """It can be hidden, so words are taken out or it is removed by this procedure."""


class AlreadyClosed(SpillRefused):
    """The spill is closed."""


class AlreadyPurged(SpillRefused):
    """Its text has been purged, so it was no false alarm."""


class StepsMissing(SpillRefused):
    """It cannot be closed yet; `missing` are the steps that nobody has taken."""

    def __init__(self, missing: Iterable[str]) -> None:
        """Keep them."""
        self.missing = list(missing)
        super().__init__(", ".join(self.missing))


def note(*, spill: Spill, event: SpillEvent, by: int | None, detail: str = "", count: int | None = None) -> SpillStep:
    """Record a step, and tell whoever keeps records; return it."""
    step = SpillStep.objects.create(spill=spill, event=event, by=by, detail=detail, count=count)
    spill_step.send(sender=Spill, spill=spill.pk, event=str(event), about=spill.about, key=spill.key, by=by)
    return step


def locked(spill: Spill) -> Spill:
    """Return the spill as it stands, locked. Raises AlreadyClosed."""
    stored = Spill.objects.select_for_update().get(pk=spill.pk)
    if stored.state == SpillState.CLOSED:
        raise AlreadyClosed
    return stored
