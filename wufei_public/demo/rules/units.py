"""Made-up units and how far each has come with its application, for register and desk."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from wufei_public.common.uscc import check_symbol
from wufei_public.demo.rules.words import rows_of


def _words() -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows_of("cells.csv"):
        found[row["name"]].append(row["text"])
    return dict(found)


# What is said in an application, by the step.
WORDS = _words()
# Nobody takes it for a real one, not even on paper.
MARK = WORDS["mark"][0]
# On which day after its start an application makes each step.
DAYS: Mapping[str, int] = {
    "submit": 6, "return": 8, "withdraw": 8, "check": 8, "opine": 11, "assign": 12,
    "score_one": 16, "score": 18, "rectify": 22, "mend": 24, "refuse": 22, "appeal": 24,
    "propose": 24, "confirm": 25, "object": 26, "clear": 46, "name": 48, "suspend": 90,
    "revoke": 90,
}  # fmt: skip
_SENT = ("submit",)
_CHECKED = (*_SENT, "check")
_SEATED = (*_CHECKED, "opine", "assign")
_SCORED = (*_SEATED, "score")
_NOTICED = (*_SCORED, "propose", "confirm")
_NAMED = (*_NOTICED, "clear", "name")
PATHS: Mapping[str, tuple[str, ...]] = {
    "draft": (),
    "submitted": _SENT,
    "withdrawn": (*_SENT, "withdraw"),
    "returned": (*_SENT, "return"),
    "sector": _CHECKED,
    "experts": (*_SEATED, "score_one"),
    "scored": _SCORED,
    "rectifying": (*_SCORED, "rectify"),
    "reinspecting": (*_SCORED, "rectify", "mend"),
    "refused": (*_SCORED, "refuse"),
    "appealed": (*_SCORED, "refuse", "appeal"),
    "proposed": (*_SCORED, "propose"),
    "noticed": _NOTICED,
    "held": (*_NOTICED, "object"),
    "cleared": (*_NOTICED, "clear"),
    "named": _NAMED,
    "suspended": (*_NAMED, "suspend"),
    "revoked": (*_NAMED, "revoke"),
}


@dataclass(frozen=True, slots=True)
class Round:
    """A round: how many days ago it opened, and for how many it takes applications."""

    title: str
    opened: int
    lasts: int


ROUNDS = tuple(
    Round(WORDS[f"round-{number}"][0] + MARK, opened, lasts)
    for number, (opened, lasts) in enumerate(((360, 60), (210, 60), (50, 75)), start=1)
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: where its application stands, how many days ago it was named."""

    number: int
    name: str
    kind: str
    stage: str
    days: int
    story: str
    sites: tuple[str, ...]

    @property
    def round(self) -> int:
        """Return the round in which it applied: the last one unless it is named."""
        return 2 if not self.days else int(self.days < ROUNDS[1].opened)

    @property
    def began(self) -> timedelta:
        """Return how long before today it began, so that it stands where it does today."""
        if self.days:
            return timedelta(days=self.days + DAYS["name"])
        return timedelta(days=3 + max((DAYS[step] for step in PATHS[self.stage]), default=4))


UNITS: Sequence[Unit] = tuple(
    Unit(
        number,
        row["name"] + MARK,
        row["kind"],
        row["stage"],
        int(row["days"]),
        row["story"],
        tuple(row["sites"].split()),
    )
    for number, row in enumerate(rows_of("units.csv"), start=1)
)
# What is in the register of organisations and applies for nothing.
OTHERS = ("recycler", "hauler", "disposer")


def uscc(place: str, number: int) -> str:
    """Return a credit code of a series that no authority gives out."""
    first = f"93{place}MADE{number:05d}"
    return first + check_symbol(first)
