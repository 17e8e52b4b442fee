"""Somebody else's number on every route: whom a record does not concern gets nothing of it.

Of every route that names a record, at real records, as somebody of every role who has nothing to
do with them: a resident who has just come, an officer of a town, a village or a department that
has nothing, an expert, a clerk or a chief who was given nothing. A district officer is left out:
a site has one district, and its officers see all of it.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from flask import Flask
from marshmallow import fields, validate

from tests.architecture.test_bad_input import bodies_of
from tests.demo.records import NONE_YET, Target, add_records, missing, targets
from tests.dumping import make
from wufei_public.common.actor import SYSTEM, Actor, ActorKind, Grant
from wufei_public.infra.db import db
from wufei_public.infra.web.access import PUBLIC, permits
from wufei_public.infra.work import work
from wufei_public.learning.actions import dictionary
from wufei_public.people.rules.permissions import PERMISSIONS
from wufei_public.people.rules.roles import ROLES, Role, Scope

TRIED = 2  # records of each route
NOTHING_THERE = {
    Scope.TOWN: Grant("", division="410307999"),
    Scope.VILLAGE: Grant("", division="410307999999"),
    Scope.DEPARTMENT: Grant("", department="nowhere"),
    Scope.TEAM: Grant("", division="410307999"),
    Scope.DISTRICT: Grant("", division="410307"),
    Scope.WHOLE: Grant(""),
}
WORDS = "好的，知道了。"
FORM = {
    **dict.fromkeys(("text", "reason", "words", "title", "summary", "body", "note"), WORDS),
    "sure": "1", "version": "1", "name": "新名字", "saves": "0", "scheme": "two", "account": "1",
    "organisation": "x", "photo": "x",
}  # fmt: skip

RESIDENT = "resident"
TOWN, DEPARTMENT = Role.TOWN_OFFICER.value, Role.DEPARTMENT_OFFICER.value
ADMINISTRATORS = {Role.SYSTEM_ADMIN.value, Role.SECURITY_ADMIN.value}
AUDITOR, CREW = Role.AUDITOR.value, Role.CREW_MEMBER.value
DESKS = {TOWN, DEPARTMENT}
# What answers a stranger all the same, and why; a route that joins must be put here or refuse.
BY_DESIGN: tuple[tuple[str, set[str], set[str]], ...] = (
    ("anybody may apply, take part, redeem", {RESIDENT}, {
        "GET /mine/organisations/apply/<code>", "POST /mine/organisations/apply/<code>",
        "GET /training/<code>", "POST /training/<code>", "POST /points/redeem/<code>",
        "GET /mine/cells/new/<code>", "POST /mine/cells/new/<code>",
    }),
    ("the body is looked at before the record", {RESIDENT}, {
        "POST /api/v1/cells/applications/<code>/items/<item>", "POST /cases/<code>/seen/rating",
    }),
    ("what chance drew is for everybody in office to repeat", {*DESKS, CREW}, {
        "GET /staff/spot-checks/draws/<day>.csv",
    }),
    ("the answer is the same, and another's filter stays (test below)", DESKS, {
        "POST /staff/cases/bulk/filters/<int:number>/drop",
    }),
    ("a file of one's own cases, empty here", DESKS, {
        "GET /staff/cases/export/cases.<any(csv, xlsx, geojson):fmt>",
    }),
    ("the dictionary, the surveys, the rewards and the plan are everybody's in office", DESKS, {
        "GET /staff/sorting/<code>", "POST /staff/sorting/<code>", "GET /staff/training/<code>",
        "GET /staff/surveys/questionnaires/<code>", "GET /staff/surveys/questionnaires/<code>.xlsx",
        "GET /staff/surveys/<code>", "GET /staff/surveys/<code>/comments",
        "POST /staff/surveys/<code>/topics", "POST /staff/surveys/<code>/topics/<int:topic>/drop",
        "POST /staff/surveys/<code>/comments/<comment>", "GET /staff/surveys/<code>/comments.xlsx",
        "GET /staff/surveys/<code>/photos/<int:photo_id>/<size>",
        "GET /staff/surveys/<code>/places",
        "GET /staff/surveys/<code>/results.<any(xlsx, csv, pdf):kind>",
        "GET /staff/surveys/<code>/results", "POST /staff/surveys/<code>/contact",
        "GET /staff/points/rewards/<code>", "POST /staff/points/rewards/<code>",
        "GET /staff/coverage/<division>", "GET /staff/assessments/<code>",
        "GET /staff/assessments/cases/<report>",
        "GET /staff/checkins.<any(csv, xlsx):fmt>", "GET /staff/indicators/towns/<code>",
        "GET /staff/indicators/towns/reports/<key>.<form>",
        "GET /staff/indicators/towns/reports/<key>/<int:number>.png",
        "GET /staff/indicators/<name>", "GET /staff/indicators/values/<code>",
        "GET /staff/indicators/tasks/<code>",
    }),
    ("towns read what others write, and the register of shops", {TOWN}, {
        "GET /staff/notices/<code>", "GET /staff/notices/<code>/versions/<int:number>",
        "GET /staff/points/shops/<code>", "POST /staff/points/shops/<code>/clerks",
    }),
    ("a department's field is a trade, not a place", {DEPARTMENT}, {
        "POST /staff/training/<code>/cancel", "GET /staff/organisations/<code>",
        "GET /staff/listings/<code>", "GET /staff/listings/<code>/letter",
        "GET /staff/assessments/<code>/firms/<organisation>",
        "POST /staff/assessments/<code>/firms/<organisation>",
        "GET /staff/credit/<organisation>", "POST /staff/credit/<organisation>",
        "POST /staff/credit/<organisation>/<code>/publish",
        "POST /staff/credit/<organisation>/<code>/serve",
        "POST /staff/credit/<organisation>/<code>/receive",
        "GET /staff/listing-errors/<code>", "POST /staff/listing-errors/<code>",
        "POST /staff/listing-errors/<code>/serve",
        "POST /staff/listing-errors/<code>/<any(confirm, send_back):step>",
        "POST /staff/indicators/<name>/values", "POST /staff/indicators/tasks/<code>",
    }),
    ("accounts are an administrator's work", {*ADMINISTRATORS, AUDITOR}, {
        "GET /staff/accounts/<code>",
    }),
    ("the same", ADMINISTRATORS, {"POST /staff/accounts/<code>/sessions/end"}),
    ("administrators end whatever device is lost", ADMINISTRATORS, {
        "POST /staff/sessions/<code>/end",
    }),
    ("the ledger is the cashiers' book", {Role.AWARD_CASHIER.value}, {
        "GET /staff/awards/ledger/ledger.<any(csv, xlsx):fmt>",
    }),
    ("messages that nobody could deliver", {Role.SYSTEM_ADMIN.value}, {
        "POST /staff/messages/dead/<int:number>/repeat",
        "POST /staff/messages/dead/<int:number>/drop",
    }),
    ("who may what", {Role.SECURITY_ADMIN.value}, {
        "POST /staff/accounts/<code>/roles", "POST /staff/access/<code>/confirm",
    }),
    ("auditors read everything that was decided", {AUDITOR}, {
        "POST /staff/surveys/<code>/whole", "GET /staff/listings/<code>",
        "GET /staff/listings/<code>/letter", "POST /staff/snapshots/<int:number>",
    }),
)  # fmt: skip


def strangers() -> dict[str, Actor]:
    found = {RESIDENT: Actor(ActorKind.RESIDENT, 8999, "生人")}
    for number, role in enumerate(Role):
        nothing = NOTHING_THERE[ROLES[role].scope]
        grant = Grant(role, nothing.division, nothing.department)
        if role is not Role.DISTRICT_OFFICER:
            found[role.value] = Actor(ActorKind.STAFF, 9000 + number, "生人", (grant,))
    return found


def something(field: fields.Field[Any]) -> Any:
    """Return what a field of a body would take, as far as its shape says."""
    if isinstance(field, fields.Enum):
        return next(iter(field.enum)).value
    chosen = [one.choices for one in field.validators or () if isinstance(one, validate.OneOf)]
    if chosen:
        return next(iter(chosen[0]))
    if isinstance(field, fields.List):
        return [something(field.inner)]
    kinds = ((fields.Number, 1), (fields.Boolean, True), (fields.Date, "2026-11-30"))
    return next((value for kind, value in kinds if isinstance(field, kind)), WORDS)


def bodies(app: Flask) -> Mapping[str, Mapping[str, Any]]:
    shapes = bodies_of(app)
    return {
        rule.rule: {name: something(one) for name, one in shapes[rule.endpoint].fields.items()}
        for rule in app.url_map.iter_rules()
        if rule.endpoint in shapes
    }


def tried(app: Flask, who: Actor, found: list[Target]) -> set[str]:
    """Return the routes at which `who` was not refused."""
    client, shapes, answered = make.browser(app, make.account(who)), bodies(app), set()
    for one in found:
        if not permits(PERMISSIONS, one.permission, who):
            continue
        sent: dict[str, Any] = {}
        if one.method == "POST":
            api = one.rule.startswith("/api/")
            sent = {"json": shapes.get(one.rule, {})} if api else {"data": FORM}
        with client.open(one.address, method=one.method, **sent) as answer:
            if answer.status_code not in {401, 403, 404}:
                answered.add(f"{one.method} {one.rule}")
    return answered


def test_nobody_gets_anything_by_the_number_of_a_record(copied: Flask) -> None:
    work(SYSTEM, dictionary.seed)
    with db.engine.begin() as connection:
        add_records(connection)
        assert missing(copied, connection) == NONE_YET
        every = list(targets(copied, connection, TRIED))
    assert len(every) > 500
    expected: dict[str, set[str]] = defaultdict(set)
    for _why, roles, routes in BY_DESIGN:
        for role in roles:
            expected[role] |= routes
    private = [one for one in every if one.permission != PUBLIC]
    found = {name: tried(copied, who, private) for name, who in strangers().items()}
    odd = {name: answered ^ expected[name] for name, answered in found.items()}
    assert {name: routes for name, routes in odd.items() if routes} == {}
    with db.engine.connect() as connection:
        count = connection.exec_driver_sql
        assert count("SELECT count(*) FROM report_filter").scalar() == 1
