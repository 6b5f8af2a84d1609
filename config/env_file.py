"""What does a file of settings say? One `NAME=value` to a line, read strictly; Python's standard library only.

No quotes, no `export`, no substitution: what stands behind the first `=` is the value, as it stands. Lines that begin
with `#` and empty lines are passed over.
"""

import difflib
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path


class Unreadable(Exception):
    """The file cannot be used; `problems` holds a sentence for each reason."""

    def __init__(self, problems: list[str]) -> None:
        """Keep the sentences."""
        super().__init__(" ".join(problems))
        self.problems = problems


def is_open(mode: int) -> bool:
    """Does a file of this mode let others than its owner and its group in, or its group write?"""
    return bool(mode & (stat.S_IRWXO | stat.S_IWGRP))


def _text(path: Path) -> str:
    try:
        with path.open("rb") as source:
            mode = os.fstat(source.fileno()).st_mode
            content = source.read().decode("utf-8")
    except FileNotFoundError:
        raise Unreadable([f"{path} is not there; make install writes it."]) from None
    except PermissionError:
        raise Unreadable(
            [f"{path} cannot be read by this account; run the command as the account of the site."]
        ) from None
    except UnicodeDecodeError:
        raise Unreadable([f"{path} is not written in UTF-8."]) from None
    except OSError as error:
        raise Unreadable([f"{path} cannot be read ({error.strerror})."]) from None
    if is_open(mode):
        raise Unreadable([f"{path} holds secrets and is open to others; do: chmod 600 {path}"])
    return content


def read(path: Path, known: Iterable[str]) -> dict[str, str]:
    """Return the values of a file by name. Raises Unreadable with all problems at once."""
    names = sorted(known)
    stated: dict[str, str] = {}
    problems: list[str] = []
    for number, line in enumerate(_text(path).splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, sign, value = line.partition("=")
        name, value = name.strip(), value.strip()
        where = f"{path}, line {number}:"
        if not sign or " " in name:
            problems.append(f"{where} give NAME=value, without export or spaces before the sign.")
        elif name not in names:
            near = difflib.get_close_matches(name, names, 1)
            problems.append(f"{where} {name} is no setting" + (f"; is {near[0]} meant?" if near else "."))
        elif name in stated:
            problems.append(f"{where} {name} stands there a second time.")
        elif len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            problems.append(f"{where} write the value of {name} without quotes.")
        else:
            stated[name] = value
    if problems:
        raise Unreadable(problems)
    return stated


def write(path: Path, content: str) -> None:
    """Write a file that only its owner reads, whole or not at all. Raises OSError."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def filled_in(content: str, given: Mapping[str, str]) -> str:
    """Return the text of a file with values put where their names stand, commented or empty, or at the end."""
    lines = content.splitlines()
    for name, value in given.items():
        line = f"{name}={value}"
        blank = next((at for at, text in enumerate(lines) if text.startswith((f"#{name}=", f"{name}="))), None)
        if blank is None:
            lines.append(line)
        else:
            lines[blank] = line
    return "\n".join(lines) + "\n"
