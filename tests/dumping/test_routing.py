"""Which department a case goes to: the law first, then rules in order."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.dumping import make
from wufei_public.common.actor import ANONYMOUS
from wufei_public.common.errors import Invalid, NotFound
from wufei_public.dumping.actions import officer, rating, routing
from wufei_public.dumping.queries import routing as queries
from wufei_public.dumping.rules.kinds import OFFICIAL
from wufei_public.dumping.rules.routing import Route, Rule, route
from wufei_public.infra.work import work

BOSS = make.DISTRICT_OFFICER
ECOLOGY = "ecology_branch"
RULES = [
    Rule(1, make.VILLAGE, None, "water"),
    Rule(2, make.TOWN, "construction", "urban_management"),
    Rule(3, None, "construction", "housing_construction"),
    Rule(4, None, "hazardous", "urban_management"),
]
ACTIVE = {"water", "urban_management", "housing_construction", ECOLOGY}


@pytest.mark.parametrize(
    ("division", "kind", "expected"),
    [
        (make.VILLAGE, "bulky", Route("water", 1)),
        (make.TOWN, "construction", Route("urban_management", 2)),
        (f"{make.TOWN}202", "construction", Route("urban_management", 2)),
        (make.OTHER_TOWN, "construction", Route("housing_construction", 3)),
        (None, "construction", Route("housing_construction", 3)),
        (make.OTHER_TOWN, "bulky", None),
        (make.VILLAGE, "hazardous", Route(ECOLOGY)),
        (None, "medical", Route(ECOLOGY)),
    ],
)
def test_the_law_decides_first_and_then_the_first_rule_that_fits(
    division: str | None, kind: str, expected: Route | None
) -> None:
    assert route(RULES, ACTIVE, division, kind) == expected


def test_a_department_that_is_no_more_gets_nothing() -> None:
    assert route(RULES, ACTIVE - {"water"}, make.VILLAGE, "bulky") is None
    assert route(RULES, ACTIVE - {ECOLOGY}, make.VILLAGE, "medical") is None
    lawful = {code for code, kind in OFFICIAL.items() if kind.department}
    assert lawful == {code for code, kind in OFFICIAL.items() if kind.hazardous}


def add(**values: str | None) -> int:
    return work(BOSS, lambda w: routing.add_rule(w, **values))  # type: ignore[arg-type]


def test_acceptance_sends_a_case_where_the_rule_says(town: None) -> None:
    make.account(make.RESIDENT)
    assert make.case(make.accepted()).state == "accepted"
    add(department=make.DEPARTMENT, division=make.TOWN, kind="construction")
    receipt = make.accepted(make.RESIDENT)
    row = make.case(receipt)
    assert (row.state, row.department, row.due_at) == (
        "assigned", make.DEPARTMENT, row.finish_due,
    )  # fmt: skip
    assert make.moves(receipt) == ["submit", "accept", "assign"]
    assert [template for _who, template in make.messages()] == [
        "dumping.submit", "dumping.accept", "dumping.assign",
    ]  # fmt: skip
    make.do(make.TOWN_OFFICER, officer.assign, receipt.code, department=make.OTHER_DEPARTMENT)
    assert make.case(receipt).department == make.OTHER_DEPARTMENT


def test_hazardous_waste_goes_to_the_ecology_branch_whatever_the_rules_say(town: None) -> None:
    add(department=make.DEPARTMENT)
    row = make.case(make.accepted(kind="danger"))
    assert (row.state, row.department) == ("assigned", ECOLOGY)


def test_rules_are_read_in_the_order_that_the_district_gives(town: None, session: Session) -> None:
    one, two, three = (
        add(department=make.DEPARTMENT, kind=kind) for kind in (None, "bulky", "other")
    )
    work(BOSS, lambda w: routing.raise_rule(w, rule=three))
    work(BOSS, lambda w: routing.raise_rule(w, rule=three))
    work(BOSS, lambda w: routing.raise_rule(w, rule=three))
    assert [rule.id for rule in queries.rules(session)] == [three, one, two]
    work(BOSS, lambda w: routing.remove_rule(w, rule=one))
    assert [rule.id for rule in queries.rules(session)] == [three, two]
    assert make.last_audit().action == "dumping:routing:remove"
    with pytest.raises(NotFound):
        work(BOSS, lambda w: routing.remove_rule(w, rule=one))
    for bad in ({"department": "nobody"}, {"department": make.DEPARTMENT, "division": "999"}):
        with pytest.raises(Invalid):
            add(**bad)


def test_the_page_edits_and_tries_the_rules(app: Flask, town: None, session: Session) -> None:
    town_officer = make.browser(app, make.account(make.TOWN_OFFICER))
    assert town_officer.get("/staff/routing").status_code == 403
    boss = make.browser(app, make.account(BOSS))
    assert "还没有规则" in boss.get("/staff/routing").text
    values = {"department": make.DEPARTMENT, "kind": "bulky", "division": ""}
    assert boss.post("/staff/routing", data=values).status_code == 303
    assert boss.post("/staff/routing", data={"kind": "bulky"}).status_code == 422
    assert "第 1 条规则" in boss.get("/staff/routing?kind=bulky").text
    assert "受理以后由镇办来派" in boss.get("/staff/routing?kind=household").text
    assert "不看规则" in boss.get("/staff/routing?kind=medical").text
    (rule,) = queries.rules(session)
    boss.post(f"/staff/routing/{rule.id}/raise")
    boss.post(f"/staff/routing/{rule.id}/remove")
    session.rollback()
    assert queries.rules(session) == []


# ---- what the law gives to one stays there ---------------------------------------------


def test_a_case_that_turns_out_hazardous_goes_to_the_ecology_branch(town: None) -> None:
    for receipt in (make.accepted(), make.assigned()):
        make.do(make.TOWN_OFFICER, officer.reclassify, receipt.code, kind="medical")
        row = make.case(receipt)
        assert (row.state, row.department, row.due_at) == ("assigned", ECOLOGY, row.finish_due)
        assert make.moves(receipt)[-2:] == ["reclassify", "assign"]
    waiting = make.asked(make.assigned())
    make.do(make.TOWN_OFFICER, officer.reclassify, waiting.code, kind="hazardous")
    assert (make.case(waiting).state, make.case(waiting).department) == ("asked_assigned", ECOLOGY)


def test_nobody_gives_hazardous_waste_to_another_department(town: None) -> None:
    make.account(make.CREW)
    receipt = make.accepted(kind="danger")
    for values in ({"department": make.OTHER_DEPARTMENT}, {"crew": make.CREW.id}):
        with pytest.raises(Invalid) as refusal:
            make.do(make.TOWN_OFFICER, officer.assign, receipt.code, **values)
        assert refusal.value.code == "not_lawful"
    assert make.case(receipt).department == ECOLOGY


def test_what_is_done_again_goes_where_law_and_rules_say(town: None) -> None:
    make.account(make.TOWN_OFFICER)
    add(department=make.DEPARTMENT, kind="construction")
    for kind, department in (("danger", ECOLOGY), ("build", make.DEPARTMENT)):
        receipt = make.accepted(kind=kind)
        photo = [make.photo_token(seed=len(kind))]
        make.do(make.TOWN_OFFICER, officer.close, receipt.code, text="清了。", photo=photo)
        said = {"secret": receipt.secret, "rating": "unsatisfied"}
        make.do(ANONYMOUS, rating.rate, receipt.code, **said)
        row = make.case(receipt)
        assert (row.state, row.department, row.due_at) == ("assigned", department, row.finish_due)
        assert make.moves(receipt)[-2:] == ["reopen", "assign"]
