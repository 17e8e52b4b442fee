"""What leaves through WeChat, or by SMS for whom WeChat does not reach: in the delivery's steps.

The row names the message of the inbox and nothing else of the person: who has read it there, or
erased it, gets no letter, and whoever unties WeChat meanwhile is not reached by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from wufei_public.infra.budgets import take
from wufei_public.infra.outbox import OutboxRow, queue
from wufei_public.infra.work import Work
from wufei_public.messages.actions.delivery import due, held, mark_under_way
from wufei_public.messages.models import Message, Unwilling
from wufei_public.messages.rules import (
    REFUSED_FOR,
    UNKNOWN,
    WECHAT,
    Undelivered,
    by_wechat_a_day,
    next_letter,
    quiet_until,
)
from wufei_public.people.queries.reaching import Reach, reach
from wufei_public.people.queries.sealing import open_identity, phone_address, seal_values

NOTICE = "messages.notice"


@dataclass(frozen=True, slots=True)
class Letter:
    """One leased row: the message, and how its owner is reached; empty where not.

    `unknown_since` is when it may first have reached WeChat without an answer.
    """

    id: int
    tries: int
    account: int
    template: str
    values: dict[str, Any]
    at: datetime
    openid: str
    phone: str
    english: bool
    unknown_since: datetime | None


def announce(w: Work, template: str, message: int) -> None:
    """Queue that the message of the inbox goes out too, where the operator chose so for it."""
    if template in w.settings.wechat_templates or template in w.settings.sms_for:
        queue(w, channel=WECHAT, to="", template=template, values={"message": message})


def lease(w: Work) -> Sequence[Letter]:
    """Take due letters for LEASE: no other process sends them meanwhile."""
    rows = due(w, WECHAT)
    letters = [letter for row in rows if (letter := _open(w, row)) is not None]
    w.session.flush()
    return letters


def _open(w: Work, row: OutboxRow) -> Letter | None:
    since = _unknown_since(row)
    if since is not None and next_letter(0, w.now, since) is None:
        row.state, row.error = "dead", f"{UNKNOWN}: its process ended"
        return None
    message = w.session.get(Message, row.values["message"])
    if message is None or message.read_at is not None:
        row.state, row.error = "dropped", ""
        return None
    found = reach(w.session, message.account)
    openid = _openid(w, row, found)
    later = _held_until(w, row, openid) if openid else None
    if later is not None:
        row.next_at = later
        return None
    mark_under_way(w, row)
    return Letter(
        row.id, row.tries, message.account, row.template, dict(message.values), message.at,
        openid, _phone(w, found), found.english, since,
    )  # fmt: skip


def _unknown_since(row: OutboxRow) -> datetime | None:
    """Return since when nobody knows whether WeChat has it, None if it has not."""
    text = row.values.get("unknown_since")
    since = datetime.fromisoformat(text) if text else None
    ended = held(row)
    if ended is None or (since is not None and since < ended):
        return since
    row.values = row.values | {"unknown_since": ended.isoformat()}
    return ended


def _openid(w: Work, row: OutboxRow, found: Reach) -> str:
    if found.identity is None or row.template not in w.settings.wechat_templates:
        return ""
    if _is_unwilling(w, found.account, row.template):
        return ""
    try:
        return open_identity(w.keys, found.identity)
    except InvalidTag:
        return ""


def _phone(w: Work, found: Reach) -> str:
    return phone_address(w.keys, found.phone(w.keys)) if found.sealed_phone else ""


def _held_until(w: Work, row: OutboxRow, openid: str) -> datetime | None:
    """Return until when a letter must not disturb; None if it may leave now."""
    quiet = quiet_until(w.now, w.settings.sms_quiet)
    if quiet is not None:
        return quiet
    budget = by_wechat_a_day(w.settings.sms_person_day)
    if row.tries > 0 or take(w, budget, openid):
        return None
    return budget.ends(w.now)


# ---- what came of it -------------------------------------------------------------


def write_sent(w: Work, *, letter: Letter) -> None:
    """Write that WeChat took it."""
    _write(w, letter, state="sent", sent_at=w.now, values={}, error="")


def write_failure(w: Work, *, letter: Letter, failure: Undelivered) -> None:
    """Write that it did not leave, or that nobody knows: again later, or it waits for a person.

    Where nobody knows it is sent again while WeChat still knows its id (`client_msg_id`).
    """
    unknown = str(failure).startswith(UNKNOWN)
    since = letter.unknown_since or (w.now if unknown else None)
    again = next_letter(letter.tries, w.now, since) if failure.again else None
    values: dict[str, Any] = {"error": str(failure)}
    if since is not None:
        kept = w.session.scalar(select(OutboxRow.values).where(OutboxRow.id == letter.id)) or {}
        values["values"] = dict(kept) | {"unknown_since": since.isoformat()}
        if again is None and not unknown:
            values["error"] = f"{UNKNOWN}: {failure}"
    _write(w, letter, **values, **({"state": "dead"} if again is None else {"next_at": again}))


def write_unwilling(w: Work, *, letter: Letter, everything: bool) -> None:
    """Remember that the person takes no letters (of this template, or none) for a while."""
    row = {"account": letter.account, "template": "" if everything else letter.template}
    dialect = {"sqlite": sqlite, "postgresql": postgresql}[w.session.get_bind().dialect.name]
    said = dialect.insert(Unwilling).values(row | {"at": w.now})
    w.session.execute(
        said.on_conflict_do_update(index_elements=["account", "template"], set_={"at": w.now})
    )


def fall_back(w: Work, *, letter: Letter, title: str) -> None:
    """Let it go by SMS, where the operator chose so and there is a phone; the inbox has it."""
    if not _write(w, letter, state="dropped", values={}, error=""):
        return
    if letter.phone and letter.template in w.settings.sms_for:
        values = seal_values(w.keys, {"title": title})
        queue(w, channel="sms", to=letter.phone, template=NOTICE, values=values)


def _write(w: Work, letter: Letter, **values: Any) -> bool:
    held_still = (OutboxRow.state == "waiting", OutboxRow.tries == letter.tries)
    done = w.session.connection().execute(
        update(OutboxRow).where(OutboxRow.id == letter.id, *held_still).values(**values)
    )
    return done.rowcount == 1


def _is_unwilling(w: Work, account: int, template: str) -> bool:
    found = select(Unwilling.account).where(
        Unwilling.account == account,
        Unwilling.template.in_(("", template)),
        Unwilling.at > w.now - REFUSED_FOR,
    )
    return w.session.scalar(found.limit(1)) is not None


def forget_unwilling(w: Work, account: int) -> None:
    """Forget what a person refused: the account ends, or they came in by WeChat anew."""
    w.session.execute(delete(Unwilling).where(Unwilling.account == account))
