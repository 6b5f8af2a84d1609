"""Where are the files that the house rules speak of?"""

import subprocess
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("config", "people", "kb", "search")
SKIPPED = {".venv", ".git", "var", "__pycache__", ".ruff_cache", ".mypy_cache", ".pytest_cache", ".hypothesis"}


@lru_cache
def project_files() -> tuple[Path, ...]:
    """Return every file of the project: what git keeps or would keep, or, without git, what is not made by running."""
    try:
        command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        found = [ROOT / name for name in told.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        found = [path for path in ROOT.rglob("*") if not SKIPPED & set(path.relative_to(ROOT).parts)]
    return tuple(path for path in found if path.is_file() and not path.name.startswith(".import_linter"))


def text_files(*endings: str) -> list[Path]:
    """Return the files of the project with these endings."""
    return [path for path in project_files() if path.suffix in endings]


def modules() -> list[Path]:
    """Return the modules of the apps, without migrations."""
    return [
        path
        for path in text_files(".py")
        if path.relative_to(ROOT).parts[0] in APPS and "migrations" not in path.parts and path.stat().st_size
    ]


def name_of(path: Path) -> str:
    """Return a file's path inside the project."""
    return str(path.relative_to(ROOT))
