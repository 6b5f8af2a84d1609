"""How do curators keep the vocabularies?"""

from typing import Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from kb import curation
from kb.forms.concepts import LANGUAGES_EDITED, ConceptForm, language_field
from kb.models import Concept, ConceptScheme
from people.policies import KeptPolicy

# Entries rest on concepts, so that none is deleted; and which vocabularies there are, the code says.
CLOSED: dict[type[Model], frozenset[str]] = {
    Concept: frozenset({"delete"}),
    ConceptScheme: frozenset({"add", "delete"}),
}
POLICIES = [KeptPolicy(model, closed) for model, closed in CLOSED.items()]


class ConceptFilterSet(WagtailFilterSet):
    """Narrows the list of concepts."""

    class Meta:
        model = Concept
        fields = ["scheme", "edited_here"]


class ConceptIndexView(generic.IndexView):
    """The list of concepts."""

    def get_base_queryset(self) -> QuerySet[Concept]:
        """Read along the vocabulary and the broader concept that each row names."""
        concepts: QuerySet[Concept] = super().get_base_queryset()
        return concepts.select_related("scheme", "broader")


class ConceptMixin:
    """Saves through the verb, so that loading leaves the concept alone and search learns of it."""

    form: Any

    def save_instance(self) -> Concept:
        """Save, and tell of it."""
        instance: Concept = super().save_instance()  # type: ignore[misc]  # a mixin for Wagtail's views
        return curation.save_concept(concept=instance)


class ConceptCreateView(ConceptMixin, generic.CreateView):
    """Makes a concept in a vocabulary."""


class ConceptEditView(ConceptMixin, generic.EditView):
    """Changes a concept."""


def _languages(name: str, heading: str | Promise) -> MultiFieldPanel:
    return MultiFieldPanel(
        [FieldPanel(language_field(name, code)) for code, _language in LANGUAGES_EDITED], heading=heading
    )


class ConceptViewSet(ModelViewSet):
    """The terms of the vocabularies."""

    model = Concept
    name = "concepts"
    icon = "tag"
    menu_label = gettext_lazy("Concepts")
    add_to_reference_index = False
    copy_view_enabled = False
    search_backend_name = None
    search_fields = ["slug", "pref_label", "alt_labels"]
    list_per_page = 50
    list_display = ["__str__", "scheme", "slug", "broader", "edited_here"]
    filterset_class = ConceptFilterSet
    index_view_class = ConceptIndexView
    add_view_class = ConceptCreateView
    edit_view_class = ConceptEditView

    def get_edit_handler(self) -> Any:
        """Return the form, with a field for each text in each language."""
        return ObjectList(
            [
                MultiFieldPanel(
                    [FieldPanel("scheme"), FieldPanel("slug"), FieldPanel("notation")], heading=gettext_lazy("Identity")
                ),
                _languages("pref_label", gettext_lazy("Preferred label")),
                _languages("alt_labels", gettext_lazy("Other labels")),
                _languages("short_label", gettext_lazy("Short label")),
                _languages("definition", gettext_lazy("Definition")),
                MultiFieldPanel(
                    [FieldPanel("broader"), FieldPanel("related"), FieldPanel("position")],
                    heading=gettext_lazy("Place"),
                ),
                FieldPanel("source"),
            ],
            base_form_class=ConceptForm,
        ).bind_to_model(self.model)


class ConceptSchemeViewSet(ModelViewSet):
    """The vocabularies themselves; which there are, the code says."""

    model = ConceptScheme
    name = "vocabularies"
    icon = "list-ul"
    menu_label = gettext_lazy("Vocabularies")
    add_to_reference_index = False
    copy_view_enabled = False
    search_backend_name = None
    list_display = ["__str__", "slug", "synonym_search"]
    form_fields = ["description", "source", "synonym_search"]


class VocabularyGroup(ModelViewSetGroup):
    """The vocabularies and their concepts in the menu of curators."""

    items = (ConceptViewSet, ConceptSchemeViewSet)
    menu_label = gettext_lazy("Vocabularies")
    menu_name = "vocabularies"
    menu_icon = "tag"
    menu_order = 200
