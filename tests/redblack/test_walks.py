"""Whatever people do in whatever order and at whatever time, nobody is listed unfairly or for ever.

The clock moves across deadlines; the job that writes down what is over may never run.
"""

import json
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import false, select

from tests.conftest import Clock
from tests.dumping import make as people
from tests.media.make import jpeg
from tests.organisations import make as organisations
from tests.redblack import make
from wufei_public.common.actor import ANONYMOUS, SYSTEM, Actor
from wufei_public.common.errors import DomainError
from wufei_public.infra.keys import check_signature
from wufei_public.infra.work import house, reading, work
from wufei_public.media.actions import photos as media
from wufei_public.organisations.models import Membership
from wufei_public.redblack.actions import answering, enterprise, officer, timing
from wufei_public.redblack.actions.snapshots import SIGN
from wufei_public.redblack.models.assessments import Assessment, CaseEvidence, ListingBasis
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.papers import ListingPaper
from wufei_public.redblack.models.snapshots import Snapshot
from wufei_public.redblack.queries import listings, public
from wufei_public.redblack.rules import snapshots
from wufei_public.redblack.rules.states import WORKFLOW, ListKind, Move, Paper, State
from wufei_public.trail import queries as trail
from wufei_public.trail.actions import seal_waiting
from wufei_public.trail.rules import BEGINNING, check_links, seal

STAFF = st.sampled_from(
    [make.TOWN_OFFICER, make.DEPARTMENT_OFFICER, make.DISTRICT_OFFICER, make.CHIEF]
)
ANYBODY = st.one_of(STAFF, st.sampled_from([make.RESIDENT, make.STRANGER, make.OTHER_OFFICER]))
NUMBERS = count(1)
USUAL: dict[State, tuple[Actor, object, dict[str, object]]] = {
    State.PROPOSED: (make.RESIDENT, enterprise.confirm, {}),
    State.SERVED: (make.DEPARTMENT_OFFICER, officer.decide, {"reason": "理由。"}),
    State.NOTICED: (make.DEPARTMENT_OFFICER, officer.decide, {"reason": "理由。"}),
    State.DECIDED: (make.CHIEF, officer.publish, {}),
    State.PUBLISHED: (make.RESIDENT, enterprise.hand_in, {"kind": "repair", "words": "改了。"}),
    State.REPAIR_ASKED: (
        make.CHIEF, answering.review_repair, {"outcome": "upheld", "words": "改好了。"}
    ),
}  # fmt: skip
SEEN: set[str] = set()
# One photo, prepared once: every service takes a proof of its own of it.
PREPARED: list[Any] = []
# One closed case, sent as evidence against every enterprise.
CASES: list[Any] = []
STAGES = ["", "served", "scored", "scored", "decided", "published", "red", "red_decided"]
MONTHS = {"minor": 3, "ordinary": 5}


def proof() -> str:
    """Return the token of a photo of its own."""
    return work(ANONYMOUS, lambda w: media.record(w, PREPARED[0]))


class DueProcess(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        number = next(NUMBERS)
        self.firm = organisations.organisation(number, name=f"{number}石材厂")
        # Nothing reads it again at every step.
        reading().refresh(self.firm)
        reading().expunge(self.firm)
        # The codes of this walk's entries, and at which of them people look.
        self.codes: list[str] = []
        self.at = -1
        self.sent: set[str] = set()
        # How many actions were done, and what was looked at last.
        self.done = 0
        self.looked_at: tuple[int, datetime] | None = None
        self.clock: Clock = house().clock  # type: ignore[assignment]

    @initialize(
        stage=st.sampled_from(STAGES),
        prover=st.sampled_from([make.CLERK, make.DISTRICT_OFFICER, make.TOWN_OFFICER]),
        # Who would decide or publish as usual: the walk runs into it.
        maker=st.sampled_from([make.DEPARTMENT_OFFICER, make.CHIEF]),
    )
    def begin(self, stage: str, prover: Actor, maker: Actor) -> None:
        """Walks begin at every stage, so that the late ones are walked as often as the early.

        Anybody may have proved the representative, and scores the enterprise or sends a case.
        """
        make.proven(self.firm, [proof()], prover)
        self.maker = maker
        if stage:
            photo = {} if stage.startswith("red") else {"photo": proof()}
            rests, made = (
                (self.ground("assessment"), "served") if stage == "scored" else ({}, stage)
            )
            self.codes.append(getattr(make, made)(self.firm, months=5, **photo, **rests).code)

    def now(self) -> tuple[str, int] | None:
        """Return state and version of the entry that is looked at."""
        if not self.codes:
            return None
        make.fresh()
        wanted = select(Listing.state, Listing.version)
        found = reading().execute(wanted.where(Listing.code == self.codes[self.at])).one()
        return found.state, found.version

    def attempt(self, actor: Actor, action: Any, **values: object) -> None:
        was = self.now()
        if was is None:
            return
        code = self.codes[self.at]
        try:
            work(actor, lambda w: action(w, code=code, **values))
            self.done += 1
        except DomainError:
            assert self.now() == was

    @rule(at=st.sampled_from([-1, 0]))
    def turn_to(self, at: int) -> None:
        self.at = at

    @rule(
        actor=ANYBODY,
        kind=st.sampled_from(ListKind),
        severity=st.sampled_from(["minor", "ordinary"]),
        rests=st.sampled_from(["", "assessment", "report"]),
    )
    def propose(self, actor: Actor, kind: ListKind, severity: str, rests: str = "") -> None:
        black = {"severity": severity, "months": MONTHS[severity]}
        terms = black if kind == ListKind.BLACK else {"severity": "", "months": 5}
        try:
            if kind == ListKind.BLACK:
                terms |= self.ground(rests)
            self.codes.append(make.proposed(self.firm, actor, kind=kind, **terms).code)
            self.done += 1
        except DomainError:
            return

    def ground(self, rests: str) -> dict[str, str]:
        """Return on what a proposal rests beside its document, made by whoever makes it here."""
        if rests == "assessment":
            return {rests: make.scored(self.firm, self.maker)}
        if rests == "report" and CASES[0].code not in self.sent:
            make.sent(self.firm, CASES[0], self.maker)
            self.sent.add(CASES[0].code)
        return {rests: CASES[0].code} if rests else {}

    @rule(actor=ANYBODY, way=st.sampled_from(["hand", "post", "announcement", "account"]))
    def serve(self, actor: Actor, way: str) -> None:
        given = {"way": way, "served_on": make.now(), "tracking": "EMS1", "photo": [proof()]}
        self.attempt(actor, officer.serve, **given)

    @rule(actor=ANYBODY)
    def confirm(self, actor: Actor) -> None:
        self.attempt(actor, enterprise.confirm)

    @rule(actor=ANYBODY)
    def notify(self, actor: Actor) -> None:
        self.attempt(actor, officer.notify)

    @rule(
        actor=ANYBODY,
        kind=st.sampled_from(["statement", "objection", "repair"]),
        last=st.booleans(),
    )
    def hand_in(self, actor: Actor, kind: str, last: bool) -> None:
        self.attempt(actor, enterprise.hand_in, kind=kind, words="不是我们。", last=last)

    @rule(
        actor=STAFF,
        action=st.sampled_from([officer.decide, officer.drop, officer.send_back, officer.withdraw]),
    )
    def decide(self, actor: Actor, action: object) -> None:
        self.attempt(actor, action, reason="理由。")

    @rule(days=st.lists(st.sampled_from([0, 16, 95]), min_size=1, max_size=6), job=st.booleans())
    def go_on_as_usual(self, days: list[int], job: bool) -> None:
        """What is right comes more often than what is tried, so that walks get far."""
        if not self.codes:
            self.propose(make.TOWN_OFFICER, ListKind.BLACK, "ordinary", "report")
        for step in days:
            self.clock.move(days=step)
            now = self.now()
            if now is not None and now[0] in USUAL:
                actor, action, values = USUAL[State(now[0])]
                self.attempt(actor, action, **values)
        if job:
            self.attempt(SYSTEM, timing.expire)

    @rule(actor=ANYBODY)
    def publish(self, actor: Actor) -> None:
        self.attempt(actor, officer.publish)

    @rule(actor=ANYBODY, outcome=st.sampled_from(["upheld", "rejected"]))
    def answer(self, actor: Actor, outcome: str) -> None:
        make.fresh()
        its = Listing.code == self.codes[self.at] if self.codes else false()
        waiting = (ListingPaper.kind == Paper.OBJECTION, ListingPaper.outcome == "")
        wanted = select(ListingPaper.code).join(Listing, Listing.id == ListingPaper.listing_id)
        paper = reading().scalar(wanted.where(its, *waiting).limit(1))
        if paper is not None:
            self.attempt(actor, answering.answer, paper=paper, outcome=outcome, words="答。")

    @rule(actor=ANYBODY, outcome=st.sampled_from(["upheld", "rejected"]))
    def review(self, actor: Actor, outcome: str) -> None:
        self.attempt(actor, answering.review_repair, outcome=outcome, words="答。")

    @rule(days=st.sampled_from([0, 1, 8, 15, 40, 95]))
    def wait(self, days: int) -> None:
        self.clock.move(days=days)

    @rule()
    def run_the_job(self) -> None:
        self.attempt(SYSTEM, timing.expire)
        self.attempt(SYSTEM, timing.lapse)

    @invariant()
    def everyone_shown_was_heard_and_every_chain_verifies(self) -> None:
        """Look whenever something was done or the time is another: a refusal changes neither."""
        seen = (self.done, make.now())
        if seen == self.looked_at:
            return
        acted = self.looked_at is None or self.looked_at[0] != self.done
        self.looked_at = seen
        if acted:
            work(SYSTEM, seal_waiting)
        make.fresh()
        if acted:
            verify_trail()
        rows, _more = public.page(reading(), public.PublicFilter(), make.now(), limit=500)
        ids = [row.id for row in rows]
        newest = verify_snapshots()
        for row in reading().scalars(select(Listing).where(Listing.id.in_(ids))):
            check_fair(row, newest)
        # Both lists at once, and whoever is past the end, are nowhere to be found.
        assert len({row.kind for row in rows if row.organisation_id == self.firm.id}) <= 1
        own = reading().scalars(select(Listing).where(Listing.organisation_id == self.firm.id))
        for row in own:
            over = row.published_at is not None and row.id not in ids
            assert public.is_gone(row, make.now()) is over

    def teardown(self) -> None:
        make.fresh()
        for row in reading().scalars(select(Listing).where(Listing.code.in_(self.codes))).all():
            check_history(row)


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
        leaves = snapshots.split(row.leaves)
        assert snapshots.root(leaves) == row.root
        head = snapshots.Head(row.number, row.at, row.red, row.black, row.root, row.previous)
        check_signature(key, row.signature, head.message())
        VERIFIED[number:] = [snapshots.after(row.signature)]
    return frozenset(leaves)


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
    record = json.loads(row.record or "")
    assert snapshots.leaf(row.salt or b"", record) in newest


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
    for paper in reading().scalars(select(ListingPaper).where(ListingPaper.listing_id == row.id)):
        parties = {paper.proposed_by, paper.decided_by, paper.approved_by}
        assert paper.kind != "objection" or paper.answered_by not in parties - {None}
        assert paper.answered_by not in made


def makers(row: Listing) -> set[int]:
    """Return who had a part in the making of the entry, by what each wrote where it was done."""
    scored = select(Assessment.assessed_by).join(
        ListingBasis, ListingBasis.assessment_id == Assessment.id
    )
    its = (CaseEvidence.organisation_id == row.organisation_id, CaseEvidence.report == row.report)
    found = {row.proposed_by, *reading().scalars(scored.where(ListingBasis.listing_id == row.id))}
    found |= set(reading().scalars(select(CaseEvidence.sent_by).where(*its)))
    if row.way not in {"", "account"}:
        assert row.served_by is not None
        found.add(row.served_by)
    if row.way == "account" or row.waived_from is not None:
        own = Membership.organisation_id == row.organisation_id
        provers = set(reading().scalars(select(Membership.proven_by).where(own)))
        assert row.proposed_by not in provers
        return found | {one for one in provers if one is not None}
    return found


def test_no_path_is_unfair(town: None) -> None:
    VERIFIED[:], SEALED[:] = [snapshots.BEGINNING], [BEGINNING]
    CASES[:] = [people.closed()]
    PREPARED[:] = [media.prepare(house().store, jpeg(), "p.jpg")]
    # Once from every stage, whatever chance makes of the rest.
    for stage in dict.fromkeys(STAGES):
        walk = DueProcess()
        walk.begin(stage=stage, prover=make.CLERK, maker=make.DEPARTMENT_OFFICER)
        walk.everyone_shown_was_heard_and_every_chain_verifies()
        walk.teardown()
    run_state_machine_as_test(
        DueProcess,
        settings=settings(
            # The walk costs PostgreSQL thrice as much, and the rules above it are the same.
            max_examples=20 if reading().get_bind().dialect.name == "postgresql" else 40,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert list(check_links(trail.chain(reading()), {})) == []
    assert {State.SERVED, State.NOTICED, State.DECIDED, State.PUBLISHED} <= SEEN
