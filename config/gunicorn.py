"""How does the web server run? gunicorn's settings, for `make run` and for a real installation alike.

Read by the main process at its start and again on SIGHUP. That process loads nothing of the project to keep: workers
that it starts after an update must find the new code.
"""

import logging
import multiprocessing
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
_before = set(sys.modules)

from config import environment  # noqa: E402  (the path comes first)

environment.settle()
_given = environment.read() if environment.settings_of_production() else environment.problems_of({})[0]

chdir = str(ROOT)
wsgi_app = "config.wsgi"
bind = _given["BIND"]
worker_class = "gthread"
workers = _given["WEB_WORKERS"]
threads = _given["WEB_THREADS"]
timeout = 60
graceful_timeout = 20
keepalive = 5
# Long enough for every address that a form can make; config.headers refuses longer ones with a full answer.
limit_request_line = 8190
loglevel = "warning"
# What people search for stands in query strings: nothing is logged here, and the proxy leaves them out.
accesslog = None
# Which headers of a proxy are believed is decided in one place, config/settings/production.py.
secure_scheme_headers: dict[str, str] = {}
forwarded_allow_ips = ""
control_socket_disable = True
if Path("/dev/shm").is_dir():  # noqa: S108  (a heartbeat file must not wait for a disk)
    worker_tmp_dir = "/dev/shm"  # noqa: S108  (memory of this machine, as gunicorn advises)

for _name in set(sys.modules) - _before:
    if _name.partition(".")[0] == "config":
        del sys.modules[_name]

_voice = multiprocessing.Lock()
_ran = multiprocessing.Event()  # has a worker of this server got as far as answering?


def _without_addresses(record: logging.LogRecord) -> bool:
    """Leave out of a line about a request what was asked for: addresses hold what people search for."""
    for start in ("Invalid request", "Error handling request"):
        if str(record.msg).startswith(start):
            record.msg, record.args = start, ()
    return True


def on_starting(server: Any) -> None:
    """Keep requests out of the log."""
    server.log.error_log.addFilter(_without_addresses)


def post_fork(server: Any, worker: Any) -> None:
    """Give the workers one voice: what keeps all of them from starting is said once."""
    from config import refusals

    refusals.voice = _voice
    refusals.replacing = _ran.is_set()


def post_worker_init(worker: Any) -> None:
    """Note that the site runs."""
    _ran.set()
