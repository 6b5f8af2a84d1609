"""Lets something wait for everybody on the demonstration site, so that no page is empty: `begin`, and `end` again."""

import os
import sys
from io import BytesIO
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")
django.setup()

from allauth.mfa.models import Authenticator  # noqa: E402  (Django has to be set up first)
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes  # noqa: E402  (Django has to stand first)
from allauth.mfa.totp.internal.auth import TOTP  # noqa: E402  (Django has to stand first)

from kb import marking, uploads  # noqa: E402  (Django has to stand first)
from kb.choices import Passage, Reportable, ReportReason, Tlp  # noqa: E402  (Django has to stand first)
from kb.models import Entry, MarkingChange, MediaDocument, MediaImage, Report, SharingQuestion  # noqa: E402  (Django has to stand first)
from kb.reports import filing  # noqa: E402  (Django has to stand first)
from kb.reports.targets import Target  # noqa: E402  (Django has to stand first)
from people.models import Circle, User  # noqa: E402  (Django has to stand first)
from people.viewers import viewer_of  # noqa: E402  (Django has to stand first)
from tests.kb.anonymisation import specimens  # noqa: E402  (Django has to stand first)

WORDS = "Work in progress"  # by which `end` finds again what `begin` made


def _person(who: str) -> User:
    return User.objects.get(email=f"{who}@example.org")


def _report(about: str, key: str, reason: ReportReason, who: str) -> Report:
    target, by = Target(about, key), viewer_of(_person(who))
    return filing.report(target=target, reason=reason, passage=Passage.WHOLE, words=f"{WORDS}.", by=by)


def _upload(taken: Any, name: str, data: bytes, **words: Any) -> None:
    circles = [Circle.objects.get(name="Major events")]
    file, by = BytesIO(data), _person("curator")
    taken(file=file, name=name, size=len(data), title=WORDS, by=by, label=Tlp.AMBER, circles=circles, **words)


def begin() -> None:
    """Make what waits: for a second person, for the source, for whoever edits, for the security officer."""
    strict = Entry.objects.originals().filter(marking__label=Tlp.AMBER_STRICT, live=True).order_by("pk")
    circles = [Circle.objects.get(name="Major events")]
    asked = {"label": Tlp.AMBER, "circles": circles, "reason": f"{WORDS}."}
    marking.request_lowering(entry=strict[0], by=_person("curator"), **asked)
    marking.ask(entry=strict[1], audience=WORDS, reason=f"{WORDS}.", by=_person("member"))
    _report(Reportable.ENTRY, strict[1].public_id, ReportReason.WRONG, "member")
    _report(Reportable.SITE, "/topics/", ReportReason.OUTDATED, "member")
    _report(Reportable.SITE, "/topics/", ReportReason.IDENTIFIES, "partner")
    _upload(uploads.upload_picture, "gate.jpg", specimens.picture(), description="A gate")
    _upload(uploads.upload_file, "gate.docx", specimens.docx())
    TOTP.activate(_person("security"), "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(_person("security"))


def end() -> None:
    """Take it away again, so that other journeys find the site as it was."""
    MarkingChange.objects.filter(reason=f"{WORDS}.").delete()
    SharingQuestion.objects.filter(audience=WORDS).delete()
    Report.objects.filter(words=f"{WORDS}.").delete()
    for model in (MediaImage, MediaDocument):
        for item in model.objects.filter(title=WORDS):
            uploads.remove(item=item, by=None)
    Authenticator.objects.filter(user=_person("security")).delete()


if __name__ == "__main__":
    {"begin": begin, "end": end}[sys.argv[1]]()
