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
    papers: tuple[int, ...] = ()

    @property
    def proofs(self) -> int:
        """Return how many photos and papers prove the item."""
        return len(self.photos) + len(self.papers)


@dataclass(frozen=True, slots=True)
class Change:
    """One item that is not what it was."""

    item: str
    before: Entry
    after: Entry

    @property
    def added(self) -> int:
        """Return how many photos and papers were not there before."""
        return _new(self.before.photos, self.after.photos) + _new(
            self.before.papers, self.after.papers
        )

    @property
    def removed(self) -> int:
        """Return how many photos and papers are there no more."""
        return Change(self.item, self.after, self.before).added


def _new(before: tuple[int, ...], after: tuple[int, ...]) -> int:
    return len(set(after) - set(before))


def changes(
    order: Sequence[str], before: Mapping[str, Entry], after: Mapping[str, Entry]
) -> tuple[Change, ...]:
    """Return every item of `order` that changed, in that order."""
    pairs = ((item, before.get(item, Entry()), after.get(item, Entry())) for item in order)
    return tuple(Change(item, old, new) for item, old, new in pairs if old != new)
