"""Which pages does an editor arrange in the tree?"""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, Panel
from wagtail.models import Page, PagePermissionTester

from kb.blocks import PageBodyBlock, named_in
from kb.choices import Reportable, SpillState
from kb.fields import CleanStreamField, LineField, cleaned_content
from kb.models.media import MODELS
from kb.models.spills import Spill
from people.viewers import ANONYMOUS


class Menu(models.TextChoices):
    """Under which head of the page foot a guidance page stands."""

    READ = "read", _("Before you rely on it")
    ABOUT = "about", _("About")


class OpenPage(Page):
    """A page for everybody, or for nobody: to whom it is closed, it does not exist."""

    class Meta:
        abstract = True

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """Answer 404 where Wagtail's tables restrict a page: its own answer, a login, would tell of it."""
        if not path_components and self.get_view_restrictions().exists():
            raise Http404
        return super().route(request, path_components)

    def get_admin_display_title(self) -> str:
        """Return the title that readers see; lists and choosers are open to all editors, drafts are not."""
        return str(self.title)


class FrozenPage(PagePermissionTester):
    """What may be done with a page about which a report is being looked into: nothing that would show it again."""

    def can_publish(self) -> bool:
        """No, whoever asks; the decision of the security officer shows it again."""
        return False


class HomePage(OpenPage):
    """The first page: its heading and lead; the rest is made of the entries."""

    heading = models.CharField(_("heading"), max_length=120)
    lead = models.CharField(_("lead"), max_length=300)

    content_panels: ClassVar[list[Panel]] = [*Page.content_panels, FieldPanel("heading"), FieldPanel("lead")]
    template = "kb/home_page.html"
    max_count_per_parent = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["kb.GuidanceIndexPage"]


class GuidanceIndexPage(OpenPage):
    """The list of guidance pages."""

    template = "kb/guidance_index.html"
    parent_page_types = ["kb.HomePage"]
    subpage_types = ["kb.GuidancePage"]


class GuidancePage(OpenPage):
    """Guidance for readers: what the site is, how markings and evidence work."""

    summary = models.CharField(_("summary"), max_length=400)
    menu = models.CharField(_("stands under"), max_length=8, choices=Menu.choices, default=Menu.READ)
    menu_title = models.CharField(_("title in the foot"), max_length=120, blank=True)
    body = CleanStreamField(PageBodyBlock(), blank=True, verbose_name=_("text"))
    # For editors: shown to no reader.
    words_explained = LineField(
        _("marking words: why do they stand here?"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text=_(
            "Only where the text speaks of classified documents or their markings. Somebody else than whoever wrote "
            "it has to publish it."
        ),
    )

    content_panels: ClassVar[list[Panel]] = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("body"),
        FieldPanel("menu"),
        FieldPanel("menu_title"),
        FieldPanel("words_explained"),
    ]
    template = "kb/guidance.html"
    parent_page_types = ["kb.GuidanceIndexPage"]
    subpage_types: ClassVar[list[str]] = []

    def clean(self) -> None:
        """Raise ValidationError where a picture or file stands here that not everybody may see."""
        super().clean()
        body: Any = self.body
        for kind, key in named_in(body.get_prep_value()):
            if not MODELS[kind].objects.visible_to(ANONYMOUS).filter(public_id=key).exists():
                raise ValidationError(
                    {"body": _("There is nothing public with the identifier %(key)s.") % {"key": key[:12]}}
                )

    def permissions_for_user(self, user: Any) -> Any:
        """Return what a person may do with the page; while it is frozen, nobody publishes it."""
        frozen = Spill.objects.filter(about=Reportable.PAGE, key=str(self.pk), state=SpillState.FROZEN)
        return FrozenPage(user, self) if frozen.exists() else super().permissions_for_user(user)

    def with_content_json(self, content: dict[str, Any]) -> "GuidancePage":
        """Return the page of a revision, its text cleaned as the columns clean it."""
        page: GuidancePage = super().with_content_json(cleaned_content(type(self), content))
        return page
