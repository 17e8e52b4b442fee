"""Rules of points: dated rows of data; the newest that runs on a day counts."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib import resources

from wufei_public.common.text import N_

DATA = resources.files("wufei_public.points") / "data"


class Book(StrEnum):
    """The programme's side of a booking."""

    EARNED = "earned"
    SPENT = "spent"
    REVERSED = "reversed"
    MOVED = "moved"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Worth:
    """What a rule gives between two days."""

    rule: str
    points: int
    since: date
    until: date | None
    label: str

    def runs(self, day: date) -> bool:
        """Say whether this row counts on `day`."""
        return self.since <= day and (self.until is None or day <= self.until)


def read_worths(text: str) -> Sequence[Worth]:
    """Return the rows of rules.csv, the newest first."""
    rows = [
        Worth(
            row["rule"],
            int(row["points"]),
            date.fromisoformat(row["since"]),
            date.fromisoformat(row["until"]) if row["until"] else None,
            row["label"],
        )
        for row in csv.DictReader(text.splitlines())
    ]
    return sorted(rows, key=lambda row: row.since, reverse=True)


WORTHS = read_worths((DATA / "rules.csv").read_text(encoding="utf-8"))


def worth_of(rule: str, day: date, worths: Sequence[Worth] = WORTHS) -> int:
    """Return what `rule` gives on `day`, 0 where it does not run."""
    return next((row.points for row in worths if row.rule == rule and row.runs(day)), 0)


REDEEM, REVERSE, MERGE, EXPIRE = "redeem", "reverse", "merge", "expire"
LABELS: Mapping[str, str] = {row.rule: row.label for row in WORTHS} | {
    REDEEM: N_("兑换"),
    REVERSE: N_("积分退回"),
    MERGE: N_("两个账号合并"),
    EXPIRE: N_("积分到期"),
}
