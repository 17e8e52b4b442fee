"""The daily quiz: five questions a day, the same for everyone of a scheme.

What asks the same as a survey (`survey_item`) is never served, so that practice is not taken
for reach (indicator 52), unless a bridge item stands in for it in the running wave.
"""

import csv
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from wufei_public.learning.rules.bins import DATA

A_DAY = 5
# How many of a day's questions are of each level: mostly easy.
LEVELS: Mapping[int, int] = {1: 2, 2: 2, 3: 1}
TOWN, RURAL, BOTH = "town", "rural", "both"


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its four options, the right one and why."""

    id: str
    scheme: str
    level: int
    words: str
    options: Mapping[str, str]
    answer: str
    why: str
    topic: str
    survey_item: str


def read_questions(text: str) -> Sequence[Question]:
    """Return the questions of quiz.csv."""
    return [
        Question(
            row["id"],
            row["scheme"],
            int(row["level"]),
            row["question"],
            {letter: row[f"option_{letter}"] for letter in "abcd" if row[f"option_{letter}"]},
            row["answer"],
            row["why"],
            row["topic"],
            row["survey_item"],
        )
        for row in csv.DictReader(text.splitlines())
    ]


@cache
def questions() -> Sequence[Question]:
    """Return the package's questions."""
    return read_questions((DATA / "quiz.csv").read_text(encoding="utf-8"))


def servable(found: Sequence[Question], scheme: str) -> list[Question]:
    """Return what may be asked under a scheme: nothing that a survey asks."""
    return [one for one in found if one.scheme in {scheme, BOTH} and not one.survey_item]


def of_day(found: Sequence[Question], day: date) -> list[Question]:
    """Return the day's questions out of `found`: by level, drawn by the day alone."""
    drawn = sorted(found, key=lambda one: hashlib.sha256(f"{day} {one.id}".encode()).digest())
    chosen: list[Question] = []
    for level, number in LEVELS.items():
        chosen += [one for one in drawn if one.level == level][:number]
    rest = [one for one in drawn if one not in chosen]
    return (chosen + rest)[:A_DAY]


def correct(asked: Sequence[Question], chosen: Mapping[str, str]) -> int:
    """Return how many were answered right."""
    return sum(chosen.get(one.id) == one.answer for one in asked)


def packed(asked: Sequence[Question], chosen: Mapping[str, str]) -> str:
    """Return question and choice of each as one text."""
    return ",".join(f"{one.id}:{chosen[one.id]}" for one in asked)


def unpacked(text: str) -> dict[str, str]:
    """Return question → choice."""
    return dict(part.split(":") for part in text.split(",") if part)
