"""What an official enters of an organisation: by hand, or as a row of a sheet."""

import csv
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from importlib import resources

from wufei_public.common import uscc
from wufei_public.common.sheets import Faults, Row
from wufei_public.common.text import N_
from wufei_public.organisations.rules.kinds import KINDS, PERMIT_LABELS, PermitClass
from wufei_public.organisations.rules.names import MOST_NAME

MOST_ROWS = 2_000
_ISO_DAY = len("2026-03-01")
_YES, _NO = N_("是"), N_("否")
_MOST = {"name": MOST_NAME, "address": 120, "hazardous_licence": 40}
_COMPARED = (
    "name", "kind", "division", "address", "permit_class", "waste_related", "hazardous_licence",
)  # fmt: skip
# field: the heading of its column (`data/columns.csv`)
COLUMNS: Mapping[str, str] = {
    row["field"]: row["label"]
    for row in csv.DictReader(
        (resources.files("wufei_public.organisations") / "data" / "columns.csv")
        .read_text(encoding="utf-8")
        .splitlines()
    )
}
NEEDED = ("uscc", "name", "kind", "place")


@dataclass(frozen=True, slots=True)
class Card:
    """What an official enters of an organisation."""

    uscc: str
    name: str
    kind: str
    division: str
    address: str = ""
    permit_class: str = PermitClass.NONE
    waste_related: bool = False
    hazardous_licence: str = ""
    ended_on: date | None = None
    # From which day on the class holds, or the link with waste; None: from the day of the entry.
    permit_since: date | None = None


class Effect(StrEnum):
    """What a row of a sheet would do to the register."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


EFFECT_LABELS = {
    Effect.NEW: N_("新增"),
    Effect.CHANGED: N_("修改"),
    Effect.SAME: N_("不变"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """What the row `number` would do: the card that it makes, and each field before and after."""

    number: int
    effect: Effect
    card: Card
    fields: tuple[tuple[str, str, str], ...] = ()


def read_rows(
    rows: Sequence[Row], place: Callable[[str], str | None], faults: Faults
) -> list[tuple[int, Card]]:
    """Return number and card of each row, noting every fault by row and column.

    `place` finds the division that a cell means.
    """
    found: list[tuple[int, Card]] = []
    seen: set[str] = set()
    for row in rows[:MOST_ROWS]:
        card = _read(row, place, faults)
        if card.uscc in seen:
            faults.add(row.number, COLUMNS["uscc"], N_("这个信用代码在文件里出现了两次。"))
        seen.add(card.uscc)
        found.append((row.number, card))
    if len(rows) > MOST_ROWS:
        sentence = N_("一次最多 %(most)s 行，请分几个文件。")
        faults.add(rows[MOST_ROWS].number, "", sentence, most=MOST_ROWS)
    return found


def _read(row: Row, place: Callable[[str], str | None], faults: Faults) -> Card:
    cells = {field: row[label] for field, label in COLUMNS.items()}
    code, division = uscc.normalise(cells["uscc"]), place(cells["place"])
    kind, permit = _code_of(cells["kind"], KINDS), _permit(cells["permit_class"])
    wrong = (
        ("uscc", not uscc.is_valid(code), N_("信用代码不对，最后一位是校验位。")),
        ("name", not cells["name"], N_("没有填。")),
        ("kind", kind is None, N_("没有这种单位类型。")),
        ("place", division is None, N_("名单里没有这个地方。")),
        ("permit_class", permit is None, N_("没有这种管理类别。")),
        ("waste_related", cells["waste_related"] not in {"", _YES, _NO}, N_("请填“是”或者“否”。")),
        *((field, len(cells[field]) > most, N_("太长了。")) for field, most in _MOST.items()),
    )
    for field, is_wrong, sentence in wrong:
        if is_wrong:
            faults.add(row.number, COLUMNS[field], sentence)
    since = _day(row.number, cells["permit_since"], faults)
    return Card(
        uscc=code,
        name=cells["name"],
        kind=kind or "",
        division=division or "",
        address=cells["address"],
        permit_class=permit or "",
        waste_related=cells["waste_related"] == _YES,
        hazardous_licence=cells["hazardous_licence"],
        permit_since=since,
    )


def _day(number: int, words: str, faults: Faults) -> date | None:
    """Return the day in a cell, with or without an hour behind it; None where it is empty."""
    try:
        return date.fromisoformat(words[:_ISO_DAY]) if words else None
    except ValueError:
        sentence = N_("日子要写成 2026-03-01 这样。")
        faults.add(number, COLUMNS["permit_since"], sentence)
        return None


def _code_of(words: str, labels: Mapping[str, str]) -> str | None:
    """Return the code that a cell means: the code itself or its name."""
    if words in labels:
        return words
    return next((code for code, label in labels.items() if label == words), None)


def _permit(words: str) -> str | None:
    return _code_of(words, {permit.value: label for permit, label in PERMIT_LABELS.items()})


def as_cells(card: Card, place: str) -> tuple[str, ...]:
    """Return a card as a row of the sheet, in the order of COLUMNS."""
    return (
        card.uscc,
        card.name,
        KINDS.get(card.kind, card.kind),
        place,
        card.address,
        PERMIT_LABELS[PermitClass(card.permit_class)] if card.permit_class else "",
        card.permit_since.isoformat() if card.permit_since else "",
        _YES if card.waste_related else _NO,
        card.hazardous_licence,
    )


def given(rows: Sequence[Row]) -> frozenset[str]:
    """Return the fields that the sheet has a column for; what it leaves out stays as it is."""
    there = {label for row in rows for label in row.cells}
    fields = {field for field, label in COLUMNS.items() if label in there}
    return frozenset(fields | {"division"} if "place" in fields else fields)


def change_of(
    number: int, card: Card, old: Card | None, fields_given: Collection[str] = _COMPARED
) -> Change:
    """Return what the row would do to the card that is there; a sheet strikes nobody off.

    An empty day says nothing of since when the permit holds.
    """
    if old is None:
        return Change(number, Effect.NEW, card)
    left = {name: getattr(old, name) for name in _COMPARED if name not in fields_given}
    new = replace(card, ended_on=old.ended_on, **left)
    fields = tuple(
        (field, str(getattr(old, field)), str(getattr(new, field)))
        for field in _COMPARED
        if getattr(old, field) != getattr(new, field)
    )
    if new.permit_since is not None and new.permit_since != old.permit_since:
        was = old.permit_since.isoformat() if old.permit_since else ""
        fields += (("permit_since", was, new.permit_since.isoformat()),)
    return Change(number, Effect.CHANGED if fields else Effect.SAME, new, fields)
