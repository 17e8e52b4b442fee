"""Points as their owner sees them, and takes them away."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from wufei_public.common.actor import Actor
from wufei_public.divisions.queries import directory
from wufei_public.infra.i18n import is_english
from wufei_public.infra.keys import Keys
from wufei_public.points.actions import importing
from wufei_public.points.policy import may_keep_shop
from wufei_public.points.queries import expiring, ledger, rewards, shops
from wufei_public.points.rules.expiring import EXPIRIES, Expiry, expiry_on, gone_with, next_end
from wufei_public.points.rules.redeeming import CHIPS, LABELS, State
from wufei_public.points.rules.worth import LABELS as RULES

EVERYTHING = 100_000


def entry_lines(session: Session, account: int, limit: int = ledger.MOST_SHOWN) -> list[Any]:
    """Return a resident's bookings in words, newest first."""
    return [
        {
            "rule": row.rule,
            "label": _(RULES.get(row.rule, row.rule)),
            "amount": row.amount,
            "day": row.day,
            "number": row.id,
            "reason": row.reason,
        }
        for row in ledger.entries(session, account, limit)
    ]


def entry_of(session: Session, number: int) -> dict[str, Any]:
    """Return one booking that somebody earned, for whoever may take it back; NotFound."""
    row = ledger.earned(session, number)
    label = _(RULES.get(row.rule, row.rule))
    told = {"amount": row.amount, "day": row.day, "reversed": bool(row.reversed)}
    return {"number": row.id, "label": label, **told}


def expiring_of(
    session: Session, account: int, today: date, expiries: Sequence[Expiry] = EXPIRIES
) -> dict[str, Any] | None:
    """Return how many points are good until the end of this month, None where none go with it."""
    end, rule = next_end(today), expiry_on(today, expiries)
    until = gone_with(end, rule) if rule else None
    points = expiring.left_of(session, account, until) if until else 0
    return {"points": points, "day": end} if points else None


def redemption_line(row: Any) -> dict[str, Any]:
    """Return a redemption as pages draw it."""
    state = State(row.state)
    return {
        "code": row.code,
        "name": row.name_en if is_english() and row.name_en else row.name,
        "words": row.words,
        "shop": row.shop_name or "",
        "where": " · ".join(one for one in (row.address, row.hours) if one),
        "cost": row.cost,
        "state": state.value,
        "tone": CHIPS[state],
        "label": _(LABELS[state]),
        "until": row.until,
        "settled_at": row.settled_at,
    }


def shop_rows(session: Session, actor: Actor) -> list[list[str]]:
    """Return the shops in use that `actor` keeps, as the import reads them."""
    path = directory(session).path
    heading = [*importing.COLUMNS, *importing.OPTIONAL]
    kept = (
        one
        for one in shops.shops(session)
        if one.retired_at is None and may_keep_shop(actor, one.division).allowed
    )
    return [heading, *([path(one.division), one.name, one.address, one.hours] for one in kept)]


def export(session: Session, _keys: Keys, account: int) -> Sequence[Mapping[str, Any]]:
    """Return everything that the ledger holds of the resident."""
    entries = entry_lines(session, account, EVERYTHING)
    taken = [redemption_line(row) for row in rewards.redemptions(session, account)]
    return [
        {"balance": ledger.balance(session, account)},
        *({**line, "day": line["day"].isoformat()} for line in entries),
        *({name: str(value) for name, value in line.items()} for line in taken),
    ]
