"""What is recorded wherever it happens: signing in, factors, roles, memberships, circles, editing?

Signals tell of it, so that nothing goes unrecorded that another way of doing it brings about.
"""

from collections.abc import Iterable
from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.contrib.contenttypes.models import ContentType
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from wagtail.models import ModelLogEntry, PageLogEntry

from people import audit
from people.choices import MembershipState
from people.models import Circle, Membership, Organisation, RoleAssignment, User

_METHODS = "account_authentication_methods"  # allauth's own place in the session


def _method(request: Any) -> dict[str, str]:
    """Return by which means somebody signed in last in this session."""
    used = getattr(request, "session", {}).get(_METHODS) or []
    last = used[-1] if used else {}
    name = last.get("type") or last.get("method") or ""
    name = "oidc" if name == "socialaccount" else name
    return {"method": name} if name in {"password", "totp", "webauthn", "recovery_codes", "oidc"} else {}


def logged_in(sender: Any, request: Any, user: User, **kwargs: Any) -> None:
    """Record who signed in."""
    audit.note(event=audit.Event.LOGIN, actor=user.pk, kind="person", ids=[user.pk], data=_method(request))


def logged_out(sender: Any, user: User | None, **kwargs: Any) -> None:
    """Record who signed out."""
    if user is not None and user.pk:
        audit.note(event=audit.Event.LOGOUT, actor=user.pk, kind="person", ids=[user.pk])


def login_failed(sender: Any, credentials: dict[str, Any], **kwargs: Any) -> None:
    """Record that a try failed, and at whose account, never what was typed. It costs the same for a strange address."""
    typed = str(credentials.get("email") or credentials.get("username") or "")
    found = User.objects.filter(email__iexact=typed[:254]).values_list("pk", flat=True).first()
    ids = [found] if found else []
    audit.note(event=audit.Event.LOGIN_FAILED, kind="person", ids=ids, outcome=audit.Outcome.FAILED)


def factor_failed(sender: Any, user: User, **kwargs: Any) -> None:
    """Record a wrong second factor."""
    audit.note(event=audit.Event.LOGIN_FAILED, kind="person", ids=[user.pk], outcome=audit.Outcome.FAILED)


def password_new(sender: Any, user: User, **kwargs: Any) -> None:
    """Record that a password was changed or set."""
    audit.note(event=audit.Event.PASSWORD_CHANGED, actor=user.pk, kind="person", ids=[user.pk])


def factor_new(sender: Any, user: User, **kwargs: Any) -> None:
    """Record a second factor that was added or made anew."""
    audit.note(event=audit.Event.FACTOR_ADDED, kind="person", ids=[user.pk])


def factor_gone(sender: Any, user: User, **kwargs: Any) -> None:
    """Record a second factor that was taken away."""
    audit.note(event=audit.Event.FACTOR_REMOVED, kind="person", ids=[user.pk])


def role_given(sender: Any, instance: RoleAssignment, raw: bool = False, **kwargs: Any) -> None:
    """Record a role before it holds."""
    if not raw:
        audit.require(event=audit.Event.ROLE_GIVEN, kind="person", ids=[instance.user_id], data=_role(instance))


def role_taken(sender: Any, instance: RoleAssignment, **kwargs: Any) -> None:
    """Record that a role was taken away, which never waits."""
    audit.note(event=audit.Event.ROLE_TAKEN, kind="person", ids=[instance.user_id], data=_role(instance))


def _role(row: RoleAssignment) -> dict[str, Any]:
    """Return the role, and for which organisation somebody is its contact point."""
    place = {} if row.organisation_id is None else {"organisation": row.organisation_id}
    return {"role": str(row.role), **place}


def membership_saved(sender: Any, instance: Membership, raw: bool = False, **kwargs: Any) -> None:
    """Record a membership as it is now: one that opens something before it does, any other without waiting."""
    if not raw:
        _membership(instance, instance.state)


def membership_gone(sender: Any, instance: Membership, **kwargs: Any) -> None:
    """Record that a membership is no more."""
    _membership(instance, MembershipState.ENDED)


def _membership(place: Membership, state: str) -> None:
    opens = state == MembershipState.ACTIVE
    # Whoever takes up an invitation does so alone; who vouched for them stands beside it.
    vouching = {"person": place.vetted_by_id} if opens and place.vetted_by_id is not None else {}
    write = audit.require if opens else audit.note
    write(
        event=audit.Event.MEMBERSHIP_CHANGED,
        kind="person",
        ids=[place.user_id],
        data={"organisation": place.organisation_id, "state": str(state), **vouching},
    )


def circle_changed(
    sender: Any, instance: Any, action: str, reverse: bool, pk_set: Iterable[int] | None, **kwargs: Any
) -> None:
    """Record which organisation came into a circle or left it, from whichever side it was written."""
    joined = action == "post_add"
    if not joined and action not in {"post_remove", "pre_clear"}:
        return
    if pk_set is None:
        related = instance.circles if reverse else instance.organisations
        pk_set = set(related.values_list("pk", flat=True))
    for key in sorted(pk_set):
        circle, organisation = (key, instance.pk) if reverse else (instance.pk, key)
        write = audit.require if joined else audit.note
        event = audit.Event.CIRCLE_JOINED if joined else audit.Event.CIRCLE_LEFT
        write(event=event, kind="circle", ids=[circle], data={"organisation": organisation})


def account_changing(
    sender: Any, instance: User, raw: bool = False, update_fields: Iterable[str] | None = None, **kwargs: Any
) -> None:
    """Record that an account gets another address, is closed or opened again: whoever has the address can take it."""
    if raw or instance.pk is None or not (update_fields is None or {"email", "is_active"} & set(update_fields)):
        return
    before = User.objects.filter(pk=instance.pk).values_list("email", "is_active").first()
    if before is None:
        return
    if before[0] != instance.email:
        _changing("person", instance.pk, "people.address", opens=True)
    if before[1] != instance.is_active:
        _changing("person", instance.pk, "people.opened" if instance.is_active else "people.closed", instance.is_active)


def organisation_changing(sender: Any, instance: Organisation, raw: bool = False, **kwargs: Any) -> None:
    """Record that an organisation becomes a partner, or is one no longer: its people read less, or more."""
    before = None if raw else Organisation.objects.filter(pk=instance.pk).values_list("is_partner", flat=True).first()
    if before is not None and before != instance.is_partner:
        name = "people.partner" if instance.is_partner else "people.no_partner"
        _changing("organisation", instance.pk, name, opens=not instance.is_partner)


def _changing(kind: str, key: int, action: str, opens: bool) -> None:
    write = audit.require if opens else audit.note
    write(event=audit.Event.ADMIN_ACTION, kind=kind, ids=[key], data={"action": action})


def admin_acted(sender: Any, instance: Any, created: bool, raw: bool = False, **kwargs: Any) -> None:
    """Record what Wagtail logs of the editing interface: what was done to which record, without its title."""
    if created and not raw:
        audit.note(
            event=audit.Event.ADMIN_ACTION,
            actor=instance.user_id,
            kind=ContentType.objects.get_for_id(instance.content_type_id).model if instance.content_type_id else "",
            ids=[instance.page_id if sender is PageLogEntry else instance.object_id],
            data={"action": instance.action},
        )


def connect() -> None:
    """Connect every receiver of this module, once."""
    for signal, receiver, sender in (
        (user_logged_in, logged_in, None),
        (user_logged_out, logged_out, None),
        (user_login_failed, login_failed, None),
        (authentication_failed, factor_failed, None),
        (password_changed, password_new, None),
        (password_reset, password_new, None),
        (password_set, password_new, None),
        (authenticator_added, factor_new, None),
        (authenticator_reset, factor_new, None),
        (authenticator_removed, factor_gone, None),
        (post_save, role_given, RoleAssignment),
        (post_delete, role_taken, RoleAssignment),
        (post_save, membership_saved, Membership),
        (post_delete, membership_gone, Membership),
        (m2m_changed, circle_changed, Circle.organisations.through),
        (pre_save, account_changing, User),
        (pre_save, organisation_changing, Organisation),
        (post_save, admin_acted, ModelLogEntry),
        (post_save, admin_acted, PageLogEntry),
    ):
        signal.connect(
            receiver, sender=sender, dispatch_uid=f"people.audit.{receiver.__name__}.{sender and sender.__name__}"
        )
