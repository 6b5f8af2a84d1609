"""What does one answer of each kind cost? Targets take turns within a run, beside a fixed piece of work."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from statistics import median

from bench.client import Answer, Crowd, Request
from bench.clock import calibration_ms
from bench.server import Server

CONCURRENCIES = (1, 8)
FEWEST, TURN_NS = 24, 150_000_000  # requests, and processor time, of one turn


class WrongAnswer(RuntimeError):
    """An answer was not what its target is about; measuring it would tell nothing."""


@dataclass
class Target:
    """Something that is asked for again and again, its addresses by rotation."""

    name: str
    requests: Sequence[Request]
    number: int  # requests in one turn; fewer, down to FEWEST, where many together would take long
    status: int = 200
    turns: Iterator[Request] = field(init=False)

    def __post_init__(self) -> None:
        """Begin the rotation."""
        self.turns = cycle(self.requests)


@dataclass
class Costs:
    """Processor time in milliseconds for one answer, by target and concurrency, one number for each round."""

    total: dict[tuple[str, int], list[float]] = field(default_factory=lambda: defaultdict(list))
    engine: dict[tuple[str, int], list[float]] = field(default_factory=lambda: defaultdict(list))
    calibration: list[float] = field(default_factory=list)

    def ms(self, name: str, concurrency: int) -> float:
        """Return the median cost of one answer."""
        return median(self.total[name, concurrency])

    def net_ms(self, name: str, concurrency: int) -> float:
        """Return the median cost of one answer less what the engine and the snippets took."""
        key = (name, concurrency)
        return median(all_ - own for all_, own in zip(self.total[key], self.engine[key], strict=True))

    def ratio(self, name: str, to: str, *, net: bool = False) -> float:
        """Return how many times as much a target costs as another: the larger one of both concurrencies.

        Within a concurrency it is the median of the rounds' ratios: in a round both took their turn side by side, so
        that what else the machine did then stands in both.
        """

        def within(number: int) -> float:
            key, other = (name, number), (to, number)
            spent = [all_ - own if net else all_ for all_, own in zip(self.total[key], self.engine[key], strict=True)]
            return median(one / two for one, two in zip(spent, self.total[other], strict=True))

        return max(within(number) for number in CONCURRENCIES)


def check(answers: Sequence[Answer], target: Target) -> None:
    """Raise WrongAnswer where an answer has another status than the target's."""
    for answer in answers:
        if answer.status != target.status:
            raise WrongAnswer(f"{target.name} answered {answer.status}: {answer.body[:200]!r}")


def warm_up(server: Server, target: Target, crowd: Crowd) -> None:
    """Ask for every address once, then see how many requests make a turn."""
    check(crowd.ask(list(target.requests)), target)
    before = server.cpu_ns()
    check(crowd.ask(list(islice(target.turns, FEWEST))), target)
    cost = (server.cpu_ns() - before) / FEWEST
    target.number = max(min(target.number, int(TURN_NS / max(cost, 1))), FEWEST)


def measure(server: Server, targets: Sequence[Target], rounds: int) -> Costs:
    """Return what the targets cost. Every address is asked for once before anything is counted."""
    costs = Costs()
    crowds = {number: Crowd(server.port, number) for number in CONCURRENCIES}
    try:
        for target in targets:
            warm_up(server, target, crowds[1])
        for _round in range(rounds):
            costs.calibration.append(calibration_ms())
            for number in CONCURRENCIES:
                for target in targets:
                    requests = list(islice(target.turns, target.number))
                    before = server.cpu_ns()
                    answers = crowds[number].ask(requests)
                    spent = server.cpu_ns() - before
                    check(answers, target)
                    own = sum(int(answer.headers.get("x-bench-engine-ns", 0)) for answer in answers)
                    costs.total[target.name, number].append(spent / len(answers) / 1e6)
                    costs.engine[target.name, number].append(own / len(answers) / 1e6)
    finally:
        for crowd in crowds.values():
            crowd.close()
    return costs
