"""What one action left behind: the event, the audit row, the mark, the messages."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.dumping import make
from wufei_public.common.actor import Actor
from wufei_public.common.errors import DomainError
from wufei_public.dumping.actions.receipts import Receipt


@dataclass
class Trace:
    """What came since; `event` is (move, from, to, public words, internal words)."""

    event: tuple[str, ...] = ()
    by: tuple[str, int | None] = ("", None)
    audit: tuple[str, str, Any, Any] = ("", "", None, None)
    marks: list[str] = field(default_factory=list)
    told: list[tuple[int, str]] = field(default_factory=list)


@contextmanager
def traced(receipt: Receipt) -> Iterator[Trace]:
    """Give what the one action inside leaves behind."""
    found = Trace()
    marks, told, version = len(make.marks()), len(make.messages()), make.case(receipt).version
    yield found
    event, audit = make.last_event(receipt), make.last_audit()
    assert (event.number, make.case(receipt).version) == (version + 1, version + 1)
    found.event = (
        event.move, event.came_from, event.state, event.public_text, event.internal_text,
    )  # fmt: skip
    found.by = (event.actor_kind, event.actor_id)
    assert found.by == (audit.actor_kind, audit.actor_id)
    found.audit = (audit.action, audit.target, audit.before, audit.after)
    assert {measure for measure, _place in make.marks()} == {"reports"}
    found.marks = [place for _measure, place in make.marks()[marks:]]
    found.told = list(make.messages()[told:])


@contextmanager
def refused(
    kind: type[DomainError], code: str, receipt: Receipt, pointer: str = ""
) -> Iterator[None]:
    """Check that the action inside is refused with `code` and leaves nothing behind."""
    before = _all(receipt)
    with pytest.raises(kind) as refusal:
        yield
    assert refusal.value.code == code
    pointers = [fault.pointer for fault in getattr(refusal.value, "errors", ())]
    assert pointers == ([pointer] if pointer else [])
    assert _all(receipt) == before


def _all(receipt: Receipt) -> tuple[Any, ...]:
    row = make.case(receipt)
    columns = {column.name: getattr(row, column.name) for column in row.__table__.columns}
    return columns, make.moves(receipt), make.last_audit().id, make.marks(), make.messages()


def staff(actor: Actor) -> tuple[str, int | None]:
    return ("staff", actor.id)
