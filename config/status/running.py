"""Does what runs beside the web server do its work: worker, index, mail, tasks, timed work?"""

import datetime

from django.db.models import Min
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from config import schedule
from config.status.lights import Action, Failure, Level, Light, guarded
from people import duties
from people.choices import MailState
from people.models import OutgoingMail, WorkerPulse
from search.engines import engine
from search.engines.base import EngineUnavailable
from search.indexing import GIVE_UP_AFTER
from search.models import OutboxItem

LATE = datetime.timedelta(seconds=20)  # a worker gives a sign every five
STALE = datetime.timedelta(minutes=1)  # a change is in the index within two seconds
STUCK = 120  # seconds for one round of a loop
MOST_SHOWN = 20


def moment(when: datetime.datetime | None) -> str:
    """Return a date and time in words of the language, and “never” for none."""
    if when is None:
        return _("never")
    local = timezone.localtime(when)
    return f"{date_format(local, 'DATE_FORMAT')}, {local:%H:%M}"


@guarded(lambda: _("Worker"))
def worker() -> Light:
    """Is a worker alive, and are all its loops going on?"""
    now = timezone.now()
    pulses = list(WorkerPulse.objects.order_by("-seen_at"))
    last = pulses[0].seen_at if pulses else None
    living = [pulse for pulse in pulses if pulse.ended_at is None and now - pulse.seen_at < duties.ALIVE_FOR]
    facts = [(_("Last sign of life"), moment(last)), (_("Workers"), str(len(living)))]
    start = _("Start it: see “Worker” in docs/how-to/operate.md. The site answers; search and mail wait.")
    if not living:
        return Light(_("Worker"), Level.ACT, _("No worker is running."), start, facts)
    hurt = _loops_in_trouble(living)
    if hurt:
        advice = _("It goes on by itself once the cause is gone. The log of the worker names the cause.")
        return Light(_("Worker"), Level.LOOK, _("A part of the worker has trouble."), advice, [*facts, *hurt])
    if last is not None and now - last > LATE:
        return Light(_("Worker"), Level.LOOK, _("The worker has not been heard of for some seconds."), start, facts)
    return Light(_("Worker"), Level.FINE, _("The worker is running."), "", facts)


def _loops_in_trouble(living: list[WorkerPulse]) -> list[tuple[str, str]]:
    found = []
    for pulse in living:
        for name, state in pulse.loops.items():
            if state.get("trouble"):
                found.append((name, str(state["trouble"])))
            elif (state.get("busy") or 0) > STUCK:
                found.append((name, _("one round has taken %(seconds)s seconds so far") % {"seconds": state["busy"]}))
    return found


@guarded(lambda: _("Search index"))
def index() -> Light:
    """Can the index be used, how far is it behind, and what could not be indexed?"""
    waiting = OutboxItem.objects.filter(attempts__lt=GIVE_UP_AFTER)
    behind = waiting.count()
    oldest = waiting.aggregate(oldest=Min("created_at"))["oldest"]
    given_up = OutboxItem.objects.filter(attempts__gte=GIVE_UP_AFTER).values("translation_key").distinct().count()
    facts = [
        (_("Changes behind"), str(behind)),
        (_("Oldest change waits since"), moment(oldest) if oldest else "–"),
        (_("Works given up"), str(given_up)),
    ]
    title = _("Search index")
    try:
        engine().generation()
    except (EngineUnavailable, OSError):
        advice = _(
            "Readers find titles and summaries from the database meanwhile. A running worker makes the index anew; "
            "if that does not help, run “manage.py build_index”."
        )
        return Light(title, Level.ACT, _("The search index cannot be used."), advice, facts)
    if oldest and timezone.now() - oldest > STALE:
        words = ngettext("The index is %(count)s change behind.", "The index is %(count)s changes behind.", behind)
        level = Level.ACT if timezone.now() - oldest > 10 * STALE else Level.LOOK
        advice = _("Look whether the worker is running; it brings them in, in their order.")
        return Light(title, level, words % {"count": behind}, advice, facts)
    if given_up:
        words = ngettext(
            "%(count)s work cannot be indexed and is not found.",
            "%(count)s works cannot be indexed and are not found.",
            given_up,
        )
        advice = _("The log of the worker says why. When that is mended, run “manage.py verify_index --repair”.")
        return Light(title, Level.LOOK, words % {"count": given_up}, advice, facts)
    return Light(title, Level.FINE, _("Everything that changed can be found."), "", facts)


@guarded(lambda: _("Mail"))
def mail() -> Light:
    """Do mails leave, and which were given up? Addresses and words are not shown."""
    waiting = OutgoingMail.objects.filter(state=MailState.WAITING)
    failing = waiting.filter(attempts__gt=0)
    oldest = waiting.aggregate(oldest=Min("created_at"))["oldest"]
    given_up = OutgoingMail.objects.filter(state=MailState.GIVEN_UP)
    facts = [
        (_("Waiting"), str(waiting.count())),
        (_("Of these tried in vain so far"), str(failing.count())),
        (_("Oldest waits since"), moment(oldest) if oldest else "–"),
        (_("Given up"), str(given_up.count())),
    ]
    last = failing.order_by("-due_at").values_list("trouble", flat=True).first()
    if last:
        facts.append((_("Last trouble"), last))
    failures = [
        Failure(
            _("Mail of %(when)s") % {"when": moment(row.created_at)},
            row.trouble,
            _actions("mail", str(row.pk)),
        )
        for row in given_up.order_by("-pk").defer("content")[:MOST_SHOWN]
    ]
    if failures:
        advice = _("Mend the cause, then retry or delete them. After a week they are deleted.")
        return Light(_("Mail"), Level.ACT, _("Mails were given up."), advice, facts, failures)
    if failing.exists():
        advice = _("Look whether the mail server runs and takes the login of this site. They are tried again.")
        return Light(_("Mail"), Level.LOOK, _("The mail server does not take every mail."), advice, facts)
    if oldest and timezone.now() - oldest > 5 * STALE:
        advice = _("Look whether the worker is running.")
        return Light(_("Mail"), Level.LOOK, _("Mails wait for longer than they should."), advice, facts)
    return Light(_("Mail"), Level.FINE, _("Mails leave as they come."), "", facts)


@guarded(lambda: _("Tasks"))
def background_tasks() -> Light:
    """Are tasks done, and which failed for good?"""
    failed = DBTaskResult.objects.failed()
    running = DBTaskResult.objects.running()
    facts = [
        (_("Waiting"), str(DBTaskResult.objects.filter(status=TaskResultStatus.READY).count())),
        (_("Running"), str(running.count())),
        (_("Failed"), str(failed.count())),
    ]
    failures = [
        Failure(
            f"{row.task_name} · {moment(row.finished_at)}",
            row.exception_class_path.rpartition(".")[2],
            _actions("task", str(row.pk)),
        )
        for row in failed.order_by("-finished_at").defer("traceback", "args_kwargs", "return_value")[:MOST_SHOWN]
    ]
    title = _("Tasks")
    if failures:
        advice = _(
            "The log of the worker names the cause. When it is mended, retry them, or delete what is no use now."
        )
        return Light(title, Level.LOOK, _("Tasks have failed for good."), advice, facts, failures)
    since = running.aggregate(oldest=Min("started_at"))["oldest"]
    if since and timezone.now() - since > 10 * STALE:
        words = _("A task has been running for %(time)s.") % {"time": timesince(since)}
        return Light(title, Level.LOOK, words, _("After 15 minutes the worker starts anew and tries it again."), facts)
    return Light(title, Level.FINE, _("No task has failed."), "", facts)


def _actions(kind: str, key: str) -> list[Action]:
    return [
        Action(_("Retry"), reverse("status_retry", args=[kind, key])),
        Action(_("Delete"), reverse("status_drop", args=[kind, key])),
    ]


@guarded(lambda: _("Timed work"))
def timed_work() -> Light:
    """When was each piece of timed work last done, and how did it end?"""
    runs = {run.name: run for run in duties.TimedRun.objects.all()}
    now, facts, failed, late = timezone.now(), [], [], []
    for work in schedule.WORK:
        run = runs.get(work.name)
        outcome = f" · {run.outcome}" if run and run.outcome else ""
        facts.append((work.name, f"{moment(run.finished_at if run else None)}{outcome}"))
        if run and run.succeeded is False:
            failed.append(work.name)
        if run and now - run.due_at > max(work.rhythm() / 10, 10 * STALE):
            late.append(work.name)
    title = _("Timed work")
    if failed:
        words = _("This failed when it was last tried: %(names)s.") % {"names": ", ".join(failed)}
        return Light(title, Level.LOOK, words, _("It is tried again. The log of the worker names the cause."), facts)
    if late:
        words = _("This is overdue: %(names)s.") % {"names": ", ".join(late)}
        return Light(title, Level.LOOK, words, _("Look whether the worker is running."), facts)
    return Light(title, Level.FINE, _("Everything was done when it was due."), "", facts)
