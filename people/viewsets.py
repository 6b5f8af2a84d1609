"""How do administrators keep accounts, organisations, circles and roles in the editing interface?"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from people.admin_forms import AccountForm, CircleForm, MembershipForm, OrganisationForm, RoleForm
from people.models import Circle, Membership, Organisation, RoleAssignment, User


def _own_rank(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return the view, closed where it is about a superuser's account and asked for by anybody else."""

    @wraps(view)
    def ranked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = str(kwargs.get("pk", ""))
        if key.isdecimal() and not getattr(request.user, "is_superuser", False):
            get_object_or_404(User, pk=int(key[:18]), is_superuser=False)
        return view(request, *args, **kwargs)

    return ranked


class OwnRankMixin:
    """Keeps the accounts of superusers to superusers: whoever changes an address can take over the account."""

    request: Any

    def get_queryset(self) -> QuerySet[User]:
        """Return the accounts that the person may open."""
        users: QuerySet[User] = User.objects.all()
        return users if self.request.user.is_superuser else users.filter(is_superuser=False)


class AccountIndexView(generic.IndexView):
    """The list of accounts."""

    def get_base_queryset(self) -> QuerySet[User]:
        """Read organisations and roles with them."""
        places = Prefetch("memberships", Membership.objects.select_related("organisation"))
        users: QuerySet[User] = User.objects.prefetch_related(places, "role_assignments")
        return users if self.request.user.is_superuser else users.filter(is_superuser=False)


class AccountEditView(OwnRankMixin, generic.EditView):
    """Changes an account."""


class AccountFilterSet(WagtailFilterSet):
    """Narrows the list of accounts."""

    class Meta:
        model = User
        fields = ["is_active", "memberships__organisation", "role_assignments__role"]


class RowsIndexView(generic.IndexView):
    """A list whose rows come with what they name, not one by one."""

    read_along: tuple[str, ...] = ()

    def get_base_queryset(self) -> QuerySet[Any]:
        """Read along what the columns name."""
        rows: QuerySet[Any] = super().get_base_queryset()
        return rows.select_related(*self.read_along) if self.read_along else rows


class MembershipIndexView(RowsIndexView):
    """The list of memberships."""

    read_along = ("user", "organisation")


class RoleIndexView(RowsIndexView):
    """The list of roles that people hold."""

    read_along = ("user", "organisation")


class PeopleViewSet(ModelViewSet):
    """What the views of people have in common: nothing is deleted, nothing is indexed."""

    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = False
    search_backend_name = None
    list_per_page = 50


class UserViewSet(PeopleViewSet):
    """Accounts."""

    model = User
    icon = "user"
    menu_label = gettext_lazy("Accounts")
    menu_name = "accounts"
    menu_order = 300
    add_to_admin_menu = True
    search_fields = ["email", "name"]
    filterset_class = AccountFilterSet
    ordering = "email"
    index_view_class = AccountIndexView
    edit_view_class = AccountEditView
    list_display = [
        "email",
        "name",
        Column(
            "organisations",
            label=gettext_lazy("Organisations"),
            accessor=lambda user: ", ".join(
                f"{place.organisation} ({place.get_state_display()})" for place in user.memberships.all()
            ),
        ),
        Column(
            "roles",
            label=gettext_lazy("Roles"),
            accessor=lambda user: ", ".join(row.get_role_display() for row in user.role_assignments.all()),
        ),
        BooleanColumn("is_active", label=gettext_lazy("Active"), sort_key="is_active"),
    ]

    def get_form_class(self, for_update: bool = False) -> type[AccountForm]:
        """Return the form of an account."""
        return AccountForm

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return every address, each closed for the accounts of superusers: form, history and usage alike."""
        patterns: list[URLPattern] = super().get_urlpatterns()
        for pattern in patterns:
            pattern.callback = _own_rank(pattern.callback)
        return patterns


class OrganisationViewSet(PeopleViewSet):
    """Organisations."""

    model = Organisation
    name = "organisations"
    icon = "home"
    menu_label = gettext_lazy("Organisations")
    search_fields = ["name"]
    list_display = ["name", "kind", "country", "is_partner", "listed"]
    list_filter = ["kind", "country", "is_partner", "listed"]

    def get_form_class(self, for_update: bool = False) -> type[OrganisationForm]:
        """Return the form of an organisation."""
        return OrganisationForm


class CircleViewSet(PeopleViewSet):
    """Circles."""

    model = Circle
    name = "circles"
    icon = "group"
    menu_label = gettext_lazy("Circles")
    search_fields = ["name"]
    list_display = ["name", "purpose"]

    def get_form_class(self, for_update: bool = False) -> type[CircleForm]:
        """Return the form of a circle."""
        return CircleForm


class MembershipViewSet(PeopleViewSet):
    """Who belongs to which organisation."""

    model = Membership
    name = "memberships"
    icon = "user"
    menu_label = gettext_lazy("Memberships")
    index_view_class = MembershipIndexView
    list_display = ["user", "organisation", "state", "expires_date"]
    list_filter = ["state", "organisation"]
    search_fields = ["user__email", "user__name", "organisation__name"]

    def get_form_class(self, for_update: bool = False) -> type[MembershipForm]:
        """Return the form of a membership."""
        return MembershipForm


class RoleViewSet(PeopleViewSet):
    """Who holds which role."""

    model = RoleAssignment
    name = "roles"
    icon = "key"
    menu_label = gettext_lazy("Roles")
    index_view_class = RoleIndexView
    list_display = ["user", "role", "organisation"]
    list_filter = ["role"]
    search_fields = ["user__email", "user__name"]

    def get_form_class(self, for_update: bool = False) -> type[RoleForm]:
        """Return the form of a role."""
        return RoleForm


class PeopleGroup(ModelViewSetGroup):
    """Organisations, circles, memberships and roles in the menu of administrators."""

    items = (OrganisationViewSet, CircleViewSet, MembershipViewSet, RoleViewSet)
    menu_label = gettext_lazy("People")
    menu_name = "people"
    menu_icon = "group"
    menu_order = 310
