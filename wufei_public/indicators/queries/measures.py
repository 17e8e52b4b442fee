"""The slot that features fill: for places and days that changed, what their rows come to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Subquery

from wufei_public.checkins.queries import boards
from wufei_public.dumping.queries import counts
from wufei_public.learning.queries import quiz, training


@dataclass(frozen=True, slots=True)
class Counted:
    """How a feature counts a measure: of given places and days, and all that there are.

    Both give place, day and one column for each series; `of_buckets` nought where nothing is.
    """

    of_buckets: Callable[[Subquery], Select[Any]]
    all_buckets: Callable[[], Select[Any]]


COUNTED: Mapping[str, Counted] = {
    "checkins": Counted(boards.of_buckets, boards.all_buckets),
    "reports": Counted(counts.of_buckets, counts.all_buckets),
    "quiz": Counted(quiz.of_buckets, quiz.all_buckets),
    "training": Counted(training.of_buckets, training.all_buckets),
}
