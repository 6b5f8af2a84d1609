"""What does the list of entries show, how is it narrowed, and what of it is exported?"""

from typing import Any

import django_filters
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, UpdatedAtColumn
from wagtail.snippets.views.snippets import IndexView

from kb.choices import EntryKind, Standing, Tlp
from kb.models import Entry
from kb.trust import is_overdue

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class EntryFilterSet(WagtailFilterSet):
    """Narrows the list of entries."""

    kind = django_filters.ChoiceFilter(choices=EntryKind.choices, label=gettext_lazy("Kind"))
    label = django_filters.ChoiceFilter(field_name="marking__label", choices=Tlp.choices, label=gettext_lazy("Marking"))
    live = django_filters.ChoiceFilter(
        choices=[("1", gettext_lazy("Published")), ("0", gettext_lazy("Not published"))],
        method="by_live",
        label=gettext_lazy("On the site"),
    )
    standing = django_filters.ChoiceFilter(choices=Standing.choices, label=gettext_lazy("Standing"))
    review = django_filters.ChoiceFilter(
        choices=[("overdue", gettext_lazy("Overdue"))], method="by_review", label=gettext_lazy("Review")
    )

    class Meta:
        model = Entry
        fields = ["kind", "label", "live", "standing", "review"]

    def by_live(self, queryset: Any, name: str, value: str) -> Any:
        """Keep published entries, or those that are not."""
        return queryset.filter(live=value == "1")

    def by_review(self, queryset: Any, name: str, value: str) -> Any:
        """Keep entries whose review is overdue."""
        return queryset.filter(review_by__lt=timezone.localdate())


class EntryIndexView(IndexView):
    """The list of entries within the person's clearance."""

    list_export = [
        "public_id",
        "title",
        "get_kind_display",
        "marking.label",
        "get_standing_display",
        "get_maturity_display",
        "locale.language_code",
        "live",
        "published_date",
        "review_by",
    ]
    export_headings = {
        "get_kind_display": gettext_lazy("Kind"),
        "marking.label": gettext_lazy("Marking"),
        "get_standing_display": gettext_lazy("Standing"),
        "get_maturity_display": gettext_lazy("Maturity"),
        "locale.language_code": gettext_lazy("Language"),
    }

    def get_delete_url(self, instance: Entry) -> str | None:
        """Offer deletion for what may be deleted only."""
        if instance.live or instance.published_date:
            return None
        address: str | None = super().get_delete_url(instance)
        return address

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        """Keep a spreadsheet from taking a text for a formula."""
        shown = super().preprocess_field_value(field, value, export_format)
        return f"'{shown}" if isinstance(shown, str) and shown.startswith(_FORMULA) else shown


def _status(entry: Any) -> str:
    """Return where an entry of the list stands; Wagtail's own column asks the database for each row."""
    if entry.in_review:
        return _("In review")
    if not entry.live:
        return _("Draft")
    return _("Published, with a draft") if entry.has_unpublished_changes else _("Published")


def _standing(entry: Entry) -> str:
    """Return the standing as readers are told it; that an entry was replaced says more than a late review."""
    if entry.standing != Standing.SUPERSEDED and is_overdue(entry):
        return _("Review overdue")
    return str(entry.get_standing_display())


def _review_day(entry: Entry) -> str:
    return entry.review_by.isoformat() if entry.review_by else ""


COLUMNS = [
    "__str__",
    Column("status", label=gettext_lazy("Status"), accessor=_status, sort_key="live"),
    Column("kind", label=gettext_lazy("Kind"), accessor="get_kind_display", sort_key="kind"),
    Column("marking", label=gettext_lazy("Marking"), accessor="marking.label", sort_key="marking__label"),
    Column("language", label=gettext_lazy("Language"), accessor="locale.language_code", sort_key="locale"),
    Column("standing", label=gettext_lazy("Standing"), accessor=_standing, sort_key="standing"),
    Column("maturity", label=gettext_lazy("Maturity"), accessor="get_maturity_display", sort_key="maturity"),
    Column("review_by", label=gettext_lazy("Review by"), accessor=_review_day, sort_key="review_by"),
    UpdatedAtColumn(),
]
