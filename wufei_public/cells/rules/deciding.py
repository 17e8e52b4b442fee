"""The collective decision: votes or minutes, and more than half of those present in favour."""

from dataclasses import dataclass

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_


@dataclass(frozen=True, slots=True)
class Votes:
    """How those present voted."""

    in_favour: int
    against: int
    abstained: int

    @property
    def carried(self) -> bool:
        """Say whether more than half of those present were in favour."""
        return self.in_favour > self.against + self.abstained


def read_votes(in_favour: int | None, against: int | None, abstained: int | None) -> Votes | None:
    """Return the votes of a form, None where none were counted; nothing typed beside some is 0."""
    given = (in_favour, against, abstained)
    return None if given == (None, None, None) else Votes(*(one or 0 for one in given))


def require_decision(votes: Votes | None, minutes: str) -> None:
    """Raise Invalid unless there are votes that carry it, or minutes that say how it came about."""
    if votes is None and not minutes:
        sentence = N_("请填表决票数，或者写会议纪要。")
        raise Invalid("no_decision", sentence, [FieldError("minutes", sentence)])
    if votes is not None and not votes.carried:
        sentence = N_("赞成票没有过半，不能提请命名。")
        raise Invalid("not_carried", sentence, [FieldError("in_favour", sentence)])
