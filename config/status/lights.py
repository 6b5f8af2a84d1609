"""What is a light: a part of the installation, how it is, and what to do about it?"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import wraps

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

logger = logging.getLogger(__name__)


class Level(models.TextChoices):
    """How a part is, from best to worst. The word says it; the colour only repeats it."""

    FINE = "fine", gettext_lazy("In order")
    LOOK = "look", gettext_lazy("Look at this")
    UNKNOWN = "unknown", gettext_lazy("Not known")
    ACT = "act", gettext_lazy("Act now")


ORDER = [Level.FINE, Level.LOOK, Level.UNKNOWN, Level.ACT]


@dataclass(frozen=True)
class Action:
    """Something that can be done with one thing that failed; a form posts to `address`."""

    words: str
    address: str


@dataclass(frozen=True)
class Failure:
    """One thing that failed: what it is, why, and what can be done with it."""

    what: str
    why: str
    actions: Sequence[Action] = ()


@dataclass(frozen=True)
class Light:
    """A part of the installation. `words` say how it is, `advice` what to do; `facts` are pairs of name and value."""

    title: str
    level: Level
    words: str
    advice: str = ""
    facts: Sequence[tuple[str, str]] = ()
    failures: Sequence[Failure] = field(default_factory=tuple)


def guarded(title: Callable[[], str]) -> Callable[[Callable[[], Light]], Callable[[], Light]]:
    """Return a decorator: what cannot be found out is a light as well, and keeps no other from being shown."""

    def decorate(look: Callable[[], Light]) -> Callable[[], Light]:
        @wraps(look)
        def looked() -> Light:
            try:
                return look()
            except Exception as error:
                logger.warning("%s cannot be found out: %s", look.__name__, type(error).__name__)
                return Light(
                    title(),
                    Level.UNKNOWN,
                    _("This cannot be found out at the moment (%(error)s).") % {"error": type(error).__name__},
                    _("Look at the log of the web server; then load this page again."),
                )

        return looked

    return decorate


def worst(lights: Sequence[Light]) -> Level:
    """Return the worst level among the lights."""
    return max((light.level for light in lights), key=ORDER.index, default=Level.FINE)
