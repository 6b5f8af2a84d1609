"""What can be done with one entry outside its form?"""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.models import Locale

from kb import curation, marking_words
from kb.forms.markings import RelabelForm
from kb.marking import MarkingRefused, restrict_now
from kb.marking_words import findings_in
from kb.models import Entry
from kb.texts import texts_of
from kb.viewsets.relating import RelationsView, SupersedeView
from kb.viewsets.stepping import EntryStepView
from kb.viewsets.two_people import DecideView, WidenView
from people.viewers import scope_of


class MarkingView(EntryStepView):
    """Changes the marking at once."""

    page_title = gettext_lazy("Change marking")
    form_class = RelabelForm
    submit_label = gettext_lazy("Change marking now")
    explanation = gettext_lazy(
        "This takes effect at once, for the published text and every language version, whatever is in the draft. "
        "You can narrow who may read. To let more people read, use “Let more people read”: two people have to agree. "
        "“Restrict to one organisation now” leaves it to the organisation that it comes from, or to yours where that "
        "is not known."
    )

    def get_form_kwargs(self) -> dict[str, Any]:
        """Name the entry and the person."""
        return {**super().get_form_kwargs(), "entry": self.entry, "user": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Offer the quick way for an emergency."""
        kwargs["extra_action"] = {"name": "restrict", "label": _("Restrict to one organisation now")}
        return super().get_context_data(**kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Restrict at once where that button was pressed; else read the form."""
        if "restrict" not in request.POST:
            return super().post(request, *args, **kwargs)
        form = RelabelForm(entry=self.entry, user=request.user)
        named = RelabelForm(request.POST, entry=self.entry, user=request.user).named_organisation()
        person: Any = request.user
        try:
            restrict_now(entry=self.entry, by=person, organisation=named)
        except MarkingRefused as refusal:
            messages.error(request, str(refusal))
            return self.render_to_response(self.get_context_data(form=form))
        return self.lead_on()

    def form_valid(self, form: Any) -> HttpResponse:
        """Change it, or say at the label why not; what was typed stays."""
        try:
            form.save()
        except MarkingRefused as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        return self.lead_on()

    def lead_on(self) -> HttpResponse:
        """Lead to the entry, or to the list where the person may no longer see it."""
        if Entry.objects.editable_by(scope_of(self.request.user)).filter(pk=self.entry.pk).exists():
            return self.done(_("The marking was changed."))
        messages.success(self.request, _("The marking was changed. You are no longer among its readers."))
        return HttpResponseRedirect(reverse(self.index_url_name))


class DuplicateView(EntryStepView):
    """Makes a new draft with the text of an entry, under the same label."""

    page_title = gettext_lazy("Copy")
    submit_label = gettext_lazy("Copy")
    explanation = gettext_lazy("Makes a new draft with the same text, under a marking of its own with the same label.")

    def form_valid(self, form: Any) -> HttpResponse:
        """Copy, and lead to the copy."""
        copy = curation.copy_entry(entry=self.entry, by=self.request.user)  # type: ignore[arg-type]  # signed in
        return self.done(_("This is the copy."), copy)


class LanguageForm(forms.Form):
    """Asks for one of the languages that a work does not have yet."""

    locale = forms.ModelChoiceField(Locale.objects.none(), label=gettext_lazy("Language"), empty_label=None)


class TranslateView(EntryStepView):
    """Makes a draft of an entry in another language."""

    page_title = gettext_lazy("Add a language version")
    form_class = LanguageForm
    submit_label = gettext_lazy("Make a draft")
    explanation = gettext_lazy("Makes a draft with the text of this version. It stands under the same marking.")

    def get_form(self, form_class: type[forms.Form] | None = None) -> forms.Form:
        """Offer the languages that are missing."""
        form = super().get_form(form_class)
        taken = self.entry.get_translations(inclusive=True).values("locale")
        form.fields["locale"].queryset = Locale.objects.exclude(pk__in=taken)
        return form

    def form_valid(self, form: Any) -> HttpResponse:
        """Make the version, and lead to it."""
        person: Any = self.request.user
        version = curation.translate(entry=self.entry, locale=form.cleaned_data["locale"], by=person)
        return self.done(_("This is the draft of the language version."), version)


class ReviewedView(EntryStepView):
    """Notes that a published entry still holds."""

    page_title = gettext_lazy("Mark as reviewed")
    submit_label = gettext_lazy("It still holds")
    explanation = gettext_lazy("Sets the date of the review to today, and the next one by what the entry is about.")

    def form_valid(self, form: Any) -> HttpResponse:
        """Note it."""
        person: Any = self.request.user
        try:
            curation.mark_reviewed(entry=self.entry, by=person)
        except curation.CurationRefused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        return self.done(_("The review was noted."))


class MarkingWordsView(EntryStepView):
    """Agrees, as a second person, that an entry uses words of classified documents."""

    page_title = gettext_lazy("Marking words")
    template_name = "wagtailadmin/kb/marking_words.html"
    submit_label = gettext_lazy("I agree")
    explanation = gettext_lazy(
        "Read the places where the words stand. Agree only if the text teaches about markings, and nothing in it comes "
        "from a classified or specially handled document."
    )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the words with what was said of them, and where they stand."""
        texts = texts_of(self.entry.get_latest_revision_as_object())
        places = [(text, finding) for text in texts for finding in findings_in(text)]
        shown = [
            {"word": finding.word, "why": finding.why, "around": text[max(0, finding.start - 80) : finding.end + 80]}
            for text, finding in places
        ]
        return super().get_context_data(uses=self.entry.marking_words.all(), places=shown, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Agree, or say why not."""
        person: Any = self.request.user
        try:
            marking_words.agree(entry=self.entry, by=person)
        except marking_words.AgreementRefused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        return self.done(_("You agreed. The entry can be published with these words."), self.entry)


STEPS: dict[str, type[EntryStepView]] = {
    "marking": MarkingView,
    "widen": WidenView,
    "decide": DecideView,
    "relations": RelationsView,
    "duplicate": DuplicateView,
    "translate": TranslateView,
    "reviewed": ReviewedView,
    "supersede": SupersedeView,
    "words": MarkingWordsView,
}
