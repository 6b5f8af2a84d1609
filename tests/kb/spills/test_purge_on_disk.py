"""Are purged words gone from the files themselves: the database with its free space, the index, what was uploaded?"""

from pathlib import Path

from tests import machine, site

REMOVED, REDACTED = "Quuxplatz", "Zwiebelturm"

PLANT = f"""
from kb.models import Entry
from tests.factories import make_entry
for word in ("{REMOVED}", "{REDACTED}"):
    entry = make_entry(f"At {{word}} in the middle", summary=f"{{word}} " * 40, announce=True)
    for number in range(12):
        stored = Entry.objects.get(pk=entry.pk)
        stored.summary = f"{{word}} " * 30 + str(number)
        stored.save_revision(log_action="wagtail.edit").publish()
    print(entry.public_id)
from search import indexing
indexing.rebuild()
"""

PURGE = f"""
from config import tasks
from kb.choices import ReportReason, SpillOutcome
from kb.spills import procedure, purging
from search import indexing
spills = []
for key, outcome in (("%s", SpillOutcome.REMOVED), ("%s", SpillOutcome.REDACTED)):
    spill = procedure.open_spill(about="entry", key=key, reason=ReportReason.IDENTIFIES, by=1, vetted=True)
    spills.append(procedure.decide(spill=spill, outcome=outcome, by=1))
purging.remove(spill=spills[0], by=1)
assert purging.redact(spill=spills[1], passages=["{REDACTED}"], by=1) > 60
indexing.drain_all()
tasks.run_due(worker="test")
print([str(event) for spill in spills for event in procedure.missing(spill)])
"""


def holding(folder: Path) -> list[str]:
    """Return the files that hold a word, in any of the ways in which it is written into them."""
    forms = [form.encode() for word in (REMOVED, REDACTED) for form in (word, word.lower())]
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and any(form in path.read_bytes() for form in forms)
    ]


def test_no_file_holds_the_words_after_the_worker_has_cleaned(site_var: Path) -> None:
    env = site.environment(site_var)
    keys = site.run(env, "manage.py", "shell", "--no-imports", "-c", PLANT).split()[-2:]
    before = holding(site_var)
    assert any("index" in name for name in before)
    if not machine.on_postgresql():
        assert any("commons.sqlite3" in name for name in before)
    told = site.run(env, "manage.py", "shell", "--no-imports", "-c", PURGE % tuple(keys))
    assert holding(site_var) == []
    assert "index" not in told
    assert "storage" not in told
