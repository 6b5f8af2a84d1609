"""Which fields does the form of an entry show, and on which tab?"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy
from taggit.forms import TagWidget
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, ObjectList, Panel, TabbedInterface

from kb.choices import Axis
from kb.forms.entries import EntryCreateForm, EntryEditForm, axis_field
from kb.viewsets.panels import AreasPanel, MarkingPanel, MarkingWordsPanel, RelationsPanel


def _axes() -> list[FieldPanel]:
    return [
        FieldPanel(axis_field(axis), classname=f"kb-axis kb-axis--{axis}")
        for axis in Axis.values
        if axis != Axis.SOURCE
    ]


def _tabs(
    form: type[forms.BaseModelForm], marking: Any, relations: list[Any], first: list[Panel], words: list[Any]
) -> TabbedInterface:
    return TabbedInterface(
        [
            ObjectList(
                [
                    *first,
                    marking,
                    FieldPanel("title"),
                    FieldPanel("summary"),
                    FieldPanel("translation_status"),
                    FieldPanel("positive"),
                    MultiFieldPanel(
                        [FieldPanel("works_when"), FieldPanel("not_when")], heading=gettext_lazy("Conditions of use")
                    ),
                    FieldPanel("body"),
                    FieldPanel("words_explained"),
                    *words,
                ],
                heading=gettext_lazy("Text"),
            ),
            ObjectList([*_axes(), FieldPanel("keywords", widget=TagWidget())], heading=gettext_lazy("Where it fits")),
            ObjectList(
                [
                    FieldPanel(axis_field(Axis.SOURCE), classname="kb-axis"),
                    MultiFieldPanel(
                        [FieldPanel("evidence_source"), FieldPanel("evidence_info"), FieldPanel("review_by")],
                        heading=gettext_lazy("Evidence"),
                    ),
                    InlinePanel("references", heading=gettext_lazy("References"), label=gettext_lazy("Reference")),
                    *relations,
                ],
                heading=gettext_lazy("How we know"),
            ),
        ],
        base_form_class=form,
    )


def tabs_of_new() -> TabbedInterface:
    """Return the form of a new entry, which asks for its marking."""
    marking = MultiFieldPanel(
        [FieldPanel("label", required_on_save=True)]
        + [
            FieldPanel(name)
            for name in ("circles", "owning_organisation", "partner_release", "chatham_house", "handling_note")
        ],
        heading=gettext_lazy("Marking"),
        help_text=gettext_lazy("The source of the text sets the marking. It can be narrowed at any time."),
    )
    return _tabs(EntryCreateForm, marking, [], [FieldPanel("kind", classname="kb-hidden", required_on_save=True)], [])


def tabs_of_existing() -> TabbedInterface:
    """Return the form of an entry that exists; its marking and relations are shown there, and changed elsewhere."""
    return _tabs(
        EntryEditForm,
        MarkingPanel(heading=gettext_lazy("Marking")),
        [RelationsPanel(heading=gettext_lazy("Relations"))],
        [AreasPanel(heading=gettext_lazy("Your areas of expertise"))],
        [MarkingWordsPanel(heading=gettext_lazy("Marking words"))],
    )
