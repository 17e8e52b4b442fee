"""What a unit brings: its places, the signed commitment, how much evidence, how it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from wufei_public.cells.rules.clocks import table
from wufei_public.cells.rules.diffs import Entry
from wufei_public.cells.rules.scoring import Answer

MOST_SITES = 20
MOST_PROOFS = 9
# For everyone to see, with the story.
MOST_PICTURES = 3


@dataclass(frozen=True, slots=True)
class Place:
    """One site of one unit; `site` None is the unit itself."""

    organisation: int
    site: int | None
    name: str
    division: str


@dataclass(frozen=True, slots=True)
class Commitment:
    """One version of what the unit signs."""

    version: str
    since: date
    text: str
    text_en: str


COMMITMENTS = tuple(
    Commitment(row["version"], date.fromisoformat(row["since"]), row["text"], row["text_en"])
    for row in table("commitments.csv")
)


def commitment_on(day: date) -> Commitment:
    """Return the newest commitment in force on `day`; the first for a day before all."""
    held = [one for one in COMMITMENTS if one.since <= day]
    return max(held, key=lambda one: one.since) if held else COMMITMENTS[0]


def commitment_version(version: str) -> Commitment | None:
    """Return the commitment of that version, None if it was none."""
    return next((one for one in COMMITMENTS if one.version == version), None)


def has_room(held: int, more: int) -> bool:
    """Say whether an item takes `more` photos or papers beside those that it holds."""
    return held + more <= MOST_PROOFS


def entry_json(entry: Entry) -> dict[str, Any]:
    """Return one item as a submission keeps it."""
    answer = entry.answer
    return {
        "step": answer.step,
        "value": None if answer.value is None else str(answer.value),
        "na": answer.na,
        "note": entry.note,
        "photos": list(entry.photos),
        "papers": list(entry.papers),
    }


def entry_from(kept: Mapping[str, Any]) -> Entry:
    """Return the item that `entry_json` kept."""
    value = None if kept["value"] is None else Decimal(kept["value"])
    answer = Answer(kept["step"], value, kept["na"])
    # What was handed in before PDFs were taken holds none.
    return Entry(answer, kept["note"], tuple(kept["photos"]), tuple(kept.get("papers", ())))
