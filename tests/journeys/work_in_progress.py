"""Lets something wait for everybody on the demonstration site, so that no page is empty: `begin`, and `end` again.

`begin` prints the addresses that no page leads to, those of mails for example, by the person to whom each is shown.
"""

import datetime
import json
import os
import sys
from io import BytesIO
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")
django.setup()

from allauth.account.forms import default_token_generator  # noqa: E402  (Django has to be set up first)
from allauth.account.models import EmailAddress, EmailConfirmationHMAC  # noqa: E402  (Django has to stand first)
from allauth.account.utils import user_pk_to_url_str  # noqa: E402  (Django has to stand first)
from allauth.mfa.models import Authenticator  # noqa: E402  (Django has to stand first)
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes  # noqa: E402  (Django has to stand first)
from allauth.mfa.totp.internal.auth import TOTP  # noqa: E402  (Django has to stand first)
from allauth.mfa.webauthn.internal.auth import WebAuthn  # noqa: E402  (Django has to stand first)
from django.urls import reverse  # noqa: E402  (Django has to stand first)
from django.utils import timezone  # noqa: E402  (Django has to stand first)

from kb import marking, uploads  # noqa: E402  (Django has to stand first)
from kb.choices import Passage, Reportable, ReportReason, Tlp  # noqa: E402  (Django has to stand first)
from kb.marking import recalling  # noqa: E402  (Django has to stand first)
from kb.models import Entry, MarkingChange, MediaDocument, MediaImage, Recall, Report, SharingQuestion  # noqa: E402  (Django has to stand first)
from kb.reports import filing  # noqa: E402  (Django has to stand first)
from kb.reports.targets import Target  # noqa: E402  (Django has to stand first)
from people import invitations  # noqa: E402  (Django has to stand first)
from people.models import Circle, Invitation, Membership, Organisation, User  # noqa: E402  (Django has to stand first)
from people.viewers import viewer_of  # noqa: E402  (Django has to stand first)
from tests.kb.anonymisation import specimens  # noqa: E402  (Django has to stand first)

WORDS = "Work in progress"  # by which `end` finds again what `begin` made
NEWCOMER = "work-in-progress@example.org"
KEY_OF_AN_INVITATION = "work-in-progress"
# What a browser says when a security key is added; nobody has the key.
SECURITY_KEY = {
    "id": "d29yayBpbiBwcm9ncmVzcw",
    "rawId": "d29yayBpbiBwcm9ncmVzcw",
    "type": "public-key",
    "response": {
        "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiZDI5eWF5QnBiaUJ3Y205bmNtVnpj"
        "dyIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3QiLCJjcm9zc09yaWdpbiI6ZmFsc2V9",
        "attestationObject": "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YViUSZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMd"
        "l2NFAAAAAQAAAAAAAAAAAAAAAAAAAAAAEHdvcmsgaW4gcHJvZ3Jlc3OlAQIDJiABIVggeHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHgiWCB5eXl5eXl5eXl5eXl5eXl5eXl5eXl5eXl5eXl5eXl5eQ",
    },
    "clientExtensionResults": {},
}

Addresses = dict[str, list[str]]


def _person(who: str) -> User:
    return User.objects.get(email=f"{who}@example.org")


def _report(about: str, key: str, reason: ReportReason, who: str) -> Report:
    target, by = Target(about, key), viewer_of(_person(who))
    return filing.report(target=target, reason=reason, passage=Passage.WHOLE, words=f"{WORDS}.", by=by)


def _upload(taken: Any, name: str, data: bytes, **words: Any) -> None:
    circles = [Circle.objects.get(name="Major events")]
    file, by = BytesIO(data), _person("curator")
    taken(file=file, name=name, size=len(data), title=WORDS, by=by, label=Tlp.AMBER, circles=circles, **words)


def _markings() -> Addresses:
    """Let markings wait for a second person, a question for the source; and take one entry back."""
    strict = Entry.objects.originals().filter(marking__label=Tlp.AMBER_STRICT, live=True).order_by("pk")
    asked = {"label": Tlp.AMBER, "circles": [Circle.objects.get(name="Major events")], "reason": f"{WORDS}."}
    marking.request_lowering(entry=strict[0], by=_person("curator"), **asked)
    marking.ask(entry=strict[1], audience=WORDS, reason=f"{WORDS}.", by=_person("member"))
    _report(Reportable.ENTRY, strict[1].public_id, ReportReason.WRONG, "member")
    gone = _of_the_contact_point()
    marking.recall(entry=gone, by=_person("contact"))
    return {
        "member": [reverse("kb:ask", args=[strict[2].public_id])],
        "trainer": [gone.get_absolute_url()],
        "contact": [reverse("kb:restore", args=[gone.public_id])],
    }


def _of_the_contact_point() -> Entry:
    """Return an entry that the contact point may take back."""
    green = Entry.objects.originals().filter(marking__label=Tlp.GREEN, live=True).order_by("-pk")
    viewer = viewer_of(_person("contact"))
    return next(entry for entry in green if marking.options_for(viewer, entry).recall)


def _reports() -> Addresses:
    _report(Reportable.SITE, "/topics/", ReportReason.OUTDATED, "member")
    _report(Reportable.SITE, "/topics/", ReportReason.IDENTIFIES, "partner")
    return {"": [reverse("kb:reported", args=["hidden"])]}


def _uploads() -> None:
    _upload(uploads.upload_picture, "gate.jpg", specimens.picture(), description="A gate")
    _upload(uploads.upload_file, "gate.docx", specimens.docx())


def _people() -> Addresses:
    """Let a membership end soon, and somebody be about to come in, with the links of three mails."""
    now, place = timezone.now(), Organisation.objects.get(memberships__user=_person("contact"))
    Membership.objects.filter(user=_person("reviewer")).update(expires_date=timezone.localdate())
    user = User.objects.create_user(NEWCOMER, WORDS, name=WORDS)
    address = EmailAddress.objects.create(user=user, email=NEWCOMER, primary=True)
    Invitation.objects.create(
        organisation=place,
        email=NEWCOMER,
        digest=invitations.digest_of(KEY_OF_AN_INVITATION),
        invited_by=_person("contact"),
        expires_at=now + datetime.timedelta(days=1),
    )
    confirm = reverse("account_confirm_email", args=[EmailConfirmationHMAC(address).key])
    reset = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    invited = f"{reverse('join:invited')}?key={KEY_OF_AN_INVITATION}"
    return {"": [confirm, reverse("account_reset_password_from_key", kwargs=reset), invited]}


def _factors() -> None:
    """Give the security officer one of each kind of factor."""
    officer = _person("security")
    TOTP.activate(officer, "JBSWY3DPEHPK3PXP")
    WebAuthn.add(officer, WORDS, SECURITY_KEY)
    RecoveryCodes.activate(officer)


def begin() -> None:
    """Make what waits: for a second person, for the source, for whoever edits or vets, for the security officer."""
    addresses: Addresses = {}
    for made in (_markings(), _reports(), _people()):
        for who, more in made.items():
            addresses.setdefault(who, []).extend(more)
    _uploads()
    _factors()
    print(json.dumps(addresses))


def end() -> None:
    """Take it away again, so that other journeys find the site as it was."""
    for recall in Recall.objects.filter(recalled_by=_person("contact"), ended_at__isnull=True):
        recalling.end_recall(Entry.objects.originals().get(translation_key=recall.translation_key), by=None)
    MarkingChange.objects.filter(reason=f"{WORDS}.").delete()
    SharingQuestion.objects.filter(audience=WORDS).delete()
    Report.objects.filter(words=f"{WORDS}.").delete()
    for model in (MediaImage, MediaDocument):
        for item in model.objects.filter(title=WORDS):
            uploads.remove(item=item, by=None)
    Membership.objects.filter(user=_person("reviewer")).update(expires_date=None)
    Invitation.objects.filter(email=NEWCOMER).delete()
    User.objects.filter(email=NEWCOMER).delete()
    Authenticator.objects.filter(user=_person("security")).delete()


if __name__ == "__main__":
    {"begin": begin, "end": end}[sys.argv[1]]()
