"""Quotas: cells, who is turned away and when, and that nothing begun is lost."""

import json
import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.dumping import make as people
from tests.surveys import forms as small_forms
from tests.surveys import waves as make
from wufei_public.common.errors import Conflict, Invalid
from wufei_public.infra.work import reading
from wufei_public.surveys.documents.desk import margin_rows
from wufei_public.surveys.models import Response, Wave
from wufei_public.surveys.queries import quotas as queries
from wufei_public.surveys.queries import waves as wave_queries
from wufei_public.surveys.rules.quotas import Cell, cells_of, early, falls_into, full_sets
from wufei_public.surveys.rules.waves import Mode

FORM = small_forms.shipped()
MARGINS = margin_rows(b"", "public")


# ---- rules ------------------------------------------------------------------------------


def test_the_target_is_shared_out_by_the_margins() -> None:
    cells = {cell.levels: cell.wanted for cell in cells_of(FORM, MARGINS, ("sex",), 1000)}
    assert cells == {("male",): 503, ("female",): 497}
    both = cells_of(FORM, MARGINS, ("sex", "age"), 600)
    assert len(both) == 12
    assert sum(cell.wanted for cell in both) in range(594, 607)
    assert min(cell.wanted for cell in cells_of(FORM, MARGINS, ("town", "sex", "age"), 20)) == 1


@pytest.mark.parametrize(
    ("by", "target", "margins", "pointer"),
    [
        (("sex",), 0, MARGINS, "target"),
        (("sex",), 100, [], "quota_by"),
        (("sat_overall",), 100, MARGINS, "quota_by"),
        (("town", "town", "age"), 100, MARGINS, "quota_by"),
    ],
)
def test_what_cannot_be_a_quota_is_told_at_its_field(
    by: tuple[str, ...], target: int, margins: Any, pointer: str
) -> None:
    with pytest.raises(Invalid) as refused:
        cells_of(FORM, margins, by, target)
    assert refused.value.errors[0].pointer == pointer


def test_only_what_is_asked_first_turns_anybody_away() -> None:
    assert early(FORM, ("sex", "age", "town")) == ["town", "age"]
    cells = [Cell(("t1", "male"), 1, 1), Cell(("t1", "female"), 1, 0), Cell(("t2", "male"), 1, 2)]
    assert full_sets(FORM, ("town", "sex"), cells) == [[("town", "t2")]]
    assert full_sets(FORM, ("sex",), [Cell(("male",), 1, 1)]) == []
    full = [[("town", "t2"), ("age", "a")]]
    assert falls_into(full, {"town": "t2", "age": "a", "sex": "male"})
    assert not falls_into(full, {"town": "t2"})


# ---- in the database ------------------------------------------------------------------------

loaded = pytest.mark.usefixtures("loaded")


def limited(target: int = 12, **changes: Any) -> Wave:
    """Return an open wave whose quotas go by age; 60 to 69 wants two of twelve."""
    values = {"quota_by": ("age",), "quota_stops": True, "target": target}
    return make.wave(**(values | changes))


def filled(wave: Wave) -> dict[str, tuple[int, int]]:
    reading().rollback()
    return {cell.key: (cell.filled, cell.wanted) for cell in queries.cells(reading(), wave.id)}


def turned_away(**said: Any) -> Any:
    first = {"consent": "yes", "town": make.TOWN, "age": "60_69"}
    return make.sent(first | said, full=True)


@loaded
def test_answers_fill_their_cell_and_who_declines_fills_none() -> None:
    wave = limited()
    make.submit(wave)
    make.submit(wave, make.sent({"consent": "no"}))
    make.submit(wave, make.sent({**make.ANSWERS, "age": "18_29"}))
    found = filled(wave)
    assert (found["60_69"], found["18_29"], found["70_plus"]) == ((1, 2), (1, 2), (0, 1))


@loaded
def test_a_full_cell_turns_away_and_is_counted_apart() -> None:
    wave = limited()
    for _ in range(2):
        make.submit(wave)
    assert queries.full(reading(), wave) == [[("age", "60_69")]]
    assert make.submit(wave, turned_away()) == "4.8"
    assert wave_queries.outcomes(reading(), wave) == {"1.1": 2, "4.8": 1}
    assert len(make.responses()) == 2


@loaded
def test_who_had_begun_is_kept_though_the_cell_filled_meanwhile() -> None:
    wave = limited()
    for _ in range(3):
        assert make.submit(wave) == "1.1"
    assert filled(wave)["60_69"] == (3, 2)


@loaded
def test_nobody_is_turned_away_from_an_open_cell_or_a_wave_that_does_not_say_so() -> None:
    wave = limited()
    again = turned_away()
    with pytest.raises(Conflict):
        make.submit(wave, again)
    quiet = limited(quota_stops=False)
    for _ in range(3):
        make.submit(quiet)
    assert queries.full(reading(), quiet) == []
    with pytest.raises(Conflict):
        make.submit(quiet, turned_away())


@loaded
@pytest.mark.parametrize(
    ("mode", "stops", "pointer"),
    [
        (Mode.INVITED, True, "quota_stops"),
        (Mode.TELEPHONE, True, "quota_stops"),
        (Mode.EXTERNAL, False, "quota_by"),
    ],
)
def test_a_sample_is_never_turned_away(mode: Mode, stops: bool, pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        limited(mode=mode, quota_stops=stops, collector="某公司", opened=False)
    assert refused.value.errors[0].pointer == pointer


# ---- pages -------------------------------------------------------------------------------------


@pytest.fixture
def officer(app: Flask) -> FlaskClient:
    people.places()
    return people.browser(app, people.account(people.DISTRICT_OFFICER))


@loaded
def test_an_officer_sets_quotas_and_sees_them_fill(officer: FlaskClient) -> None:
    form = re.search(r'<option value="(\w+)" selected', officer.get("/staff/surveys/new").text)
    assert form
    values = {
        "form": form[1], "title": "街头问", "mode": "interviewer", "opens_on": "2026-11-20",
        "closes_on": "2026-12-10", "target": "60", "shipped": "1", "quota_by": ["sex", "age"],
        "quota_stops": "1",
    }  # fmt: skip
    refused = officer.post("/staff/surveys/new", data=values | {"mode": "invited"})
    assert (refused.status_code, refused.text.count("checked")) == (422, 5)
    made = officer.post("/staff/surveys/new", data=values).headers["Location"]
    officer.post(f"{made}/begin")
    shown = officer.get(made).text
    assert "配额：12 格还没满" in shown
    assert "0 / 6" in shown
    asked = officer.get(f"{made}/interview").text
    assert "配额：12 格还没满" in asked
    assert "data-full=" not in asked


@loaded
def test_the_phone_knows_what_is_full_and_a_full_wave_says_so(client: FlaskClient) -> None:
    wave = limited(target=1)
    page = f"/surveys/{wave.code}"
    begun = client.post(f"{page}/begin")
    make.submit(wave)
    form = client.get(begun.headers["Location"]).text
    found = re.search(r'data-full="([^"]+)"', form)
    assert found
    assert json.loads(unescape(found[1])) == [[["age", "60_69"]]]
    own = dict(re.findall(r'type="hidden" name="(client_key|began)" value="([^"]+)"', form))
    first = {"consent": "yes", "town": make.TOWN, "age": "60_69", "full": "1"}
    answer = client.post(f"{page}/form", data={**first, **own})
    assert answer.headers["Location"].endswith("done?o=4.8")
    assert "已经答够了" in client.get(answer.headers["Location"]).text
    for level in ("18_29", "30_39", "40_49", "50_59", "70_plus"):
        make.submit(wave, make.sent({**make.ANSWERS, "age": level}))
    assert "开始答题" in client.get(page).text
    client.delete_cookie("wf_survey", path=page)
    assert "要的份数已经够了" in client.get(page).text
    assert "开始答题" not in client.get(page).text
    reading().rollback()
    assert reading().query(Response).count() == 6


@loaded
def test_the_cells_scroll_in_a_box_of_their_own_and_the_title_is_in_english(
    officer: FlaskClient,
) -> None:
    """A phone of 320 px in elder mode had to move the whole page."""
    wave = limited(title_en="Survey with quotas")
    officer.set_cookie("wf_lang", "en")
    page = officer.get(f"/staff/surveys/{wave.code}").text
    assert re.search(r'<div class="wf-scroll"[^>]*><table class="wf-table wf-tw"><caption', page)
    assert "<h1>Survey with quotas</h1>" in page
