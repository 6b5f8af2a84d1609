"""Is there another way to the text of a hidden entry: by number, key, ending, format, print, another method?"""

import pytest

from tests.attacks.asking import shown
from tests.attacks.people import KINDS, Cast

pytestmark = pytest.mark.django_db


def test_a03_no_other_form_of_the_address_leads_to_it(cast: Cast) -> None:
    for marking, state in (("strict_other", "published"), ("amber_home", "changed"), ("clear", "draft")):
        work = cast.work(marking, state)
        key, entry = work.entry.public_id, work.entry
        names = (key, key.upper(), entry.pk, entry.translation_key, entry.latest_revision_id or 1, f"{key}%00")
        endings = ("", "/", ".json", ".pdf", ".md", "/print/", "/?format=json", "/?preview=1", "/?draft=1", "/edit/")
        addresses = [f"/entries/{name}{ending}" for name in names for ending in endings]
        addresses += [f"/{key}/", f"/e/{key}/", f"/kb/{key}/", f"/api/entries/{entry.pk}/", f"/pages/{entry.pk}/"]
        for kind in KINDS:
            if work.is_read_by(kind):
                continue
            client = cast.client(kind)
            for address in addresses:
                response = client.get(address, follow=True)
                # The unfinished address is completed by a redirect whatever stands there.
                assert response.status_code in {400, 404}, (kind, address)
                assert not [word for word in work.words if word in shown(response)], (kind, address)


@pytest.mark.parametrize("method", ["head", "post", "put", "patch", "delete", "options", "trace"])
def test_a03_no_other_method_tells_more(cast: Cast, method: str) -> None:
    work = cast.work("strict_other")
    for kind in KINDS:
        if work.is_read_by(kind):
            continue
        response = getattr(cast.client(kind), method)(work.entry.get_absolute_url())
        assert response.status_code in {404, 405}, kind
        assert not [word for word in work.words if word in shown(response)], kind
