"""Whatever people do in whatever order and at whatever time, nobody is listed unfairly or for ever.

The clock moves across deadlines; the job that writes down what is over may never run.
"""

import json
from datetime import datetime, timedelta
from itertools import count

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from tests.conftest import Clock
from tests.dumping.make import photo_token
from tests.organisations import make as organisations
from tests.redblack import make
from wufei_public.common.actor import SYSTEM, Actor
from wufei_public.common.errors import DomainError
from wufei_public.infra.keys import check_signature
from wufei_public.infra.work import house, reading, work
from wufei_public.organisations.models import Organisation
from wufei_public.redblack.actions import answering, enterprise, officer
from wufei_public.redblack.actions.snapshots import SIGN
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.papers import ListingPaper
from wufei_public.redblack.models.snapshots import Snapshot
from wufei_public.redblack.queries import listings, public
from wufei_public.redblack.rules import snapshots
from wufei_public.redblack.rules.states import WORKFLOW, ListKind, Move, State
from wufei_public.trail import queries as trail
from wufei_public.trail.actions import seal_waiting
from wufei_public.trail.rules import check_links

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
MONTHS = {"minor": 3, "ordinary": 5}


class DueProcess(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        number = next(NUMBERS)
        self.firm: Organisation = organisations.organisation(number, name=f"{number}石材厂")
        organisations.proven(self.firm)
        self.rows: list[Listing] = []
        # How many actions were done, and what was looked at last.
        self.done = 0
        self.looked_at: tuple[int, int, datetime] | None = None
        self.clock: Clock = house().clock  # type: ignore[assignment]

    @initialize(stage=st.sampled_from(["", "served", "decided", "published", "red"]))
    def begin(self, stage: str) -> None:
        """Walks begin at every stage, so that the late ones are walked as often as the early."""
        if stage:
            self.rows.append(getattr(make, stage)(self.firm, months=5))

    def row(self) -> Listing | None:
        return make.state(self.rows[-1]) if self.rows else None

    def attempt(self, actor: Actor, action: object, **values: object) -> None:
        row = self.row()
        if row is None:
            return
        was = (row.state, row.version)
        try:
            make.do(actor, action, row, **values)
            self.done += 1
        except DomainError:
            now = self.row()
            assert now is not None
            assert (now.state, now.version) == was

    @rule(
        actor=ANYBODY,
        kind=st.sampled_from(ListKind),
        severity=st.sampled_from(["minor", "ordinary"]),
    )
    def propose(self, actor: Actor, kind: ListKind, severity: str) -> None:
        try:
            self.rows.append(
                make.proposed(
                    self.firm, actor, kind=kind, severity=severity, months=MONTHS[severity]
                )
            )
        except DomainError:
            return

    @rule(actor=ANYBODY, way=st.sampled_from(["hand", "post", "announcement", "account"]))
    def serve(self, actor: Actor, way: str) -> None:
        photo = [photo_token()]
        self.attempt(
            actor, officer.serve, way=way, served_on=make.now(), tracking="EMS1", photo=photo
        )

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
        if not self.rows:
            self.propose(make.TOWN_OFFICER, ListKind.BLACK, "ordinary")
        for step in days:
            self.clock.move(days=step)
            row = self.row()
            if row is not None and row.state in USUAL:
                actor, action, values = USUAL[State(row.state)]
                self.attempt(actor, action, **values)
        if job:
            self.attempt(SYSTEM, officer.expire)

    @rule(actor=ANYBODY)
    def publish(self, actor: Actor) -> None:
        self.attempt(actor, officer.publish)

    @rule(actor=ANYBODY, outcome=st.sampled_from(["upheld", "rejected"]))
    def answer(self, actor: Actor, outcome: str) -> None:
        row = self.row()
        papers = listings.papers(reading(), row.id) if row else []
        open_ones = [paper for paper in papers if paper.kind == "objection" and not paper.outcome]
        if open_ones:
            self.attempt(
                actor, answering.answer, paper=open_ones[0].code, outcome=outcome, words="答。"
            )

    @rule(actor=ANYBODY, outcome=st.sampled_from(["upheld", "rejected"]))
    def review(self, actor: Actor, outcome: str) -> None:
        self.attempt(actor, answering.review_repair, outcome=outcome, words="答。")

    @rule(days=st.sampled_from([0, 1, 8, 15, 40, 95]))
    def wait(self, days: int) -> None:
        self.clock.move(days=days)

    @rule()
    def run_the_job(self) -> None:
        self.attempt(SYSTEM, officer.expire)

    @invariant()
    def everyone_shown_was_heard_and_the_snapshots_verify(self) -> None:
        """Look whenever a row or the time is another: a refusal is seen to change neither."""
        seen = (len(self.rows), self.done, make.now())
        if seen == self.looked_at:
            return
        self.looked_at = seen
        make.fresh()
        rows, _more = public.page(reading(), public.PublicFilter(), make.now(), limit=500)
        shown = reading().scalars(select(Listing).where(Listing.id.in_([row.id for row in rows])))
        newest = verify_snapshots()
        for row in shown:
            check_fair(row, newest)

    def teardown(self) -> None:
        for row in self.rows:
            check_history(make.state(row))
        work(SYSTEM, seal_waiting)
        make.fresh()
        assert list(check_links(trail.chain(reading()), {})) == []


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
    assert row.decided_at > row.respond_until or row.waived_at is not None  # type: ignore[operator]
    assert row.kind == ListKind.RED or (row.way and (row.proofs or row.way == "account"))
    assert row.ends_at - row.published_at < timedelta(days=154)  # type: ignore[operator]
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
    for paper in reading().scalars(select(ListingPaper).where(ListingPaper.listing_id == row.id)):
        parties = {paper.proposed_by, paper.decided_by, paper.approved_by}
        assert paper.kind != "objection" or paper.answered_by not in parties - {None}


def test_no_path_is_unfair(town: None) -> None:
    VERIFIED[:] = [snapshots.BEGINNING]
    run_state_machine_as_test(
        DueProcess,
        settings=settings(
            max_examples=40,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert {State.SERVED, State.NOTICED, State.DECIDED, State.PUBLISHED} <= SEEN
