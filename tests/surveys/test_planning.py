"""What the planner says a town needs is what is drawn, and what quotas ask for."""

import io

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as some

from tests.dumping import make as people
from tests.surveys import forms as small_forms
from tests.surveys import waves as make
from wufei_public.common.errors import Invalid
from wufei_public.infra.work import reading
from wufei_public.surveys.documents.desk import margin_rows
from wufei_public.surveys.models import Invitation
from wufei_public.surveys.rules.planning import LEAST_PER_TOWN, holds_towns, to_draw
from wufei_public.surveys.rules.quotas import cells_of
from wufei_public.surveys.rules.sampling import shares_at_least
from wufei_public.surveys.rules.waves import Mode

TOWNS = sum(row[0] == "town" for row in margin_rows(b"", "public"))


def test_so_many_are_asked_as_are_expected_to_answer() -> None:
    assert [to_draw(45, rate) for rate in (100, 50, 40, 7)] == [45, 90, 113, 643]


@given(
    some.dictionaries(some.text("abcdef", min_size=1), some.integers(1, 500), min_size=1),
    some.integers(2, 60),
    some.integers(0, 400),
)
def test_every_stratum_has_enough_or_all_and_the_sum_is_kept(
    sizes: dict[str, int], least: int, more: int
) -> None:
    floors = {name: min(size, least) for name, size in sizes.items()}
    wanted = min(sum(floors.values()) + more, sum(sizes.values()))
    found = shares_at_least(sizes, wanted, least)
    assert all(floors[name] <= found[name] <= sizes[name] for name in sizes)
    assert wanted <= sum(found.values()) <= wanted + 2 * len(sizes)
    if more == 0:
        assert found == floors


def test_a_sample_too_small_for_that_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        shares_at_least({"a": 100, "b": 100}, 80, 45)
    assert refused.value.facts == {"count": 90}


def test_quotas_give_each_town_what_its_figure_needs() -> None:
    form, margins = small_forms.shipped(), margin_rows(b"", "public")
    assert holds_towns(800, TOWNS)
    for by in (("town",), ("town", "sex")):
        towns: dict[str, int] = {}
        for cell in cells_of(form, margins, by, 800):
            towns[cell.levels[0]] = towns.get(cell.levels[0], 0) + cell.wanted
        assert len(towns) == TOWNS
        assert min(towns.values()) >= LEAST_PER_TOWN - 1
    few = [cell.wanted for cell in cells_of(form, margins, ("town",), 200)]
    assert sum(few) in range(190, 211)


@pytest.mark.usefixtures("loaded")
def test_the_page_draws_enough_of_every_town_at_the_expected_rate(app: Flask) -> None:
    people.places()
    officer = people.browser(app, people.account(people.DISTRICT_OFFICER))
    wave = make.wave(mode=Mode.INVITED, opened=False, expected_rate=50)
    page = f"/staff/surveys/{wave.code}"
    html = officer.get(page).get_data(as_text=True)
    assert "每一层至少抽 90 个" in html
    assert "要抽几个" in html
    frame = "id,stratum\n" + "".join(
        f"{name}{at},{name}\n" for name, size in (("a", 900), ("b", 120)) for at in range(size)
    )

    def upload(size: str) -> int:
        form = {"size": size, "each": "1", "frame": (io.BytesIO(frame.encode()), "f.csv")}
        answer = officer.post(f"{page}/sample", data=form, content_type="multipart/form-data")
        return answer.status_code

    assert upload("170") == 422
    assert upload("300") == 303
    reading().rollback()
    drawn = [row.stratum for row in reading().query(Invitation)]
    assert (drawn.count("b"), len(drawn)) == (90, 300)
