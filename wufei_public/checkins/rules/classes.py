"""Classes of schools: opened by who represents the school, joined by a code, never by name."""

from collections.abc import Iterable
from dataclasses import dataclass

SCHOOL = "school"  # the kind of organisation (organisations/data/kinds.csv)
MOST_NAME, MOST_CLASSES = 20, 120
# Fewer pupils than this and a figure says who stayed away.
LEAST_PUPILS = 3


@dataclass(frozen=True, slots=True)
class Class:
    """A class with what its pupils came to in a span."""

    code: str
    name: str
    pupils: int
    checkins: int
    today: int

    @property
    def shown(self) -> bool:
        """Say whether there are enough pupils for a figure."""
        return self.pupils >= LEAST_PUPILS

    @property
    def per_head(self) -> float:
        """Return check-ins per pupil."""
        return self.checkins / self.pupils if self.pupils else 0.0


def ranked(classes: Iterable[Class]) -> list[Class]:
    """Return the classes of a school, most check-ins per pupil first; small ones come last."""
    return sorted(classes, key=lambda one: (not one.shown, -one.per_head, one.name))
