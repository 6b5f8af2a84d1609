"""What is put into a site that is backed up, lost and restored, and how is found out whether all of it is there?"""

import json
from typing import Any

from tests.faults.processes import Site

TOTP = "JBSWY3DPEHPK3PXP"

FILL = f"""
import django; django.setup()
from pathlib import Path
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from kb.choices import Tlp
from search import indexing
from tests.factories import make_entry, make_user
for number in range(6):
    make_entry(f"Zqbarriers for the market {{number}}", label=[Tlp.CLEAR, Tlp.GREEN][number % 2])
ada = make_user("ada@example.org")
EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
TOTP.activate(ada, {TOTP!r})
folder = Path(settings.MEDIA_ROOT) / "documents"
folder.mkdir(parents=True, exist_ok=True)
(folder / "plan.pdf").write_bytes(bytes(range(256)) * 40)
indexing.rebuild()
"""

# In each transaction a pair of rows and, before it commits, the upload that they speak of.
WRITE = """
import os, time
import django; django.setup()
from pathlib import Path
from django.conf import settings
from django.db import transaction
from people.models import Circle
folder = Path(settings.MEDIA_ROOT) / "written"
folder.mkdir(exist_ok=True)
number = 0
while True:
    name = f"{os.getpid()}-{number}"
    (folder / name).write_text(name)
    with transaction.atomic():
        Circle.objects.create(name=f"left {name}")
        Circle.objects.create(name=f"right {name}")
    number += 1
    time.sleep(0.03)  # enough is written, and each upload has to be restored
    if number == 3:
        print("writing", flush=True)
"""

PROBE = """
import django
from django.conf import settings
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
django.setup()
import hashlib, json, re
from pathlib import Path
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from people.models import Circle
from tests.faults.restorable import TOTP
from tests.factories import PASSWORD

def found(client):
    pages = [client.get("/search/", {"q": words}, headers={"host": "localhost"}) for words in ("zqbarriers", "vehicle")]
    return [[page.status_code, re.findall(r'href="(/[^"]*)"', page.content.decode())] for page in pages]

anonymous, ada = Client(), Client()
asked = ada.post("/account/login/", {"login": "ada@example.org", "password": PASSWORD}, headers={"host": "localhost"})
code = format_hotp_value(hotp_value(TOTP, next(iter(yield_hotp_counters_from_time()))))
signed = ada.post("/account/2fa/authenticate/", {"code": code}, headers={"host": "localhost"})
media = Path(settings.MEDIA_ROOT)
circles = list(Circle.objects.values_list("name", flat=True))
print(json.dumps({
    "anonymous": found(anonymous),
    "ada": found(ada),
    "login": [asked.status_code, asked.url, signed.status_code, "_auth_user_id" in ada.session],
    "left": sorted(name[5:] for name in circles if name.startswith("left ")),
    "right": sorted(name[6:] for name in circles if name.startswith("right ")),
    "plan": hashlib.sha256((media / "documents" / "plan.pdf").read_bytes()).hexdigest(),
    "written": sorted(path.name for path in media.glob("written/*")),
}))
"""

KILLED = """
import os, signal
import django; django.setup()
from unittest.mock import patch
from django.core.management import call_command

def die(*words, **options):
    os.kill(os.getpid(), signal.SIGKILL)

with patch({place!r}, die):
    call_command(*{command!r})
"""


def fill(site: Site) -> None:
    """Put content, an account with a second factor and an upload into a site, and make its index anew."""
    site.run("-c", FILL)


def probe(site: Site) -> dict[str, Any]:
    """Return what readers of a site find and whether one can sign in with password and code."""
    told: dict[str, Any] = json.loads(site.run("-c", PROBE).stdout)
    return told


def killed_at(place: str, *command: str) -> str:
    """Return a script that gives a command and is killed, as by the system, when it calls what stands in that place."""
    return KILLED.format(place=place, command=command)
