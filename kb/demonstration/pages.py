"""How do home and guidance pages get into the tree, in three languages?"""

import json
import uuid
from pathlib import Path

from django.db import transaction
from wagtail.models import Locale, Page, Site

from kb.demonstration.files import LANGUAGES, read_folder
from kb.models import GuidanceIndexPage, GuidancePage, HomePage, StateVersion

HOME = {
    "en": (
        "Find advice that fits your place and your threat",
        "Lessons, good practices and vulnerability patterns from protective security experts across the EU. "
        "Each one says when not to use it.",
    ),
    "fr": (
        "Trouvez le conseil adapté à votre lieu et à votre menace",
        "Retours d’expérience, bonnes pratiques et schémas de vulnérabilité d’experts européens de la protection. "
        "Chaque fiche dit quand ne pas l’appliquer.",
    ),
    "de": (
        "Rat finden, der zu Ihrem Ort und Ihrer Bedrohung passt",
        "Erfahrungen, bewährte Verfahren und Schwachstellenmuster von Schutzfachleuten aus der ganzen EU. "
        "Jeder Eintrag sagt, wann man ihn nicht anwenden soll.",
    ),
}
INDEX_TITLES = {"en": "Guidance", "fr": "Guide", "de": "Hinweise"}


def _home(code: str, locale: Locale) -> HomePage:
    heading, lead = HOME[code]
    home = HomePage.objects.filter(locale=locale).first()
    if home is None:
        root = Page.get_first_root_node()
        key = uuid.uuid5(uuid.NAMESPACE_URL, "psa-commons:home")
        home = HomePage(
            title="PSA Commons", slug=f"home-{code}", heading=heading, lead=lead, locale=locale, translation_key=key
        )
        root.add_child(instance=home)
    return home


@transaction.atomic
def load_pages(folder: Path) -> int:
    """Load home and guidance pages in three languages; pages that are there stay. Returns how many were added."""
    added = 0
    for code in LANGUAGES:
        locale = Locale.objects.get_or_create(language_code=code)[0]
        home = _home(code, locale)
        if code == LANGUAGES[0] and not Site.objects.filter(root_page=home).exists():
            Page.objects.filter(depth=2, slug="home").delete()  # the welcome page of an empty Wagtail
            Site.objects.all().delete()
            Site.objects.create(hostname="localhost", root_page=home, is_default_site=True, site_name="PSA Commons")
        index = GuidanceIndexPage.objects.child_of(home).first()
        if index is None:
            index = GuidanceIndexPage(
                title=INDEX_TITLES[code],
                slug="guidance",
                locale=locale,
                translation_key=uuid.uuid5(uuid.NAMESPACE_URL, "psa-commons:guidance"),
            )
            home.add_child(instance=index)
        present = set(GuidancePage.objects.child_of(index).values_list("slug", flat=True))
        for row in sorted(read_folder(folder / code), key=lambda row: row["order"]):
            if row["key"] in present:
                continue
            stream = [
                {
                    "type": "section",
                    "value": {"heading": part["heading"], "text": part["html"]},
                    "id": str(uuid.uuid4()),
                }
                for part in row["sections"]
            ]
            page = GuidancePage(
                title=row["title"],
                slug=row["key"],
                summary=row["summary"],
                menu=row["menu"],
                menu_title=row["menu_title"],
                body=json.dumps(stream, ensure_ascii=False),
                locale=locale,
                translation_key=uuid.uuid5(uuid.NAMESPACE_URL, f"psa-commons:guidance:{row['key']}"),
            )
            index.add_child(instance=page)
            added += 1
    if added:
        StateVersion.bump("pages")
    return added
