"""A walk of people who do anything in any order, at any time, and what must hold after each step.

The clock moves across deadlines; the job that writes down what is over may never run.
"""

from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)
from sqlalchemy import false, select

from tests.conftest import Clock
from tests.organisations import make as organisations
from tests.redblack import checks, make
from wufei_public.common.actor import ANONYMOUS, SYSTEM, Actor, ActorKind
from wufei_public.common.errors import DomainError
from wufei_public.infra.work import house, reading, work
from wufei_public.media.actions import photos as media
from wufei_public.media.queries import photos_of
from wufei_public.organisations.actions import memberships
from wufei_public.redblack.actions import (
    answering,
    drafting,
    enterprise,
    errors,
    grading,
    officer,
    releasing,
    serving,
    timing,
)
from wufei_public.redblack.actions import reading as reading_aloud
from wufei_public.redblack.actions.letters import serve as serve_letter
from wufei_public.redblack.models.errors import ListingError
from wufei_public.redblack.models.grades import CreditGrade
from wufei_public.redblack.models.letters import ListingLetter
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.papers import ListingPaper
from wufei_public.redblack.queries import public
from wufei_public.redblack.rules.errors import COLUMNS
from wufei_public.redblack.rules.facts import owner_of
from wufei_public.redblack.rules.states import Against, ListKind, Paper, State
from wufei_public.trail.actions import seal_waiting

STAFF = st.sampled_from(
    [
        make.TOWN_OFFICER,
        make.DEPARTMENT_OFFICER,
        make.DISTRICT_OFFICER,
        make.CHIEF,
        make.SECOND,
        make.THIRD,
    ]
)
ANYBODY = st.one_of(
    STAFF,
    st.sampled_from([make.RESIDENT, make.STRANGER, make.NEIGHBOUR, make.OTHER_OFFICER]),
)
NUMBERS = count(1)
USUAL: dict[State, tuple[Actor, object, dict[str, object]]] = {
    State.PROPOSED: (make.RESIDENT, enterprise.confirm, {}),
    State.SERVED: (make.DEPARTMENT_OFFICER, officer.decide, {"reason": "理由。"}),
    State.NOTICED: (make.DEPARTMENT_OFFICER, officer.decide, {"reason": "理由。"}),
    State.DECIDED: (make.CHIEF, officer.publish, {"hidden": True}),
    State.PUBLISHED: (make.RESIDENT, enterprise.hand_in, {"kind": "repair", "words": "改了。"}),
    State.REPAIR_ASKED: (
        make.CHIEF, answering.review_repair, {"outcome": "upheld", "words": "改好了。"}
    ),
}  # fmt: skip
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
        # What each entry said when it was proposed, by its code.
        self.said: dict[str, dict[str, str]] = {}
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
            self.began(getattr(make, made)(self.firm, months=5, **photo, **rests))

    def began(self, row: Listing) -> None:
        self.codes.append(row.code)
        self.said[row.code] = {column: getattr(row, column) for column in COLUMNS.values()}

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
            draft = make.draft(self.firm, kind=kind, **terms)
            photos = [proof()]
            self.began(work(actor, lambda w: officer.propose(w, draft, photos)))
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
        self.attempt(actor, serving.serve, **given)

    @rule(actor=STAFF, ways=st.sampled_from([["hand"], ["post"], ["hand", "post"]]))
    def fail_to_serve(self, actor: Actor, ways: list[str]) -> None:
        for way in ways:
            given = {"way": way, "tried_at": make.now(), "words": "没人。", "tracking": "EMS1"}
            self.attempt(actor, serving.note_attempt, photo=[proof()], **given)

    @rule(actor=st.one_of(STAFF, st.just(make.RESIDENT)))
    def plant_a_voice(self, actor: Actor) -> None:
        """Whoever it is proves another who speaks for the enterprise, a peer too."""
        given = {"organisation": self.firm.code, "name": "卫大", "duty": "员工"}
        self.elsewhere(make.NEIGHBOUR, memberships.apply, letter=[proof()], **given)
        for member in organisations.members(self.firm):
            if member.account_id == make.NEIGHBOUR.id and member.state == "pending":
                self.elsewhere(actor, memberships.decide, code=member.code, move="prove")

    @rule(
        actor=st.one_of(STAFF, st.sampled_from([make.RESIDENT, make.NEIGHBOUR])),
        move=st.sampled_from(["dispute", "uphold", "end", "end"]),
        whose=st.sampled_from([0, -1]),
    )
    def take_the_voice(self, actor: Actor, move: str, whose: int) -> None:
        member = organisations.members(self.firm)[whose]
        self.elsewhere(actor, memberships.decide, code=member.code, move=move, reason="有疑问。")

    @rule(actor=STAFF, kind=st.sampled_from(["statement", "objection", "repair"]))
    def write_a_letter(self, actor: Actor, kind: str) -> None:
        given = {"kind": kind, "words": "不是我们。", "photo": [proof()]}
        self.attempt(actor, enterprise.receive, **given)

    @rule(actor=STAFF, some=st.booleans())
    def release(self, actor: Actor, *, some: bool) -> None:
        if self.now() is None:
            return
        photos = photos_of(reading(), owner_of(self.codes[self.at]))
        self.attempt(actor, releasing.release, shown=[one.id for one in photos if some])

    @rule(
        actor=st.sampled_from([ANONYMOUS, make.RESIDENT, make.STRANGER]),
        field=st.sampled_from(["facts", "ground", "document", "dates"]),
    )
    def report_an_error(self, actor: Actor, field: str) -> None:
        self.attempt(actor, errors.report, field=field, words="这里不对。")

    def report(self) -> str:
        """Return the code of an error of this walk that waits for its answer; none is ''."""
        make.fresh()
        its = Listing.code.in_(self.codes)
        wanted = select(ListingError.code).join(Listing, Listing.id == ListingError.listing_id)
        return reading().scalar(wanted.where(its, ListingError.outcome == "").limit(1)) or ""

    @rule(actor=STAFF, outcome=st.sampled_from(["upheld", "upheld", "rejected"]))
    def answer_an_error(self, actor: Actor, outcome: str) -> None:
        given = {"outcome": outcome, "words": "查过。", "correction": "改正以后的内容"}
        self.elsewhere(actor, errors.answer, code=self.report(), **given)

    @rule(actor=ANYBODY)
    def serve_a_draft(self, actor: Actor) -> None:
        given = {"way": "hand", "served_on": make.now(), "photo": [proof()]}
        staff = actor.kind is ActorKind.STAFF
        action, values = (drafting.serve, given) if staff else (drafting.receive, {})
        self.elsewhere(actor, action, code=self.report(), **values)

    @rule(actors=st.lists(STAFF, min_size=1, max_size=2), wait=st.sampled_from([0, 6, 20]))
    def confirm_a_draft(self, actors: list[Actor], wait: int) -> None:
        if wait:
            self.serve_a_draft(make.RESIDENT)
        self.clock.move(days=wait)
        for actor in actors:
            self.elsewhere(actor, errors.confirm, code=self.report(), hidden=True)

    @rule(actor=STAFF, step=st.sampled_from(["give", "serve", "serve", "publish", "publish"]))
    def grade(self, actor: Actor, step: str) -> None:
        waiting = (CreditGrade.organisation_id == self.firm.id, CreditGrade.published_at.is_(None))
        newest = select(CreditGrade.code).where(*waiting).order_by(CreditGrade.id.desc()).limit(1)
        code = reading().scalar(newest) or ""
        if step == "give":
            given = {"year": 2025, "points": Decimal(80), "ground": "材料。"}
            self.elsewhere(actor, grading.give, organisation=self.firm.code, **given)
        elif step == "serve":
            given = {"way": "hand", "served_on": make.now(), "photo": [proof()]}
            self.elsewhere(actor, grading.serve, code=code, **given)
        else:
            self.elsewhere(actor, grading.publish, code=code)

    def elsewhere(self, actor: Actor, action: Any, **values: object) -> None:
        """Try what is no step of the entry that is looked at."""
        try:
            work(actor, lambda w: action(w, **values))
            self.done += 1
        except DomainError:
            make.fresh()

    @rule(actor=ANYBODY)
    def confirm(self, actor: Actor) -> None:
        self.attempt(actor, enterprise.confirm)

    @rule(actor=ANYBODY)
    def notify(self, actor: Actor) -> None:
        self.attempt(actor, officer.notify, hidden=True)

    @rule(
        actor=ANYBODY,
        kind=st.sampled_from(["statement", "objection", "repair"]),
        against=st.sampled_from(Against),
        last=st.booleans(),
    )
    def hand_in(self, actor: Actor, kind: str, against: Against, last: bool) -> None:
        given = {"kind": kind, "words": "不是我们。", "against": against, "last": last}
        self.attempt(actor, enterprise.hand_in, **given)

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
        self.attempt(actor, officer.publish, hidden=True)

    @rule(actor=ANYBODY, outcome=st.sampled_from(["upheld", "rejected"]))
    def answer(self, actor: Actor, outcome: str) -> None:
        make.fresh()
        its = Listing.code == self.codes[self.at] if self.codes else false()
        waiting = (ListingPaper.kind == Paper.OBJECTION, ListingPaper.outcome == "")
        wanted = select(ListingPaper.code).join(Listing, Listing.id == ListingPaper.listing_id)
        paper = reading().scalar(wanted.where(its, *waiting).limit(1))
        if paper is not None:
            self.attempt(actor, answering.answer, paper=paper, outcome=outcome, words="答。")

    @rule(actor=STAFF)
    def tell_on_paper(self, actor: Actor) -> None:
        """Serve on paper what waits for it."""
        make.fresh()
        its = Listing.code == self.codes[self.at] if self.codes else false()
        waiting = select(ListingLetter.id).join(Listing, Listing.id == ListingLetter.listing_id)
        letter = reading().scalar(waiting.where(its, ListingLetter.way == "").limit(1))
        given = {"way": "hand", "served_on": make.now(), "photo": [proof()]}
        if letter is not None:
            self.attempt(actor, serve_letter, letter=letter, **given)

    @rule(actor=ANYBODY)
    def read(self, actor: Actor) -> None:
        make.fresh()
        its = Listing.code == self.codes[self.at] if self.codes else false()
        wanted = select(ListingPaper.code).join(Listing, Listing.id == ListingPaper.listing_id)
        paper = reading().scalar(wanted.where(its).order_by(ListingPaper.id.desc()).limit(1))
        if paper is not None:
            self.attempt(actor, reading_aloud.read, paper=paper, hidden=True)
            self.attempt(actor, reading_aloud.read_answer, paper=paper, hidden=True)

    @rule(actor=ANYBODY, outcome=st.sampled_from(["upheld", "rejected"]))
    def review(self, actor: Actor, outcome: str) -> None:
        self.attempt(actor, answering.review_repair, outcome=outcome, words="答。")

    @rule(actor=STAFF)
    def send_a_draft_back(self, actor: Actor) -> None:
        self.elsewhere(actor, errors.send_back, code=self.report(), words="再看看。")

    @rule(days=st.sampled_from([0, 1, 8, 15, 40, 95]))
    def wait(self, days: int) -> None:
        self.clock.move(days=days)

    @rule()
    def run_the_job(self) -> None:
        for action in (timing.expire, timing.lapse, timing.agree_by_silence, reading_aloud.show):
            self.attempt(SYSTEM, action)

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
            checks.verify_trail()
        rows, _more = public.page(reading(), public.PublicFilter(), make.now(), limit=500)
        ids = [row.id for row in rows]
        newest = checks.verify_snapshots()
        checks.check_tree(reading(), newest)
        for row in reading().scalars(select(Listing).where(Listing.id.in_(ids))):
            checks.check_fair(row, newest)
            if row.code in self.said:
                checks.check_words(row, self.said[row.code])
        # Both lists at once, and whoever is past the end, are nowhere to be found.
        assert len({row.kind for row in rows if row.organisation_id == self.firm.id}) <= 1
        own = reading().scalars(select(Listing).where(Listing.organisation_id == self.firm.id))
        for row in own:
            over = row.published_at is not None and row.id not in ids
            assert public.is_gone(row, make.now()) is over

    def end_by_hand(self) -> None:
        self.everyone_shown_was_heard_and_every_chain_verifies()
        self.teardown()

    def teardown(self) -> None:
        make.fresh()
        for row in reading().scalars(select(Listing).where(Listing.code.in_(self.codes))).all():
            checks.check_history(row)
        checks.check_grades(self.firm.id)
