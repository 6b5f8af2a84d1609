"""Which pages does the editing interface offer for a link, and where does a link to a page lead? Published ones."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.choosers import ExternalLinkChooserForm, URLOrAbsolutePathField
from wagtail.admin.views.chooser import BrowseView, ChosenMultipleView, ExternalLinkView
from wagtail.documents.rich_text import DocumentLinkHandler
from wagtail.models import Page
from wagtail.rich_text import EmbedHandler
from wagtail.rich_text.pages import PageLinkHandler

from kb.addresses import check_public


def _number(text: Any) -> int | None:
    """Return the key that a text names; None for what cannot be one."""
    return int(text) if str(text).isdecimal() and len(str(text)) < 19 else None


def _published(keys: Iterable[int | None]) -> Any:
    return Page.objects.live().public().filter(pk__in=[key for key in keys if key is not None])


class PublishedBrowseView(BrowseView):
    """Lists what stands below a published page."""

    def get(self, request: HttpRequest, parent_page_id: int | None = None) -> HttpResponse:
        """Answer for an unpublished page as for one that does not exist."""
        if parent_page_id is not None and not _published([_number(parent_page_id)]).exists():
            raise Http404
        answer: HttpResponse = super().get(request, parent_page_id)
        return answer


class PublishedChosenView(ChosenMultipleView):
    """Tells of the chosen pages, if all are published."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer for an unpublished page as for one that does not exist."""
        keys = {_number(text) for text in request.GET.getlist("id")}
        if None in keys or _published(keys).count() != len(keys):
            raise Http404
        answer: HttpResponse = super().get(request)
        return answer


class AddressField(URLOrAbsolutePathField):
    """Takes a form without the field for one that left it empty; Wagtail's stumbles over that."""

    def to_python(self, value: Any) -> Any:
        """Return the address; empty for none."""
        return super().to_python(value or "")

    def validate(self, value: Any) -> None:
        """Raise ValidationError for what leads into somebody's own network; a place of this site is none."""
        super().validate(value)
        if value and not str(value).startswith("/"):
            check_public(str(value))


class WebLinkForm(ExternalLinkChooserForm):
    """Asks for an address."""

    url = AddressField(required=True, label=gettext_lazy("Address"))


class WebLinkView(ExternalLinkView):
    """Asks for the address of a link."""

    form_class = WebLinkForm


class PublishedPageLinks(PageLinkHandler):
    """Writes the address of a published page into a link; of any other page not even its slug."""

    @classmethod
    def get_many(cls, attrs_list: list[dict[str, Any]]) -> list[Any]:
        """Return the published page of each link, or None."""
        keys = [_number(attrs.get("id")) for attrs in attrs_list]
        pages = {page.pk: page for page in _published(keys).defer_streamfields().specific()}
        return [pages.get(key) if key is not None else None for key in keys]


class NoDocumentLinks(DocumentLinkHandler):
    """Leads nowhere: files stand in sections of their own, where each reader is asked for."""

    @classmethod
    def get_many(cls, attrs_list: list[dict[str, Any]]) -> list[Any]:
        """Return no document for any link."""
        return [None for _attrs in attrs_list]


class NoEmbeds(EmbedHandler):
    """Shows nothing: pictures stand in sections of their own, and nothing of elsewhere is fetched."""

    @classmethod
    def expand_db_attributes(cls, attrs: dict[str, Any]) -> str:
        """Return nothing for any embed."""
        return ""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, Any]]) -> list[str]:
        """Return nothing for each."""
        return ["" for _attrs in attrs_list]
