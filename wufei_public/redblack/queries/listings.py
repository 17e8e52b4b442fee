"""One entry, its papers and events; what officials have on the desk; what an enterprise has."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, func, or_, select, text, true, tuple_
from sqlalchemy.orm import Session

from wufei_public.common.actor import Actor
from wufei_public.common.codes import normalise
from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.organisations.queries import cards
from wufei_public.organisations.queries.cards import in_scope
from wufei_public.people.rules.roles import Role
from wufei_public.redblack.models.listings import (
    IS_OPEN,
    IS_RUNNING,
    IS_SALTED,
    IS_SHOWN,
    Listing,
)
from wufei_public.redblack.models.papers import (
    IS_UNRECORDED,
    ListingAttempt,
    ListingEvent,
    ListingPaper,
    ListingPhoto,
)
from wufei_public.redblack.models.readings import ListingReading
from wufei_public.redblack.rules.showing import LAPSE
from wufei_public.redblack.rules.states import ListKind, Outcome, Paper, Read, State

Rows = Sequence[Row[Any]]
PAGE = 30
Position = tuple[datetime, int]

COLUMNS = (
    Listing.id,
    Listing.code,
    Listing.organisation_id,
    Listing.kind,
    Listing.severity,
    Listing.state,
    Listing.division,
    Listing.town,
    Listing.trade,
    Listing.public_facts,
    Listing.ground,
    Listing.respond_until,
    Listing.decide_until,
    Listing.published_at,
    Listing.repair_from,
    Listing.ends_at,
    Listing.changed_at,
    Listing.holding,
    Listing.held_until,
)


def missing() -> NotFound:
    """Return the one answer for every entry that is not there, or not for this person."""
    return NotFound("no_listing", N_("没有这一条，请核对一下。"))


def listing(session: Session, code: str, *, locked: bool = False) -> Listing:
    """Return the entry with that public code, locked for a change if asked; NotFound."""
    statement = select(Listing).where(Listing.code == normalise(code))
    found = session.scalar(statement.with_for_update() if locked else statement)
    if found is None:
        raise missing()
    return found


def papers(session: Session, listing_id: int) -> Sequence[ListingPaper]:
    """Return what the enterprise handed in, oldest first."""
    return session.scalars(
        select(ListingPaper).where(ListingPaper.listing_id == listing_id).order_by(ListingPaper.id)
    ).all()


def papers_since(session: Session, listing_id: int, account: int | None, since: datetime) -> int:
    """Return how many papers an account handed in since an instant."""
    mine = ListingPaper.account_id == account
    own = (ListingPaper.listing_id == listing_id, mine, ListingPaper.at >= since)
    return session.scalar(select(func.count()).select_from(ListingPaper).where(*own)) or 0


def paper(session: Session, code: str, listing_id: int) -> ListingPaper:
    """Return a paper of that very entry, locked for its answer; NotFound."""
    found = session.scalar(
        select(ListingPaper)
        .where(ListingPaper.code == normalise(code), ListingPaper.listing_id == listing_id)
        .with_for_update()
    )
    if found is None:
        raise missing()
    return found


def open_repair(session: Session, listing_id: int) -> ListingPaper | None:
    """Return the request for repair that waits for its review, locked."""
    return session.scalar(
        select(ListingPaper)
        .where(
            ListingPaper.listing_id == listing_id,
            ListingPaper.kind == Paper.REPAIR,
            ListingPaper.outcome == Outcome.NONE,
        )
        .with_for_update()
    )


def judges(session: Session, listing_id: int) -> frozenset[int]:
    """Return who answered an objection to an entry, or read what the enterprise says of it."""
    its = (ListingPaper.listing_id == listing_id, ListingPaper.kind == Paper.OBJECTION)
    answered = select(ListingPaper.answered_by).where(*its, ListingPaper.answered_by.is_not(None))
    own = (ListingReading.listing_id == listing_id, ListingReading.paper_id.is_not(None))
    of_words = ListingReading.part == Read.WORDS
    read = select(ListingReading.account_id).where(*own, of_words)
    return frozenset(one for one in session.scalars(answered.union(read)) if one is not None)


def tried(session: Session, listing_id: int, round_: int) -> Rows:
    """Return how, when, and noted when, somebody tried to serve the notice in a round."""
    columns = (ListingAttempt.way, ListingAttempt.tried_at, ListingAttempt.noted_at)
    its = (ListingAttempt.listing_id == listing_id, ListingAttempt.round == round_)
    return session.execute(select(*columns).where(*its)).all()


def attempts(session: Session, listing_id: int) -> Rows:
    """Return every service that failed, oldest first."""
    return session.execute(
        select(
            ListingAttempt.round,
            ListingAttempt.way,
            ListingAttempt.tried_at,
            ListingAttempt.tracking,
            ListingAttempt.words,
            ListingAttempt.noted_by,
        )
        .where(ListingAttempt.listing_id == listing_id)
        .order_by(ListingAttempt.id)
    ).all()


def events(session: Session, listing_id: int) -> Rows:
    """Return every step of an entry, oldest first."""
    return session.execute(
        select(
            ListingEvent.number,
            ListingEvent.move,
            ListingEvent.actor_kind,
            ListingEvent.actor_id,
            ListingEvent.at,
            ListingEvent.came_from,
            ListingEvent.state,
            ListingEvent.words,
        )
        .where(ListingEvent.listing_id == listing_id)
        .order_by(ListingEvent.number)
    ).all()


def released_photos(session: Session, listing_id: int) -> frozenset[int]:
    """Return the photos of its evidence that everyone may see while the entry is shown."""
    own = select(ListingPhoto.photo_id).where(ListingPhoto.listing_id == listing_id)
    return frozenset(session.scalars(own))


def running(session: Session, organisation_id: int, kind: ListKind) -> str | None:
    """Return the code of the proposal of that list that is not decided yet."""
    return session.scalar(
        select(Listing.code).where(
            Listing.organisation_id == organisation_id, Listing.kind == kind, text(IS_OPEN)
        )
    )


def of_organisations(session: Session, ids: Collection[int], limit: int = 50) -> Rows:
    """Return every entry about these organisations, newest first: for who represents them."""
    return session.execute(
        select(*COLUMNS)
        .where(Listing.organisation_id.in_(ids))
        .order_by(Listing.id.desc())
        .limit(limit)
    ).all()


def over(session: Session, now: datetime, limit: int = 200) -> Sequence[str]:
    """Return the codes of published entries whose term is over."""
    return session.scalars(
        select(Listing.code)
        .where(text(IS_SALTED), Listing.ends_at <= now)
        .order_by(Listing.ends_at)
        .limit(limit)
    ).all()


def claimed(session: Session, listing_id: int, number: int, claim: str, *, letter: bool) -> bool:
    """Say whether an objection held for this in a round: one in the account, or a letter."""
    its = (ListingPaper.listing_id == listing_id, ListingPaper.round == number)
    same = (ListingPaper.claim == claim, ListingPaper.letter == int(letter))
    return session.scalar(select(exists().where(*its, *same))) or False


def unanswered(session: Session, listing_id: int, since: datetime, until: datetime) -> bool:
    """Say whether an objection that came in a span of time waits for its answer."""
    own = (ListingPaper.listing_id == listing_id, ListingPaper.at.between(since, until))
    its = (*own, ListingPaper.kind == Paper.OBJECTION)
    open_one = exists().where(*its, ListingPaper.outcome == Outcome.NONE)
    return session.scalar(select(open_one)) or False


def lately_public(session: Session, now: datetime) -> Sequence[str]:
    """Return the codes of shown entries of which something said became public by the clock.

    Only what no record says yet.
    """
    became = (text(f"listing_paper.{IS_UNRECORDED}"), ListingPaper.public_from <= now)
    its = select(ListingPaper.listing_id).where(*became)
    shown = (text(IS_RUNNING), Listing.ends_at > now)
    return session.scalars(select(Listing.code).where(*shown, Listing.id.in_(its))).all()


def undecided(session: Session, now: datetime, limit: int = 200) -> Sequence[str]:
    """Return the codes of proposals whose time to decide is over, of which nobody was told."""
    return session.scalars(
        select(Listing.code)
        .where(text(IS_OPEN), Listing.decide_until < now, Listing.reminded_at.is_(None))
        .order_by(Listing.decide_until)
        .limit(limit)
    ).all()


def lapsed(session: Session, now: datetime, limit: int = 200) -> Sequence[str]:
    """Return the codes of proposals that nobody decided for too long."""
    since = func.coalesce(Listing.decide_until, Listing.proposed_at)
    return session.scalars(
        select(Listing.code)
        .where(text(IS_OPEN), since < now - LAPSE)
        .order_by(Listing.id)
        .limit(limit)
    ).all()


def red_shown(session: Session, organisation_id: int, now: datetime) -> Sequence[str]:
    """Return the codes of the organisation's red entries that are shown now."""
    return session.scalars(
        select(Listing.code).where(
            Listing.organisation_id == organisation_id,
            Listing.kind == ListKind.RED,
            text(IS_RUNNING),
            Listing.ends_at > now,
        )
    ).all()


def running_of(session: Session, organisation_id: int) -> Sequence[str]:
    """Return the codes of the organisation's published entries that are not taken down."""
    own = (Listing.organisation_id == organisation_id, text(IS_RUNNING))
    return session.scalars(select(Listing.code).where(*own).order_by(Listing.id)).all()


def unended_of(session: Session, organisation_id: int) -> Sequence[str]:
    """Return the codes of the organisation's entries that are open or shown."""
    own = Listing.organisation_id == organisation_id
    alive = or_(text(IS_OPEN), text(IS_SHOWN))
    return session.scalars(select(Listing.code).where(own, alive).order_by(Listing.id)).all()


def black_until(session: Session, organisation_id: int, now: datetime) -> datetime | None:
    """Return until when the organisation is on the black list, None if it is not on it now.

    Other features ask this at the moment of use: certificates are void and applications barred
    as soon as an entry is published, and no job has to carry the news.
    """
    return session.scalar(
        select(func.max(Listing.ends_at)).where(
            Listing.organisation_id == organisation_id,
            Listing.kind == ListKind.BLACK,
            text(IS_RUNNING),
            Listing.ends_at > now,
        )
    )


def overdue_papers(session: Session, now: datetime, limit: int = 200) -> Rows:
    """Return `(code, listing)` of papers that wait past their time, of which nobody was told."""
    return session.execute(
        select(ListingPaper.code, Listing.code.label("listing"))
        .join(Listing, Listing.id == ListingPaper.listing_id)
        .where(_unanswered(), ListingPaper.answer_until < now, ListingPaper.reminded_at.is_(None))
        .where(or_(text(IS_OPEN), text(IS_SHOWN)))  # of what is over nothing is to be answered
        .order_by(ListingPaper.answer_until, ListingPaper.id)
        .limit(limit)
    ).all()


def resting_repairs(session: Session, now: datetime, limit: int = 200) -> Sequence[str]:
    """Return the codes of shown entries whose request for repair waits past its time."""
    return session.scalars(
        select(Listing.code)
        .join(ListingPaper, Listing.id == ListingPaper.listing_id)
        .where(_unanswered(Paper.REPAIR), ListingPaper.answer_until < now)
        .where(Listing.state == State.REPAIR_ASKED, Listing.ends_at > now)
        .order_by(ListingPaper.answer_until, ListingPaper.id)
        .limit(limit)
    ).all()


def _unanswered(*kinds: Paper) -> ColumnElement[bool]:
    # The words of the partial index, of this very table: an entry has a kind too.
    own = text("listing_paper.outcome = '' AND listing_paper.kind <> 'statement'")
    return and_(own, ListingPaper.kind.in_(kinds or (Paper.OBJECTION, Paper.REPAIR)))


def objections(session: Session, actor: Actor, now: datetime) -> tuple[int, int]:
    """Return how many objections within the official's place wait, and how many too long."""
    late = func.count().filter(ListingPaper.answer_until < now)
    row = session.execute(
        select(func.count(), late)
        .select_from(ListingPaper)
        .join(Listing, Listing.id == ListingPaper.listing_id)
        .where(_unanswered(Paper.OBJECTION), in_scope(actor, Listing.town))
    ).one()
    return row[0], row[1]


# ---- the desk -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DeskFilter:
    """What the desk is narrowed to."""

    state: str | None = None
    kind: str | None = None
    objected: bool = False  # an objection waits for its answer
    words: str = ""  # of a name, present or former, or a credit code
    after: Position | None = None


def desk(
    session: Session, actor: Actor, wanted: DeskFilter, limit: int = PAGE
) -> tuple[Rows, Position | None]:
    """Return a page of the entries that the official handles, the latest change first."""
    statement = select(*COLUMNS).where(_readable(actor))
    if wanted.words:
        statement = statement.where(Listing.organisation_id.in_(cards.named(wanted.words)))
    if wanted.state:
        statement = statement.where(Listing.state == wanted.state)
    if wanted.kind:
        statement = statement.where(Listing.kind == wanted.kind)
    if wanted.objected:
        its = ListingPaper.listing_id == Listing.id
        statement = statement.where(exists().where(its, _unanswered(Paper.OBJECTION)))
    if wanted.after is not None:
        statement = statement.where(tuple_(Listing.changed_at, Listing.id) < wanted.after)
    ordered = statement.order_by(Listing.changed_at.desc(), Listing.id.desc())
    rows = session.execute(ordered.limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return rows[:limit], (last.changed_at, last.id) if last else None


def _readable(actor: Actor) -> ColumnElement[bool]:
    """Return what `policy.may_read` says, in SQL."""
    return true() if actor.has_role(Role.AUDITOR) else in_scope(actor, Listing.town)


def counts(session: Session, actor: Actor, now: datetime) -> dict[str, int]:
    """Return how many entries wait: for service, a decision, an approval, a review."""
    heard = or_(Listing.respond_until < now, Listing.waived_from <= now)
    row = session.execute(
        select(
            func.count().filter(Listing.state == State.PROPOSED).label("proposed"),
            func.count()
            .filter(Listing.state.in_([State.SERVED, State.NOTICED]), heard)
            .label("heard"),
            func.count().filter(Listing.state == State.DECIDED).label("decided"),
            func.count().filter(Listing.state == State.REPAIR_ASKED).label("repair"),
        ).where(
            in_scope(actor, Listing.town), or_(text(IS_OPEN), Listing.state == State.REPAIR_ASKED)
        )
    ).mappings()
    return dict(row.one())
