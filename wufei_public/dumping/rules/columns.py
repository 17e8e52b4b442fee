"""The columns of files of cases, with what each means: data (`data/columns.csv`)."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

# GeoReport's words for how a case stands.
OPEN, CLOSED = "open", "closed"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name for programs, what it is called, what it means (marked sentences)."""

    name: str
    label: str
    meaning: str


def _columns(file: str) -> Sequence[Column]:
    data = resources.files("wufei_public.dumping") / "data" / "columns.csv"
    rows = csv.DictReader(data.read_text(encoding="utf-8").splitlines())
    return tuple(
        Column(row["name"], row["label"], row["meaning"]) for row in rows if row["file"] == file
    )


# `open` is GeoReport Bulk, of released cases; `staff` is for whoever handles them,
# `awards` for the finances.
COLUMNS: Mapping[str, Sequence[Column]] = {
    file: _columns(file) for file in ("open", "staff", "awards")
}
