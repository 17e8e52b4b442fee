"""Enterprises, who represents them, and their entries: made by the features' own actions.

One transaction in the order of time, since snapshots of the list are numbered one by one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from wufei_public.common.actor import SYSTEM, Actor, ActorKind, Grant
from wufei_public.common.clock import district_day
from wufei_public.common.uscc import check_symbol
from wufei_public.demo import queries
from wufei_public.demo.actions.parts import Maker, Writer
from wufei_public.demo.gateway import paint_paper
from wufei_public.demo.rules.plan import Plan
from wufei_public.demo.rules.proceedings import Act, By, acts, firms
from wufei_public.demo.rules.words import person, say
from wufei_public.divisions.queries import directory
from wufei_public.infra.work import Work, house
from wufei_public.media.actions import photos as media
from wufei_public.organisations.actions import cards, memberships
from wufei_public.organisations.rules.cards import Card
from wufei_public.people.queries.accounts import holders, roles_of
from wufei_public.people.rules.roles import Role
from wufei_public.redblack.actions import (
    answering,
    assessing,
    enterprise,
    errors,
    grading,
    officer,
    serving,
    timing,
)
from wufei_public.redblack.actions import evidence as cases
from wufei_public.redblack.actions.basis import Proposal
from wufei_public.redblack.queries import listings
from wufei_public.redblack.rules.assessing import CRITERIA, NEWEST, Given

# The resident as whom a demonstration signs in speaks for every third enterprise.
_OWN = 3
_HALF = 7
# So many closed cases are sent as evidence.
_CASES = 4


def enterprises(plan: Plan) -> Maker:
    """Return what writes every enterprise with all that happened to it."""
    return lambda _part: _all(plan)


def _all(plan: Plan) -> Writer:
    paper, script = paint_paper(), acts(plan.until)
    needed = sum(act.what in {"apply", "serve"} for act in script)
    prepared = [media.prepare(house().store, paper, "paper.jpg") for _ in range(needed)]

    def do(w: Work) -> None:
        photos = iter(prepared)
        stage = _Stage(w, plan, lambda: [media.record(w, next(photos))])
        for act in script:
            stage.play(act)

    return do


class _Stage:
    """Who acts, and what has been made so far, by the number of the enterprise."""

    def __init__(self, w: Work, plan: Plan, photo: Callable[[], list[str]]) -> None:
        self.w, self.photo, self.rows, self.rng = w, photo, firms(), plan.rng("enterprises")
        places = directory(w.session)
        # The busiest town first, as whose officer a demonstration signs in.
        self.towns = sorted(places.towns, key=lambda town: -len(places.children(town.code)))
        self.residents = [account for _, account in queries.residents(w.session)]
        self.chiefs = [one.id for one in holders(w.session, Role.DISTRICT_OFFICER)]
        offices = [one.id for one in holders(w.session, Role.DEPARTMENT_OFFICER)]
        self.office, self.other_office = offices[0], offices[-1]
        self.district = places.towns[0].code[:6]
        self.cards: dict[int, str] = {}
        self.members: dict[int, str] = {}
        self.entries: dict[int, str] = {}
        self.grades: dict[int, str] = {}
        self.periods: dict[int, str] = {}

    def play(self, act: Act) -> None:
        """Let the right person do the step at its instant."""
        w = replace(self.w, actor=self._who(act), now=act.at)
        made = _STEPS[act.what](self, w, act.firm)
        for kept, steps in (
            (self.cards, {"register"}), (self.members, {"apply"}), (self.entries, {"propose"}),
            (self.grades, {"grade"}), (self.periods, {"period"}),
        ):  # fmt: skip
            if act.what in steps:
                kept[act.firm] = made.code

    def say(self, what: str) -> str:
        return say(self.rng, "firm", what)

    def town(self, firm: int) -> str:
        return self.towns[0 if firm % _OWN == 0 else firm % len(self.towns)].code

    def _who(self, act: Act) -> Actor:
        if act.by is By.SYSTEM:
            return SYSTEM
        if act.by is By.ENTERPRISE:
            at = 0 if act.firm % _OWN == 0 else act.firm % len(self.residents)
            return Actor(ActorKind.RESIDENT, self.residents[at])
        town = holders(self.w.session, Role.TOWN_OFFICER, division=self.town(act.firm))
        accounts = {
            By.TOWN: town[0].id,
            By.OFFICE: self.office,
            By.CHIEF: self.chiefs[0],
            By.SECOND: self.chiefs[-1],
            By.THIRD: self.other_office,
        }
        return _official(self.w.session, accounts[act.by])


def _official(session: Session, account: int) -> Actor:
    held: Sequence[Any] = roles_of(session, [account])[account]
    grants = tuple(Grant(one.role, one.division, one.department) for one in held)
    return Actor(ActorKind.STAFF, account, "", grants)


def _register(stage: _Stage, w: Work, firm: int) -> Any:
    row = stage.rows[firm]
    first = f"91{stage.district}MA{firm + 1:07d}"
    return cards.register(
        w,
        Card(
            uscc=first + check_symbol(first),
            name=row["name"],
            kind=row["kind"],
            division=stage.town(firm),
            address=stage.say("address"),
            permit_class=row["permit"],
            waste_related=row["related"] == "yes",
            hazardous_licence=row["licence"],
        ),
    )


def _apply(stage: _Stage, w: Work, firm: int) -> Any:
    name = person(stage.rng)
    return memberships.apply(
        w, organisation=stage.cards[firm], name=name, duty=stage.say("duty"), letter=stage.photo()
    )


def _prove(stage: _Stage, w: Work, firm: int) -> Any:
    return memberships.decide(w, code=stage.members[firm], move="prove", proof="letter")


def _propose(stage: _Stage, w: Work, firm: int) -> Any:
    row = stage.rows[firm]
    return officer.propose(
        w,
        Proposal(
            organisation=stage.cards[firm],
            kind=row["list"],
            facts=row["facts"],
            ground=row["ground"],
            months=int(row["months"]),
            severity=row["severity"],
            measure=row["measure"],
            document=stage.say("document"),
            document_on=district_day(w.now),
        ),
    )


def _serve(stage: _Stage, w: Work, firm: int) -> Any:
    code = stage.entries[firm]
    return serving.serve(w, code=code, way="hand", served_on=w.now, photo=stage.photo())


def _hand_in(kind: str) -> Callable[[_Stage, Work, int], Any]:
    return lambda stage, w, firm: enterprise.hand_in(
        w, code=stage.entries[firm], kind=kind, words=stage.say("words")
    )


def _reasoned(action: Callable[..., Any]) -> Callable[[_Stage, Work, int], Any]:
    return lambda stage, w, firm: action(w, code=stage.entries[firm], reason=stage.say("reason"))


def _plain(action: Callable[..., Any]) -> Callable[[_Stage, Work, int], Any]:
    return lambda stage, w, firm: action(w, code=stage.entries[firm])


def _read(action: Callable[..., Any]) -> Callable[..., Any]:
    """Let whoever does it have read what everyone will."""
    return partial(action, hidden=True)


def _uphold(stage: _Stage, w: Work, firm: int) -> Any:
    code = stage.entries[firm]
    papers = listings.papers(w.session, listings.listing(w.session, code).id)
    return answering.answer(
        w, code=code, paper=papers[-1].code, outcome="upheld", words=stage.say("answer")
    )


def _review(stage: _Stage, w: Work, firm: int) -> Any:
    code = stage.entries[firm]
    return answering.review_repair(w, code=code, outcome="upheld", words=stage.say("reason"))


def _period(_stage: _Stage, w: Work, _firm: int) -> Any:
    day = district_day(w.now)
    first, last = (1, 6) if day.month < _HALF else (7, 12)
    return assessing.open_period(
        w,
        name=f"{day.year} H{1 if first == 1 else 2}",
        begins_on=date(day.year, first, 1),
        ends_on=date(day.year, last, 30),
    )


def _assess(stage: _Stage, w: Work, firm: int) -> Any:
    row = stage.rows[firm]
    low, high = (35, 60) if row["list"] == "black" else (86, 100)
    given = {
        one.code: Given(Decimal(stage.rng.randint(low, high)), stage.say("ground"))
        for one in CRITERIA[NEWEST]
    }
    return assessing.assess(w, period=stage.periods[0], organisation=stage.cards[firm], given=given)


def _grade(stage: _Stage, w: Work, firm: int) -> Any:
    red = stage.rows[firm]["list"] == "red"
    return grading.give(
        w,
        organisation=stage.cards[firm],
        year=w.now.year - 1,
        points=Decimal(stage.rng.randint(*((80, 98) if red else (45, 80)))),
        ground=stage.say("ground"),
    )


def _publish_grade(stage: _Stage, w: Work, firm: int) -> Any:
    return grading.publish(w, code=stage.grades[firm])


def _error(stage: _Stage, w: Work, firm: int) -> Any:
    code = stage.entries[firm]
    return errors.report(w, code=code, field="facts", words=stage.say("error"))


def evidence(plan: Plan) -> Maker:
    """Return what sends closed cases against enterprises of their towns, every other confirmed."""
    return lambda _part: lambda w: _send_cases(plan, w)


def _send_cases(plan: Plan, w: Work) -> None:
    rng = plan.rng("evidence")
    for number, (case, town, firm) in enumerate(queries.closed_beside_firms(w.session, _CASES)):
        clerk, chief = (
            replace(w, actor=_official(w.session, account), now=plan.until - timedelta(days=before))
            for before, account in (
                (3, holders(w.session, Role.TOWN_OFFICER, division=town)[0].id),
                (2, holders(w.session, Role.DISTRICT_OFFICER)[0].id),
            )
        )
        words = say(rng, "firm", "confirmed")
        cases.send_case(clerk, report=case, organisation=firm, confirmed=words)
        if number % 2:
            cases.confirm_case(chief, report=case, organisation=firm)


_STEPS: Mapping[str, Callable[[_Stage, Work, int], Any]] = {
    "period": _period,
    "assess": _assess,
    "grade": _grade,
    "publish_grade": _publish_grade,
    "register": _register,
    "apply": _apply,
    "prove": _prove,
    "propose": _propose,
    "serve": _serve,
    "confirm": _plain(enterprise.confirm),
    "statement": _hand_in("statement"),
    "objection": _hand_in("objection"),
    "repair": _hand_in("repair"),
    "notify": _plain(_read(officer.notify)),
    "decide": _reasoned(officer.decide),
    "publish": _plain(_read(officer.publish)),
    "drop": _reasoned(officer.drop),
    "uphold": _uphold,
    "error": _error,
    "review": _review,
    "withdraw": _reasoned(officer.withdraw),
    "expire": _plain(timing.expire),
}
