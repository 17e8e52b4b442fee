"""Indicator 39: which cells count on a day, by a rule with a version."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from wufei_public.cells.rules.clocks import table
from wufei_public.cells.rules.standing import Shown, Standing, shown


@dataclass(frozen=True, slots=True)
class CountingRule:
    """One version: from which day it holds, which kinds count, in which standing."""

    version: str
    since: date
    kinds: frozenset[str]
    standings: frozenset[Shown]
    source: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A named cell as the count needs it."""

    number: str
    kind: str
    standing: Standing
    named_on: date
    valid_until: date


RULES: Sequence[CountingRule] = tuple(
    CountingRule(
        row["version"],
        date.fromisoformat(row["since"]),
        frozenset(row["kinds"].split()),
        frozenset(Shown(one) for one in row["standings"].split()),
        row["source"],
    )
    for row in table("counting.csv")
)
TARGETS: Mapping[int, int] = {int(row["year"]): int(row["target"]) for row in table("targets.csv")}


def rule_on(day: date) -> CountingRule:
    """Return the newest rule that holds on `day`; the oldest for a day before all of them."""
    held = [rule for rule in RULES if rule.since <= day]
    return max(held, key=lambda rule: rule.since) if held else RULES[0]


def counts(rule: CountingRule, cell: Cell, day: date) -> bool:
    """Say whether `cell` counts on `day`."""
    return (
        cell.named_on <= day
        and cell.kind in rule.kinds
        and shown(cell.standing, cell.valid_until, day) in rule.standings
    )


def counted(cells: Iterable[Cell], day: date) -> tuple[Cell, ...]:
    """Return the list behind the indicator on `day`, by number."""
    rule = rule_on(day)
    return tuple(sorted((c for c in cells if counts(rule, c, day)), key=lambda cell: cell.number))


def target_in(year: int) -> int:
    """Return the plan's target for `year`: that of the last year that has one."""
    return TARGETS[max((known for known in TARGETS if known <= year), default=min(TARGETS))]
