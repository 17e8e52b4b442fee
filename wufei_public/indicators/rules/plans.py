"""The plan as one value with a version, read from the files that came with it."""

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from wufei_public.indicators.rules.targets import Direction, Target, read_target

NOTHING = frozenset({"", "-", "--", "—"})
_TARGETS = (("target_2023", 2023), ("target_2025", 2025))
_SHORT_DIGEST = 12


@dataclass(frozen=True, slots=True)
class Words:
    """The plan's words and this project's English for them."""

    zh: str
    en: str

    def told(self, *, english: bool) -> str:
        """Return them in the reader's language."""
        return self.en if english and self.en else self.zh


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator as the plan's annex prints it."""

    number: int
    theme: Words
    group: Words
    name: Words
    unit: Words
    mandatory: bool
    adjusted: bool
    baseline: Words
    direction: Direction
    targets: tuple[Target, ...]
    responsible: tuple[str, ...]
    note: Words

    @property
    def series(self) -> str:
        """Return under what name its values are kept."""
        return str(self.number)

    @property
    def components(self) -> tuple[str, ...]:
        """Return the names of its components; one without a name for nearly all."""
        return tuple(part.component for part in self.targets[-1].parts)


@dataclass(frozen=True, slots=True)
class Task:
    """One task or project of the plan."""

    code: str
    group: Words
    title: Words
    content: str
    lead: str
    supporting: str
    deadline_written: str
    deadline: date | None
    note: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan and everything that it promises; the version is a digest of its files."""

    code: str
    name: Words
    source: str
    annex: str
    tasks_annex: str
    first_year: int
    last_year: int
    issued_on: date
    indicators: tuple[Indicator, ...]
    tasks: tuple[Task, ...]
    version: str

    def indicator(self, number: str) -> Indicator | None:
        """Return the indicator with this number."""
        return next((one for one in self.indicators if one.series == number), None)

    def task(self, code: str) -> Task | None:
        """Return the task with this code."""
        return next((one for one in self.tasks if one.code == code), None)


def _text(name: str) -> str:
    file = resources.files("wufei_public.indicators") / "data" / name
    return file.read_text(encoding="utf-8")


def table(name: str) -> list[dict[str, str]]:
    """Return the rows of one of the feature's data files."""
    return list(csv.DictReader(_text(name).splitlines()))


@cache
def plans() -> tuple[Plan, ...]:
    """Return every plan that came with the package, the newest last."""
    return tuple(_plan(row) for row in table("plans.csv"))


def current() -> Plan:
    """Return the plan that pages show unless asked for another."""
    return plans()[-1]


@cache
def english() -> Mapping[str, str]:
    """Return this project's English for the plan's words."""
    return {row["words"]: row["words_en"] for row in table("words.csv")}


def words(text: str) -> Words:
    """Return the plan's words with their English."""
    return Words(text, english().get(text, ""))


def _plan(row: Mapping[str, str]) -> Plan:
    files = ("meanings.csv", row["indicators"], row["tasks"])
    digest = hashlib.sha256("".join(map(_text, files)).encode()).hexdigest()
    meanings = {one["no"]: one for one in table("meanings.csv")}
    return Plan(
        code=row["code"],
        name=Words(row["name"], row["name_en"]),
        source=row["source"],
        annex=row["annex"],
        tasks_annex=row["tasks_annex"],
        first_year=int(row["first_year"]),
        last_year=int(row["last_year"]),
        issued_on=date.fromisoformat(row["issued_on"]),
        indicators=tuple(_indicator(one, meanings[one["no"]]) for one in table(row["indicators"])),
        tasks=tuple(map(_task, table(row["tasks"]))),
        version=digest[:_SHORT_DIGEST],
    )


def _indicator(row: Mapping[str, str], meaning: Mapping[str, str]) -> Indicator:
    direction = Direction(meaning["direction"])
    rules = {one["words"]: one["rule"] for one in table("words.csv")}
    unit, baseline = row["unit"], row["baseline_2020"]
    return Indicator(
        number=int(row["no"]),
        theme=words(row["level1"]),
        group=words(row["level2"]),
        name=Words(row["name"], meaning["name_en"]),
        unit=words("" if unit in NOTHING else unit),
        mandatory=row["mandatory"] == "1",
        adjusted=row["adjusted"] == "1",
        baseline=words("" if baseline in NOTHING else baseline),
        direction=direction,
        targets=tuple(read_target(y, row[name], direction, rules) for name, y in _TARGETS),
        responsible=tuple(row["responsible"].split(";")),
        note=Words(meaning["note"], meaning["note_en"]),
    )


def _task(row: Mapping[str, str]) -> Task:
    day = row["deadline_date"]
    return Task(
        code=row["code"],
        group=words(row["group"]),
        title=Words(row["title"], row["title_en"]),
        content=row["content"],
        lead=row["lead_department"],
        supporting=row["supporting_departments"],
        deadline_written=row["deadline_as_written"],
        deadline=date.fromisoformat(day) if day else None,
        note=row["page_note"],
    )
