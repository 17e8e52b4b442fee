"""What holds of every entry and grade, whatever people did, in whatever order, at whatever time."""

import json
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tests.redblack import make
from wufei_public.common.clock import district_day
from wufei_public.infra.keys import check_signature
from wufei_public.infra.work import house, reading
from wufei_public.organisations.models import Membership, MembershipEvent
from wufei_public.organisations.rules.memberships import SILENCING
from wufei_public.redblack.actions.snapshots import SIGN
from wufei_public.redblack.models.assessments import Assessment, CaseEvidence, ListingBasis
from wufei_public.redblack.models.drafts import ListingDraft
from wufei_public.redblack.models.errors import ListingError
from wufei_public.redblack.models.grades import CreditGrade
from wufei_public.redblack.models.letters import ListingLetter
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.papers import (
    ListingAttempt,
    ListingEvent,
    ListingPaper,
    ListingPhoto,
)
from wufei_public.redblack.models.readings import ListingReading
from wufei_public.redblack.models.snapshots import Snapshot
from wufei_public.redblack.queries import listings
from wufei_public.redblack.queries import snapshots as queries
from wufei_public.redblack.rules import snapshots
from wufei_public.redblack.rules.clocks import looked_back
from wufei_public.redblack.rules.errors import COLUMNS, Field
from wufei_public.redblack.rules.states import WORKFLOW, ListKind, Move, State
from wufei_public.trail import queries as trail
from wufei_public.trail.rules import BEGINNING, seal

SEEN: set[str] = set()
# Kinds of what the walks came by, beside the states.
CAME_BY: set[str] = set()
SEALED = [BEGINNING]


def verify_trail() -> None:
    """Verify what came to the audit trail: every act of the walks, sealed in order."""
    last = len(SEALED) - 1
    # The last that was verified is looked at again: it may have been rewritten.
    for link in trail.chain(reading(), max(0, last - 1)):
        assert link.entry is not None
        assert link.digest == seal(SEALED[link.number - 1], link.number, link.entry)
        SEALED[link.number :] = [link.digest]


VERIFIED = [snapshots.BEGINNING]


def verify_snapshots() -> frozenset[bytes]:
    """Verify what came to the chain; return the leaves of the newest snapshot.

    Each carries the hash of the one before, so what was verified can not have changed unseen.
    """
    key, last = house().keys.public_key(SIGN), len(VERIFIED) - 1
    # The last that was verified is looked at again: it may have been rewritten.
    since = select(Snapshot).where(Snapshot.number >= max(1, last)).order_by(Snapshot.number)
    leaves: list[bytes] = []
    for number, row in enumerate(reading().scalars(since), start=max(1, last)):
        assert (row.number, bytes(row.previous)) == (number, VERIFIED[number - 1])
        leaves = queries.leaves(reading(), row)
        assert snapshots.root(leaves) == row.root
        assert len(leaves) == row.size
        check_signature(key, row.signature, row.head.message())
        VERIFIED[number:] = [snapshots.after(row.signature)]
    return frozenset(leaves)


def check_tree(session: Session, newest: frozenset[bytes]) -> None:
    """Check that the tree holds every entry that the table says is shown, and no other.

    Counted from the table and hashed here, by none of the code that writes the tree: two leaves
    for each entry with a salt (shown, or over without anybody having written it down).
    """
    columns = "code, kind, salt, record FROM listing WHERE state IN ('published', 'repair_asked')"
    wanted = set()
    for code, kind, salt, record in session.execute(text(f"SELECT {columns}")):
        name = f'{{"code":"{code}","list":"{kind}"}}'
        wanted |= {sha256(b"\0" + bytes(salt) + one.encode()).digest() for one in (name, record)}
    empty = {bytes(32)}
    over = session.scalar(
        select(func.count()).where(Listing.ends_at <= make.now(), Listing.salt.is_not(None))
    )
    # What is over leaves with the next snapshot, whoever takes it.
    assert newest - empty <= wanted
    assert len(wanted - newest) <= 2 * (over or 0)


def check_fair(row: Listing, newest: frozenset[bytes]) -> None:
    assert row.ends_at is not None
    assert row.ends_at > make.now()
    assert len({row.proposed_by, row.decided_by, row.approved_by}) == 3
    assert None not in {row.decided_by, row.approved_by, row.respond_until, row.decided_at}
    assert row.decided_at > row.respond_until or row.decided_at >= row.waived_from  # type: ignore[operator]
    assert row.kind == ListKind.RED or (row.way and (row.proofs or row.way == "account"))
    assert row.ends_at - row.published_at < timedelta(days=154)  # type: ignore[operator]
    if row.kind == ListKind.BLACK:
        outcomes = select(ListingPaper.outcome).where(ListingPaper.listing_id == row.id)
        before = ListingPaper.at < row.published_at
        assert "upheld" not in reading().scalars(outcomes.where(before)).all()
        # Proven service, and ten working days from it at the least: none is shorter than twelve.
        assert row.served_at is not None
        assert row.respond_until - row.served_at >= timedelta(days=12)  # type: ignore[operator]
    assert not silencers(row) & {row.proposed_by, row.decided_by, row.approved_by}
    if row.way == "announcement":
        its = (ListingAttempt.listing_id == row.id, ListingAttempt.round == row.round)
        tried = reading().execute(select(ListingAttempt.way, ListingAttempt.tried_at).where(*its))
        CAME_BY.add("announcement")
        before = {way: at for way, at in tried if at <= row.served_at - timedelta(days=3)}  # type: ignore[operator]
        assert before.keys() == {"hand", "post"}
        assert len({district_day(at) for at in before.values()}) == 2
    assert row.served_by not in {row.decided_by, row.approved_by}
    check_reports(row)
    check_pictures(row)
    check_steps(row)
    if row.way == "account":
        signed = {row.proposed_by, row.decided_by, row.approved_by}
        assert signed.isdisjoint(provers_of(row.organisation_id, row.served_by))
    record = json.loads(row.record or "")
    assert snapshots.leaf(row.salt or b"", record) in newest


def check_steps(row: Listing) -> None:
    """Check by the written steps alone that it was decided, told and approved, in this order."""
    steps = listings.events(reading(), row.id)
    last = {event.move: event for event in steps if event.move in {"decide", "publish"}}
    decided, published = last["decide"], last["publish"]
    assert decided.number < published.number
    assert decided.at <= published.at == row.published_at
    assert decided.actor_id != published.actor_id
    before = [event.move for event in steps if event.number < decided.number]
    assert {"serve", "notify"} & set(before)
    if row.kind == ListKind.BLACK:
        its = (ListingLetter.listing_id == row.id, ListingLetter.step == "decide")
        told = reading().scalars(select(ListingLetter).where(*its)).all()[-1]
        assert told.way
        assert decided.at <= told.served_at <= published.at  # type: ignore[operator]
        assert told.served_by != published.actor_id


def provers_of(organisation_id: int, account: int | None) -> set[int | None]:
    """Return on whose word an account received, a peer's being that of who proved the peer."""
    its = select(Membership).where(Membership.organisation_id == organisation_id)
    rows, found, asked = reading().scalars(its).all(), set[int | None](), set[int | None]()
    waiting = {account}
    while waiting:
        asked |= waiting
        own = [one for one in rows if one.account_id in waiting and one.proven_by is not None]
        found |= {one.proven_by for one in own if one.proof != "peer"}
        waiting = {one.proven_by for one in own if one.proof == "peer"} - asked
    return found


def check_reports(row: Listing) -> None:
    """Check that what held a red decision was answered before, or its time was over."""
    its = (ListingError.listing_id == row.id, ListingError.holds == 1)
    for one in reading().scalars(select(ListingError).where(*its)):
        CAME_BY.add("held")
        assert one.account_id is not None
        answered = one.answered_at is not None and one.answered_at <= row.decided_at  # type: ignore[operator]
        assert answered or one.answer_until < row.decided_at  # type: ignore[operator]


def silencers(row: Listing) -> set[int | None]:
    """Return the officials who took a voice of the enterprise, from long before until published."""
    its = (Membership.organisation_id == row.organisation_id, MembershipEvent.actor_kind == "staff")
    found = reading().scalars(
        select(MembershipEvent.actor_id)
        .join(Membership, Membership.id == MembershipEvent.membership_id)
        .where(
            *its,
            MembershipEvent.move.in_(SILENCING),
            MembershipEvent.at >= looked_back(row.proposed_at),
            MembershipEvent.at <= row.published_at,
        )
    )
    return set(found)


def check_pictures(row: Listing) -> None:
    """Check that whoever signed the entry saw every picture of it."""
    its = ListingPhoto.listing_id == row.id
    for at in reading().scalars(select(ListingPhoto.released_at).where(its)):
        CAME_BY.add("picture")
        assert at <= row.published_at  # type: ignore[operator]


def check_words(row: Listing, said: dict[str, str]) -> None:
    """Check that each text is what was proposed, or what two persons without part put there."""
    its = (ListingError.listing_id == row.id, ListingError.outcome == "upheld")
    reports = (
        reading().scalars(select(ListingError).where(*its, ListingError.correction != "")).all()
    )
    put = [one for one in reports if one.field in COLUMNS]
    made = makers(row) | {row.decided_by, row.approved_by}
    for one in put:
        CAME_BY.add("correction")
        its = (ListingDraft.error_id == one.id, ListingDraft.outcome == "stood")
        draft = reading().scalars(select(ListingDraft).where(*its)).one()
        persons = {draft.drafted_by, draft.decided_by, draft.ended_by, draft.served_by}
        if draft.weight == "changes":
            CAME_BY.add("changed")
            assert None not in persons
            assert draft.decided_by not in made | {draft.drafted_by, draft.ended_by}
            assert draft.heard_until - draft.served_at >= timedelta(days=12)  # type: ignore[operator]
        if draft.hears:
            assert draft.way
            assert draft.ended_at > draft.heard_until  # type: ignore[operator]
            assert draft.served_by != draft.ended_by
        assert one.drafted_by not in made | {None, one.answered_by}
        assert one.answered_by not in made | {None}
        said = said | {COLUMNS[Field(one.field)]: one.correction}
    for column, words in said.items():
        corrected = {one.correction for one in put if COLUMNS[Field(one.field)] == column}
        assert getattr(row, column) in corrected | {words}


def check_grades(organisation_id: int) -> None:
    """Check that each published grade had its two persons and was told and heard before."""
    own = (CreditGrade.organisation_id == organisation_id, CreditGrade.published_at.is_not(None))
    for row in reading().scalars(select(CreditGrade).where(*own)):
        CAME_BY.add("grade")
        assert row.published_by not in {row.graded_by, row.served_by, None}
        assert row.withdrawn_at is None
        assert row.way == "account" or row.proofs
        assert None not in {row.served_at, row.heard_until}
        assert row.heard_until - row.served_at >= timedelta(days=5)  # type: ignore[operator]
        assert row.published_at > row.heard_until  # type: ignore[operator]


def check_history(row: Listing) -> None:
    """Check that every step is a row of the table, and that no answer came from a party."""
    state = WORKFLOW.start
    for event in listings.events(reading(), row.id):
        SEEN.add(event.state)
        assert event.came_from == state or event.move == "propose"
        if (state, event.move) in WORKFLOW.steps:
            assert event.state == WORKFLOW.step(state, Move(event.move)).target
        state = State(event.state)
    assert row.state == state
    made = makers(row)
    assert made.isdisjoint({row.decided_by, row.approved_by})
    returned = (ListingEvent.listing_id == row.id, ListingEvent.move.in_(["decide", "return"]))
    CAME_BY.update(reading().scalars(select(ListingEvent.move).where(*returned)))
    for paper in reading().scalars(select(ListingPaper).where(ListingPaper.listing_id == row.id)):
        parties = {paper.proposed_by, paper.decided_by, paper.approved_by}
        assert paper.kind != "objection" or paper.answered_by not in parties - {None}
        assert paper.answered_by not in made
        check_voice(row, paper)


def check_voice(row: Listing, paper: ListingPaper) -> None:
    """Check that nobody planted spoke, and nobody judged what was said of an own correction."""
    proven = (Membership.account_id == paper.account_id, Membership.proven_at <= paper.at)
    provers = select(Membership.proven_by).where(*proven, Membership.proof != "peer")
    if not paper.letter and paper.kind != "repair":
        CAME_BY.add("spoken")
        its = provers.where(Membership.organisation_id == row.organisation_id)
        signed = {row.proposed_by, row.decided_by, row.approved_by}
        assert signed.isdisjoint(reading().scalars(its).all())
    if paper.kind != "repair":
        assert paper.public_from is not None
        assert paper.public_from - paper.at <= timedelta(days=14)
    of_paper = select(ListingReading.account_id).where(ListingReading.paper_id == paper.id)
    readers = of_paper.where(ListingReading.part == "words")
    if row.published_at is not None and paper.kind != "repair" and paper.at <= row.published_at:
        assert reading().scalars(readers).all()
    if paper.answer_from is not None:
        CAME_BY.add("answer read")
        others = of_paper.where(ListingReading.part == "answer")
        assert set(reading().scalars(others)) - {paper.answered_by}
    for reader in reading().scalars(readers):
        CAME_BY.add("read")
        assert reader not in {row.proposed_by, paper.account_id}
    if paper.kind == "objection" and paper.answered_by is not None:
        drafts = (ListingDraft.listing_id == row.id, ListingDraft.drafted_at <= paper.at)
        for draft in reading().scalars(select(ListingDraft).where(*drafts)):
            stood = draft.ended_by if draft.outcome == "stood" else None
            assert paper.answered_by not in {draft.drafted_by, stood}


def makers(row: Listing) -> set[int]:
    """Return who had a part in the making of the entry, by what each wrote where it was done."""
    scored = select(Assessment.assessed_by).join(
        ListingBasis, ListingBasis.assessment_id == Assessment.id
    )
    its = (CaseEvidence.organisation_id == row.organisation_id, CaseEvidence.report == row.report)
    found = {row.proposed_by, *reading().scalars(scored.where(ListingBasis.listing_id == row.id))}
    found |= set(reading().scalars(select(CaseEvidence.sent_by).where(*its)))
    wrote = (ListingPaper.listing_id == row.id, ListingPaper.letter == 1)
    found |= set(reading().scalars(select(ListingPaper.account_id).where(*wrote)))
    if row.way not in {"", "account"}:
        assert row.served_by is not None
        found.add(row.served_by)
    if row.way == "account" or row.waived_from is not None:
        own = Membership.organisation_id == row.organisation_id
        provers = set(reading().scalars(select(Membership.proven_by).where(own)))
        assert row.proposed_by not in provers
        return found | {one for one in provers if one is not None}
    return found
