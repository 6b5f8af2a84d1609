"""What do accounts, memberships and Wagtail's own tables keep of a person, and how is it taken out of them?"""

from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from wagtail.models import LockableMixin, ModelLogEntry, PageLogEntry

from people import personal_data
from people.audit.reading import Asked, asked_for
from people.models import (
    AccessRequest,
    Invitation,
    Membership,
    Notice,
    OutgoingMail,
    Profile,
    RoleAssignment,
    User,
)

GONE = "–"  # in the place of a name in a log


def register() -> None:
    """Register what this app and those below it keep."""
    personal_data.register("account", export=_account)
    personal_data.register("memberships", export=_memberships)
    personal_data.register("roles", export=_roles)
    personal_data.register("requests_for_access", export=_requests)
    personal_data.register("invitations_sent", export=_sent, erase=_erase_invitations)
    personal_data.register("profile", export=_profile)
    personal_data.register("notices", export=_notices)
    personal_data.register("audit_log", export=_audit_rows)
    personal_data.register("sessions", export=_sessions, erase=_erase_sessions)
    personal_data.register("mail", erase=_erase_mail)
    personal_data.register("locks", erase=_unlock)
    personal_data.register("actions_in_the_editing_interface", export=_actions, erase=_erase_logs)


def _account(user: User) -> dict[str, Any]:
    return {
        "e-mail": user.email,
        "name": user.name,
        "time_zone": user.time_zone,
        "joined_at": user.joined_at,
        "last_login": user.last_login,
        "addresses": list(EmailAddress.objects.filter(user=user).values("email", "verified", "primary")),
        "identity_provider": list(SocialAccount.objects.filter(user=user).values("provider", "uid", "date_joined")),
        "second_factors": list(Authenticator.objects.filter(user=user).values("type", "created_at", "last_used_at")),
    }


def _memberships(user: User) -> list[dict[str, Any]]:
    rows = Membership.objects.filter(user=user).order_by("pk")
    return [dict(row) for row in rows.values("organisation__name", "state", "vetted_at", "expires_date")]


def _roles(user: User) -> list[dict[str, Any]]:
    return [dict(row) for row in RoleAssignment.objects.filter(user=user).values("role", "organisation__name")]


def _requests(user: User) -> list[dict[str, Any]]:
    names = ("role_wanted", "reason", "languages", "expertise", "state", "created_at", "decided_at", "decline_reason")
    rows = AccessRequest.objects.filter(user=user).select_related("organisation")
    return [{"organisation": row.place, **{name: getattr(row, name) for name in names}} for row in rows]


def _sent(user: User) -> list[dict[str, Any]]:
    rows = Invitation.objects.filter(invited_by=user)
    return [dict(row) for row in rows.values("organisation__name", "state", "created_at")]


def _erase_invitations(user: User) -> None:
    Invitation.objects.filter(Q(email__iexact=user.email) | Q(invited_by=user, state="open")).delete()


def _profile(user: User) -> dict[str, Any] | None:
    row = Profile.objects.filter(user=user).values("expertise", "languages", "mails").first()
    return dict(row) if row else None


def _notices(user: User) -> list[dict[str, Any]]:
    return [dict(row) for row in Notice.objects.filter(recipient=user).values("kind", "created_at", "read_at")]


def _audit_rows(user: User) -> list[dict[str, Any]]:
    """Return what the person did and what was done to the account; who else did it is not the person's."""
    rows = asked_for(Asked(person=user.pk)).order_by("sequence").iterator(chunk_size=2000)
    return [
        {
            "at": row.at,
            "event": row.event,
            "outcome": row.outcome,
            "own_act": row.actor == user.pk,
            "object_kind": row.object_kind,
            "object_ids": row.object_ids.split(),
        }
        for row in rows
    ]


def _own_sessions(user: User) -> Iterable[Session]:
    for session in Session.objects.filter(expire_date__gt=timezone.now()):
        kept = session.get_decoded()
        if kept.get("_auth_user_id") == str(user.pk) or user.email in str(kept):
            yield session


def _sessions(user: User) -> list[dict[str, Any]]:
    places = {row.session_key: row for row in UserSession.objects.filter(user=user)}
    return [_session(session, places.get(session.session_key)) for session in _own_sessions(user)]


def _session(session: Session, place: UserSession | None) -> dict[str, Any]:
    where = {"browser": place.user_agent, "network": place.ip, "signed_in_at": place.created_at} if place else {}
    return {"ends_at": session.expire_date, **where}


def _erase_sessions(user: User) -> None:
    for session in _own_sessions(user):
        session.delete()


def _erase_mail(user: User) -> None:
    # The addresses stand in JSON, in small letters or as they were typed.
    for mail in OutgoingMail.objects.filter(content__isnull=False):
        if user.email.lower() in str(mail.content).lower():
            mail.delete()


def _unlock(user: User) -> None:
    for model in apps.get_models():
        if issubclass(model, LockableMixin) and not model._meta.proxy:
            model._default_manager.filter(locked_by=user).update(locked=False, locked_by=None, locked_at=None)


def _logs() -> tuple[QuerySet[Any], QuerySet[Any]]:
    return ModelLogEntry.objects.order_by(), PageLogEntry.objects.order_by()


def _actions(user: User) -> list[dict[str, Any]]:
    return [
        row for log in _logs() for row in log.filter(user=user).values("action", "timestamp", "content_type__model")
    ]


def _erase_logs(user: User) -> None:
    for log in _logs():
        log.filter(user=user).update(user=None)
    about: list[tuple[type[Model], list[str]]] = [
        (User, [str(user.pk)]),
        (Membership, [str(pk) for pk in user.memberships.values_list("pk", flat=True)]),
        (RoleAssignment, [str(pk) for pk in user.role_assignments.values_list("pk", flat=True)]),
    ]
    for model, keys in about:
        rows = ModelLogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))
        # Rows that are gone already left their labels behind: these begin with what the person was called.
        named = Q(label__startswith=user.email)
        if user.name:
            named |= Q(label=user.name) | Q(label__startswith=f"{user.name} · ") | Q(label__startswith=f"{user.name}: ")
        rows.filter(Q(object_id__in=keys) | named).update(label=GONE, data={})
