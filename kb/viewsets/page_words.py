"""May a page be saved and published with the words of classified documents? One explains, another one publishes."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import Page

from kb.marking_words import found_on, page_problem, stops, words_in


def remarks_of(form: Any) -> Iterator[str]:
    """Yield what was remarked anew in the margin of a page, and answered there."""
    remarks = form.formsets.get("comments")
    for remark in remarks.forms if remarks is not None else ():
        rows = [remark, *(remark.formsets["replies"].forms if "replies" in remark.formsets else ())]
        yield from (str(row.cleaned_data.get("text") or "") for row in rows if "text" in row.changed_data)


class PageWordsMixin:
    """Asks why marking words stand in a page, and keeps whoever wrote them from publishing them alone."""

    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        """Save what may be saved; else say why not, with the text in the form."""
        page, explained = form.instance, "words_explained" in form.fields
        words = found_on(page)
        if words and not (explained and form.cleaned_data.get("words_explained")):
            asked = _("Take it out. Where the text teaches about the marking, say so here.")
            advice = asked if explained else _("Take it out, or say it in other words.")
            form.add_error("words_explained" if explained else None, f"{stops(words)} {advice}")
        elif "action-publish" in self.request.POST and (problem := page_problem(page, self.request.user.pk)):
            form.add_error("words_explained" if explained else None, problem)
        if remarked := words_in(remarks_of(form)):
            form.add_error(None, f"{stops(remarked)} {_('Take it out, or say it in other words.')}")
        if form.errors:
            refusal: HttpResponse = self.form_invalid(form)  # type: ignore[attr-defined]  # Wagtail's view has it
            return refusal
        answer: HttpResponse = super().form_valid(form)  # type: ignore[misc]  # a mixin for Wagtail's views
        return answer


def stop_publishing_many(request: HttpRequest, action: str, objects: Any, view: Any) -> HttpResponse | None:
    """Keep pages from being published in one go by whoever alone wrote marking words in one of them."""
    if action != "publish":
        return None
    for chosen in objects:
        below = chosen.get_descendants(inclusive=True) if isinstance(chosen, Page) else ()
        for page in below:
            coming = page.specific.get_latest_revision_as_object()
            if (problem := page_problem(coming, request.user.pk)) is not None:
                messages.error(request, problem)
                return HttpResponseRedirect(view.next_url)
    return None
