"""Badges: what somebody's check-ins amount to, worked out each time; data (`data/badges.csv`)."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class Habit:
    """What somebody's check-ins come to: the longest streak, and counts of days."""

    streak: int = 0
    days: int = 0
    hazardous: int = 0
    for_others: int = 0


@dataclass(frozen=True, slots=True)
class Badge:
    """A badge: from `least` of what it counts on; `label` and `how` are marked sentences."""

    code: str
    counts: str
    least: int
    icon: str
    label: str
    how: str

    def missing(self, habit: Habit) -> int:
        """Return how many more it takes, 0 once it is earned."""
        return max(0, self.least - self.reached(habit))

    def reached(self, habit: Habit) -> int:
        """Return how many there are of what it counts."""
        found: int = getattr(habit, self.counts)
        return found


def read_badges(text: str) -> Sequence[Badge]:
    """Return the badges of badges.csv; ValueError for one that counts nothing known, or nought."""
    rows = csv.DictReader(text.splitlines())
    badges = tuple(
        Badge(row["code"], row["counts"], int(row["least"]), row["icon"], row["label"], row["how"])
        for row in rows
    )
    wrong = [one.code for one in badges if one.least < 1 or one.counts not in Habit.__slots__]
    if wrong:
        raise ValueError(f"badges that nobody can earn: {', '.join(wrong)}")
    return badges


BADGES = read_badges(
    (resources.files("wufei_public.checkins") / "data" / "badges.csv").read_text(encoding="utf-8")
)


def earned(habit: Habit, badges: Sequence[Badge] = BADGES) -> list[Badge]:
    """Return what somebody has earned, in the order of the data."""
    return [one for one in badges if not one.missing(habit)]


def to_come(habit: Habit, badges: Sequence[Badge] = BADGES) -> list[Badge]:
    """Return what is still to be earned, the nearest first: by the share that is missing."""
    open_ = [one for one in badges if one.missing(habit)]
    return sorted(open_, key=lambda one: one.missing(habit) / one.least)


def fresh(habit: Habit, running: int, badges: Sequence[Badge] = BADGES) -> list[Badge]:
    """Return what the last own check-in has brought; `running` is the streak that it belongs to."""
    now = {"days": habit.days, "streak": running}
    return [one for one in earned(habit, badges) if now.get(one.counts) == one.least]
