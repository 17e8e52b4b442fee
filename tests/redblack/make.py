"""Entries in every state; nothing surprising."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import select

from tests.dumping.make import photo_token
from tests.organisations import make as organisations
from tests.organisations.make import (
    AUDITOR,
    DEPARTMENT_OFFICER,
    DISTRICT_OFFICER,
    NEIGHBOUR,
    OTHER_OFFICER,
    RESIDENT,
    STRANGER,
    TOWN_OFFICER,
    fresh,
)
from wufei_public.common.actor import Actor, ActorKind, Grant
from wufei_public.dumping.models.reports import Report
from wufei_public.infra.work import house, reading, work
from wufei_public.organisations.models import Organisation
from wufei_public.people.rules.roles import Role
from wufei_public.redblack.actions import (
    answering,
    assessing,
    enterprise,
    evidence,
    officer,
    serving,
)
from wufei_public.redblack.actions import reading as reading_aloud
from wufei_public.redblack.actions.basis import Proposal
from wufei_public.redblack.actions.letters import serve as serve_letter
from wufei_public.redblack.models.assessments import AssessmentPeriod
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.papers import ListingPaper
from wufei_public.redblack.queries import letters
from wufei_public.redblack.rules.assessing import CRITERIA, NEWEST, Given

CHIEF = Actor(ActorKind.STAFF, 120, "区级乙", (Grant(Role.DISTRICT_OFFICER, "410307"),))
# Proves who represents an enterprise, and has no other part.
CLERK = Actor(ActorKind.STAFF, 121, "镇里乙", (Grant(Role.TOWN_OFFICER, "410307106"),))
SECOND = Actor(ActorKind.STAFF, 122, "部门乙", DEPARTMENT_OFFICER.grants)
THIRD = Actor(ActorKind.STAFF, 123, "部门丙", DEPARTMENT_OFFICER.grants)
EVERYBODY = (*organisations.EVERYBODY, CHIEF, CLERK, SECOND, THIRD)
FACTS = "2026年7月，张三丰带人把约 40 吨碎石料倒在河滩，电话 13812345678。"
DOCUMENTS, PERIODS = count(7), count(1)
GROUND = "固体废物污染环境防治法第二十条"


def draft(to: Organisation, **changes: Any) -> Proposal:
    values = {
        "organisation": to.code, "kind": "black", "facts": FACTS, "ground": GROUND,
        "months": 12, "severity": "ordinary", "measure": "罚款，限期清走", "names": "张三丰",
        "document": f"示罚〔2026〕{next(DOCUMENTS)}号", "document_on": date(2026, 7, 20),
    }  # fmt: skip
    return Proposal(**(values | changes))


def proposed(to: Organisation, actor: Actor = TOWN_OFFICER, **changes: Any) -> Listing:
    return work(actor, lambda w: officer.propose(w, draft(to, **changes)))


def proven(to: Organisation, letter: Sequence[str] = (), prover: Actor = CLERK) -> None:
    """Make RESIDENT represent the enterprise."""
    organisations.decided(organisations.applied(to, letter=letter), prover, "prove")


def scored(to: Organisation, actor: Actor, version: int = 0, *, last: bool = True) -> str:
    """Return the code of an assessment that speaks for the black list, in a period of its own.

    `last` closes it: then a proposal may rest on it.
    """
    fresh()
    running = select(AssessmentPeriod.code).where(AssessmentPeriod.closed_at.is_(None))
    span = reading().scalar(running) or _period().code
    given = {one.code: Given(Decimal(40), "看了台账。") for one in CRITERIA[NEWEST]}
    values = {"period": span, "organisation": to.code, "given": given, "version": version}
    code = work(actor, lambda w: assessing.assess(w, **values)).code
    if last:
        work(CHIEF, lambda w: assessing.close_period(w, code=span))
    return code


def _period() -> AssessmentPeriod:
    days = {"begins_on": date(2026, 7, 1), "ends_on": date(2026, 12, 31)}
    name = f"2026 年下半年第 {next(PERIODS)} 期"
    return work(CHIEF, lambda w: assessing.open_period(w, name=name, **days))


def sent(to: Organisation, case: Report, actor: Actor) -> None:
    """Send a closed case as evidence, with a document that names the enterprise."""
    paper = {"document": "示罚〔2026〕12号", "document_on": date(2026, 11, 2)}
    values = {"report": case.code, "organisation": to.code, "confirmed": "现场查获。"} | paper
    work(actor, lambda w: evidence.send_case(w, **values))


def do(actor: Actor, action: Any, row: Listing, **values: Any) -> Any:
    return work(actor, lambda w: action(w, code=row.code, **values))


def now() -> datetime:
    return house().clock()


def move(**step: float) -> None:
    house().clock.move(**step)  # type: ignore[attr-defined]


def served(to: Organisation, photo: str = "", **changes: Any) -> Listing:
    """Return a black entry whose notice was handed over, with a photo as its proof."""
    row, proof = proposed(to, **changes), [photo or photo_token(seed=5)]
    return do(TOWN_OFFICER, serving.serve, row, way="hand", served_on=now(), photo=proof)


def decided(to: Organisation, **changes: Any) -> Listing:
    """Return a black entry that was decided once the time to answer was over."""
    row = served(to, **changes)
    move(days=20)
    return told(do(DEPARTMENT_OFFICER, officer.decide, row, reason="事实清楚，申辩不成立。"))


def told(row: Listing, actor: Actor = TOWN_OFFICER) -> Listing:
    """Serve on paper what an enterprise without an account is to know."""
    fresh()
    for one in letters.of_listing(reading(), row.id):
        if not one.way:
            given = {"letter": one.id, "way": "hand", "served_on": now()}
            do(actor, serve_letter, row, **given, photo=[photo_token(seed=6)])
    return state(row)


def published(to: Organisation, **changes: Any) -> Listing:
    """Return a black entry that everybody sees."""
    return do(DISTRICT_OFFICER, officer.publish, decided(to, **changes), hidden=True)


def noticed(to: Organisation, **changes: Any) -> Listing:
    """Return a red entry whose public notice has begun."""
    row = proposed(to, kind="red", severity="", facts="三年无违法，回收利用率第一。", **changes)
    return do(CLERK, officer.notify, row, hidden=True)


def red_decided(to: Organisation, **changes: Any) -> Listing:
    """Return a red entry that was decided once its public notice was over."""
    row = noticed(to, **changes)
    move(days=10)
    return do(DEPARTMENT_OFFICER, officer.decide, row, reason="公示无异议。")


def red(to: Organisation, **changes: Any) -> Listing:
    """Return a red entry that everybody sees."""
    return do(DISTRICT_OFFICER, officer.publish, red_decided(to, **changes), hidden=True)


def handed_in(row: Listing, kind: str, actor: Actor = RESIDENT, **values: Any) -> ListingPaper:
    words = {"words": "我们已全部运回，李四丁负责。", "names": "李四丁"} | values
    do(actor, enterprise.hand_in, row, kind=kind, **words)
    fresh()
    return (
        reading()
        .scalars(
            select(ListingPaper)
            .where(ListingPaper.listing_id == row.id)
            .order_by(ListingPaper.id.desc())
        )
        .first()
    )  # type: ignore[return-value]


def read(row: Listing, paper: ListingPaper, actor: Actor = THIRD, **values: Any) -> Listing:
    """Let everyone read what the enterprise says, as somebody without part."""
    return do(actor, reading_aloud.read, row, paper=paper.code, **({"hidden": True} | values))


def answered(
    row: Listing, paper: ListingPaper, actor: Actor = CHIEF, outcome: str = "rejected"
) -> Listing:
    """Answer an objection, and let another read an answer that everyone will."""
    given = {"paper": paper.code, "outcome": outcome, "words": "查过了，理由如下。"}
    found: Listing = do(actor, answering.answer, row, **given)
    if outcome == "rejected":
        reader = CLERK if actor.id == THIRD.id else THIRD
        do(reader, reading_aloud.read_answer, row, paper=paper.code, hidden=True)
    return found


def papers(row: Listing) -> Sequence[ListingPaper]:
    fresh()
    return reading().scalars(select(ListingPaper).where(ListingPaper.listing_id == row.id)).all()


def state(row: Listing) -> Listing:
    """Return the entry's row as it stands in the database."""
    fresh()
    return reading().scalars(select(Listing).where(Listing.id == row.id)).one()


def state_of(to: Organisation, document: str) -> Listing:
    """Return the entry about an enterprise that rests on that document."""
    its = (Listing.organisation_id == to.id, Listing.document == document)
    return reading().scalars(select(Listing).where(*its)).one()


__all__ = ["AUDITOR", "NEIGHBOUR", "OTHER_OFFICER", "STRANGER"]
