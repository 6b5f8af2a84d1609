"""Fault 19: old code on a new schema, new code on an old one. Both serve reads."""

from pathlib import Path

from tests.installation import installed

NEXT = {"DJANGO_SETTINGS_MODULE": "tests.faults.upgrading.settings"}
AN_ENTRY = """
from tests.factories import make_entry
from search import indexing
entry = make_entry(title="Slow vehicles down")
indexing.drain_all()
print(entry.get_absolute_url())
"""
READS = ("/", "/search/?q=vehicles", "/fr/", "/guidance/", "/sitemap.xml")


def test_f19_old_code_on_a_new_schema_starts_reads_and_writes(tmp_path: Path) -> None:
    version = tmp_path / "version"
    version.write_text("good", encoding="utf-8")
    with installed(tmp_path) as installation, installation.site() as site:
        assert installation.manage("upgrade", **NEXT, NEXT_VERSION=str(version)).returncode == 0
        written = installation.manage("shell", "--no-imports", "-c", AN_ENTRY)
        assert written.returncode == 0, written.stderr
        reads = [*READS, written.stdout.split()[-1]]
        # What ran before goes on, and what starts now starts: a machine that is updated later, or a way back.
        assert {path: site.get(path) for path in reads} == dict.fromkeys(reads, 200)
        with installation.site() as another:
            assert {path: another.get(path) for path in reads} == dict.fromkeys(reads, 200)
        assert installation.manage("check", "--deploy").returncode == 0


def test_f19_new_code_on_an_old_schema_goes_on_where_it_took_the_place_of_old_code(tmp_path: Path) -> None:
    version = tmp_path / "version"
    version.write_text("", encoding="utf-8")
    with installed(tmp_path) as installation, installation.site(**NEXT, NEXT_VERSION=str(version)) as site:
        assert site.get("/") == 200
        version.write_text("good", encoding="utf-8")
        site.replace_workers()
        assert {path: site.get(path) for path in READS} == dict.fromkeys(READS, 200)
        assert "lacks 1 migrations, upgrading.0001_expand first" in site.log.read_text()
        # A start is another matter: it is refused, in one line.
        done = installation.manage("worker", "--once", **NEXT, NEXT_VERSION=str(version))
        assert done.returncode == 3
        assert done.stderr.count("\n") == 1
        assert "run make install or manage.py upgrade" in done.stderr
