"""Where else may words of a text be: in mails that wait, in failures of tasks, in previews that sessions keep?"""

import json
from collections.abc import Callable

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django_tasks_db.models import DBTaskResult

from people.models import OutgoingMail

_PREVIEW = "wagtail-preview-"


def clear(holds: Callable[[str], bool]) -> int:
    """Delete the mails that hold the words, the words of failures, and every preview; return how many rows that were.

    Call it inside the transaction of the purge.
    """
    return _mails(holds) + _failures() + _previews()


def _mails(holds: Callable[[str], bool]) -> int:
    rows = OutgoingMail.objects.filter(content__isnull=False).values_list("pk", "content")
    found = [pk for pk, content in rows.iterator() if holds(json.dumps(content, ensure_ascii=False))]
    return OutgoingMail.objects.filter(pk__in=found).delete()[0]


def _failures() -> int:
    """A traceback may quote what a database refused; the kind of error is kept beside it."""
    return DBTaskResult.objects.exclude(traceback="").update(traceback="")


def _previews() -> int:
    """Wagtail keeps the form of a preview in the session of whoever looks at it."""
    count = 0
    store = SessionStore()
    for session in Session.objects.all().iterator():
        kept = session.get_decoded()
        shown = [name for name in kept if name.startswith(_PREVIEW)]
        if shown:
            left = {name: value for name, value in kept.items() if name not in shown}
            Session.objects.filter(pk=session.pk).update(session_data=store.encode(left))
            count += 1
    return count
