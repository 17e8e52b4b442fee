"""After naming: the yearly spot check with its seed, photos of the story, the list behind 39."""

import hashlib

import pytest

from tests.cells import make
from tests.cells.make import OFFICE, OWNER, STRANGER, do
from tests.cells.window import DESK, UNIT, Window, photo
from tests.conftest import Clock
from tests.dumping import make as people
from tests.dumping.make import TOWN_OFFICER, messages
from wufei_public.cells import jobs
from wufei_public.cells.actions import applying, naming, spots, standing
from wufei_public.cells.models.certificates import CellCertificate
from wufei_public.cells.queries import spots as queries
from wufei_public.cells.rules.spots import drawn
from wufei_public.common.errors import Conflict, NotAllowed, NotFound, WrongState
from wufei_public.infra.work import reading

pytestmark = pytest.mark.usefixtures("district")


def test_the_draw_can_be_repeated_by_anybody_and_is_a_tenth() -> None:
    numbers = [f"WFXB-2026-{place:04d}" for place in range(1, 22)]
    by_hand = sorted(numbers, key=lambda n: hashlib.sha256(f"7f:{n}".encode()).hexdigest())[:3]
    assert list(drawn("7f", reversed(numbers))) == by_hand
    assert drawn("80", numbers) != drawn("7f", numbers)
    assert len(drawn("7f", numbers[:1])) == 1


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
    assert messages()[-1] == (OWNER.id, "cells.spot_check")
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


def test_the_map_counts_one_kind_when_asked(see: Window, clock: Clock) -> None:
    make.named(clock)
    tile = "<b>1</b>"
    assert tile in see.get(None, "/cells")
    assert tile in see.get(None, "/cells?kind=hotel")
    assert tile not in see.get(None, "/cells?kind=school")
