"""Measures the product beside its floors: `make bench`, or ARGS="hello photos --quick"."""

import argparse
import platform
import shutil
import signal
import sys
from collections.abc import Callable, Mapping, Sequence

from bench import (
    board,
    checkins,
    flow,
    hello,
    phones,
    photos,
    reports,
    school,
    signed,
    writers,
)
from bench.plan import Plan
from bench.rounds import Verdict
from bench.servers import ROOT

PARTS: Mapping[str, Callable[[Plan], list[Verdict]]] = {
    "hello": hello.measure,
    "reports": reports.measure,
    "photos": photos.measure,
    "writers": writers.measure,
    "phones": phones.measure,
    "checkins": checkins.measure,
    "board": board.measure,
    "school": school.measure,
    "signed": signed.measure,
    "flow": flow.measure,
}


def read(words: Sequence[str]) -> tuple[list[str], Plan]:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"{', '.join(PARTS)}; all")
    parser.add_argument("--quick", action="store_true", help="short, to see that it works")
    parser.add_argument("--rounds", type=int, help="how often each target is measured")
    parser.add_argument("--seconds", type=float, help="of load in each round")
    parser.add_argument(
        "--databases", default="sqlite,postgresql", help="sqlite, postgresql or both"
    )
    found = parser.parse_args(words)
    unknown = set(found.parts) - set(PARTS)
    if unknown:
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    return found.parts or list(PARTS), Plan(
        folder=ROOT / "var" / "bench",
        rounds=found.rounds or (3 if found.quick else 9),
        seconds=found.seconds or (0.7 if found.quick else 2.0),
        rows=100 if found.quick else 1000,
        writing=5.0 if found.quick else 60.0,
        quick=found.quick,
        databases=tuple(found.databases.split(",")),
    )


def main(words: Sequence[str]) -> int:
    """Run the parts one after the other; a missed bar is told, not an error."""
    names, plan = read(words)
    # As with ^C: every server that was started is stopped on the way out.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))
    print(f"Python {platform.python_version()}, {platform.machine()}, {platform.system()}")
    verdicts: list[Verdict] = []
    for name in names:
        shutil.rmtree(plan.folder, ignore_errors=True)
        verdicts += PARTS[name](plan)
    print("\nThe bars of the issue")
    for verdict in verdicts:
        print(verdict)
    missed = sum(not verdict.held for verdict in verdicts)
    print(f"  {len(verdicts) - missed} held, {missed} missed", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
