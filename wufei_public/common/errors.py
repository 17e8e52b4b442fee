"""Refusals: what an action raises when it will not do as asked.

Each has a stable `code` for programs and a marked sentence for people. The web
turns them into a status in one table (`infra/web/errors.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault at one place of the input.

    `pointer` is a field's name, `photo/2` within one, or `?town` of the address.
    """

    pointer: str
    message: str
    facts: Mapping[str, object] = field(default_factory=dict)


class DomainError(Exception):
    """A refusal with a stable code, a marked sentence and the facts that fill it."""

    def __init__(self, code: str, message: str, **facts: object) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.facts = facts


class NotFound(DomainError):  # noqa: N818  refusals are named by what they say
    """There is no such thing, or this person may not know of it."""


class NotSignedIn(DomainError):  # noqa: N818
    """Nobody knows who is asking; `sign_in` is where that can be said."""

    def __init__(self, code: str, message: str, *, sign_in: str, **facts: object) -> None:
        super().__init__(code, message, **facts)
        self.sign_in = sign_in


class NotAllowed(DomainError):  # noqa: N818
    """The thing is there, and this person may not do this to it."""


class Invalid(DomainError):  # noqa: N818
    """The input has faults; `errors` names each at its place."""

    def __init__(
        self, code: str, message: str, errors: Sequence[FieldError] = (), **facts: object
    ) -> None:
        super().__init__(code, message, **facts)
        self.errors = tuple(errors)


class WrongState(DomainError):  # noqa: N818
    """The thing is not in a state from which this can be done."""


class Conflict(DomainError):  # noqa: N818
    """Somebody else was first."""


class Gone(DomainError):  # noqa: N818
    """It was there for everyone, its time is over, and it does not come back."""


class TooMany(DomainError):  # noqa: N818
    """Too often; `retry_after` seconds until the next try makes sense."""

    def __init__(self, code: str, message: str, *, retry_after: int, **facts: object) -> None:
        super().__init__(code, message, retry_after=retry_after, **facts)
        self.retry_after = retry_after
