"""Which rows may this viewer see? The database's half of the rule (its twin: policy)."""

from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from kb.choices import Standing, Tlp
from people.roles import Action
from people.viewers import Viewer

M = TypeVar("M", bound=Model)
Rows = TypeVar("Rows", bound=QuerySet[Any])


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


def _within_reach(queryset: QuerySet[M], viewer: Viewer) -> Q:
    """Return the condition, on rows that have a marking, that it is within the viewer's clearance.

    The marking is looked at row by row: a database that is handed the list of all markings within reach instead goes
    through every one of them, however few rows are asked for.
    """
    marking: Any = queryset.model._meta.get_field("marking").related_model
    reach = Q(marking__label=Tlp.CLEAR)
    if viewer.member:
        reach |= Q(marking__label=Tlp.GREEN)
    elif viewer.partner:
        reach |= Q(marking__label=Tlp.GREEN, marking__partner_release=True)
    if viewer.circles:
        through = marking.circles.through._default_manager
        shared = through.filter(marking_id=OuterRef("marking_id"), circle__id__in=viewer.circles)
        reach |= Q(Exists(shared), marking__label=Tlp.AMBER)
    if viewer.organisations:
        reach |= Q(marking__label=Tlp.AMBER_STRICT, marking__owning_organisation__id__in=viewer.organisations)
    return reach


def within_reach(queryset: Rows, viewer: Viewer) -> Rows:
    """Return the rows under a marking that the viewer is cleared for, whatever else is to be said of them."""
    return queryset.filter(_within_reach(queryset, viewer))


def media_editable_by(queryset: Rows, viewer: Viewer) -> Rows:
    """Return the pictures or files that the viewer may work on: who edits entries or pages, within own clearance."""
    if not (viewer.may(Action.EDIT_ENTRIES) or viewer.may(Action.ADMINISTER)):
        return queryset.none()
    return within_reach(queryset, viewer)


def published(queryset: QuerySet[M]) -> QuerySet[M]:
    """Return the entries of the queryset that stand on the site, whoever may read them."""
    return queryset.filter(live=True).exclude(standing=Standing.RECALLED)


def visible_to(queryset: QuerySet[M], viewer: Viewer) -> QuerySet[M]:
    """Return the published entries of the queryset that the viewer may read."""
    return published(queryset).filter(_within_reach(queryset, viewer))


def editable_by(queryset: QuerySet[M], viewer: Viewer) -> QuerySet[M]:
    """Return the entries of the queryset, drafts included, that the viewer may work on."""
    if not viewer.may(Action.EDIT_ENTRIES):
        return queryset.none()
    return queryset.filter(_within_reach(queryset, viewer)).exclude(standing=Standing.RECALLED)
