"""What changed between one submission and the next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wufei_public.cells.rules.scoring import NOTHING, Answer


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as it was handed in: the answer, the words, the evidence."""

    answer: Answer = NOTHING
    note: str = ""
    photos: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One item that is not what it was."""

    item: str
    before: Entry
    after: Entry

    @property
    def added(self) -> tuple[int, ...]:
        """Return the photos that were not there before."""
        return tuple(one for one in self.after.photos if one not in self.before.photos)

    @property
    def removed(self) -> tuple[int, ...]:
        """Return the photos that are there no more."""
        return tuple(one for one in self.before.photos if one not in self.after.photos)


def changes(
    order: Sequence[str], before: Mapping[str, Entry], after: Mapping[str, Entry]
) -> tuple[Change, ...]:
    """Return every item of `order` that changed, in that order."""
    pairs = ((item, before.get(item, Entry()), after.get(item, Entry())) for item in order)
    return tuple(Change(item, old, new) for item, old, new in pairs if old != new)
