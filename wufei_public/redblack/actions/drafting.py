"""A draft of a correction: it is served like a notice, heard, and ended by a second person."""

from collections.abc import Sequence
from datetime import datetime

from wufei_public.calendar.queries import holidays
from wufei_public.common.errors import NotAllowed, WrongState
from wufei_public.common.text import N_
from wufei_public.infra import audit
from wufei_public.infra.work import Work
from wufei_public.organisations.queries import memberships
from wufei_public.redblack import policy
from wufei_public.redblack.actions import reading, serving
from wufei_public.redblack.actions.basis import wrong
from wufei_public.redblack.actions.steps import REASONS, open_listing, require, tell, took_part
from wufei_public.redblack.models.drafts import ListingDraft
from wufei_public.redblack.models.errors import ListingError
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.queries import drafts as queries
from wufei_public.redblack.queries import errors, listings, voices
from wufei_public.redblack.rules.clocks import due_at
from wufei_public.redblack.rules.corrections import Weight, weigh
from wufei_public.redblack.rules.errors import COLUMNS, Field
from wufei_public.redblack.rules.facts import owner_of
from wufei_public.redblack.rules.states import DraftEnd, ListKind, Outcome, Part, Way


def begin(w: Work, found: ListingError, row: Listing, correction: str) -> None:
    """Write a draft down; the enterprise is told that it waits for it where it is heard.

    What is on notice is noticed anew, decided and approved after it: that hears everyone.
    """
    column = COLUMNS.get(Field(found.field))
    weight = weigh(Field(found.field), getattr(row, column) if column else "", correction)
    black = row.kind == ListKind.BLACK
    changes = weight is Weight.CHANGES and row.published_at is not None
    hears = changes or (weight is not Weight.HIDES and black and column is not None)
    w.session.add(
        ListingDraft(
            error_id=found.id,
            listing_id=row.id,
            correction=correction,
            drafted_by=w.actor.id or 0,
            drafted_at=w.now,
            hears=int(hears),
            weight=weight,
            way="",
            tracking="",
            proofs=0,
            outcome=DraftEnd.NONE,
        )
    )
    if black or hears:
        tell(w, row, "redblack.draft")


def receive(w: Work, *, code: str) -> ListingDraft:
    """Confirm in the enterprise's account that the draft is here: that is its service."""
    draft, row = _unserved(w, code)
    if not memberships.represents(w.session, w.actor.id, row.organisation_id):
        raise NotAllowed("not_yours_to_do", REASONS["not_yours_to_do"])
    require(voices.may_receive(w.session, row, w.actor.id, w.now, [draft.drafted_by]))
    vouchers = memberships.vouchers(w.session, w.actor.id, row.organisation_id)
    took_part(w, row, [(account, Part.VOUCH) for account in vouchers])
    _served(w, draft, row, w.now, Way.ACCOUNT)
    return draft


def serve(
    w: Work,
    *,
    code: str,
    way: str,
    served_on: datetime,
    tracking: str = "",
    photo: Sequence[str] = (),
) -> ListingDraft:
    """Record that the draft reached the enterprise, with its proof; the time to answer runs.

    It is announced only to an enterprise that was to be found in no other way for the notice.
    """
    draft, row = _unserved(w, code)
    require(policy.may_handle(w.actor, row.known))
    serving.require_proof(way, tracking, photo)
    if way == Way.ANNOUNCEMENT and row.way != Way.ANNOUNCEMENT:
        raise wrong("way", N_("告知书不是公告送达的，改正的草稿也不能公告：请当面或者邮寄。"))
    if not draft.drafted_at <= served_on <= w.now:
        raise wrong("served_on", N_("送达的时间要在起草之后、现在之前。"))
    draft.tracking = tracking
    draft.proofs = len(serving.keep_proofs(w, row, photo))
    _served(w, draft, row, served_on, Way(way))
    tell(w, row, "redblack.draft")
    return draft


def _unserved(w: Work, code: str) -> tuple[ListingDraft, Listing]:
    found = errors.error(w.session, code, locked=True)
    draft = queries.open_draft(w.session, found.id, locked=True)
    if draft is None or not draft.hears:
        raise WrongState("no_draft", REASONS["no_draft"])
    if draft.way:
        raise WrongState("draft_served", N_("改正的草稿已经送达了。"))
    return draft, open_listing(w, w.session.get_one(Listing, draft.listing_id).code)


def _served(w: Work, draft: ListingDraft, row: Listing, at: datetime, way: Way) -> None:
    begins = serving.runs_from(w, at, way)
    draft.way, draft.served_by, draft.served_at = way, w.actor.id, at
    clock = "respond" if draft.weight == Weight.CHANGES else "draft"
    draft.heard_until = due_at(clock, begins, holidays(w.session))
    w.session.flush()
    audit.record(w, "redblack:error:serve", owner_of(row.code), after={"way": way})


def stand(w: Work, found: ListingError, row: Listing, *, hidden: bool) -> bool:
    """Let the draft stand, as a second person and after the enterprise was heard; whether it does.

    What may be another offence is decided by the second person, and stands by a third.
    """
    draft = _open(w, found)
    judges = queries.judges(w.session, row.id, draft.drafted_at)
    require(
        policy.may_let_stand(w.actor, draft.drafted_by, draft.served_by, judges, draft.decided_by)
    )
    _require_heard(w, draft, row)
    reading.state_nameless(w, row, draft.correction, hidden=hidden)
    changes = draft.weight == Weight.CHANGES and row.published_at is not None
    if changes and not draft.hears:
        raise NotAllowed("draft_unheard", REASONS["draft_unheard"])
    if changes and draft.decided_by is None:
        draft.decided_by, draft.decided_at = w.actor.id, w.now
        w.session.flush()
        audit.record(w, "redblack:error:decide", owner_of(row.code))
        return False
    _end(w, draft, DraftEnd.STOOD)
    return True


def send_back(w: Work, found: ListingError) -> None:
    """Refuse the draft, as a second person; it stays written down whose it was."""
    draft = _open(w, found)
    require(policy.may_let_stand(w.actor, draft.drafted_by))
    _end(w, draft, DraftEnd.SENT_BACK)


def _open(w: Work, found: ListingError) -> ListingDraft:
    draft = queries.open_draft(w.session, found.id, locked=True)
    if draft is None or found.outcome != Outcome.NONE:
        raise WrongState("no_draft", REASONS["no_draft"])
    return draft


def _end(w: Work, draft: ListingDraft, outcome: DraftEnd) -> None:
    draft.outcome, draft.ended_by, draft.ended_at = outcome, w.actor.id, w.now
    w.session.flush()


def _require_heard(w: Work, draft: ListingDraft, row: Listing) -> None:
    """Raise NotAllowed before the enterprise could say something to what is to stand there."""
    if not draft.hears:
        return
    if draft.heard_until is None:
        raise NotAllowed("draft_unserved", REASONS["draft_unserved"])
    if w.now <= draft.heard_until:
        words = N_("企业收到改正的草稿以后，可以提异议的时间还没到，先等一等。")
        raise NotAllowed("still_hearing", words)
    # What is said after the time is answered like everything, and puts nothing off.
    if listings.unanswered(w.session, row.id, draft.drafted_at, draft.heard_until):
        raise NotAllowed("objection_open", REASONS["objection_open"])
