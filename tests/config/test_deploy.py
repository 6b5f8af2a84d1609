"""The files of `deploy/` fit the project and the programs that read them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from config import environment, known_settings
from config.management.commands.backup import Command
from tests.architecture.places import ROOT

DEPLOY = ROOT / "deploy"
SERVICES = sorted(DEPLOY.glob("*.service"))
HARDENED = ("NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateTmp=yes", "UMask=0077", "User=psa-commons")


@pytest.mark.parametrize("unit", SERVICES, ids=lambda path: path.name)
def test_every_service_runs_apart_and_reads_the_usual_file(unit: Path) -> None:
    text = unit.read_text(encoding="utf-8")
    assert [line for line in HARDENED if line not in text.splitlines()] == []
    assert f"Environment=PSA_COMMONS_ENV={environment.USUAL_FILE}" in text
    assert f"Environment=DJANGO_SETTINGS_MODULE={environment.PRODUCTION}" in text


def test_wrong_settings_do_not_make_the_system_start_it_for_ever() -> None:
    for name in ("web", "worker"):
        text = (DEPLOY / f"psa-commons-{name}.service").read_text(encoding="utf-8")
        assert f"RestartPreventExitStatus={environment.EXIT_CODE}" in text


def test_the_nightly_backup_does_not_fill_the_disk() -> None:
    """Without a number of files to keep, each night adds one until nothing can be saved any more."""
    text = (DEPLOY / "psa-commons-backup.service").read_text(encoding="utf-8")
    (command,) = re.findall(r"^ExecStart=.* manage\.py (backup.*)$", text, re.MULTILINE)
    parser = Command().create_parser("manage.py", "backup")
    assert 7 <= parser.parse_args(command.split()[1:]).keep <= 60


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    for unit in DEPLOY.glob("psa-commons*"):
        text = unit.read_text(encoding="utf-8").replace("/srv/psa-commons/current/.venv/bin/python", "/usr/bin/env")
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    units = [str(path) for path in sorted(tmp_path.iterdir())]
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if "psa-commons" in line] == []


@pytest.mark.skipif(shutil.which("nginx") is None, reason="there is no nginx here")
def test_nginx_understands_the_example(tmp_path: Path) -> None:
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    make += ["-keyout", str(tmp_path / "privkey.pem"), "-out", str(tmp_path / "fullchain.pem")]
    subprocess.run(make, check=True, capture_output=True)
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    text = re.sub(r"listen (\[::\]:)?(80|443)", r"listen 127.0.0.1:1\2", text.replace("listen [::]", "# listen [::]"))
    text = text.replace("/etc/ssl/psa-commons", str(tmp_path)).replace("/var/log/nginx", str(tmp_path))
    whole = f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ {text} }}"
    (tmp_path / "nginx.conf").write_text(whole, encoding="utf-8")
    command = ["nginx", "-t", "-c", str(tmp_path / "nginx.conf")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_example_logs_no_query_and_passes_on_nothing_that_a_visitor_wrote() -> None:
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    form = text.split("log_format")[1].split(";")[0]
    assert not {"$request ", "$request_uri", "$args", "$http_referer", "$query_string"} & set(
        re.findall(r"\$\w+ ?", form)
    )
    for header in ("X-Forwarded-For $remote_addr", "X-Forwarded-Proto $scheme", 'X-Forwarded-Host ""', 'Forwarded ""'):
        assert f"proxy_set_header {header};" in text
    assert "media" not in re.sub(r"#.*", "", text)


def test_the_manuals_speak_of_the_installation_that_the_units_run() -> None:
    """Its folder and its file of settings are everywhere the same; that file is no script for a shell."""
    manuals = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "how-to").glob("*.md")}
    unit = (DEPLOY / "psa-commons-backup.service").read_text(encoding="utf-8")
    folder = re.findall(r"^WorkingDirectory=(.*)$", unit, re.MULTILINE)[0]
    for name, text in manuals.items():
        assert set(re.findall(r"(/[\w/-]+)/\.venv/bin/python manage\.py", text)) <= {folder}, name
        assert not re.search(rf"EnvironmentFile=|(?:\.|source) {environment.USUAL_FILE}", text), name
    assert f"cd {folder} &&" in manuals["backup.md"]


def test_the_manual_says_how_long_a_writer_waits() -> None:
    (wait,) = [setting.default for setting in known_settings.SETTINGS if setting.name == "DATABASE_WAIT"]
    text = " ".join((ROOT / "docs" / "how-to" / "upgrade.md").read_text(encoding="utf-8").split())
    assert f"as `DATABASE_WAIT` says, {wait} seconds unless set" in text
