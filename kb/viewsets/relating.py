"""How is an entry related to others, and how does a newer one take its place?"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb import curation
from kb.choices import TranslationStatus
from kb.forms.relations import RelationForm, SupersedeForm, shown_relations
from kb.models import Entry, EntryRelation
from kb.sharing import policy
from kb.viewsets.stepping import EntryStepView
from people.viewers import scope_of


class RelationsView(EntryStepView):
    """Adds and removes relations; they take effect at once."""

    page_title = gettext_lazy("Relations")
    form_class = RelationForm
    template_name = "wagtailadmin/kb/relations.html"
    submit_label = gettext_lazy("Add relation")
    explanation = gettext_lazy("Relations take effect at once. Readers see only those whose other entry they may read.")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Relations belong to the original of a work."""
        super().setup(request, *args, **kwargs)
        if self.entry.translation_status != TranslationStatus.ORIGINAL:
            self.entry = get_object_or_404(Entry.objects.originals(), translation_key=self.entry.translation_key)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What readers see at once is changed by those who may publish."""
        if self.entry.live and not policy.can_publish(scope_of(request.user), self.entry):
            raise PermissionDenied
        answer: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[assignment]  # never a future
        return answer

    def get_form_kwargs(self) -> dict[str, Any]:
        """Name the entry and the person."""
        return {**super().get_form_kwargs(), "entry": self.entry, "user": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the relations within the person's clearance."""
        return super().get_context_data(relations=shown_relations(self.entry, self.request.user), **kwargs)

    def get_success_url(self) -> str:
        """Stay here: often there is more than one."""
        return reverse(self.model.snippet_viewset.get_url_name("relations"), args=[self.entry.pk])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Remove a relation, or read the form."""
        if "remove" not in request.POST:
            return super().post(request, *args, **kwargs)
        key = request.POST["remove"]
        relation: EntryRelation | None = None
        if key.isdecimal() and len(key) < 19:
            relation = shown_relations(self.entry, request.user).filter(pk=int(key)).first()
        if relation is None:
            raise Http404
        curation.unrelate(relation=relation)
        return self.done(_("The relation was removed."))

    def form_valid(self, form: Any) -> HttpResponse:
        """Store the relation."""
        curation.relate(source=self.entry, **form.cleaned_data)
        return self.done(_("The relation was added."))


class SupersedeView(EntryStepView):
    """Lets a newer entry take the place of this one."""

    page_title = gettext_lazy("Replace by a newer entry")
    form_class = SupersedeForm
    submit_label = gettext_lazy("Replace")
    explanation = gettext_lazy("The entry stays readable, and says which one replaces it.")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Name the entry and the person."""
        return {**super().get_form_kwargs(), "entry": self.entry, "user": self.request.user}

    def form_valid(self, form: Any) -> HttpResponse:
        """Replace it, or say why not."""
        person: Any = self.request.user
        try:
            curation.supersede(
                old=self.entry, new=form.cleaned_data["target"], by=person, note=form.cleaned_data["note"]
            )
        except curation.CurationRefused as refusal:
            form.add_error("target", str(refusal))
            return self.form_invalid(form)
        return self.done(_("The newer entry now stands in its place."))
