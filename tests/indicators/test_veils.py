"""What few check-ins would give away stays hidden, and cannot be had by subtraction."""

from datetime import date
from itertools import product
from random import Random

import pytest
from flask import Flask
from sqlalchemy import insert

from tests.dumping.make import browser
from tests.indicators import make
from wufei_public.common.actor import SYSTEM
from wufei_public.common.suppression import Hidden
from wufei_public.indicators.models.runs import Bucket
from wufei_public.indicators.rules.heat import lines
from wufei_public.indicators.rules.veils import FLOOR, hidden_months, veil
from wufei_public.infra.work import work

MONTH, BEFORE = date(2026, 11, 1), date(2026, 10, 1)
TOWN = "410307106"


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ((40, 60, 0), set()),
        ((3, 60, 80, 0), {0, 1}),  # 3 alone would be the total less the rest
        ((3, 4, 80, 0), {0, 1}),
        ((1, 1, 1, 1, 1, 9, 30), {0, 1, 2, 3, 4, 5}),  # five of five are one each
        ((2, 0, 0), {0, 1}),
        ((0, 0, 0), set()),
    ],
)
def test_a_month_hides_what_its_sum_would_give_away(
    counts: tuple[int, ...], hidden: set[int]
) -> None:
    figures = {(str(at), MONTH): count for at, count in enumerate(counts)}
    found = veil(figures, [str(at) for at in range(len(counts))], [MONTH])
    assert {int(place) for place, _month in found} == hidden


def test_no_hidden_cell_can_be_computed_from_its_month() -> None:
    """Whoever knows the sum, all that is shown and that 0 is no secret has two answers at least."""
    rng = Random(7)  # noqa: S311  repeatable on purpose
    tried = 0
    for _ in range(400):
        counts = {str(at): rng.choice((0, 1, 2, 3, 4, 6, 9)) for at in range(rng.randrange(2, 6))}
        figures = {(place, MONTH): count for place, count in counts.items()}
        found = [place for place, _month in veil(figures, list(counts), [MONTH])]
        assert all(place in found for place, count in counts.items() if 0 < count < FLOOR)
        if not found or set(counts.values()) == {1}:
            continue
        tried += 1
        least = 0 if any(counts[place] == 0 for place in found) else 1
        whole = sum(counts[place] for place in found)
        ways = [
            way for way in product(range(least, whole + 1), repeat=len(found)) if sum(way) == whole
        ]
        for at, place in enumerate(found):
            assert len({way[at] for way in ways}) > 1, (counts, place)
    assert tried > 100


def test_a_town_that_is_hidden_hides_its_villages() -> None:
    towns = {("a", MONTH): 3, ("b", MONTH): 50, ("c", MONTH): 70}
    hidden = veil(towns, ("a", "b", "c"), (BEFORE, MONTH))
    assert hidden == {("a", MONTH): Hidden.SMALL, ("b", MONTH): Hidden.SECONDARY}
    villages = {("b1", MONTH): 20, ("b2", MONTH): 30, ("b1", BEFORE): 20}
    unknown = hidden_months(hidden, "b")
    found = veil(villages, ("b1", "b2", "b3"), (BEFORE, MONTH), unknown)
    assert found == {("b1", MONTH): Hidden.SECONDARY, ("b2", MONTH): Hidden.SECONDARY}
    first, second, third = lines(villages, ("b1", "b2", "b3"), (BEFORE, MONTH), found)
    assert (first.figures, first.shades, first.is_whole) == ((20, None), (4, 0), False)
    assert (second.figures, third.figures, third.is_whole) == ((0, None), (0, 0), True)


@pytest.mark.usefixtures("district")
def test_officials_see_no_village_with_few_check_ins(app: Flask) -> None:
    rows = [(f"{TOWN}{n}", count) for n, count in (("201", 3), ("202", 77), ("203", 888))]
    rows += [(TOWN, 968), ("410307107", 999)]
    keys = {"series": "checkins", "kind": "month", "starts_on": MONTH}
    found = [keys | {"place": place, "figure": count} for place, count in rows]
    work(SYSTEM, lambda w: w.session.execute(insert(Bucket), found))
    page = (
        browser(app, make.DISTRICT_OFFICER)
        .get(f"/staff/indicators/towns/{TOWN}?series=checkins")
        .text
    )
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    assert "888" in table
    assert table.count("不显示") == 4
    for shown in (">3<", ">77<", "<b>80</b>"):
        assert shown not in table
