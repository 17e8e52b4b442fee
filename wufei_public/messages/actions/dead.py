"""What a person decides about messages that could not be delivered."""

from wufei_public.common.errors import NotFound, WrongState
from wufei_public.common.text import N_
from wufei_public.infra.audit import record
from wufei_public.infra.outbox import OutboxRow
from wufei_public.infra.work import Work
from wufei_public.messages.rules import Failure, failure_of


def repeat(w: Work, *, number: int, reason: str) -> None:
    """Send a message again from the start; WrongState for one that is of no use any more."""
    row = _dead(w, number)
    if failure_of(row.error) in {Failure.EXPIRED, Failure.SEALED}:
        raise WrongState("useless", N_("这一条再发也没有用，只能放弃。"))
    row.state, row.tries, row.next_at = "waiting", 0, w.now
    row.values = {name: value for name, value in row.values.items() if name != "unknown_since"}
    before = {"error": row.error}
    w.session.flush()
    record(w, "messages:dead:repeat", f"messages/{number}", before=before, reason=reason)


def drop(w: Work, *, number: int, reason: str) -> None:
    """Let a message go for good; its words and number are no longer needed."""
    row = _dead(w, number)
    row.state, row.recipient, row.values = "dropped", "", {}
    before = {"error": row.error}
    w.session.flush()
    record(w, "messages:dead:drop", f"messages/{number}", before=before, reason=reason)


def _dead(w: Work, number: int) -> OutboxRow:
    row = w.session.get(OutboxRow, number, with_for_update=True)
    if row is None:
        raise NotFound("no_such_message", N_("没有这条消息。"))
    if row.state != "dead":
        raise WrongState("decided_already", N_("这一条已经有人办了。"))
    return row
