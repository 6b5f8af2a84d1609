"""Why is an entry not published now?"""

from collections.abc import Sequence

from django.utils.functional import Promise


class NotPublishable(ValueError):
    """The entry may not be published now; `problems` says in words what there is to do."""

    def __init__(self, problems: Sequence[str | Promise]) -> None:
        """Keep what there is to do."""
        self.problems = [str(problem) for problem in problems]
        super().__init__(" ".join(self.problems))


class NotComplete(NotPublishable):
    """Something that readers rely on is missing."""


class OriginalNotPublished(NotPublishable):
    """A translation would stand without the text that it translates."""


class Frozen(NotPublishable):
    """A report about the entry is being looked into: nothing of it is published meanwhile."""


class MarkingWordsNotAgreed(NotPublishable):
    """The text uses words of classified documents, and no second person has agreed that it may."""


class NotForThisPerson(NotPublishable):
    """Somebody else has to publish the entry, or it has to be published another way."""
