"""Alternating rounds over running servers: medians, spread, ratios to the first."""

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.load import Load, Make
from bench.processes import cpu_seconds


@dataclass
class Target:
    """One row of a table: what is asked of which processes."""

    name: str
    port: int
    make: Make | bytes
    pids: Sequence[int]
    connections: int = 8
    settle: float = 0.0


@dataclass
class Row:
    """Medians over the rounds; CPU in milliseconds per request, all processes together."""

    name: str
    cpu_ms: float
    spread: float
    rate: float
    p50: float
    p99: float
    bad: int
    size: int


def _measure(target: Target, seconds: float) -> tuple[float, float, float, float, int, int]:
    load = Load(target.port, target.make, target.connections)
    try:
        before = cpu_seconds(target.pids)
        result = load.run(seconds)
        if target.settle:
            # What was put off to another process is on the bill too.
            time.sleep(target.settle)
        cpu = (cpu_seconds(target.pids) - before) / max(1, result.count) * 1e3
    finally:
        load.close()
    return (
        cpu,
        result.count / result.seconds,
        result.quantile(0.5),
        result.quantile(0.99),
        result.bad,
        result.size // max(1, result.count),
    )


def compare(targets: Sequence[Target], rounds: int = 7, seconds: float = 2.0) -> list[Row]:
    """Measure the targets in turn, forwards and backwards, after one round to warm up."""
    for target in targets:
        _measure(target, 1.0)
    seen: dict[str, list[tuple[float, float, float, float, int, int]]] = {}
    for number in range(rounds):
        for target in targets if number % 2 == 0 else reversed(targets):
            seen.setdefault(target.name, []).append(_measure(target, seconds))
    return [_row(target.name, seen[target.name]) for target in targets]


def _row(name: str, runs: Sequence[tuple[float, float, float, float, int, int]]) -> Row:
    middle = [statistics.median(run[place] for run in runs) for place in range(6)]
    costs = [run[0] for run in runs]
    spread = (max(costs) - min(costs)) / middle[0] * 100 if middle[0] else 0.0
    bad = sum(run[4] for run in runs)
    return Row(name, middle[0], spread, middle[1], middle[2], middle[3], bad, int(middle[5]))


def show(title: str, rows: Sequence[Row]) -> None:
    """Print the table."""
    print(f"\n{title}")
    print(
        f"  {'':38}{'CPU ms':>8}{'±%':>6}{'×':>7}{'req/s':>8}{'p50 ms':>8}{'p99 ms':>8}"
        f"{'bytes':>8}{'bad':>5}"
    )
    for row in rows:
        ratio = row.cpu_ms / rows[0].cpu_ms if rows[0].cpu_ms else float("nan")
        print(
            f"  {row.name:38}{row.cpu_ms:8.3f}{row.spread:6.1f}{ratio:7.2f}{row.rate:8.0f}"
            f"{row.p50:8.2f}{row.p99:8.2f}{row.size:8}{row.bad:5}"
        )


def judge(what: str, value: float, bar: float) -> bool:
    """Print a bar of the issue and whether it is held."""
    held = value <= bar
    print(f"  {'held  ' if held else 'MISSED'}  {what}: {value:.2f} (bar {bar:g})")
    return held
