"""Reporting an error in a field of an entry, and putting it right."""

import secrets

from wufei_public.calendar.queries import holidays
from wufei_public.common.actor import ActorKind
from wufei_public.common.codes import new_code
from wufei_public.common.errors import Conflict, NotFound, WrongState
from wufei_public.common.text import N_
from wufei_public.infra import audit
from wufei_public.infra.work import Work
from wufei_public.messages.actions import inbox
from wufei_public.people.queries.accounts import holders
from wufei_public.people.rules.roles import Role
from wufei_public.redblack import policy
from wufei_public.redblack.actions import correcting, drafting
from wufei_public.redblack.actions.steps import (
    note,
    open_listing,
    require,
    show_anew,
    tell,
)
from wufei_public.redblack.models.errors import ListingError
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.queries import errors as queries
from wufei_public.redblack.queries import listings
from wufei_public.redblack.rules.clocks import due_at
from wufei_public.redblack.rules.errors import (
    COLUMNS,
    MOST_OF_GUESTS,
    Field,
    handler_for,
    told_of_overdue,
)
from wufei_public.redblack.rules.facts import owner_of
from wufei_public.redblack.rules.names import for_public
from wufei_public.redblack.rules.showing import is_on_notice, is_shown
from wufei_public.redblack.rules.states import Outcome, State


def report(w: Work, *, code: str, field: str, words: str) -> ListingError:
    """Report an error in a field of an entry that everyone sees; a named official answers in time.

    Whoever it is: a guest, a resident, the enterprise. NotFound for an entry that is not shown.
    What a named person says against a red one on public notice holds its decision, once, until
    it is answered or the time to answer is over; what a guest says is answered and holds nothing.
    """
    row = open_listing(w, code)
    noticed = is_on_notice(row.known, w.now)
    if not (noticed or is_shown(row.known, w.now)):
        raise listings.missing()
    who = w.actor.id if w.actor.kind is ActorKind.RESIDENT else None
    _room(w, row, Field(field), who)
    until = due_at("error", w.now, holidays(w.session))
    holds = noticed and who is not None and not queries.held_by(w.session, row.id, who)
    found = ListingError(
        code=new_code(secrets.token_bytes),
        listing_id=row.id,
        field=Field(field),
        words=for_public(words, ()),
        account_id=who,
        at=w.now,
        handler_id=_handler(w, row),
        answer_until=until,
        holds=int(holds),
        proposed_by=row.proposed_by,
        decided_by=row.decided_by,
        approved_by=row.approved_by,
        outcome=Outcome.NONE,
        answer="",
    )
    w.session.add(found)
    if holds:
        row.holding, row.held_until = row.holding + 1, max(row.held_until or until, until)
    audit.record(
        w, "redblack:error:report", owner_of(row.code), after={"field": f"entry.{found.field}"}
    )
    if found.handler_id is not None:
        inbox.tell(w, found.handler_id, "redblack.error", {"code": found.code})
    return found


def _room(w: Work, row: Listing, field: Field, who: int | None) -> None:
    """Raise Conflict where too many guests wait, or this very person about this field already."""
    if who is None:
        if queries.of_guests(w.session, row.id) >= MOST_OF_GUESTS:
            words = N_("这一条已经有很多人报过错，正在查。登录以后还可以报，或者过几天再来。")
            raise Conflict("errors_full", words)
    elif queries.waits_for(w.session, row.id, field, who):
        raise Conflict("error_waits", N_("这一项您已经报过，还在查，请等答复。"))


def _handler(w: Work, row: Listing, *but: int | None) -> int | None:
    """Return the least busy official who may answer, `but` some: of the district, else another."""
    parties = {*row.known.took_part, *but}
    for role in (Role.DISTRICT_OFFICER, Role.DEPARTMENT_OFFICER):
        found = [one.id for one in holders(w.session, role) if one.id not in parties]
        if found:
            return handler_for(queries.open_of(w.session, found))
    return None


def answer(
    w: Work,
    *,
    code: str,
    outcome: str,
    words: str,
    correction: str = "",
    names: str = "",
    paper: str = "",
) -> ListingError:
    """Answer a report as a person without part in the entry.

    A correction of what the entry says is a draft until a second person lets it stand
    (`confirm`): nobody rewrites a published entry alone. `names` are those of people, hidden
    in what is published as everywhere on the list; `paper` is which of the enterprise's.
    """
    found, row = _open(w, code)
    upheld = outcome == Outcome.UPHELD
    if upheld and correcting.takes_draft(w.session, Field(found.field), row):
        drafted = correcting.draft(w, found, row, correction, names=names, paper=paper)
        _draft(w, found, row, drafted, words)
        return found
    _close(w, found, row, Outcome(outcome), words)
    if upheld:
        if found.field == Field.PLACE:
            correcting.follow_register(w, row)
        _show(w, row, words)
    else:
        audit.record(w, "redblack:error:reject", owner_of(row.code), reason=words)
    return found


def _open(w: Work, code: str) -> tuple[ListingError, Listing]:
    """Return a report that waits, and its entry, for a person without part in it."""
    found = queries.error(w.session, code, locked=True)
    if found.outcome != Outcome.NONE:
        raise WrongState("answered", N_("这份报错已经答复过了。"))
    row = open_listing(w, _code_of(w, found))
    require(policy.may_answer(w.actor, row.known))
    return found, row


def _draft(w: Work, found: ListingError, row: Listing, correction: str, words: str) -> None:
    found.correction, found.drafted_words, found.drafted_by = correction, words, w.actor.id
    found.drafted_at = w.now
    drafting.begin(w, found, row, correction)
    _hand_on(w, found, row, w.actor.id)
    w.session.flush()
    audit.record(w, "redblack:error:draft", owner_of(row.code), reason=words)


def _hand_on(w: Work, found: ListingError, row: Listing, *but: int | None) -> None:
    """Give a report to another than those who had it, and tell them."""
    found.handler_id = _handler(w, row, *but)
    if found.handler_id is not None:
        inbox.tell(w, found.handler_id, "redblack.error", {"code": found.code})


def confirm(w: Work, *, code: str, hidden: bool = False) -> ListingError:
    """Let a drafted correction stand, as a second person without part in the entry.

    One that may be another offence is decided so, and waits for a third person. `hidden` says that
    this person found nobody named in what is to stand there. An entry that is still shown is frozen
    anew, with a snapshot: nothing changes unseen.
    """
    found, row = _open(w, code)
    if not drafting.stand(w, found, row, hidden=hidden):
        _hand_on(w, found, row, found.drafted_by, w.actor.id)
        return found
    words = found.drafted_words
    _close(w, found, row, Outcome.UPHELD, words)
    correcting.put(w, found, row)
    if row.state == State.NOTICED and found.field in COLUMNS:
        _notice_anew(w, row)
    _show(w, row, words)
    return found


def _notice_anew(w: Work, row: Listing) -> None:
    """Let a public notice begin anew: everyone has its whole time to read what it says now."""
    calendar = holidays(w.session)
    row.respond_until = due_at("red_notice", w.now, calendar)
    row.decide_until = due_at("decide", row.respond_until, calendar)


def send_back(w: Work, *, code: str, words: str) -> ListingError:
    """Refuse a drafted correction, as a second person: the report waits for another answer."""
    found, row = _open(w, code)
    drafting.send_back(w, found)
    found.handler_id = found.drafted_by
    found.correction, found.drafted_words, found.drafted_by = "", "", None
    found.drafted_at = None
    w.session.flush()
    audit.record(w, "redblack:error:send_back", owner_of(row.code), reason=words)
    return found


def _close(w: Work, found: ListingError, row: Listing, outcome: Outcome, words: str) -> None:
    found.outcome, found.answer = outcome, words
    found.answered_by, found.answered_at = w.actor.id, w.now
    w.session.flush()
    if found.holds and row.state == State.NOTICED:
        # Counted anew: the one that is answered may be of a round before this.
        row.holding, row.held_until = queries.holding(w.session, row.id, w.now)
    if found.account_id is not None:
        inbox.tell(w, found.account_id, "redblack.error_answer", {"code": found.code})


def _code_of(w: Work, found: ListingError) -> str:
    row = w.session.get(Listing, found.listing_id)
    if row is None:  # a foreign key stands before it
        raise NotFound("no_listing", N_("没有这一条，请核对一下。"))
    return row.code


def _show(w: Work, row: Listing, words: str) -> None:
    show_anew(w, row)
    note(w, row, "correct", words=words)
    tell(w, row, "redblack.correct")


def remind(w: Work, *, code: str) -> int:
    """Tell who has an overdue report, and the district, once; return how many were told (system).

    From then on every official of the place without part in the entry finds it among the own.
    """
    found = queries.error(w.session, code, locked=True)
    if found.outcome != Outcome.NONE or found.reminded_at or w.now <= found.answer_until:
        return 0
    found.reminded_at = w.now
    chiefs = [one.id for one in holders(w.session, Role.DISTRICT_OFFICER)]
    row = open_listing(w, _code_of(w, found))
    parties = row.known.took_part
    people = told_of_overdue(found.handler_id, chiefs, parties)
    for account in people:
        inbox.tell(w, account, "redblack.error_overdue", {"code": found.code})
    return len(people)
