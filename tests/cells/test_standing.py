"""After naming: the yearly spot check with its seed, photos of the story, the list behind 39."""

import hashlib
import re

import pytest

from tests.cells import make
from tests.cells.make import OFFICE, OUTSIDER, OWNER, STRANGER, do
from tests.cells.window import DESK, UNIT, Window, photo
from tests.conftest import Clock
from tests.dumping import make as people
from tests.dumping.make import TOWN_OFFICER, messages
from tests.dumping.mapped import load_outlines
from wufei_public.cells import jobs
from wufei_public.cells.actions import applying, naming, objecting, spots, standing, tasks
from wufei_public.cells.models.certificates import CellCertificate
from wufei_public.cells.queries import spots as queries
from wufei_public.cells.queries.certificates import figures, forget_figures
from wufei_public.cells.rules.counting import rule_on
from wufei_public.cells.rules.spots import drawn
from wufei_public.common.clock import district_day
from wufei_public.common.errors import Conflict, NotAllowed, NotFound, WrongState
from wufei_public.divisions.queries import directory
from wufei_public.indicators.queries.sources import SOURCES
from wufei_public.indicators.rules.periods import read_period
from wufei_public.infra.work import reading

OK = 200
pytestmark = pytest.mark.usefixtures("district")


def test_the_draw_can_be_repeated_by_anybody_and_is_a_tenth() -> None:
    numbers = [f"WFXB-2026-{place:04d}" for place in range(1, 22)]
    by_hand = sorted(numbers, key=lambda n: hashlib.sha256(f"7f:{n}".encode()).hexdigest())[:3]
    assert list(drawn("7f", reversed(numbers))) == by_hand
    assert drawn("80", numbers) != drawn("7f", numbers)
    assert len(drawn("7f", numbers[:1])) == 1


def test_a_past_figure_of_39_stays_as_the_cells_stood_then(clock: Clock) -> None:
    _case, found = make.named(clock)
    days = []
    for act in (None, standing.suspend, standing.restore, make.remove):
        if act is make.remove:
            make.remove(found.code)
        elif act is not None:
            do(OFFICE, act, code=found.code, reason="厨余混投")
        days.append(district_day(clock.now))
        clock.move(days=1)
    told = [SOURCES["39"](reading(), read_period(day.isoformat())) for day in days]
    assert [one.inputs["cells"] for one in told if one] == [[found.number], [], [found.number], []]


def test_a_spot_check_is_drawn_once_and_its_result_is_for_everyone(
    see: Window, clock: Clock
) -> None:
    page = "/staff/cells/checks"
    assert "现在没有有效的无废细胞" in see.post(OFFICE, page, 409).text
    _case, found = make.named(clock)
    see.clients.clear()
    assert see.of(TOWN_OFFICER).get(page).status_code == 403
    see.post(OFFICE, page)
    assert "今年已经抽过了" in see.post(OFFICE, page, 409).text
    (row,) = queries.checks(reading(), [2026])
    kept = queries.draw_of(reading(), 2026)
    assert kept
    assert (row.number, kept.units) == (found.number, 1)
    assert kept.seed in see.get(None, "/cells/checks")
    see.post(OFFICE, f"{page}/2026/{found.code}", 422, finding="kept")
    see.post(OFFICE, f"{page}/2026/{found.code}", finding="slipped", text="厨余又混投了。")
    assert "厨余又混投了" in see.get(None, f"/cells/c/{found.code}")
    assert messages()[-2:] == [(OWNER.id, "cells.spot_check"), (OWNER.id, "cells.task")]
    again = {"year": 2026, "code": found.code, "finding": "kept", "text": "好了"}
    with pytest.raises(WrongState):
        do(OFFICE, spots.find, **again)
    with pytest.raises(NotFound):
        do(OFFICE, spots.find, **(again | {"year": 2025}))
    for actor in (TOWN_OFFICER, OWNER):
        with pytest.raises(NotAllowed):
            do(actor, spots.draw)
    with pytest.raises(Conflict):
        do(OFFICE, spots.draw)


def test_photos_of_the_story_are_public_once_the_unit_is_named(see: Window, clock: Clock) -> None:
    case = make.filled(make.started())
    unit = UNIT.format(case.code)
    see.post(OWNER, f"{unit}/pictures", photos=photo(21))
    see.post(OWNER, f"{unit}/pictures", photos=photo(22))
    people.develop()
    first, second = pictures(see, unit)
    see.post(OWNER, f"{unit}/pictures/{second}/remove")
    assert pictures(see, unit) == [first]
    see.post(OWNER, f"{unit}/pictures", 409, photos=[photo(n) for n in range(23, 26)])
    see.post(STRANGER, f"{unit}/pictures", 404, photos=photo(26))
    do(OWNER, applying.submit, code=case.code, committed=True)
    assert f"/photos/{first}/" in see.get(TOWN_OFFICER, DESK.format(case.code))
    named = name(case, clock)
    assert named.cover_id == first
    cover = f"/cells/c/{named.code}/photos/{first}/thumb"
    assert cover in see.get(None, "/cells")
    assert cover in see.get(None, f"/cells/c/{named.code}")
    assert see.of(None).get(cover).mimetype == "image/webp"
    # The evidence is for the review, not for everyone.
    proof = first - 1
    assert see.of(None).get(f"/cells/c/{named.code}/photos/{proof}/thumb").status_code == 404


def pictures(see: Window, unit: str) -> list[int]:
    found = see.get(OWNER, unit).split(f"{unit}/pictures/")[1:]
    return [int(part.split("/", 1)[0]) for part in found]


def name(case: make.Case, clock: Clock) -> CellCertificate:
    make.decided(case)
    clock.move(days=9)
    jobs.end_overdue("")
    found: CellCertificate = do(OFFICE, naming.name, codes=[case.code], document="9号")[0]
    return found


def test_the_list_behind_the_indicator_names_what_counts(see: Window, clock: Clock) -> None:
    _case, found = make.named(clock)
    page = see.get(None, "/cells/count")
    assert "今天是 1 个" in page
    assert found.number in page
    clock.move(minutes=1)
    do(OFFICE, standing.suspend, code=found.code, reason="停业装修")
    page = see.get(None, "/cells/count")
    assert "今天是 0 个" in page
    assert found.number not in page


def test_the_map_counts_one_kind_when_asked_in_tiles_and_in_outlines(
    see: Window, clock: Clock
) -> None:
    make.named(clock)
    tile = "<b>1</b>"
    assert tile in see.get(None, "/cells")
    assert tile in see.get(None, "/cells?kind=hotel")
    assert tile not in see.get(None, "/cells?kind=school")
    drawn_map = re.compile(r'<svg class="wf-tilemap( wf-tilemap--drawn)?".*?</svg>', re.DOTALL)
    (tiles,) = drawn_map.finditer(see.get(None, "/cells"))
    load_outlines(reading())
    (outlines,) = drawn_map.finditer(see.get(None, "/cells"))
    assert [bool(found[1]) for found in (tiles, outlines)] == [False, True]
    one = r'<a href="/cells\?town=(\d+)" aria-label="[^"]+：1 个"><path class="m-1"'
    for found in (tiles, outlines):
        assert re.findall(one, found[0]) == [make.TOWN]
        assert found[0].count("：0 个") == len(directory(reading()).towns) - 1


def test_the_story_is_public_only_while_the_certificate_holds(see: Window, clock: Clock) -> None:
    case = make.filled(make.started())
    unit = UNIT.format(case.code)
    see.post(OWNER, f"{unit}/pictures", photos=photo(21))
    people.develop()
    do(OWNER, applying.submit, code=case.code, committed=True)
    found = name(case, clock)
    code, cover = found.code, f"/cells/c/{found.code}/photos/{found.cover_id}"

    def told() -> list[bool]:
        """Return whether each public way still leads to the story or its photo."""
        paper = see.of(None).get(f"/cells/c/{code}/certificate.pdf")
        pages = [see.get(None, path) for path in ("/cells", "/api/v1/cells", f"/cells/c/{code}")]
        sizes = [see.of(None).get(f"{cover}/{size}").status_code for size in ("thumb", "large")]
        assert ("我们从厨房做起" in pages[2]) == (cover in pages[2])
        reached = [status == OK for status in (*sizes, paper.status_code)]
        return [*(cover in page for page in pages), *reached]

    yes, no = [True] * 6, [False] * 6
    assert told() == yes
    do(OFFICE, standing.suspend, code=code, reason="停业装修")
    assert told() == no
    do(OFFICE, standing.restore, code=code, reason="开业了")
    assert told() == yes
    make.remove(code, "混投")
    assert told() == no
    appeal = do(OWNER, objecting.appeal, code=case.code, text="不是我们倒的。")
    do(OUTSIDER, objecting.decide, code=appeal.code, outcome="upheld", answer="查过了。")
    assert told() == yes
    clock.move(days=3 * 366)
    assert told() == no
    assert f"/photos/{found.cover_id}/thumb" in see.get(OFFICE, DESK.format(case.code))


def test_no_suspended_unit_is_drawn(clock: Clock) -> None:
    _case, found = make.named(clock)
    do(OFFICE, standing.suspend, code=found.code, reason="停业")
    with pytest.raises(WrongState) as refusal:
        do(OFFICE, spots.draw)
    assert make.code_of(refusal) == "nothing_to_draw"


def test_a_place_whose_suspended_certificate_comes_back_counts_once(clock: Clock) -> None:
    case, older = make.named(clock)
    do(OFFICE, standing.suspend, code=older.code, reason="停业")
    row = do(OWNER, applying.start, round_code=make.a_round().code, kind="hotel",
             unit=case.unit.name, places=[make.place(case.unit)])  # fmt: skip
    again = make.filled(make.Case(row.code, case.unit))
    do(OWNER, applying.submit, code=again.code, committed=True)
    make.decided(again)
    clock.move(days=9)
    jobs.end_overdue("")
    newer = do(OFFICE, naming.name, codes=[again.code], document="9号")[0]
    do(OUTSIDER, standing.restore, code=older.code, reason="开业")
    clock.move(days=2)
    forget_figures()
    assert figures(reading(), clock.now).numbers == (newer.number,)


def test_progress_counts_the_kinds_of_the_rule_alone(clock: Clock) -> None:
    opened = make.a_round(kinds=("hotel", "park"))
    make.submitted(opened=opened)
    forget_figures()
    assert figures(reading(), clock.now).in_progress == 1
    row = do(OWNER, applying.start, round_code=opened.code, kind="park", unit="洛水公园",
             places=[make.place(make.unit(5))])  # fmt: skip
    do(OWNER, applying.submit, code=make.filled(make.Case(row.code, make.unit(6))).code,
       committed=True)  # fmt: skip
    forget_figures()
    assert "park" not in rule_on(district_day(clock.now)).kinds
    assert figures(reading(), clock.now).in_progress == 1


def test_nobody_is_reminded_of_the_tasks_of_what_was_removed(clock: Clock) -> None:
    _case, found = make.named(clock)
    do(OFFICE, tasks.order_review, code=found.code, text="交台账。")
    make.remove(found.code)
    clock.move(days=60)
    said = len(messages())
    jobs.remind("")
    assert not {what for _who, what in messages()[said:]} & {"cells.task_over", "cells.task_soon"}
