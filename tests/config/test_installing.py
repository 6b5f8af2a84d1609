"""`manage.py install` leaves an empty site that answers, and a second run changes nothing."""

import re
import stat
from pathlib import Path

from tests.installation import empty, installed

COUNTS = """
from kb.models import Entry, Concept, GuidancePage, HomePage
from people.models import User
from wagtail.models import Site
print(Entry.objects.count(), User.objects.count(), HomePage.objects.count())
print(Concept.objects.count() > 200, GuidancePage.objects.count() > 3, Site.objects.get().root_url)
"""


def test_it_sets_up_an_empty_site_and_prints_the_way_in_once(tmp_path: Path) -> None:
    with empty(tmp_path) as installation:
        first = installation.manage("install", "--administrator", "boss@example.org")
        assert first.returncode == 0, first.stderr
        assert re.search(r"https://commons\.example\.org/account/password/reset/key/\S+", first.stdout)
        again = installation.manage("install")
        assert again.returncode == 0, again.stderr
        assert again.stdout.splitlines()[0] == "Database: nothing to migrate."
        assert "Loading" not in again.stdout
        assert "key/" not in again.stdout
        told = installation.manage("shell", "--no-imports", "-c", COUNTS).stdout.splitlines()
        assert told == ["0 1 3", "True True https://commons.example.org"]
        assert stat.S_IMODE(installation.var.stat().st_mode) == 0o700
        with installation.site() as site:
            pages = ("/", "/search/", "/fr/", "/account/login/", "/robots.txt")
            assert {page: site.get(page) for page in pages} == dict.fromkeys(pages, 200)


def test_pages_that_an_editor_took_away_do_not_come_back(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        remove = "from kb.models import GuidancePage; [page.delete() for page in GuidancePage.objects.all()[:3]]; "
        remove += "print(GuidancePage.objects.count())"
        left = installation.manage("shell", "--no-imports", "-c", remove).stdout
        assert installation.manage("upgrade").returncode == 0
        count = "from kb.models import GuidancePage; print(GuidancePage.objects.count())"
        assert installation.manage("shell", "--no-imports", "-c", count).stdout == left


def test_it_is_not_for_the_demonstration(tmp_path: Path) -> None:
    with empty(tmp_path) as installation:
        done = installation.manage("install", DJANGO_SETTINGS_MODULE="config.settings.demo")
        assert done.returncode == 1
        assert "settings of the demonstration" in done.stderr
