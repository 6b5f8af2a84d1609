"""How much processor time has a process used, and how fast is this machine at the moment?"""

import os
import time
from collections.abc import Iterable
from pathlib import Path
from statistics import median

# The machine for which bounds in seconds were agreed runs the fixed piece of work in so many milliseconds.
AGREED_MS = 2.0
_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_ns(pid: int) -> int:
    """Return the processor time of a process in nanoseconds; 0 for one that has ended.

    The kernel keeps the number of /proc/PID/stat more finely in the process's clock; where that is not to be had,
    the ticks of /proc/PID/stat serve.
    """
    try:
        return time.clock_gettime_ns((~pid << 3) | 2)
    except OSError:
        pass
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return 0
    return (int(fields[11]) + int(fields[12])) * 1_000_000_000 // _TICKS


def total_ns(pids: Iterable[int]) -> int:
    """Return the processor time of several processes in nanoseconds."""
    return sum(cpu_ns(pid) for pid in pids)


def children_of(pid: int) -> list[int]:
    """Return the processes that a process has started and that still run."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(path.parent.name))
    return sorted(found)


def memory_mb(pid: int) -> tuple[float, float]:
    """Return the resident and the proportional memory (RSS, PSS) of a process in megabytes of 1,000,000 bytes."""
    numbers = {"Rss:": 0.0, "Pss:": 0.0}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii", errors="replace").splitlines():
        name, *rest = line.split()
        if name in numbers:
            numbers[name] = int(rest[0]) * 1024 / 1_000_000
    return numbers["Rss:"], numbers["Pss:"]


def calibration_ms() -> float:
    """Return the processor time in milliseconds of a fixed piece of Python work."""
    started = time.thread_time_ns()
    total = 0
    for number in range(60_000):
        total += number * number % 7
    if total < 0:
        raise ArithmeticError
    return (time.thread_time_ns() - started) / 1e6


def slowness() -> float:
    """Return how many times longer than agreed this machine takes at the moment; never less than 1."""
    return max(1.0, median(calibration_ms() for _turn in range(40)) / AGREED_MS)
