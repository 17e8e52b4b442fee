"""A rubric changed row by row as a draft; looked at once more, it becomes a version of its own."""

import copy
import re
from dataclasses import replace
from typing import Any

import pytest

from tests.cells import make, rubrics
from tests.cells.make import OFFICE, SECOND, code_of, do
from tests.cells.window import Window
from tests.dumping.make import TOWN_OFFICER
from wufei_public.cells.actions import rubrics as actions
from wufei_public.cells.queries import rounds as queries
from wufei_public.cells.rules import editing
from wufei_public.cells.rules.comparing import What, differences
from wufei_public.cells.rules.editing import fields_of, found_in, moved, rows_of, without
from wufei_public.cells.rules.faults import faults
from wufei_public.cells.rules.rubrics import read_rubric
from wufei_public.common.errors import Invalid, NotFound, WrongState
from wufei_public.infra.work import reading

OFFICE_PAGES = "/staff/cells/office"
DRAFT = f"{OFFICE_PAGES}/drafts/hotel"
FIRST = "hotel-org-01"
PUT = {
    "sections": editing.with_section,
    "items": editing.with_item,
    "bonus": editing.with_item,
    "vetoes": editing.with_veto,
}
# Numbered fields of one item: two steps, one piece of evidence.
NEW_ITEM = {
    "section": "org", "title": "培训", "requirement": "每年培训两次。", "points": "2.5",
    "method": "steps", "score0": "2.5", "when0": "两次", "score2": "0", "when2": "没有",
    "evidence1": "record", "label1": "签到表", "allows_na": "1", "na_when": "没有员工",
}  # fmt: skip


def hotel() -> dict[str, Any]:
    return copy.deepcopy(rubrics.content("hotel"))


def places(content: dict[str, Any]) -> set[str]:
    return {fault.pointer for fault in faults(read_rubric(content))}


@pytest.mark.parametrize("kind", rubrics.kinds())
def test_what_is_typed_unchanged_is_the_same_rubric(kind: str) -> None:
    content = new = {**rubrics.content(kind), "route": {"steps": [], "scoring": "experts"}}
    for part, put in PUT.items():
        for row in rows_of(content, part):
            new = put(new, row["id"], fields_of(row))
    basics = editing.basics_fields(content) | {"version": "2027-1"}
    new = editing.with_basics(new, basics | {"steps": "town experts decision notice naming"})
    expected = replace(read_rubric(content), version="2027-1", route=read_rubric(new).route)
    assert read_rubric(new) == expected
    assert [(one.part, one.what) for one in differences(content, new)] == [("basics", What.CHANGED)]


def test_an_item_is_added_moved_and_taken_out_and_bad_totals_are_named_at_their_place() -> None:
    first = editing.with_item(hotel(), "new", NEW_ITEM)
    added = read_rubric(first).item("hotel-org-03")
    assert added
    assert ([str(step.score) for step in added.steps], added.na_when) == (["2.5", "0"], "没有员工")
    assert [(one.kind, one.label) for one in added.evidence] == [("record", "签到表")]
    fault = faults(read_rubric(first))
    assert [(one.pointer, one.facts["held"]) for one in fault] == [("org", "17.5")]
    lower = fields_of(found_in(first, FIRST)[1]) | {"points": "5.5", "score0": "5.5"}
    second = editing.with_item(first, FIRST, lower)
    assert places(second) == set()
    third = moved(moved(second, "hotel-org-03", -1), "hotel-org-03", -1)
    assert [item.id for item in read_rubric(third).of_section("org")] == [
        "hotel-org-03", FIRST, "hotel-org-02",
    ]  # fmt: skip
    assert moved(third, "hotel-org-03", -1) == third
    assert places(without(third, "hotel-org-03")) == {"org"}
    assert rows_of(rubrics.content("hotel"), "items")[0]["points"] == 8


def test_a_section_is_added_with_what_it_holds_and_leaves_when_it_is_empty() -> None:
    new = editing.with_section(hotel(), "new", {"name": "能源", "points": "10"})
    assert places(new) == {"part-01", "sections"}
    with pytest.raises(Invalid) as full:
        without(new, "org")
    assert code_of(full) == "section_not_empty"
    assert without(new, "part-01") == hotel()
    item = fields_of(found_in(new, "hotel-data-01")[1]) | {"section": "part-01"}
    assert places(editing.with_item(new, "hotel-data-01", item)) == {"part-01", "data", "sections"}


def test_an_item_becomes_a_bonus_and_a_veto_is_no_item() -> None:
    item = fields_of(found_in(hotel(), FIRST)[1]) | {"section": "bonus", "method": "yes_no"}
    new = editing.with_item(hotel(), FIRST, item)
    assert [one.id for one in read_rubric(new).bonus][-1] == FIRST
    assert places(new) == {"org"}
    new = editing.with_veto(new, "new", {"title": "偷排", "text": "近2年偷排污水。"})
    assert [one.id for one in read_rubric(new).vetoes][-1] == "hotel-veto-05"
    for row_id in ("hotel-veto-01", "org", "nobody"):
        with pytest.raises(NotFound):
            editing.with_item(hotel(), row_id, item)


@pytest.mark.parametrize("text", ["", "-1", "acht", "1e9", "NaN", "Infinity"])
def test_what_is_no_number_is_named_at_its_field(text: str) -> None:
    fields = NEW_ITEM | {"points": text, "when0": "", "na_when": "", "evidence1": "video"}
    with pytest.raises(Invalid) as refusal:
        editing.with_item(hotel(), "new", fields)
    assert {one.pointer for one in refusal.value.errors} == {
        "points", "when0", "na_when", "evidence1",
    }  # fmt: skip


def test_every_difference_is_named_with_what_was_and_what_is() -> None:
    ratio = fields_of(found_in(hotel(), "hotel-reduce-02")[1]) | {"zero_at": "40"}
    new = editing.with_item(hotel(), "new", NEW_ITEM)
    new = editing.with_item(new, "hotel-reduce-02", ratio)
    new = moved(without(new, "hotel-veto-02"), "hotel-bonus-01", 1)
    new = moved(new, "hotel-bonus-01", 1)
    new["kind"]["thresholds"]["levels"]["5"] = 96
    said = differences(hotel(), new)
    assert [(one.part, one.name, one.what.value) for one in said] == [
        ("basics", "", "changed"),
        ("items", "大瓶装洗护用品", "changed"),
        ("items", "培训", "added"),
        ("bonus", "绿色饭店称号", "moved"),
        ("vetoes", "材料造假", "removed"),
    ]
    [level] = said[0].details
    assert (level.field, level.before, level.after) == ("level5", (("", "95"),), (("", "96"),))
    [scale] = said[1].details
    assert (scale.before[1], scale.after[1]) == (("", "50 → 100 %"), ("", "40 → 100 %"))
    steps = next(one for one in said[2].details if one.field == "steps")
    assert (steps.before, steps.after) == ((), (("2.5", "两次"), ("0", "没有")))
    assert differences(hotel(), hotel()) == ()


# ---- on the page ----------------------------------------------------------------


@pytest.mark.usefixtures("district")
def test_the_office_publishes_a_changed_draft_after_a_second_look(see: Window) -> None:
    see.post(TOWN_OFFICER, f"{OFFICE_PAGES}/rubrics/hotel/2026-1/draft", 403)
    see.post(OFFICE, f"{OFFICE_PAGES}/rubrics/hotel/2026-1/draft")
    again = see.post(SECOND, f"{OFFICE_PAGES}/rubrics/hotel/2026-1/draft", 409)
    assert "已经有一份正在改的" in again.text
    see.get(TOWN_OFFICER, DRAFT, 403)
    assert "没有不同" in see.get(OFFICE, f"{DRAFT}/check")
    assert "不用发布" in see.post(OFFICE, f"{DRAFT}/publish", 409, revision=0).text
    page = see.get(OFFICE, f"{DRAFT}/items/new?section=org")
    assert set(re.findall(r' name="([^"]+)"', page)) >= {"revision", *NEW_ITEM}
    wrong = see.post(OFFICE, f"{DRAFT}/items/new", 422, revision=0, **NEW_ITEM | {"points": "viel"})
    assert 'value="viel"' in wrong.text
    see.post(OFFICE, f"{DRAFT}/items/new", revision=0, **NEW_ITEM)
    late = see.post(SECOND, f"{DRAFT}/sections/org", 409, revision=0, name="组织", points="17.5")
    assert "刚才被改过" in late.text
    assert 'value="17.5"' in late.text
    page = see.get(OFFICE, DRAFT)
    at_section = page.index("“组织管理”各项合计 17.5 分，这一部分是 15 分")
    assert page.index('id="r-org"') < at_section < page.index(f'id="r-{FIRST}"')
    assert "还不能发布" in see.get(OFFICE, f"{DRAFT}/check")
    see.post(OFFICE, f"{DRAFT}/publish", 409, revision=1)
    changed = fields_of(found_in(queries.draft(reading(), "hotel").content, FIRST)[1])
    changed |= {"points": "5.5", "score0": "5.5", "title": "店长负责"}
    see.post(OFFICE, f"{DRAFT}/items/{FIRST}", revision=1, **changed)
    see.post(OFFICE, f"{DRAFT}/move", revision=2, move="hotel-org-03:-1")
    basics = editing.basics_fields(queries.draft(reading(), "hotel").content)
    see.post(OFFICE, f"{DRAFT}/basics", revision=3, **basics | {"version": "2026-1"})
    assert "这个版本已经有了" in see.post(OFFICE, f"{DRAFT}/publish", 409, revision=4).text
    see.post(OFFICE, f"{DRAFT}/basics", revision=4, **basics | {"version": "2027-1"})
    look = see.get(OFFICE, f"{DRAFT}/check")
    assert "总经理负责到部门" in look
    assert "店长负责" in look
    see.post(SECOND, f"{DRAFT}/publish", 409, revision=4)
    case = make.started()
    see.post(OFFICE, f"{DRAFT}/publish", revision=5)
    assert [*queries.choices(reading())["hotel"].values()] == ["2027-1", "2026-1"]
    assert "店长负责" in see.get(None, "/cells/rubrics/hotel")
    assert make.rubric_of(case).version == "2026-1"
    see.get(OFFICE, DRAFT, 404)


@pytest.mark.usefixtures("district")
def test_a_draft_is_thrown_away_and_a_veto_leaves_it(see: Window) -> None:
    do(OFFICE, actions.begin_draft, kind="hotel", version="2026-1")
    see.get(OFFICE, f"{DRAFT}/vetoes/hotel-veto-09", 404)
    see.post(OFFICE, f"{DRAFT}/vetoes/hotel-veto-01/remove", revision=0)
    see.post(OFFICE, f"{DRAFT}/vetoes/new", revision=1, title="偷排", text="近2年偷排污水。")
    assert "先把它们拿掉" in see.post(OFFICE, f"{DRAFT}/sections/org/remove", 409, revision=2).text
    assert "偷排" in see.get(OFFICE, f"{DRAFT}/check")
    with pytest.raises(WrongState):
        do(OFFICE, actions.drop_draft, kind="hotel", revision=1)
    see.post(OFFICE, f"{DRAFT}/drop", revision=2)
    assert "接着改草稿" not in see.get(OFFICE, f"{OFFICE_PAGES}/rubrics")
