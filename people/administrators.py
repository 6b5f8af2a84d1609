"""Who looks after accounts and organisations at first, before anybody can be made in the editing interface?"""

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from people.choices import MembershipState, Role
from people.models import Membership, Organisation, RoleAssignment, User, in_force


class NotAppointed(ValueError):
    """The account cannot be made an administrator's by an operator; the message says why and what to do."""


def has_administrator() -> bool:
    """Is there an account, able to log in or still with its first link, that may administer?"""
    return RoleAssignment.objects.filter(
        in_force("user__memberships__"), role=Role.ADMINISTRATOR, user__is_active=True
    ).exists()


def is_used(user: User) -> bool:
    """Has the person ever chosen a password or logged in?"""
    return user.has_usable_password() or user.last_login is not None


@transaction.atomic
def appoint(*, email: str, name: str = "", organisation: str, country: str = "EU", kind: str) -> User:
    """Return a new administrator's account without a password, or the same one again while nobody has used it.

    Links to a first password that were made before hold no more. The organisation is made where it is not there, with
    `country` (ISO 3166-1, two letters) and `kind` (OrganisationKind). Raises NotAppointed.
    """
    if not organisation or len(organisation) > 160:
        raise NotAppointed("The organisation needs a name of at most 160 characters.")
    user = User.objects.select_for_update().filter(email__iexact=email).first()
    if user is None:
        user = User.objects.create_user(email, name=name)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    elif is_used(user) or not user.is_active:
        raise NotAppointed(
            f"{user.email} has an account that is or was in use: a forgotten password is renewed on the login page, "
            "and roles are given in the editing interface. Take another address for a new administrator."
        )
    body, _made = Organisation.objects.get_or_create(name=organisation, defaults={"country": country, "kind": kind})
    # Whoever runs the site vouches, without a last day: the clock alone must not leave it without an administrator.
    Membership.objects.update_or_create(
        user=user, organisation=body, defaults={"state": MembershipState.ACTIVE, "vetted_at": timezone.now()}
    )
    RoleAssignment.objects.get_or_create(user=user, role=Role.ADMINISTRATOR)
    # Another unusable password: what was signed with the one before is worth nothing.
    user.set_unusable_password()
    user.save(update_fields=["password"])
    return user


def path_of_link(user: User) -> str:
    """Return the path of the page where the person chooses a password, once and before PASSWORD_RESET_TIMEOUT."""
    token = default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": token})
