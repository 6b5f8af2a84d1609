"""Which parts of the edit form show what is changed elsewhere, or warn: marking, words, areas, relations?"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.urls import reverse
from wagtail.admin.panels import Panel

from kb import competence
from kb.forms.relations import shown_relations
from kb.sharing import policy, tlp
from kb.vocabulary import Term
from people.viewers import scope_of


class MarkingPanel(Panel):
    """Shows who may read the entry, with the way to change that."""

    class BoundPanel(Panel.BoundPanel):
        """The marking of one entry."""

        template_name = "wagtailadmin/kb/marking_panel.html"

        def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
            """Return the marking in words, with those circles that the person is in."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            marking = self.instance.marking
            circles = scope_of(self.request.user).circles
            context["marking"] = marking
            context["readers"] = tlp.readers_in_words(marking.label, partner_release=marking.partner_release)
            context["circles"] = [circle for circle in marking.circles.all() if circle.pk in circles]
            context["address"] = reverse(self.instance.snippet_viewset.get_url_name("marking"), args=[self.instance.pk])
            return context


class MarkingWordsPanel(Panel):
    """Shows which words of classified documents were explained, and who has to agree."""

    class BoundPanel(Panel.BoundPanel):
        """The marking words of one entry."""

        template_name = "wagtailadmin/kb/marking_words_panel.html"

        def is_shown(self) -> bool:
            """Show it where there are any."""
            return bool(super().is_shown()) and self.instance.pk is not None and self.instance.marking_words.exists()

        def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
            """Return the words, and the address at which somebody else agrees."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            uses = list(self.instance.marking_words.all())
            context["uses"] = uses
            context["own"] = any(use.explained_by_id == self.request.user.pk for use in uses if use.agreed_at is None)
            context["waiting"] = any(use.agreed_at is None for use in uses)
            name = self.instance.snippet_viewset.get_url_name("words")
            context["address"] = reverse(name, args=[self.instance.pk])
            return context


class AreasPanel(Panel):
    """Warns whoever may publish an entry of areas of expertise that they do not have."""

    class BoundPanel(Panel.BoundPanel):
        """The areas of one entry."""

        template_name = "wagtailadmin/kb/areas_panel.html"

        @cached_property
        def areas(self) -> list[Term]:
            """The areas of the entry, where none of them is the person's."""
            return competence.outside(self.request.user, self.instance)

        def is_shown(self) -> bool:
            """Show it while there is something to publish, to those who may."""
            entry = self.instance
            if entry.pk is None or not entry.has_unpublished_changes or not super().is_shown():
                return False
            return policy.can_publish(scope_of(self.request.user), entry) and bool(self.areas)

        def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
            """Return the areas."""
            return {**super().get_context_data(parent_context), "areas": self.areas}


class RelationsPanel(Panel):
    """Shows how the entry stands to others that the person may read."""

    class BoundPanel(Panel.BoundPanel):
        """The relations of one entry."""

        template_name = "wagtailadmin/kb/relations_panel.html"

        def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
            """Return the relations within the person's clearance."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            context["relations"] = shown_relations(self.instance, self.request.user)
            context["address"] = reverse(
                self.instance.snippet_viewset.get_url_name("relations"), args=[self.instance.pk]
            )
            return context
