"""Who may do what: a table over roles, scopes and moves; the queue says the same in SQL."""

from collections.abc import Callable
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tests.dumping import make
from wufei_public.common.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Grant, Verdict
from wufei_public.common.errors import WrongState
from wufei_public.common.places import town_of
from wufei_public.dumping import policy
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries.desk import in_scope
from wufei_public.dumping.rules.facts import ReportFacts
from wufei_public.dumping.rules.release import RELEASES, Release, Show
from wufei_public.dumping.rules.states import WORKFLOW, Move, State, Who
from wufei_public.people.rules.roles import OFFICERS, ROLES, Role, scope_faults

RESIDENT_ID = 201
HERE = ReportFacts(
    State.ASSIGNED, Release.PENDING, make.VILLAGE, make.DEPARTMENT, make.CREW.id, RESIDENT_ID
)
PLACELESS = ReportFacts(State.SUBMITTED, Release.PENDING, None, None, None, RESIDENT_ID)
UNASSIGNED = ReportFacts(State.ACCEPTED, Release.PENDING, make.VILLAGE, None, None, None)
WHOLE_SITE = Actor(ActorKind.STAFF, 301, "全站", (Grant(Role.TOWN_OFFICER),))

# Who holds what over a case of the village that department and crew handle, over one
# without a place, and over one that nobody was given.
HELD = [
    (make.TOWN_OFFICER, {Role.TOWN_OFFICER}, set(), {Role.TOWN_OFFICER}),
    (make.OTHER_OFFICER, set(), set(), set()),
    (WHOLE_SITE, {Role.TOWN_OFFICER}, set(), {Role.TOWN_OFFICER}),
    (make.DISTRICT_OFFICER, *([{Role.DISTRICT_OFFICER}] * 3)),
    (make.DEPARTMENT_OFFICER, {Role.DEPARTMENT_OFFICER}, set(), set()),
    (make.OTHER_DEPARTMENT_OFFICER, set(), set(), set()),
    (make.CREW, {Role.CREW_MEMBER}, set(), set()),
    (make.OTHER_CREW, set(), set(), set()),
    (Actor(ActorKind.STAFF, make.CREW.id), set(), set(), set()),
    (make.AUDITOR, set(), set(), set()),
    (make.STRANGER, set(), set(), set()),
    (make.RESIDENT, {Who.REPORTER}, {Who.REPORTER}, set()),
    (make.NEIGHBOUR, set(), set(), set()),
    (Actor(ActorKind.STAFF, RESIDENT_ID), set(), set(), set()),
    (ANONYMOUS, set(), set(), set()),
    (SYSTEM, *([{Who.SYSTEM}] * 3)),
]  # fmt: skip
PEOPLE = [row[0] for row in HELD]


@pytest.mark.parametrize(("actor", "here", "placeless", "unassigned"), HELD)
def test_roles_over_a_case(
    actor: Actor, here: set[str], placeless: set[str], unassigned: set[str]
) -> None:
    assert policy.roles_on(actor, HERE) == here
    assert policy.roles_on(actor, PLACELESS) == placeless
    assert policy.roles_on(actor, UNASSIGNED) == unassigned


@pytest.mark.parametrize(("state", "move"), sorted(WORKFLOW.steps))
def test_each_move_is_open_to_the_roles_of_its_row_and_no_others(state: State, move: Move) -> None:
    facts = ReportFacts(state, Release.PENDING, *_rest(HERE))
    who = WORKFLOW.step(state, move).who
    for actor, held, *_ in HELD:
        expected = bool(held & who)
        verdict = policy.may_move(actor, facts, move)
        assert (verdict.allowed, bool(verdict.reason)) == (expected, not expected), actor
    assert policy.may_move(ANONYMOUS, facts, move, reporter=True).allowed is (Who.REPORTER in who)


def _rest(facts: ReportFacts) -> tuple[str | None, str | None, int | None, int | None]:
    return facts.division, facts.department, facts.crew_id, facts.reporter_id


@pytest.mark.parametrize(("state", "move"), sorted(set(product(State, Move)) - set(WORKFLOW.steps)))
def test_a_move_that_is_not_in_the_table_is_open_to_nobody(state: State, move: Move) -> None:
    facts = ReportFacts(state, Release.PENDING, *_rest(HERE))
    for actor in PEOPLE:
        with pytest.raises(WrongState):
            policy.may_move(actor, facts, move, reporter=True)


@pytest.mark.parametrize(("release", "show"), sorted(RELEASES.steps))
def test_officers_of_the_case_decide_what_the_public_sees(release: Release, show: Show) -> None:
    facts = ReportFacts(State.ASSIGNED, release, *_rest(HERE))
    for actor, held, *_ in HELD:
        expected = bool(held & OFFICERS)
        assert policy.may_show(actor, facts, show).allowed is expected, actor


def test_a_withheld_case_is_not_withheld_again() -> None:
    facts = ReportFacts(State.ASSIGNED, Release.WITHHELD, *_rest(HERE))
    with pytest.raises(WrongState):
        policy.may_show(make.TOWN_OFFICER, facts, Show.WITHHOLD)


_TOWNS = {Role.TOWN_OFFICER, Role.DISTRICT_OFFICER}
_STAFF = {*OFFICERS, Role.CREW_MEMBER}


@pytest.mark.parametrize(
    ("may", "roles", "reason"),
    [
        (policy.may_handle, _STAFF, "not_handler_here"),
        (policy.may_place, _TOWNS, "not_officer_here"),
        (policy.may_open_original, set(OFFICERS), "not_officer_here"),
        (policy.may_see_words, {*_STAFF, Who.REPORTER}, "not_yours_to_see"),
    ],
)
def test_the_rest_by_role(
    may: Callable[[Actor, ReportFacts], Verdict], roles: set[str], reason: str
) -> None:
    for actor, held, *_ in HELD:
        verdict = may(actor, HERE)
        expected = Verdict(allowed=True) if held & roles else Verdict(allowed=False, reason=reason)
        assert verdict == expected, actor


def test_the_receipts_secret_opens_the_own_words() -> None:
    assert policy.may_see_words(ANONYMOUS, HERE, reporter=True).allowed
    assert not policy.may_see_words(ANONYMOUS, HERE).allowed


# ---- the queue says the same in SQL -----------------------------------------------

PLACES = [None, make.TOWN, make.VILLAGE, make.OTHER_TOWN, "410307107200", "410307001"]
DEPARTMENTS = [None, make.DEPARTMENT, make.OTHER_DEPARTMENT]


@st.composite
def grants(draw: st.DrawFn) -> Grant:
    """Draw a grant that `people` would give: its scope is what the role asks for."""
    role = draw(st.sampled_from(list(ROLES)))
    found = [
        Grant(role, division, department)
        for division in (None, make.DISTRICT, make.TOWN, make.OTHER_TOWN, make.VILLAGE)
        for department in DEPARTMENTS
        if not scope_faults(role, division, department)
    ]
    return draw(st.sampled_from(found))


actors = st.builds(
    Actor,
    st.sampled_from([ActorKind.STAFF, ActorKind.RESIDENT]),
    st.sampled_from([105, 109, None]),
    st.just(""),
    st.lists(grants(), max_size=3).map(tuple),
)


@pytest.fixture
def cases(town: None, session: Session) -> Session:
    """Write one case per place and handler, each as the constraints allow."""
    for crew in (make.CREW, make.OTHER_CREW):
        make.account(crew)
    template = {c.name: getattr(make.case(make.report()), c.name) for c in Report.__table__.c}
    rows = []
    for number, (place, office, crew_id) in enumerate(
        product(PLACES, DEPARTMENTS, [None, make.CREW.id, make.OTHER_CREW.id])
    ):
        if place is None and (office or crew_id):
            continue
        code = f"{number:010d}"
        placed = {"division": place, "town": town_of(place)}
        rows.append(template | placed | {"code": code, "department": office, "crew_id": crew_id})
        rows[-1].pop("id")
    session.execute(insert(Report), rows)
    session.commit()
    return session


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(actor=actors)
def test_the_queue_holds_exactly_the_cases_that_the_policy_opens(
    cases: Session, actor: Actor
) -> None:
    everything = cases.scalars(select(Report)).all()
    listed = set(cases.scalars(in_scope(select(Report.code), actor)))
    may = {row.code for row in everything if policy.may_handle(actor, row.facts).allowed}
    assert listed == may
