"""What must stand on this machine before the project can run? Python's standard library only.

Started by the Makefile with whatever Python there is; it finds a fitting one, makes `.venv`, installs the locked
packages where the lock has changed, and hands over. What stops it is said in one line.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
FITTING = ((3, 11), (3, 12))
LOCKS = {"runtime": ROOT / "requirements.lock", "development": ROOT / "requirements-dev.lock"}
NETWORK_SIGNS = (
    "NewConnectionError",
    "Temporary failure in name resolution",
    "Network is unreachable",
    "Connection refused",
    "ConnectTimeoutError",
    "Read timed out",
    "ProxyError",
    "SSLError",
)


class Stop(Exception):
    """Something is missing; the message is the one line that says what, and what to do."""


def say(text: str) -> None:
    """Tell the person at the terminal, at once."""
    print(text, flush=True)


def version_of(python: str) -> tuple[int, int] | None:
    """Return the version of a Python, or None where it does not start."""
    try:
        done = subprocess.run(
            [python, "-c", "import sys; print(*sys.version_info[:2])"], capture_output=True, text=True, check=True
        )
        major, minor = done.stdout.split()
    except (OSError, ValueError, subprocess.CalledProcessError):
        return None
    return int(major), int(minor)


def fitting_python() -> str:
    """Return a Python of a fitting version. Raises Stop where there is none."""
    names = [sys.executable, "python3.12", "python3.11", "python3", "/usr/bin/python3.11", "/usr/bin/python3.12"]
    for python in filter(None, map(shutil.which, names)):
        if version_of(python) in FITTING:
            return python
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    raise Stop(f"Python 3.11 or 3.12 is needed; this machine has {here} only. Install one of them and try again.")


def check_folders(*folders: Path) -> None:
    """Raise Stop where one of the folders cannot be made or written."""
    for folder in folders:
        try:
            folder.mkdir(exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            reason = error.strerror
            raise Stop(
                f"{folder} cannot be written ({reason}). Give yourself the right, or move the project."
            ) from None


def check_port(port: int) -> None:
    """Raise Stop where the port is no port, is taken or is reserved."""
    if not 1 <= port <= 65535:
        raise Stop(f"{port} is no port: give a number from 1024 to 65535, as in: make run PORT=8123")
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise Stop(f"Port {port} is reserved for the system. Take another, as in: make run PORT=8123") from None
        except OSError:
            other = port + 1 if port < 65535 else 8123
            raise Stop(f"Port {port} is taken by another program. Take another, as in: make run PORT={other}") from None


def make_environment() -> None:
    """Make `.venv`, anew where it is broken or of another Python."""
    if version_of(str(PYTHON)) in FITTING and (VENV / "bin" / "pip").exists():
        return
    python = fitting_python()
    say(f"Making a Python environment in {VENV.name}/ …")
    done = subprocess.run([python, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return
    told = done.stdout + done.stderr
    if "ensurepip" in told or "No module named venv" in told:
        raise Stop(f"{python} lacks the module venv. On Debian and Ubuntu: apt-get install python3-venv")
    raise Stop(f"The Python environment could not be made: {last_line(told)}")


def last_line(text: str) -> str:
    """Return the last line that says something."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason was given"


def install(kind: str) -> None:
    """Install the packages of a lock where it differs from what was installed last."""
    lock = LOCKS[kind]
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = VENV / f".installed-{kind}"
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return
    say(f"Installing the packages of {lock.name} …")
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "-r", str(lock)]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"},
    )
    if done.returncode:
        told = done.stdout + done.stderr
        log = VENV / "install.log"
        log.write_text(told, encoding="utf-8")
        if any(sign in told for sign in NETWORK_SIGNS):
            raise Stop(f"The packages could not be fetched: no way to the package index. Details: {log}")
        raise Stop(f"The packages could not be installed: {last_line(told)} Details: {log}")
    stamp.write_text(wanted, encoding="ascii")
    if kind == "development":
        # The development lock holds every package of the other one, in the same versions.
        runtime = hashlib.sha256(LOCKS["runtime"].read_bytes()).hexdigest()
        (VENV / ".installed-runtime").write_text(runtime, encoding="ascii")


def compile_languages() -> None:
    """Compile the texts of the interface where a translation is newer than what was compiled from it."""
    for source in (ROOT / "locale").glob("*/LC_MESSAGES/django.po"):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        command = [str(PYTHON), "-m", "babel.messages.frontend", "compile", "-i", str(source), "-o", str(compiled)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Stop(f"{source} could not be compiled: {last_line(done.stdout + done.stderr)}")


def quietly(*command: str) -> bool:
    """Run a command without its words; did it succeed?"""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )
    except OSError:
        return False
    return done.returncode == 0


def playwright_browser() -> bool:
    """Has Playwright a browser of its own?"""
    ask = (
        "from pathlib import Path; from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as p: raise SystemExit(not Path(p.chromium.executable_path).exists())"
    )
    return quietly(str(PYTHON), "-c", ask)


def get_browser() -> None:
    """See to a Chromium for the browser tests: the machine's, Debian's or Playwright's. Raises Stop without one."""
    if shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome"):
        return
    if playwright_browser():
        return
    say("Getting Chromium for the browser tests …")
    if os.geteuid() == 0 and shutil.which("apt-get"):
        packages = ("chromium", "fonts-dejavu-core", "fonts-noto-core")
        if quietly("apt-get", "update") and quietly("apt-get", "install", "-y", "--no-install-recommends", *packages):
            return
    if quietly(str(PYTHON), "-m", "playwright", "install", "chromium"):
        return
    raise Stop("The browser tests need Chromium, which could not be fetched. On Debian: apt-get install chromium")


def main(arguments: list[str]) -> int:
    """Prepare what was asked for; return the exit code, or become the server."""
    parser = argparse.ArgumentParser(prog="config/bootstrap.py", description="Prepare this machine for the project.")
    parser.add_argument("task", choices=["run", "development", "browser", "install", "settings"])
    parser.add_argument("--port", default="8000")
    parser.add_argument("--administrator", default="")
    options = parser.parse_args(arguments)
    os.chdir(ROOT)
    try:
        if options.task == "run":
            if not options.port.isdigit():
                raise Stop(f"{options.port!r} is no port: give a number, as in: make run PORT=8123")
            check_port(int(options.port))
        # Where a real installation keeps what it makes, its own settings say; it looks after that folder itself.
        var = () if options.task in {"install", "settings"} else (Path(os.environ.get("VAR_DIR", ROOT / "var")),)
        check_folders(ROOT, *var)
        make_environment()
        install("runtime" if options.task in {"run", "install", "settings"} else "development")
        compile_languages()
        if options.task == "browser":
            get_browser()
    except Stop as reason:
        say(str(reason))
        return 1
    except KeyboardInterrupt:
        return 130
    if options.task == "run":
        os.execv(PYTHON, [str(PYTHON), "-m", "config.serving", "--port", options.port])
    if options.task == "install":
        who = ["--administrator", options.administrator] if options.administrator else []
        os.execv(PYTHON, [str(PYTHON), "manage.py", "install", *who])
    if options.task == "settings":
        os.execv(PYTHON, [str(PYTHON), "manage.py", "install", "--settings-only"])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
