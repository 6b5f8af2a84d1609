"""How do administrators keep accounts, organisations, circles and roles in the editing interface?"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from people.choices import MembershipState, Role
from people.models import Circle, Membership, Organisation, RoleAssignment, User


class AccountForm(forms.ModelForm):
    """An account with its organisation and roles."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.all(),
        required=False,
        label=gettext_lazy("Organisation"),
        help_text=gettext_lazy("Further ones under “Memberships”."),
    )
    state = forms.ChoiceField(
        choices=MembershipState.choices,
        initial=MembershipState.ACTIVE,
        label=gettext_lazy("State of the membership"),
        help_text=gettext_lazy("Only “vetted and active” opens anything."),
    )
    roles = forms.MultipleChoiceField(
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Roles"),
        help_text=gettext_lazy("What the person may do. No role lets anybody read more."),
    )

    class Meta:
        model = User
        fields = ["email", "name", "is_active"]
        help_texts = {
            "email": gettext_lazy("The person sets the password with “I do not know my password” on the login page.")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Fill in the first membership and the roles."""
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            place = self._place()
            self.initial["organisation"] = place.organisation_id if place else None
            self.initial["state"] = place.state if place else MembershipState.ACTIVE
            self.initial["roles"] = list(self.instance.role_assignments.values_list("role", flat=True))

    def _place(self) -> Membership | None:
        return self.instance.memberships.order_by("pk").first()

    def clean_email(self) -> str:
        """Return the address in small letters; one account for each."""
        address: str = self.cleaned_data["email"].strip().lower()
        if User.objects.filter(email__iexact=address).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is an account with this address."))
        return address

    @transaction.atomic
    def save(self, commit: bool = True) -> User:
        """Save the account with its address, membership and roles."""
        if not self.instance.pk:
            self.instance.set_unusable_password()
        user: User = super().save(commit=commit)
        EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
        EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
        self._save_place(user)
        chosen = set(self.cleaned_data["roles"])
        user.role_assignments.exclude(role__in=chosen).delete()
        for role in chosen - set(user.role_assignments.values_list("role", flat=True)):
            RoleAssignment.objects.create(user=user, role=role)
        return user

    def _save_place(self, user: User) -> None:
        organisation, state = self.cleaned_data["organisation"], self.cleaned_data["state"]
        place = user.memberships.order_by("pk").first()
        if organisation is None:
            if place is not None:
                place.delete()
            return
        if place is not None and place.organisation_id != organisation.pk:
            place.delete()
        Membership.objects.update_or_create(user=user, organisation=organisation, defaults={"state": state})


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

    read_along = ("user",)


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


class OrganisationForm(forms.ModelForm):
    """An organisation, its country as a code."""

    class Meta:
        model = Organisation
        fields = ["name", "kind", "country", "is_partner"]
        error_messages = {"country": {"max_length": gettext_lazy("Give the country as two letters, such as BE or EU.")}}

    def clean_country(self) -> str:
        """Return the code in capital letters."""
        code: str = self.cleaned_data["country"].strip().upper()
        if len(code) != 2 or not (code.isascii() and code.isalpha()):
            raise forms.ValidationError(_("Give the country as two letters, such as BE or EU."))
        return code


class OrganisationViewSet(PeopleViewSet):
    """Organisations."""

    model = Organisation
    name = "organisations"
    icon = "home"
    menu_label = gettext_lazy("Organisations")
    search_fields = ["name"]
    list_display = ["name", "kind", "country", "is_partner"]
    list_filter = ["kind", "country", "is_partner"]

    def get_form_class(self, for_update: bool = False) -> type[OrganisationForm]:
        """Return the form of an organisation."""
        return OrganisationForm


class CircleForm(forms.ModelForm):
    """A circle and its organisations."""

    class Meta:
        model = Circle
        fields = ["name", "purpose", "organisations"]
        widgets = {"organisations": forms.CheckboxSelectMultiple}


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
    list_display = ["user", "organisation", "state"]
    list_filter = ["state", "organisation"]
    search_fields = ["user__email", "user__name", "organisation__name"]
    form_fields = ["user", "organisation", "state"]


class RoleViewSet(PeopleViewSet):
    """Who holds which role."""

    model = RoleAssignment
    name = "roles"
    icon = "key"
    menu_label = gettext_lazy("Roles")
    index_view_class = RoleIndexView
    list_display = ["user", "role"]
    list_filter = ["role"]
    search_fields = ["user__email", "user__name"]
    form_fields = ["user", "role"]


class PeopleGroup(ModelViewSetGroup):
    """Organisations, circles, memberships and roles in the menu of administrators."""

    items = (OrganisationViewSet, CircleViewSet, MembershipViewSet, RoleViewSet)
    menu_label = gettext_lazy("People")
    menu_name = "people"
    menu_icon = "group"
    menu_order = 310
