"""Where else may words of a text be: in waiting mails, failures of tasks, previews, and forms kept after a visit?"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django_tasks_db.models import DBTaskResult
from wagtail.models import Page

from kb.models import Entry, MarkingChange, MediaDocument, MediaImage, Report, SharingQuestion, Spill
from people import kept_forms
from people.kept_forms import KeptForm
from people.models import OutgoingMail

_PREVIEW = "wagtail-preview-"
# Below which part of the editing interface each is worked on.
_SECTIONS: dict[type, str] = {Entry: "kb/entry", MediaImage: "pictures", MediaDocument: "files"}


def clear(holds: Callable[[str], bool]) -> int:
    """Delete the mails that hold the words, the words of failures, and every preview; return how many rows that were.

    Call it inside the transaction of the purge.
    """
    return _mails(holds) + _failures() + _previews()


def forget_forms(spill: Spill, rows: Iterable[Any], holds: Callable[[str], bool]) -> int:
    """Throw away the forms that hold the words, or were on their way to what is purged; return how many.

    A form about it may hold any of its words, and sent again would bring them back. Call it inside the transaction of
    the purge.
    """
    about = re.compile("|".join(_addresses(spill, rows)))

    def goes(form: KeptForm) -> bool:
        path = f"{urlsplit(form.address).path.rstrip('/')}/"
        return bool(about.search(path)) or any(
            holds(text) for text in [form.address, *(value for _name, value in form.fields)]
        )

    return kept_forms.forget_where(goes)


def _addresses(spill: Spill, rows: Iterable[Any]) -> Iterator[str]:
    """Yield patterns of the addresses to which something about the thing is sent: its own, and those of the answers."""
    yield f"/spills/{spill.pk}/"
    yield f"/report/{spill.about}/{re.escape(spill.key)}/"
    for report in Report.objects.filter(about=spill.about, key=spill.key).values_list("pk", flat=True):
        yield f"/reports/{report}/"
    for row in rows:
        section = "pages" if isinstance(row, Page) else _SECTIONS[type(row)]
        yield rf"/{section}/(?:[^/\d]+/)*{row.pk}/"
        if hasattr(row, "public_id"):
            yield f"/{row.public_id}/"
    work: Any = spill.work  # none of a page or file, about whose marking nobody asks
    for model, section in ((MarkingChange, "requests"), (SharingQuestion, "questions")):
        asked: Any = model._default_manager.filter(translation_key=work)
        for key in asked.values_list("pk", flat=True):
            yield f"/marking/{section}/{key}/"


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
