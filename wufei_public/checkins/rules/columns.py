"""The columns of the officials' files, with what each means: data (`data/columns.csv`)."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name for programs, what it is called, what it means (marked sentences)."""

    name: str
    label: str
    meaning: str


def read_columns(text: str) -> Mapping[str, Sequence[Column]]:
    """Return the columns by file, in the order of the data."""
    found: dict[str, list[Column]] = {}
    for row in csv.DictReader(text.splitlines()):
        one = Column(row["name"], row["label"], row["meaning"])
        found.setdefault(row["file"], []).append(one)
    return found


# `places` is a board, `days` every village-day that it was summed from.
COLUMNS = read_columns(
    (resources.files("wufei_public.checkins") / "data" / "columns.csv").read_text(encoding="utf-8")
)
