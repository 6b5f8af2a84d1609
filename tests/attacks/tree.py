"""A home page that the site serves, and a list of guidance below it."""

from wagtail.models import Page, Site

from kb.models import GuidanceIndexPage, GuidancePage, HomePage
from kb.templatetags import kb_tags
from tests.factories import locale


def plant_guidance() -> GuidanceIndexPage:
    """Return the list of guidance of the one site, which stands under a home page of its own."""
    Page.objects.filter(depth=2).delete()
    root = Page.get_first_root_node()
    home = root.add_child(instance=HomePage(title="Home", slug="home-x", heading="Home", lead="x", locale=locale()))
    Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "testserver", "root_page": home})
    kb_tags._menus.clear()
    index: GuidanceIndexPage = home.add_child(
        instance=GuidanceIndexPage(title="Guidance", slug="guidance", locale=locale())
    )
    return index


def plant_page(index: GuidanceIndexPage, title: str, slug: str = "", *, live: bool = True) -> GuidancePage:
    """Return a page of guidance."""
    page = GuidancePage(title=title, slug=slug or title, summary=title, live=live, locale=locale())
    planted: GuidancePage = index.add_child(instance=page)
    return planted
