"""What may a person change of the own account, and what must it be?"""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people import audit, expertise, notice_kinds, time_zones
from people.choices import Language, MailRhythm
from people.models import Profile, User

LONGEST_NAME = 120


class PreferenceRefused(ValueError):
    """Something that an account cannot say; `message` says why."""

    message: str | Promise = ""

    def __str__(self) -> str:
        return str(self.message)


class UnknownTimeZone(PreferenceRefused):
    """No time zone that can be chosen."""

    message = _("There is no such time zone.")


class UnknownLanguage(PreferenceRefused):
    """No language of the list."""

    message = _("This language is not in the list.")


class UnknownExpertise(PreferenceRefused):
    """No area of the vocabulary."""

    message = _("This area of expertise is not in the list.")


class UnknownRhythm(PreferenceRefused):
    """No kind of notice whose mails can be chosen, or no rhythm."""

    message = _("Mails about this cannot be chosen so.")


class NameMissing(PreferenceRefused):
    """A name that is empty or too long."""

    message = _("Give the name by which others here know you, at most 120 characters.")


def profile_of(user: User) -> Profile:
    """Return what the person said, an empty profile where that is nothing yet."""
    return Profile.objects.filter(user=user).first() or Profile(user=user)


@transaction.atomic
def change(
    *,
    user: User,
    name: str,
    time_zone: str = "",
    languages: Iterable[str] = (),
    areas: Iterable[str] = (),
    mails: Mapping[str, str] | None = None,
) -> Profile:
    """Return the profile with what the person says now. Raises PreferenceRefused.

    What is kept of vocabularies that have lost an area since stays until it is changed.
    """
    user, profile = User.objects.select_for_update().get(pk=user.pk), profile_of(user)
    spoken, known = list(dict.fromkeys(languages)), list(dict.fromkeys(areas))
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise NameMissing
    if time_zone and time_zone not in time_zones.names():
        raise UnknownTimeZone
    if not set(spoken) <= set(Language.values):
        raise UnknownLanguage
    if not set(known) <= {slug for slug, _label in expertise.areas()} | set(profile.expertise):
        raise UnknownExpertise
    profile.mails = _rhythms(mails if mails is not None else profile.mails)
    profile.languages, profile.expertise = spoken, known
    user.name, user.time_zone = name, time_zone
    user.save(update_fields=["name", "time_zone"])
    profile.save()
    audit.note(event=audit.Event.PROFILE_CHANGED, actor=user.pk, kind="person", ids=[user.pk])
    return profile


def _rhythms(chosen: Mapping[str, str]) -> dict[str, str]:
    """Return the rhythms that are kept: of kinds that can be chosen, and only what is not the usual one."""
    kept = {}
    for name, rhythm in chosen.items():
        try:
            kind = notice_kinds.kind_of(name)
        except notice_kinds.UnknownKind:
            raise UnknownRhythm from None
        if kind.security or rhythm not in MailRhythm.values:
            raise UnknownRhythm
        if rhythm != kind.rhythm:
            kept[name] = str(rhythm)
    return kept
