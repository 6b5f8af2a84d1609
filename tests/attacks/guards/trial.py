"""Does a test fail once its guard is taken away? Tried in a copy of the project, never in the project itself."""

import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from tests.architecture.places import name_of, project_files
from tests.attacks.guards.row import Guard

# How the messages of failed assertions begin; anything else is a crash, and proves nothing.
_ASSERTED = ("AssertionError", "assert ", "Failed: ")
_SETTINGS = '''"""What the trials of guards run on: the databases of the tests, kept from one run to the next."""

from config.settings.test import *
from config.settings.test import DATABASES

for alias, path in {paths!r}.items():
    DATABASES[alias]["TEST"] = {{**DATABASES[alias].get("TEST", {{}}), "NAME": path}}
'''


class Verdict(StrEnum):
    """How a trial ended."""

    SEEN = "seen to fail"
    GREEN = "STILL GREEN"
    BROKEN = "BROKEN"


class Trial:
    """A copy of the project in which one guard after the other is taken away."""

    def __init__(self, place: Path) -> None:
        """Copy what git keeps or would keep, and give the tests databases in files."""
        self.place, self.code = place, place / "code"
        for path in project_files():
            target = self.code / name_of(path)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        self.databases, self.kept = place / "databases", place / "kept"
        self.databases.mkdir()
        self._moment = 1_000_000_000
        paths = {alias: str(self.databases / f"{alias}.sqlite3") for alias in ("default", "audit")}
        (self.code / "config/settings/guards.py").write_text(_SETTINGS.format(paths=paths), encoding="utf-8")

    def prepare(self, guards: Iterable[Guard]) -> str:
        """Run every test with its guard in place, which fills the databases; return what is wrong, nothing if none."""
        tests = list(dict.fromkeys(guard.test for guard in guards))
        done = self._pytest(["tests/attacks/test_people.py::test_secret_words_are_never_the_same"], ["--create-db"])
        if done.returncode:
            return done.stdout[-3000:] + done.stderr[-3000:]
        shutil.copytree(self.databases, self.kept)
        done = self._pytest(tests, [])
        return "" if done.returncode == 0 else done.stdout[-5000:] + done.stderr[-2000:]

    def verdict(self, guard: Guard) -> tuple[Verdict, str]:
        """Take a guard away, run its test, and put the guard back; return the verdict and the first line of why."""
        shutil.rmtree(self.databases)
        shutil.copytree(self.kept, self.databases)
        before = {edit.file: (self.code / edit.file).read_text(encoding="utf-8") for edit in guard.edits}
        try:
            for edit in guard.edits:
                text = (self.code / edit.file).read_text(encoding="utf-8")
                self._write(edit.file, text.replace(edit.text, edit.without))
            done = self._pytest([guard.test], ["-x", *(["--create-db"] if guard.is_in_the_database else [])])
            return self._read(done)
        finally:
            for file, text in before.items():
                self._write(file, text)

    def _write(self, file: str, text: str) -> None:
        """Write a file with a time of its own: what was compiled is kept by time and length."""
        self._moment += 10
        (self.code / file).write_text(text, encoding="utf-8")
        os.utime(self.code / file, (self._moment, self._moment))

    def _pytest(self, tests: list[str], options: list[str]) -> subprocess.CompletedProcess[str]:
        report = self.place / "report.xml"
        report.unlink(missing_ok=True)
        how = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--reuse-db", f"--junitxml={report}"]
        own = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.guards"}
        for name in ("DATABASE_URL", "PYTHONDONTWRITEBYTECODE"):
            own.pop(name, None)
        command = [sys.executable, "-m", "pytest", *how, "--ds=config.settings.guards", *options, *tests]
        return subprocess.run(command, cwd=self.code, env=own, capture_output=True, text=True, check=False)

    def _read(self, done: subprocess.CompletedProcess[str]) -> tuple[Verdict, str]:
        if done.returncode == 0:
            return Verdict.GREEN, ""
        report = self.place / "report.xml"
        if done.returncode != 1 or not report.exists():
            return Verdict.BROKEN, (done.stdout + done.stderr).strip()[-600:]
        cases = list(ET.parse(report).getroot().iter("testcase"))
        said = [str(fault.get("message", "")) for case in cases for fault in case.findall("failure")]
        crashed = [str(fault.get("message", "")) for case in cases for fault in case.findall("error")]
        if crashed or not said or not said[0].startswith(_ASSERTED):
            return Verdict.BROKEN, "; ".join([*crashed, *said])[:600]
        return Verdict.SEEN, said[0].splitlines()[0][:110]
