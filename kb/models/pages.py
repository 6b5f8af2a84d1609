"""Which pages does an editor arrange in the tree?"""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, Panel
from wagtail.models import Page

from kb.blocks import PageBodyBlock
from kb.fields import CleanStreamField, cleaned_content


class Menu(models.TextChoices):
    """Under which head of the page foot a guidance page stands."""

    READ = "read", _("Before you rely on it")
    ABOUT = "about", _("About")


class HomePage(Page):
    """The first page: its heading and lead; the rest is made of the entries."""

    heading = models.CharField(_("heading"), max_length=120)
    lead = models.CharField(_("lead"), max_length=300)

    content_panels: ClassVar[list[Panel]] = [*Page.content_panels, FieldPanel("heading"), FieldPanel("lead")]
    template = "kb/home_page.html"
    max_count_per_parent = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["kb.GuidanceIndexPage"]


class GuidanceIndexPage(Page):
    """The list of guidance pages."""

    template = "kb/guidance_index.html"
    parent_page_types = ["kb.HomePage"]
    subpage_types = ["kb.GuidancePage"]


class GuidancePage(Page):
    """Guidance for readers: what the site is, how markings and evidence work."""

    summary = models.CharField(_("summary"), max_length=400)
    menu = models.CharField(_("stands under"), max_length=8, choices=Menu.choices, default=Menu.READ)
    menu_title = models.CharField(_("title in the foot"), max_length=120, blank=True)
    body = CleanStreamField(PageBodyBlock(), blank=True, verbose_name=_("text"))

    content_panels: ClassVar[list[Panel]] = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("body"),
        FieldPanel("menu"),
        FieldPanel("menu_title"),
    ]
    template = "kb/guidance.html"
    parent_page_types = ["kb.GuidanceIndexPage"]
    subpage_types: ClassVar[list[str]] = []

    def with_content_json(self, content: dict[str, Any]) -> "GuidancePage":
        """Return the page of a revision, its text cleaned as the columns clean it."""
        page: GuidancePage = super().with_content_json(cleaned_content(type(self), content))
        return page
