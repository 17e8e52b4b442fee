"""Units, rounds, applications at every stage; nothing surprising."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.cells.rubrics import best
from tests.dumping import make as people
from tests.dumping.make import DISTRICT, OTHER_TOWN, TOWN, TOWN_OFFICER, VILLAGE, photo_token
from tests.media.make import pdf
from tests.organisations import make as units
from wufei_public.cells.actions import (
    applying,
    charging,
    deciding,
    naming,
    objecting,
    panels,
    proving,
    removing,
    reviewing,
    rounds,
)
from wufei_public.cells.actions import rubrics as rubric_actions
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.certificates import CellCertificate
from wufei_public.cells.models.reviews import CellObjection
from wufei_public.cells.models.rounds import CellRound
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.queries import rounds as round_queries
from wufei_public.cells.rules.applying import Place
from wufei_public.cells.rules.rubrics import Rubric
from wufei_public.cells.rules.scoring import Answer
from wufei_public.common.actor import SYSTEM, Actor, ActorKind, Grant
from wufei_public.infra.work import Work, house, reading, work
from wufei_public.media.actions import papers
from wufei_public.organisations.models import Organisation
from wufei_public.people.rules.roles import Role


def _staff(number: int, name: str, *grants: Grant) -> Actor:
    return Actor(ActorKind.STAFF, number, name, grants)


OWNER = Actor(ActorKind.RESIDENT, 301, "副校长")
STRANGER = Actor(ActorKind.RESIDENT, 302, "路人")
SECTOR = _staff(310, "商务局", Grant(Role.DEPARTMENT_OFFICER, department="commerce"))
EDUCATION = _staff(309, "教体局", Grant(Role.DEPARTMENT_OFFICER, department="education_sports"))
OFFICE = _staff(311, "办公室甲", Grant(Role.DISTRICT_OFFICER, division=DISTRICT))
SECOND = _staff(312, "办公室乙", Grant(Role.DISTRICT_OFFICER, division=DISTRICT))
OUTSIDER = _staff(313, "办公室丙", Grant(Role.DISTRICT_OFFICER, division=DISTRICT))
# They decide where the first two were overruled.
THIRD = _staff(314, "办公室丁", Grant(Role.DISTRICT_OFFICER, division=DISTRICT))
FOURTH = _staff(315, "办公室戊", Grant(Role.DISTRICT_OFFICER, division=DISTRICT))
EXPERTS = tuple(
    _staff(320 + number, f"专家{number}", Grant(Role.EXPERT, division=DISTRICT))
    for number in range(4)
)
STAFF = (TOWN_OFFICER, people.OTHER_OFFICER, SECTOR, EDUCATION, OFFICE, SECOND, OUTSIDER,
         THIRD, FOURTH, *EXPERTS)  # fmt: skip
EVERYBODY = (OWNER, STRANGER, *STAFF)


@dataclass(frozen=True)
class Case:
    """An application on its way."""

    code: str
    unit: Organisation

    @property
    def row(self) -> CellApplication:
        return fresh(self.code)


def fresh(code: str) -> CellApplication:
    """Return the application as it stands in the database."""
    reading().rollback()
    reading().expire_all()
    return queries.application(reading(), code)


def code_of(refusal: Any) -> str:
    """Return the stable code of a refusal that was caught."""
    return str(refusal.value.code)


def everybody() -> None:
    """Make the accounts of everyone in these tests, and load the rubrics."""
    for actor in EVERYBODY:
        people.account(actor)
    work(SYSTEM, rubric_actions.seed)
    for expert in EXPERTS:
        do(OFFICE, rounds.register_expert, account=expert.id or 0, about="外地专家")


def do(actor: Actor, action: Any, **values: Any) -> Any:
    return work(actor, lambda w: action(w, **values))


def a_round(kinds: Sequence[str] = ("hotel", "school"), **changes: Any) -> CellRound:
    """Open a round that runs for thirty days from now."""
    now = house().clock()
    values = {
        "title": "2026年第一批无废细胞",
        "notice": "请各单位按时申报。",
        "opens_at": now,
        "closes_at": now + timedelta(days=30),
        "kinds": kinds,
    }
    found: CellRound = do(OFFICE, rounds.open_round, **(values | changes))
    return found


def unit(number: int = 1, owner: Actor = OWNER, **changes: Any) -> Organisation:
    """Enter a hotel that `owner` represents."""
    values: dict[str, Any] = {"name": "洛水饭店", "kind": "hotel"}
    found = units.organisation(number, **(values | changes))
    units.proven(found, owner)
    return found


def place(of: Organisation) -> Place:
    return Place(of.id, None, of.name, of.division)


def started(kind: str = "hotel", opened: CellRound | None = None, number: int = 1) -> Case:
    """Begin the application of one hotel."""
    opened = opened or a_round()
    of = unit(number)
    row = do(
        OWNER,
        applying.start,
        round_code=opened.code,
        kind=kind,
        unit=of.name,
        places=[place(of)],
    )
    return Case(row.code, of)


def rubric_of(case: Case) -> Rubric:
    return round_queries.rubric(reading(), case.row.rubric_id)


def filled(case: Case) -> Case:
    """Answer every item as well as can be: a photo proves the first, a PDF each of the others."""
    first, *others = rubric_of(case).items
    photo = [photo_token(seed=1)]

    def do_all(w: Work) -> None:
        prepared = papers.prepare(w.store, pdf(), "台账.pdf")
        for item in (first, *others):
            answer = best(item)
            at = {"code": case.code, "item": item.id}
            applying.save_answer(w, **at, step=answer.step, value=answer.value)
            if item is not first and item.uploads:
                proving.add_papers(w, **at, prepared=[prepared])
        proving.add_evidence(w, code=case.code, item=first.id, photo=photo)
        applying.tell_story(w, code=case.code, story="我们从厨房做起。")

    work(OWNER, do_all)
    return case


def submitted(**how: Any) -> Case:
    case = filled(started(**how))
    do(OWNER, applying.submit, code=case.code, committed=True)
    return case


def checked(**how: Any) -> Case:
    case = submitted(**how)
    do(TOWN_OFFICER, reviewing.pass_check, code=case.code)
    return case


def with_experts(**how: Any) -> Case:
    """Return an application that the first three experts score."""
    return seated(checked(**how))


def seated(case: Case) -> Case:
    do(SECTOR, reviewing.give_opinion, code=case.code, opinion="support")
    chosen = [expert.id for expert in EXPERTS[:3]]
    do(OFFICE, panels.assign, code=case.code, experts=chosen)
    return case


def decided(case: Case) -> Case:
    """Take an application that was handed in to its public notice."""
    do(TOWN_OFFICER, reviewing.pass_check, code=case.code)
    seated(case)
    for expert in EXPERTS[:3]:
        score(case, expert)
    return confirmed(case)


def score(
    case: Case, expert: Actor, *, low: int = 0, vetoes: Sequence[str] = (), client_key: str = ""
) -> None:
    """Score as well as can be, but for the first `low` items of steps, which get nothing."""
    work(expert, marking(case, low=low))
    words = {"words": "看过了。", "client_key": client_key}
    do(expert, panels.hand_in, code=case.code, vetoes=vetoes, **words)


def marking(case: Case, *, low: int = 0, but: str = "") -> Callable[[Work], None]:
    """Return what declares, and marks every item `but` one, in one transaction."""
    items = rubric_of(case).items

    def do_all(w: Work) -> None:
        panels.declare(w, code=case.code)
        row, sheet = panels.open_sheet(w, case.code)
        left = low
        for item in items:
            answer = best(item)
            step = answer.step
            if left and item.steps:
                step, left = len(item.steps) - 1, left - 1
            if item.id != but:
                panels.write_mark(w, row, sheet, item.id, Answer(step, answer.value), "")

    return do_all


def scored(low: Sequence[int] = (0, 0, 0), **how: Any) -> Case:
    case = with_experts(**how)
    for expert, missed in zip(EXPERTS[:3], low, strict=True):
        score(case, expert, low=missed)
    return case


def noticed(**how: Any) -> Case:
    return confirmed(scored(**how))


def confirmed(case: Case) -> Case:
    decision = {"document": "无废办〔2026〕3号", "minutes": "一致同意。"}
    do(OFFICE, deciding.propose, code=case.code, **decision)
    do(SECOND, deciding.confirm, code=case.code)
    return case


def objected(case: Case, actor: Actor = STRANGER) -> CellObjection:
    found: CellObjection = do(actor, objecting.object_to, code=case.code, text="厨余没有分开。")
    return found


def cleared(clock: Any, **how: Any) -> Case:
    from wufei_public.cells import jobs  # noqa: PLC0415  the job needs the application

    case = noticed(**how)
    clock.move(days=9)
    jobs.end_overdue("")
    return case


def named(clock: Any, **how: Any) -> tuple[Case, CellCertificate]:
    case = cleared(clock, **how)
    made = do(OFFICE, naming.name, codes=[case.code], document="无废办〔2026〕9号")
    return case, made[0]


def remove(code: str, reason: str = "混投") -> None:
    """Remove a certificate: one of the office proposes it, another one confirms."""
    do(OFFICE, removing.propose_removal, code=code, reason=reason)
    do(SECOND, removing.confirm_removal, code=code)


def barred(case: Case, ground: str = "false", reason: str = "查实。") -> None:
    """Refuse on a ground that bars: one charges, the unit answers, another one confirms."""
    do(OFFICE, reviewing.refuse, code=case.code, ground=ground, reason=reason)
    do(OWNER, charging.answer, code=case.code, text="不是这样。")
    do(SECOND, charging.confirm, code=case.code)


def refused(**how: Any) -> Case:
    case = scored(low=(4, 4, 4), **how)
    do(OFFICE, reviewing.refuse, code=case.code, ground="below", reason="厨余分类没有做到。")
    return case


__all__ = ["OTHER_TOWN", "TOWN", "VILLAGE"]
