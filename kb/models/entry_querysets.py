"""Which sets of entries have a name?"""

import uuid
from typing import TYPE_CHECKING, Any, Self

from django.db import models

from kb.choices import TranslationStatus
from kb.sharing import querysets

if TYPE_CHECKING:
    from people.viewers import Viewer


class EntryQuerySet(models.QuerySet[Any]):
    """Named subsets of entries."""

    def visible_to(self, viewer: "Viewer") -> Self:
        """Return the published entries that the viewer may read."""
        return querysets.visible_to(self, viewer)  # type: ignore[return-value]  # the same class comes back

    def editable_by(self, viewer: "Viewer") -> Self:
        """Return the entries, drafts included, that the viewer may work on."""
        return querysets.editable_by(self, viewer)  # type: ignore[return-value]  # the same class comes back

    def published(self) -> Self:
        """Return the entries that stand on the site, whoever may read them; recalled ones do not."""
        return querysets.published(self)  # type: ignore[return-value]  # the same class comes back

    def lock_work(self, translation_key: uuid.UUID) -> None:
        """Let publications and withdrawals of one work wait for each other, to the end of the transaction."""
        list(self.select_for_update().filter(translation_key=translation_key).order_by("pk").values_list("pk"))

    def originals(self) -> Self:
        """Return one row for each work: the language version it was written in."""
        return self.filter(translation_status=TranslationStatus.ORIGINAL)
