"""Fault 18: two deployments at once. One migrates, the other waits and finds it done."""

from pathlib import Path

from tests.installation import SECONDS, installed

NEXT = {"DJANGO_SETTINGS_MODULE": "tests.faults.upgrading.settings"}


def test_f18_of_two_deployments_one_migrates_and_the_other_waits(tmp_path: Path) -> None:
    version = tmp_path / "version"
    version.write_text("slow", encoding="utf-8")
    with installed(tmp_path) as installation:
        both = [installation.begin("upgrade", **NEXT, NEXT_VERSION=str(version)) for _ in range(2)]
        told = [process.communicate(timeout=SECONDS) for process in both]
        assert [process.returncode for process in both] == [0, 0], told
        outputs = sorted(output for output, _errors in told)
        assert sum("1 migrations applied" in output for output in outputs) == 1
        waited = next(output for output in outputs if "1 migrations applied" not in output)
        assert "waiting for it to end" in waited
        assert "nothing to migrate" in waited


def test_f18_a_deployment_that_is_killed_lets_the_next_one_in(tmp_path: Path) -> None:
    version = tmp_path / "version"
    version.write_text("slow", encoding="utf-8")
    with installed(tmp_path) as installation:
        first = installation.begin("upgrade", **NEXT, NEXT_VERSION=str(version))
        second = installation.begin("upgrade", **NEXT, NEXT_VERSION=str(version))
        # Whichever holds the lock: the other one says that it waits.
        holder, waiter = _by_lock(first, second)
        holder.kill()
        holder.communicate(timeout=SECONDS)
        output, errors = waiter.communicate(timeout=SECONDS)
        assert waiter.returncode == 0, errors
        assert "1 migrations applied" in output


def _by_lock(first, second):
    """Return the process that holds the lock and the one that waits for it."""
    import selectors

    with selectors.DefaultSelector() as selector:
        for process in (first, second):
            selector.register(process.stdout, selectors.EVENT_READ, process)
        ready = selector.select(timeout=SECONDS)
    waiter = ready[0][0].data
    assert "waiting for it to end" in waiter.stdout.readline()
    return (second if waiter is first else first), waiter
