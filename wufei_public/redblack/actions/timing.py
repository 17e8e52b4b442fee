"""What time alone does to an entry: its term ends, a proposal that nobody decides lapses."""

from wufei_public.calendar.queries import holidays
from wufei_public.infra.work import Work
from wufei_public.redblack.actions.steps import check, move, open_listing, tell_district
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.queries import listings as queries
from wufei_public.redblack.rules.clocks import due_at
from wufei_public.redblack.rules.states import AGREED_BY_SILENCE, OPEN, Move, State


def expire(w: Work, *, code: str) -> Listing:
    """Write down that the term is over; the public has not seen it since its end (system)."""
    row = open_listing(w, code)
    check(w, row, Move.EXPIRE)
    move(w, row, Move.EXPIRE)
    return row


def lapse(w: Work, *, code: str) -> Listing:
    """Write down that nobody decided for too long; no step was possible since (system)."""
    row = open_listing(w, code)
    check(w, row, Move.LAPSE)
    move(w, row, Move.LAPSE, changes={"holding": 0})
    return row


def agree_by_silence(w: Work, *, code: str) -> int:
    """Agree to a repair that nobody reviewed for too long; how many were taken down (system)."""
    row = open_listing(w, code)
    found = queries.open_repair(w.session, row.id)
    if row.state != State.REPAIR_ASKED or found is None or found.answer_until is None:
        return 0
    if w.now <= due_at("repair_silence", found.answer_until, holidays(w.session)):
        return 0
    check(w, row, Move.REPAIR)
    move(w, row, Move.REPAIR, words=AGREED_BY_SILENCE)
    return 1


def remind(w: Work, *, code: str) -> int:
    """Tell the district that nobody decided in time, once; return how many were told (system)."""
    row = open_listing(w, code)
    late = row.decide_until is not None and row.decide_until < w.now
    if row.state not in OPEN or row.reminded_at is not None or not late:
        return 0
    row.reminded_at = w.now
    return tell_district(w, row, "redblack.decide_overdue")
