"""Alternating rounds over running servers: every figure with its least, middle and most."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench.load import Load, Make
from bench.processes import cpu_seconds


@dataclass
class Target:
    """One row of a table: what is asked of which processes, and which row is its floor."""

    name: str
    port: int
    make: Make | bytes
    pids: Sequence[int]
    floor: str = ""
    bar: float = 0.0
    connections: int = 8
    most: int = 0  # requests in a round; as many as its seconds allow if 0
    after: Callable[[], None] | None = None


@dataclass
class Run:
    """What one target did in one round; CPU in milliseconds per request, all processes."""

    cpu_ms: float
    rate: float
    p50: float
    p99: float
    bad: int
    size: int


@dataclass
class Spread:
    """The least, the middle and the most of some figures."""

    least: float
    middle: float
    most: float

    @classmethod
    def of(cls, figures: Sequence[float]) -> "Spread":
        return cls(min(figures), statistics.median(figures), max(figures))

    def __format__(self, spec: str) -> str:
        return f"{self.middle:{spec}} ({self.least:{spec}}…{self.most:{spec}})"


@dataclass
class Verdict:
    """A bar of the issue beside what was measured."""

    what: str
    value: float
    bar: float
    note: str = ""

    @property
    def held(self) -> bool:
        return self.value <= self.bar

    def __str__(self) -> str:
        note = f"  [{self.note}]" if self.note else ""
        word = "held  " if self.held else "MISSED"
        return f"  {word}  {self.what}: {self.value:.2f} (bar {self.bar:g}){note}"


@dataclass
class Table:
    """The rounds of some targets."""

    targets: Sequence[Target]
    runs: dict[str, list[Run]] = field(default_factory=dict)

    def cost(self, name: str) -> Spread:
        return Spread.of([run.cpu_ms for run in self.runs[name]])

    def ratio(self, target: Target) -> Spread:
        """Return cost over the floor's, round by round, so that noise falls on both."""
        own, floor = self.runs[target.name], self.runs[target.floor]
        pairs = zip(own, floor, strict=True)
        return Spread.of([one.cpu_ms / other.cpu_ms for one, other in pairs])

    def over(self, name: str, floor: str) -> Spread:
        """Return what `name` costs beyond the floor, as a share of the floor."""
        pairs = zip(self.runs[name], self.runs[floor], strict=True)
        return Spread.of([one.cpu_ms / other.cpu_ms - 1 for one, other in pairs])

    def middle(self, name: str, what: str) -> float:
        return statistics.median(getattr(run, what) for run in self.runs[name])

    def verdicts(self, where: str) -> list[Verdict]:
        judged = [target for target in self.targets if target.bar]
        return [self._verdict(target, where) for target in judged]

    def _verdict(self, target: Target, where: str) -> Verdict:
        ratio = self.ratio(target)
        bad = sum(run.bad for run in self.runs[target.name])
        note = f"{ratio.least:.2f}…{ratio.most:.2f}" + (f", {bad} BAD ANSWERS" if bad else "")
        return Verdict(f"{where}: {target.name} × floor", ratio.middle, target.bar, note)

    def show(self, title: str) -> None:
        print(f"\n{title}")
        print(
            f"  {'':34}{'CPU ms: median (min…max)':>28}{'× floor (min…max)':>24}"
            f"{'req/s':>8}{'p50 ms':>8}{'p99 ms':>8}{'bytes':>8}{'bad':>5}"
        )
        for target in self.targets:
            ratio = f"{self.ratio(target):.2f}" if target.floor else ""
            cost = f"{self.cost(target.name):.3f}"
            print(
                f"  {target.name:34}{cost:>28}{ratio:>24}"
                f"{self.middle(target.name, 'rate'):8.0f}{self.middle(target.name, 'p50'):8.2f}"
                f"{self.middle(target.name, 'p99'):8.2f}{self.middle(target.name, 'size'):8.0f}"
                f"{sum(run.bad for run in self.runs[target.name]):5}",
                flush=True,
            )


def compare(targets: Sequence[Target], rounds: int, seconds: float) -> Table:
    """Measure the targets in turn, forwards and backwards, after one round to warm up."""
    table = Table(targets)
    for target in targets:
        _measure(target, min(1.0, seconds))
    for number in range(rounds):
        for target in targets if number % 2 == 0 else targets[::-1]:
            table.runs.setdefault(target.name, []).append(_measure(target, seconds))
    return table


def _measure(target: Target, seconds: float) -> Run:
    load = Load(target.port, target.make, target.connections, most=target.most)
    try:
        before = cpu_seconds(target.pids)
        result = load.run(seconds)
        cpu = (cpu_seconds(target.pids) - before) / max(1, result.count) * 1e3
    finally:
        load.close()
        if target.after is not None:
            target.after()
    return Run(
        cpu,
        result.count / result.seconds,
        result.quantile(0.5),
        result.quantile(0.99),
        result.bad,
        result.size // max(1, result.count),
    )
