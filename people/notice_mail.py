"""Who is told by mail that something waits in the inbox, and when? The mail never says what."""

import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from people import notice_kinds
from people.choices import MailRhythm
from people.mailing import ONCE
from people.models import Notice, User

QUIET = datetime.timedelta(hours=1)  # who was told and has not looked since is not told again so soon
DIGEST_DAY = 0  # Monday, by the site's clock
_LOOKED_AT = 50  # unread notices that are asked whether one of them still says something


def at_once(notice: Notice) -> bool:
    """Queue a mail about a new notice where its person wants one; return whether one was queued."""
    kind = notice_kinds.kind_of(notice.kind)
    person = notice.recipient
    if not person.is_active or notice_kinds.rhythm_of(person, kind) != MailRhythm.AT_ONCE:
        return False
    now = timezone.now()
    told = person.notices.filter(read_at__isnull=True, mailed_at__gt=now - QUIET)
    earlier = told.order_by("mailed_at").values_list("mailed_at", flat=True).first()
    notice.mailed_at = now if kind.security else earlier or now
    notice.save(update_fields=["mailed_at"])
    if notice.mailed_at != now:
        return False
    _write(person, f"notice-{person.pk}-{notice.pk}-{now:%Y%m%d%H%M%S}")
    return True


def still_due(*, once: str, **_kwargs: object) -> bool:
    """May a queued mail about notices leave now? Only while one is unread that the person may know of."""
    about, _dash, rest = once.partition("-")
    number = rest.partition("-")[0]
    if about not in {"notice", "digest"} or not number.isdecimal():
        return True
    person = User.objects.filter(pk=int(number), is_active=True).first()
    return person is not None and _something_waits(person)


def _something_waits(person: User) -> bool:
    unread = list(person.notices.filter(read_at__isnull=True)[:_LOOKED_AT])
    return bool(notice_kinds.words_for(person, unread))


def send_digests(*, now: datetime.datetime | None = None) -> int:
    """Queue a mail for everybody with notices that wait for the daily or weekly one; return how many."""
    moment = now or timezone.now()
    local = timezone.localtime(moment, timezone.get_default_timezone())
    due = {MailRhythm.DAILY, *([MailRhythm.WEEKLY] if local.weekday() == DIGEST_DAY else [])}
    waiting = Notice.objects.filter(read_at__isnull=True, mailed_at__isnull=True, recipient__is_active=True)
    count = 0
    for key in waiting.order_by().values_list("recipient", flat=True).distinct():
        person = User.objects.filter(pk=key).first()
        if person is not None:
            count += _digest(person, due, moment, f"digest-{key}-{local:%Y-%m-%d}")
    return count


@transaction.atomic
def _digest(person: User, due: set[MailRhythm], moment: datetime.datetime, once: str) -> bool:
    wanted = [kind.name for kind in notice_kinds.known() if notice_kinds.rhythm_of(person, kind) in due]
    rows = person.notices.filter(read_at__isnull=True, mailed_at__isnull=True, kind__in=wanted)
    known = notice_kinds.words_for(person, rows[:_LOOKED_AT])
    if not known or not rows.update(mailed_at=moment):
        return False
    _write(person, once)
    return True


def _write(person: User, once: str) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        address = f"{settings.WAGTAILADMIN_BASE_URL}{reverse('people:inbox')}"
        words = _("Something waits for you in your inbox. Sign in to see what:")
        choose = _("Which mails you get, and how often, you choose under “Your pages”.")
        EmailMessage(
            f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{_('something waits for you')}",
            f"{words}\n\n{address}\n\n{choose}\n",
            to=[person.email],
            headers={ONCE: once},
        ).send()
