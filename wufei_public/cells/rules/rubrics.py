"""A rubric: unit kind → sections → items; read from data, never changed in place."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from wufei_public.cells.rules.routes import STANDARD, Route, read_route

BONUS = "bonus"
LEVELS = (3, 4, 5)


class Method(StrEnum):
    """How an item is scored."""

    YES_NO = "yes_no"
    STEPS = "steps"
    RATIO = "ratio"


class EvidenceKind(StrEnum):
    """What proves an item; `visit` is filled in by the experts on site."""

    PHOTO = "photo"
    PDF = "pdf"
    RECORD = "record"
    VISIT = "visit"


@dataclass(frozen=True, slots=True)
class Step:
    """From the top, the first that holds gives the score."""

    score: Decimal
    when: str


@dataclass(frozen=True, slots=True)
class Ratio:
    """Full points at `full_at`, none at `zero_at`, linear between."""

    measure: str
    unit: str
    full_at: Decimal
    zero_at: Decimal


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence that an item wants."""

    kind: EvidenceKind
    label: str


@dataclass(frozen=True, slots=True)
class Item:
    """One item; exactly one of `steps` and `ratio` says how it is scored."""

    id: str
    section: str
    title: str
    title_en: str
    points: Decimal
    requirement: str
    requirement_en: str
    method: Method
    steps: tuple[Step, ...]
    ratio: Ratio | None
    evidence: tuple[Evidence, ...]
    allows_na: bool
    na_when: str
    basis: str
    # What the subject rests on: the plan, a public standard, the project's own default.
    basis_status: str

    @property
    def uploads(self) -> tuple[Evidence, ...]:
        """Return the evidence that the unit uploads."""
        return tuple(one for one in self.evidence if one.kind is not EvidenceKind.VISIT)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the rubric with its full points."""

    id: str
    name: str
    name_en: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class Veto:
    """What ends an application whatever its points."""

    id: str
    title: str
    title_en: str
    text: str
    text_en: str
    basis: str


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What a total and its sections must reach, and the levels (stars, least total)."""

    least: Decimal
    section_share: Decimal
    bonus_max: Decimal
    levels: tuple[tuple[int, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Rubric:
    """One version of the rubric of one kind of unit."""

    kind: str
    name: str
    name_en: str
    version: str
    who: str
    who_en: str
    sections: tuple[Section, ...]
    items: tuple[Item, ...]
    bonus: tuple[Item, ...]
    vetoes: tuple[Veto, ...]
    thresholds: Thresholds
    route: Route

    def item(self, item_id: str) -> Item | None:
        """Return the item or bonus item `item_id`, None if there is none."""
        return next((item for item in self.all_items() if item.id == item_id), None)

    def all_items(self) -> tuple[Item, ...]:
        """Return every item in order, the bonus items last."""
        return self.items + self.bonus

    @property
    def wants_photos(self) -> bool:
        """Say whether any item asks for a photo, or to be looked at on site."""
        seen = {EvidenceKind.PHOTO, EvidenceKind.VISIT}
        return any(one.kind in seen for item in self.all_items() for one in item.evidence)

    def of_section(self, section: str) -> tuple[Item, ...]:
        """Return the items of one section, the bonus among them."""
        return tuple(item for item in self.all_items() if item.section == section)


def read_rubric(content: Mapping[str, Any]) -> Rubric:
    """Return the rubric in `content`: the keys of one kind, and the frame's beside them."""
    known, limits = content["kind"], content["kind"]["thresholds"]
    levels = sorted((int(stars), Decimal(str(least))) for stars, least in limits["levels"].items())
    return Rubric(
        kind=known["kind"],
        name=known["name"],
        name_en=known["name_en"],
        version=content["version"],
        who=known["who_can_apply"],
        who_en=known["who_can_apply_en"],
        sections=tuple(_section(row) for row in content["sections"]),
        items=tuple(_item(row) for row in known["items"]),
        bonus=tuple(_item(row) for row in known["bonus"]),
        vetoes=tuple(
            Veto(**{name: row.get(name, "") for name in _VETO}) for row in known["vetoes"]
        ),
        thresholds=Thresholds(
            Decimal(str(limits["pass"])),
            Decimal(str(limits["section_min_percent"])) / 100,
            Decimal(str(limits["bonus_max"])),
            tuple(levels),
        ),
        route=read_route(content["route"]) if "route" in content else STANDARD,
    )


_VETO = ("id", "title", "title_en", "text", "text_en", "basis")


def _section(row: Mapping[str, Any]) -> Section:
    return Section(row["id"], row["name"], row["name_en"], Decimal(str(row["points"])))


def _item(row: Mapping[str, Any]) -> Item:
    method = Method(row["method"])
    return Item(
        id=row["id"],
        section=row["section"],
        title=row["title"],
        title_en=row["title_en"],
        points=Decimal(str(row["points"])),
        requirement=row["requirement"],
        requirement_en=row["requirement_en"],
        method=method,
        steps=_steps(row, method),
        ratio=_ratio(row["ratio"]) if method is Method.RATIO else None,
        evidence=tuple(Evidence(EvidenceKind(e["kind"]), e["label"]) for e in row["evidence"]),
        allows_na=row["allows_na"],
        na_when=row.get("na_when", ""),
        basis=row["basis"],
        basis_status=row.get("basis_status", ""),
    )


def _steps(row: Mapping[str, Any], method: Method) -> tuple[Step, ...]:
    if method is Method.YES_NO:  # all or nothing is two steps without words of their own
        return (Step(Decimal(str(row["points"])), ""), Step(Decimal(0), ""))
    if method is Method.STEPS:
        return tuple(Step(Decimal(str(step["score"])), step["when"]) for step in row["steps"])
    return ()


def _ratio(row: Mapping[str, Any]) -> Ratio:
    full, zero = Decimal(str(row["full_at"])), Decimal(str(row["zero_at"]))
    return Ratio(row["measure"], row["unit"], full, zero)
