"""How long a case keeps what is personal: data with its source (`data/retention.csv`)."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources


@dataclass(frozen=True, slots=True)
class Retention:
    """One kind of record: kept so long after its end; compared with the source or not."""

    what: str
    keep: timedelta
    source: str
    article: str
    verified: bool


RETENTION: Mapping[str, Retention] = {
    row["what"]: Retention(
        row["what"],
        timedelta(days=int(row["amount"])),
        row["source"],
        row["article"],
        row["verified"] == "yes",
    )
    for row in csv.DictReader(
        (resources.files("wufei_public.dumping") / "data" / "retention.csv")
        .read_text(encoding="utf-8")
        .splitlines()
    )
}


def reduce_before(now: datetime) -> datetime:
    """Return the instant before which a case must have ended to be reduced now."""
    return now - RETENTION["case"].keep
