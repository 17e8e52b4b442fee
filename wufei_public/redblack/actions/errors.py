"""Reporting an error in a field of an entry, and putting it right."""

import secrets

from sqlalchemy import delete

from wufei_public.calendar.queries import holidays
from wufei_public.common.actor import ActorKind
from wufei_public.common.codes import new_code
from wufei_public.common.errors import Conflict, FieldError, Invalid, NotFound, WrongState
from wufei_public.common.text import N_
from wufei_public.infra import audit
from wufei_public.infra.work import Work
from wufei_public.messages.actions import inbox
from wufei_public.people.queries.accounts import holders
from wufei_public.people.rules.roles import Role
from wufei_public.redblack import policy
from wufei_public.redblack.actions import snapshots
from wufei_public.redblack.actions.steps import index, note, open_listing, owner_of, require, tell
from wufei_public.redblack.models.errors import ListingError
from wufei_public.redblack.models.listings import Listing, ListingNameEnd
from wufei_public.redblack.queries import errors as queries
from wufei_public.redblack.queries import listings
from wufei_public.redblack.rules.clocks import due_at
from wufei_public.redblack.rules.errors import CORRECTED, MOST_OPEN, Field, handler_for
from wufei_public.redblack.rules.names import for_public
from wufei_public.redblack.rules.showing import is_shown
from wufei_public.redblack.rules.states import Outcome


def report(w: Work, *, code: str, field: str, words: str) -> ListingError:
    """Report an error in a field of a published entry; a named official answers in time.

    Whoever it is: a guest, a resident, the enterprise. NotFound for an entry that is not shown.
    """
    row = open_listing(w, code)
    if not is_shown(row.known, w.now):
        raise listings.missing()
    if queries.waiting_in(w.session, row.id) >= MOST_OPEN:
        raise Conflict("errors_full", N_("这一条已经有很多人报过错，正在查。请过几天再来。"))
    found = ListingError(
        code=new_code(secrets.token_bytes),
        listing_id=row.id,
        field=Field(field),
        words=for_public(words, ()),
        account_id=w.actor.id if w.actor.kind is ActorKind.RESIDENT else None,
        at=w.now,
        handler_id=_handler(w, row),
        answer_until=due_at("error", w.now, holidays(w.session)),
        proposed_by=row.proposed_by,
        decided_by=row.decided_by,
        approved_by=row.approved_by,
        outcome=Outcome.NONE,
        answer="",
    )
    w.session.add(found)
    audit.record(
        w, "redblack:error:report", owner_of(row.code), after={"field": f"entry.{found.field}"}
    )
    if found.handler_id is not None:
        inbox.tell(w, found.handler_id, "redblack.error", {"code": found.code})
    return found


def _handler(w: Work, row: Listing) -> int | None:
    """Return the least busy official who may answer: of the district, else of a department."""
    parties = {row.proposed_by, row.decided_by, row.approved_by}
    for role in (Role.DISTRICT_OFFICER, Role.DEPARTMENT_OFFICER):
        found = [one.id for one in holders(w.session, role) if one.id not in parties]
        if found:
            return handler_for(queries.open_of(w.session, found))
    return None


def answer(w: Work, *, code: str, outcome: str, words: str, correction: str = "") -> ListingError:
    """Answer a report as a person without part in the entry; what is wrong is put right.

    An entry that is still shown is frozen anew, with a snapshot: nothing changes unseen.
    """
    found = queries.error(w.session, code, locked=True)
    if found.outcome != Outcome.NONE:
        raise WrongState("answered", N_("这份报错已经答复过了。"))
    row = open_listing(w, _code_of(w, found))
    require(policy.may_answer(w.actor, row.known))
    upheld = outcome == Outcome.UPHELD
    column = CORRECTED.get(Field(found.field))
    if upheld and column is not None and not correction:
        sentence = N_("请写改正以后的内容。")
        raise Invalid("invalid", sentence, [FieldError("correction", sentence)])
    found.outcome, found.answer = Outcome(outcome), words
    found.answered_by, found.answered_at = w.actor.id, w.now
    if upheld:
        _put_right(w, row, column, correction, words)
    else:
        audit.record(w, "redblack:error:reject", owner_of(row.code), reason=words)
    if found.account_id is not None:
        inbox.tell(w, found.account_id, "redblack.error_answer", {"code": found.code})
    return found


def _code_of(w: Work, found: ListingError) -> str:
    row = w.session.get(Listing, found.listing_id)
    if row is None:  # a foreign key stands before it
        raise NotFound("no_listing", N_("没有这一条，请核对一下。"))
    return row.code


def _put_right(w: Work, row: Listing, column: str | None, correction: str, words: str) -> None:
    if column is not None:
        setattr(row, column, correction)
    if is_shown(row.known, w.now):
        snapshots.freeze(w, row)
        w.session.execute(delete(ListingNameEnd).where(ListingNameEnd.listing_id == row.id))
        index(w, row)
        snapshots.take(w, added=1, gone=1)
    note(w, row, "correct", words=words)
    tell(w, row, "redblack.correct")
