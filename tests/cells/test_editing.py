"""A rubric changed on the page: words and points together, as a version of its own."""

import re
from dataclasses import replace
from typing import Any

import pytest

from tests.cells import make, rubrics
from tests.cells.make import OFFICE
from tests.cells.window import Window
from tests.dumping.make import TOWN_OFFICER
from wufei_public.cells.queries import rounds as queries
from wufei_public.cells.rules.editing import edited, places
from wufei_public.cells.rules.rubrics import faults, read_rubric
from wufei_public.common.errors import Invalid
from wufei_public.infra.work import reading

PAGE = "/staff/cells/office/rubrics/hotel/2026-1/edit"
FIRST = "hotel-org-01"


def as_typed(content: Any) -> dict[str, str]:
    return {field: str(node[key]) for field, node, key, _ in places(content)}


@pytest.mark.parametrize("kind", rubrics.kinds())
def test_what_is_typed_unchanged_is_the_same_rubric(kind: str) -> None:
    content = rubrics.content(kind)
    new = edited(content, "2027-1", as_typed(content))
    assert read_rubric(new) == replace(read_rubric(content), version="2027-1")


def test_words_and_points_change_together_and_the_old_stays() -> None:
    content = rubrics.content("hotel")
    changed = as_typed(content) | {
        f"{FIRST}.points": "7.5", f"{FIRST}.steps.0.score": "7.5", "hotel-org-02.points": "7.5",
        "hotel-org-02.steps.0.score": "7.5", f"{FIRST}.requirement": "每季度通报。",
    }  # fmt: skip
    new = read_rubric(edited(content, "2027-1", changed))
    assert faults(new) == []
    item, old = new.item(FIRST), read_rubric(content).item(FIRST)
    assert item
    assert old
    assert (str(item.points), item.requirement) == ("7.5", "每季度通报。")
    assert (str(old.points), old.requirement == item.requirement) == ("8", False)


@pytest.mark.parametrize("text", ["", "-1", "acht", "1e9", "NaN", "Infinity"])
def test_what_is_no_number_is_named_at_its_field(text: str) -> None:
    content = rubrics.content("hotel")
    with pytest.raises(Invalid) as refusal:
        edited(content, "2027-1", as_typed(content) | {f"{FIRST}.points": text})
    assert [one.pointer for one in refusal.value.errors] == [f"{FIRST}.points"]


@pytest.mark.usefixtures("district")
def test_the_office_saves_a_new_version_on_the_page(see: Window) -> None:
    see.get(TOWN_OFFICER, PAGE, 403)
    page = see.get(OFFICE, PAGE)
    form = as_typed(queries.content(reading(), "hotel", "2026-1"))
    assert set(re.findall(r' name="([^"]+)"', page)) >= {"version", *form}
    assert "这个版本已经有了" in see.post(OFFICE, PAGE, 422, version="2026-1", **form).text
    alone = form | {f"{FIRST}.points": "9", "version": "2027-1"}
    refused = see.post(OFFICE, PAGE, 422, **alone).text
    assert "org: 16" in refused
    assert 'value="9"' in refused
    see.post(OFFICE, PAGE, version="2027-1", **(form | {f"{FIRST}.title": "店长负责"}))
    assert queries.newest_rubrics(reading())["hotel"].version == "2027-1"
    assert "店长负责" in see.get(None, "/cells/rubrics/hotel")
    assert make.rubric_of(make.started()).version == "2027-1"
