"""Where sorting is in place: entered by one, checked by another; schemes; a sheet whole or not."""

import io
import re
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.checkins import make
from tests.dumping.make import (
    DEPARTMENT_OFFICER,
    DISTRICT_OFFICER,
    OTHER_OFFICER,
    RESIDENT,
    TOWN_OFFICER,
    last_audit,
)
from tests.people.make import statements
from wufei_public.checkins import policy
from wufei_public.checkins.actions import coverage as actions
from wufei_public.checkins.actions import importing
from wufei_public.checkins.queries import coverage as queries
from wufei_public.checkins.queries import own
from wufei_public.checkins.rules.coverage import (
    ALWAYS,
    Coverage,
    Entry,
    Kind,
    Place,
    Span,
    State,
    coverage_of,
)
from wufei_public.checkins.rules.schemes import Bin, Scheme
from wufei_public.common.actor import Actor, ActorKind, Grant
from wufei_public.common.errors import Conflict, Invalid, NotAllowed
from wufei_public.infra.work import work
from wufei_public.infra.workbooks import read_book, write_book
from wufei_public.people.rules.roles import Role

TODAY, MARCH = date(2026, 11, 24), date(2026, 3, 1)
CHECKER = Actor(ActorKind.STAFF, 131, "区级乙", (Grant(Role.DISTRICT_OFFICER, "410307"),))
OCTOBER, NOVEMBER = date(2026, 10, 31), date(2026, 11, 1)
VILLAGE = Entry(make.VILLAGE, "", 320, MARCH, ALWAYS)
ESTATE = Entry(make.COMMUNITY, "河畔花园", 640, MARCH, ALWAYS)
LISTED = frozenset({make.VILLAGE, "a", "b", "c"})


def place(state: State = State.CHECKED, **changes: object) -> Place:
    entry = replace(VILLAGE, **changes)  # type: ignore[arg-type]
    entry = replace(entry, started_on=None) if state is State.NONE else entry
    kind = Kind.ESTATE if entry.name else Kind.VILLAGE
    checked = state is State.CHECKED
    spans = (Span(ALWAYS, entry.until, entry.households, entry.started_on),) if checked else ()
    return Place("A", kind, entry, TOWN_OFFICER.id, checked, spans)


# ---- rules -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "on", "covered"),
    [
        (place(), MARCH, ("A",)),
        (place(), date(2026, 2, 28), ()),
        (place(State.ENTERED), TODAY, ()),
        (place(State.NONE), TODAY, ()),
        (place(name="河畔花园"), TODAY, ()),
    ],
)
def test_a_village_counts_from_its_day_once_it_is_checked(
    one: Place, on: date, covered: tuple[str, ...]
) -> None:
    assert coverage_of(Kind.VILLAGE, [one], LISTED, on) == Coverage(Kind.VILLAGE, on, 4, covered)


def test_estates_are_a_share_of_those_registered() -> None:
    places = [place(name="甲苑"), place(State.ENTERED, name="乙苑")]
    found = coverage_of(Kind.ESTATE, places, LISTED, TODAY)
    assert (found.covered, found.whole, found.percent) == (1, 2, 50.0)
    assert coverage_of(Kind.ESTATE, [], LISTED, TODAY).percent == 0.0


@pytest.mark.parametrize(
    ("actor", "one", "reason"),
    [
        (DISTRICT_OFFICER, place(State.ENTERED), ""),
        (TOWN_OFFICER, place(State.ENTERED), "own_entry"),
        (DISTRICT_OFFICER, place(State.CHECKED), "nothing_to_check"),
        (DISTRICT_OFFICER, place(State.NONE), "nothing_to_check"),
        (OTHER_OFFICER, place(State.ENTERED), "not_keeper_here"),
        (DEPARTMENT_OFFICER, place(State.ENTERED), "not_keeper_here"),
        (RESIDENT, place(State.ENTERED), "not_keeper_here"),
    ],
)
def test_another_official_checks(actor: Actor, one: Place, reason: str) -> None:
    assert policy.may_check_place(actor, one).reason == reason


# ---- entering and checking -------------------------------------------------------


@pytest.fixture
def staff(town: None) -> None:
    for one in (TOWN_OFFICER, OTHER_OFFICER, DISTRICT_OFFICER, CHECKER):
        make.account(one)


def enter(entry: Entry, actor: Actor = TOWN_OFFICER) -> str:
    return work(actor, lambda w: actions.enter(w, entry))


def check(code: str, actor: Actor = DISTRICT_OFFICER) -> None:
    work(actor, lambda w: actions.check(w, code=code))


@pytest.mark.usefixtures("staff")
def test_what_was_checked_holds_until_a_change_is_checked(session: Session) -> None:
    code = enter(VILLAGE)
    assert queries.coverage(session, Kind.VILLAGE, TODAY).covered == 0
    check(code)
    assert last_audit().action == "checkins:coverage:check"
    assert queries.coverage(session, Kind.VILLAGE, TODAY).codes == (code,)
    assert enter(VILLAGE) == code  # the same again changes nothing
    assert queries.coverage(session, Kind.VILLAGE, TODAY).covered == 1
    assert enter(replace(VILLAGE, started_on=NOVEMBER)) == code
    assert queries.places(session)[0].state is State.ENTERED
    assert queries.coverage(session, Kind.VILLAGE, OCTOBER).covered == 1
    check(code)
    assert queries.coverage(session, Kind.VILLAGE, OCTOBER).covered == 0
    assert queries.coverage(session, Kind.VILLAGE, TODAY).covered == 1


NEW, GONE = replace(ESTATE, since=date(2026, 11, 1)), replace(ESTATE, until=date(2026, 10, 31))


@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize(
    ("said", "october", "november"),
    [
        ([ESTATE], (1, 1), (1, 1)),
        ([NEW], (0, 0), (1, 1)),
        ([ESTATE, GONE], (1, 1), (0, 0)),
        # It stopped sorting, and October is as it was.
        ([ESTATE, replace(NEW, started_on=None)], (1, 1), (0, 1)),
        # The same with another day: the day was wrong.
        ([ESTATE, NEW], (0, 0), (1, 1)),
        ([NEW, replace(ESTATE, since=date(2026, 10, 1))], (1, 1), (1, 1)),
        # A day too many is taken back by what was before.
        ([ESTATE, replace(NEW, households=9), ESTATE], (1, 1), (1, 1)),
    ],
)
def test_a_month_is_counted_by_what_was_so_then(
    session: Session, said: list[Entry], october: tuple[int, int], november: tuple[int, int]
) -> None:
    for entry in said:
        check(enter(entry, DISTRICT_OFFICER), CHECKER)
    found = [queries.coverage(session, Kind.ESTATE, on) for on in (OCTOBER, TODAY)]
    assert [(one.covered, one.whole) for one in found] == [october, november]


@pytest.mark.usefixtures("staff")
def test_a_change_that_nobody_checked_is_taken_back(session: Session) -> None:
    check(enter(ESTATE, DISTRICT_OFFICER), CHECKER)
    code = enter(replace(NEW, households=9), DISTRICT_OFFICER)
    enter(replace(ESTATE, since=None), DISTRICT_OFFICER)
    (place,) = queries.places(session)
    assert (place.entry, place.state) == (ESTATE, State.ENTERED)
    check(code, CHECKER)
    assert queries.coverage(session, Kind.ESTATE, OCTOBER).covered == 1


def test_a_village_that_left_the_list_counts_until_its_day() -> None:
    gone = place(division="z", until=OCTOBER)
    found = [coverage_of(Kind.VILLAGE, [gone], LISTED, on) for on in (OCTOBER, TODAY)]
    assert [(one.covered, one.whole) for one in found] == [(1, 5), (0, 4)]
    unlisted = coverage_of(Kind.VILLAGE, [place(division="z")], LISTED, TODAY)
    assert (unlisted.covered, unlisted.whole) == (0, 4)
    merged = place(until=OCTOBER)
    assert coverage_of(Kind.VILLAGE, [merged], LISTED, TODAY).whole == 3


@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize(
    ("entry", "pointer"),
    [
        (replace(VILLAGE, started_on=date(2027, 1, 1)), "started_on"),
        (replace(VILLAGE, since=date(2026, 11, 25)), "since"),
        (replace(VILLAGE, since=NOVEMBER, until=OCTOBER), "until"),
        (replace(ESTATE, division=make.COMMUNITY, name=""), "name"),
        (replace(VILLAGE, division=make.TOWN), "division"),
    ],
)
def test_bad_entries_are_refused_at_their_field(entry: Entry, pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        enter(entry, DISTRICT_OFFICER)
    assert [fault.pointer for fault in refused.value.errors] == [pointer]


@pytest.mark.usefixtures("staff")
def test_a_stranger_s_village_is_refused(session: Session) -> None:
    with pytest.raises(NotAllowed):
        enter(VILLAGE, OTHER_OFFICER)
    with pytest.raises(NotAllowed):
        work(
            OTHER_OFFICER,
            lambda w: actions.set_scheme(w, division=make.VILLAGE, scheme=Scheme.FOUR),
        )
    assert queries.places(session) == []


@pytest.mark.usefixtures("staff")
def test_a_village_that_chose_four_asks_for_four(session: Session) -> None:
    work(TOWN_OFFICER, lambda w: actions.set_scheme(w, division=make.VILLAGE, scheme=Scheme.FOUR))
    assert last_audit().after == {"scheme": "four"}
    with pytest.raises(Invalid):
        make.check_in()
    assert make.check_in(bins=(Bin.FOOD,)).points == 5
    living = own.home(session, RESIDENT.id or 0)
    assert living is not None
    assert living.scheme is Scheme.FOUR


# ---- a sheet ---------------------------------------------------------------------

HEADING = [str(one) for one in importing.COLUMNS]
ROWS = [
    [make.VILLAGE, "", "320", "2026-03-01"],
    [make.COMMUNITY, "河畔花园", "640", "2026-03-01 00:00:00"],
]


def csv(rows: list[list[str]], *more: str) -> bytes:
    return "\n".join(",".join(row) for row in [[*HEADING, *more], *rows]).encode()


@pytest.mark.usefixtures("staff")
def test_a_sheet_is_written_whole_and_the_second_time_changes_nothing(session: Session) -> None:
    found = importing.preview(session, DISTRICT_OFFICER, csv(ROWS), TODAY)
    assert [change.entry for change in found.changes] == [VILLAGE, ESTATE]
    apply = importing.apply
    done = work(DISTRICT_OFFICER, lambda w: apply(w, data=csv(ROWS), digest=found.digest))
    assert done == 2
    assert {one.entry.name for one in queries.places(session)} == {"", "河畔花园"}
    again = importing.preview(session, DISTRICT_OFFICER, csv(ROWS), TODAY)
    assert (list(again.changes), again.same) == ([], 2)
    with pytest.raises(Conflict):
        work(DISTRICT_OFFICER, lambda w: apply(w, data=csv(ROWS), digest=found.digest))


@pytest.mark.usefixtures("staff")
def test_one_bad_row_and_nothing_is_written(session: Session) -> None:
    bad = [
        ["没有这个村", "", "1", ""],
        [make.COMMUNITY, "", "1", ""],
        [make.VILLAGE, "", "很多", "三月"],
        ROWS[1],
        ROWS[1],
    ]
    found = importing.preview(session, TOWN_OFFICER, csv(bad), TODAY)
    places = [fault.pointer for fault in found.faults]
    assert places == [
        "sheet/2/村或社区",
        "sheet/3/村或社区",  # another town's
        "sheet/4/户数",
        "sheet/4/开始分类的日子",
        "sheet/5/村或社区",
        "sheet/6/村或社区",
    ]
    whole = importing.preview(session, DISTRICT_OFFICER, csv(bad), TODAY)
    assert [fault.pointer for fault in whole.faults] == [
        "sheet/2/村或社区",
        "sheet/3/小区",
        "sheet/4/户数",
        "sheet/4/开始分类的日子",
        "sheet/6/小区",
    ]
    with pytest.raises(Invalid):
        work(
            DISTRICT_OFFICER,
            lambda w: importing.apply(w, data=csv(bad), digest=whole.digest),
        )
    assert queries.places(session) == []


@pytest.mark.usefixtures("staff")
def test_a_sheet_says_since_when_and_october_stays(session: Session) -> None:
    for code in (enter(VILLAGE), enter(ESTATE, DISTRICT_OFFICER)):
        check(code, CHECKER)
    gone, fewer = ROWS[1] + ["", "2026-10-31"], ["", "2026-11-01", ""]
    sheet = csv([gone, ROWS[0][:3] + fewer], *map(str, importing.DAYS))
    found = importing.preview(session, DISTRICT_OFFICER, sheet, TODAY)
    assert [change.before for change in found.changes] == [ESTATE, VILLAGE]
    apply = importing.apply
    work(DISTRICT_OFFICER, lambda w: apply(w, data=sheet, digest=found.digest))
    for one in queries.places(session):
        check(one.code, CHECKER)
    for kind in Kind:
        assert queries.coverage(session, kind, OCTOBER).covered == 1
        assert queries.coverage(session, kind, TODAY).covered == 0
    # Without the two columns nothing is said of the days.
    again = importing.preview(session, DISTRICT_OFFICER, csv(ROWS[1:]), TODAY)
    assert (list(again.changes), again.same) == ([], 1)
    late = csv([[*ROWS[1], "2027-01-01", "2026-01-01"]], *map(str, importing.DAYS))
    faults = importing.preview(session, DISTRICT_OFFICER, late, TODAY).faults
    assert [fault.pointer for fault in faults] == [
        "sheet/2/从哪天起是这样", "sheet/2/到哪天为止",
    ]  # fmt: skip


# ---- pages -----------------------------------------------------------------------


@pytest.fixture
def desk(app: Flask, staff: None) -> FlaskClient:
    return make.browser(app, DISTRICT_OFFICER)


def upload(desk: FlaskClient, data: bytes) -> TestResponse:
    file = (io.BytesIO(data), "登记.xlsx")
    return desk.post("/staff/coverage/sheet", data={"sheet": file})


def test_an_excel_sheet_goes_in_by_its_preview_and_comes_out_again(desk: FlaskClient) -> None:
    shown = upload(desk, write_book({"Sheet": [HEADING, *ROWS]})).get_data(as_text=True)
    assert "河畔花园" in shown
    table = re.search(r"(?s)<textarea name=\"table\" hidden>\n(.*?)</textarea>", shown)
    digest = re.search(r'name="digest" value="(\w+)"', shown)
    assert table
    assert digest
    fields = {"table": table.group(1), "digest": digest.group(1)}
    assert desk.post("/staff/coverage/sheet/write", data=fields).status_code == 303
    assert desk.post("/staff/coverage/sheet/write", data=fields).status_code == 409
    taken = desk.get("/staff/coverage/register.xlsx").data
    assert [row[1:6] for row in read_book(taken)["Sheet"][1:]] == [
        ["河畔花园", "640", "2026-03-01", "", ""],
        ["", "320", "2026-03-01", "", ""],
    ]
    assert "没有要写的" in upload(desk, taken).get_data(as_text=True)


def test_a_village_is_entered_by_one_and_checked_by_another(app: Flask, desk: FlaskClient) -> None:
    officer = make.browser(app, TOWN_OFFICER)
    address = f"/staff/coverage/{make.VILLAGE}"
    fields = {"form": "village", "started_on": "2026-03-01", "households": "320"}
    assert officer.post(address, data=fields).status_code == 303
    shown = officer.get(address).get_data(as_text=True)
    assert "等别人核对" in shown
    assert "核对无误" not in shown
    check_at = re.search(rf'action="({address}/check/\w+)"', desk.get(address).text)
    assert check_at
    assert officer.post(check_at.group(1)).status_code == 403
    assert desk.post(check_at.group(1)).status_code == 303
    assert "核对过" in officer.get(f"/staff/coverage?town={make.TOWN}").text
    assert len(re.findall("登记，.* 核对", officer.get(address).text)) == 1
    refused = officer.post(address, data={"form": "estate", "name": "", "households": "2"})
    assert refused.status_code == 422
    assert "请写小区的名称" in refused.text


@pytest.mark.usefixtures("staff")
def test_the_register_is_read_once_however_many_places_and_towns_there_are(
    desk: FlaskClient,
) -> None:
    check(enter(VILLAGE))
    counts = []
    for name in ("甲苑", "乙苑", "丙苑"):
        with statements() as sent:
            assert desk.get("/staff/coverage").status_code == 200
        counts.append(len(sent))
        check(enter(replace(ESTATE, name=name), DISTRICT_OFFICER), CHECKER)
    assert counts[1] == counts[2]
    assert len([one for one in sent if "sorting_place" in one]) == 4  # the district, the towns
