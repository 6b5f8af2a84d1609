"""Which rows may this viewer see? The database's half of the rule (its twin: policy)."""

from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from kb.choices import Standing, Tlp
from people.roles import Action
from people.viewers import Viewer

M = TypeVar("M", bound=Model)


def cleared(viewer: Viewer) -> Q:
    """Return the condition, on rows of markings, that they are within the viewer's clearance.

    It may yield a marking in two of the viewer's circles twice: use it inside a sub-query.
    """
    reach = Q(label=Tlp.CLEAR)
    if viewer.member:
        reach |= Q(label=Tlp.GREEN)
    elif viewer.partner:
        reach |= Q(label=Tlp.GREEN, partner_release=True)
    if viewer.circles:
        reach |= Q(label=Tlp.AMBER, circles__in=viewer.circles)
    if viewer.organisations:
        reach |= Q(label=Tlp.AMBER_STRICT, owning_organisation__in=viewer.organisations)
    return reach


def _markings(queryset: QuerySet[M], viewer: Viewer) -> QuerySet[Any]:
    marking: Any = queryset.model._meta.get_field("marking").related_model
    return marking._default_manager.filter(cleared(viewer)).values("pk")


def published(queryset: QuerySet[M]) -> QuerySet[M]:
    """Return the entries of the queryset that stand on the site, whoever may read them."""
    return queryset.filter(live=True).exclude(standing=Standing.RECALLED)


def visible_to(queryset: QuerySet[M], viewer: Viewer) -> QuerySet[M]:
    """Return the published entries of the queryset that the viewer may read."""
    return published(queryset).filter(marking__in=_markings(queryset, viewer))


def editable_by(queryset: QuerySet[M], viewer: Viewer) -> QuerySet[M]:
    """Return the entries of the queryset, drafts included, that the viewer may work on."""
    if not viewer.may(Action.EDIT_ENTRIES):
        return queryset.none()
    return queryset.filter(marking__in=_markings(queryset, viewer)).exclude(standing=Standing.RECALLED)
