"""A backup of a newer version is refused, one of an older version is not."""

import pytest

from config.backups.facts import OtherVersion
from config.backups.manifest import Database, Manifest, check_not_newer


def of(*migrations: tuple[str, str]) -> Manifest:
    rows = [list(one) for one in migrations]
    return Manifest("2026-08-01T00:00:00+00:00", "9.9", {"default": Database("sqlite", "", 0, {}, rows)}, {})


def test_what_this_version_knows_or_has_squashed_is_fine() -> None:
    check_not_newer(of(("people", "0001_initial"), ("wagtailcore", "0000_squashed_long_ago")))


@pytest.mark.parametrize("migration", [("kb", "9999_later"), ("training_of_later", "0001_initial")])
def test_what_comes_after_this_version_is_refused_by_name(migration: tuple[str, str]) -> None:
    with pytest.raises(OtherVersion, match=rf"newer version \(9\.9, with {migration[0]}\.{migration[1]}"):
        check_not_newer(of(migration))
