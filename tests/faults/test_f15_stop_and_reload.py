"""Told to stop under load, the server finishes what it has begun; told to reload, it refuses nobody."""

from __future__ import annotations

import http.client
import signal
import threading
import time

from tests.faults.processes import Answer, Site, Sites, wait_until


class Crowd:
    """Readers who ask again and again until told to stop."""

    def __init__(self, site: Site, number: int = 4) -> None:
        self.site = site
        self.statuses: list[int] = []
        self.failures: list[str] = []
        self.over = threading.Event()
        self.people = [threading.Thread(target=self._ask) for _person in range(number)]

    def _ask(self) -> None:
        while not self.over.is_set():
            try:
                self.statuses.append(self.site.visitor().get("/topics/").status)
            except ConnectionRefusedError:
                self.failures.append("refused")
                time.sleep(0.05)
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(type(error).__name__)

    def __enter__(self) -> Crowd:
        for person in self.people:
            person.start()
        return self

    def __exit__(self, *reason: object) -> None:
        self.over.set()
        for person in self.people:
            person.join(timeout=60)


def test_f15_a_reload_under_load_refuses_nobody(running: Site) -> None:
    web = running.running[0]
    with Crowd(running) as crowd:
        wait_until(lambda: len(crowd.statuses) > 3)
        for _round in range(2):
            before = len(crowd.statuses)
            web.send_signal(signal.SIGHUP)
            wait_until(lambda before=before: len(crowd.statuses) > before + 8, seconds=60)
    assert crowd.failures == []
    assert set(crowd.statuses) == {200}
    assert web.poll() is None


def test_f15_what_was_begun_is_finished_when_the_server_is_told_to_stop(sites: Sites) -> None:
    site = sites.copy("stopping", DATABASE_WAIT="20")
    web = site.start_web()
    worker = site.start_worker()
    visitor = site.visitor()
    form = visitor.login_form("member")
    answers: list[Answer] = []
    begun = threading.Thread(target=lambda: answers.append(visitor.post("/account/login/", form)))
    with Crowd(site) as crowd:
        wait_until(lambda: len(crowd.statuses) > 3)
        with site.locked():
            begun.start()
            time.sleep(1)  # it waits for the writer by now
            web.send_signal(signal.SIGTERM)
            worker.send_signal(signal.SIGTERM)
            time.sleep(1)
            assert begun.is_alive()
        begun.join(timeout=30)
        assert web.wait(timeout=30) == 0
    assert worker.wait(timeout=30) == 0
    assert [answer.status for answer in answers] == [302]
    assert set(crowd.statuses) == {200}
    assert site.number("SELECT count(*) FROM django_session") >= 1
