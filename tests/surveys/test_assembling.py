import random
from math import inf
from typing import Any

import pytest

from tests.surveys.forms import shipped, small
from tests.surveys.waves import ANSWERS, made_up
from wufei_public.common.errors import Invalid
from wufei_public.surveys.rules import indicators
from wufei_public.surveys.rules.assembling import assemble
from wufei_public.surveys.rules.columns import columns_of
from wufei_public.surveys.rules.crosses import cross
from wufei_public.surveys.rules.drawing import Plan, Reply
from wufei_public.surveys.rules.estimates import Measure, Options, estimate
from wufei_public.surveys.rules.margins import check_fit
from wufei_public.surveys.rules.sample import MISSING, Margin

SEX = Margin("sex", ("male", "female"), (500.0, 500.0))


def replies(count: int = 200, seed: int = 3, **changes: Any) -> list[Reply]:
    rng = random.Random(seed)  # noqa: S311  made-up people
    return [Reply({**made_up(shipped(), rng), **changes}) for _ in range(count)]


def codes(name: str, **answers: Any) -> int:
    column = next(c for c in columns_of(shipped()) if c.name == name)
    return column.code(answers)


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ({"contact": ["media"], "know_medicine": "hazardous", "know_kitchen": "green"}, True),
        ({"contact": ["media"], "know_medicine": "hazardous", "know_kitchen": "dk"}, None),
        (
            {
                "contact": ["media"],
                "know_medicine": "dk",
                "know_kitchen": "dk",
                "know_pesticide": "take_back",
            },
            False,
        ),
        ({"contact": ["none"]}, False),
        ({"contact": ["dk"]}, False),
        ({}, None),
    ],
)
def test_indicator_52_needs_contact_and_two_right(answers: Any, found: bool | None) -> None:
    assert indicators.reached(answers) is found


@pytest.mark.parametrize(
    ("answers", "found", "beyond"),
    [
        ({"actions": ["recycle"]}, True, False),
        ({"actions": ["report"]}, True, True),
        ({"actions": ["none"]}, False, False),
        ({"actions": ["dk"]}, False, False),
        ({}, None, None),
    ],
)
def test_indicator_53_counts_any_listed_deed(answers: Any, found: Any, beyond: Any) -> None:
    assert indicators.took_part(answers) is found
    assert indicators.took_part_beyond_scrap(answers) is beyond


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ({"org_actions": ["training"]}, True),
        ({"org_actions": ["measure"], "record_kinds": ["ledger"]}, True),
        ({"org_actions": ["measure"], "record_kinds": ["none"]}, False),
        ({"org_actions": ["measure"]}, None),
        ({"org_actions": ["none"]}, False),
        ({}, None),
    ],
)
def test_units_take_part_with_something_on_record(answers: Any, found: Any) -> None:
    assert indicators.unit_took_part(answers) is found


def test_columns_say_who_is_in_the_denominator() -> None:
    assert [codes("sat_overall", sat_overall=v) for v in ("5", "1", "dk", "")] == [5, 1, 7, 7]
    assert codes("sat_overall", sat_overall="dk") == MISSING
    assert [codes("sat_overall/5", sat_overall=v) for v in ("5", "4", "dk")] == [1, 0, MISSING]
    assert [codes("sat_overall/dk", sat_overall=v) for v in ("5", "dk")] == [0, 1]
    assert [codes("contact/media", contact=v) for v in (["media"], ["none"], [])] == [1, 0, MISSING]
    assert [codes("know_kitchen/green"), codes("i53")] == [MISSING, MISSING]
    assert not {"town/410307106", "sex/male", "consent/yes", "open_comment"} & {
        column.name for column in columns_of(shipped())
    }


def test_weights_meet_the_margins_by_every_group() -> None:
    found = assemble(shipped(), replies(), Plan((SEX,)))
    of_sex = {"male": 0.0, "female": 0.0}
    levels, of = found.sample.groups["_sex"].levels, found.sample.groups["_sex"].of
    for weight, sex in zip(found.design.person_weights(), of, strict=True):
        of_sex[levels[sex]] += weight
    assert of_sex == {"male": pytest.approx(500), "female": pytest.approx(500)}


def test_a_sex_that_was_kept_back_is_drawn_by_the_seed() -> None:
    some = [*replies(60, sex="male"), *replies(60, sex="female"), *replies(9, sex="refused")]
    one, two = (assemble(shipped(), some, Plan((SEX,), seed=seed)) for seed in (5, 5))
    assert one.sample.groups["sex"] == two.sample.groups["sex"]
    assert one.notes[0].facts == {"count": 9, "variable": "sex"}
    assert "unsaid" in one.sample.groups["sex"].levels  # as said: the drawn one only weights
    assert set(one.sample.groups["_sex"].levels) == {"male", "female"}
    few = assemble(shipped(), some, Plan((SEX,), seed=5, floor=30))
    # Nine could be had from the total less the others, so they stand as drawn, and it is said.
    assert set(few.sample.groups["sex"].levels) == {"male", "female"}
    assert few.notes[0].message != one.notes[0].message


def test_what_is_drawn_does_not_hang_on_the_order_of_rows() -> None:
    some = [*replies(60, sex="male"), *replies(60, sex="female"), *replies(40, 9, sex="refused")]
    turned = some[::-1]
    one, two = (assemble(shipped(), rows, Plan((SEX,), seed=5)) for rows in (some, turned))
    assert list(one.sample.groups["_sex"].of) == list(two.sample.groups["_sex"].of)[::-1]


def test_a_stratum_without_an_answer_is_not_spoken_for() -> None:
    some = [Reply(one.answers, "ab"[place % 2]) for place, one in enumerate(replies(40))]
    found = assemble(shipped(), some, Plan(frame={"a": 1000, "b": 1000, "c": 50_000}))
    assert found.design.population == pytest.approx(2000)
    assert {"levels": ["c"], "count": 50_000} in [note.facts for note in found.notes]


def test_a_lonely_stratum_goes_to_the_one_nearest_in_size() -> None:
    names = ["small"] * 3 + ["middle"] * 37 + ["large"]
    some = [Reply(one.answers, name) for one, name in zip(replies(41), names, strict=True)]
    sizes = {"small": 30, "middle": 9000, "large": 50_000}
    found = assemble(shipped(), some, Plan(frame=sizes, units=sizes))
    assert found.sample.strata.levels == ("middle", "small")
    assert found.sample.frame_sizes == [59_000.0, 30.0]


def test_one_without_a_group_takes_no_margin_and_no_table_from_all() -> None:
    some = replies(200)
    lacking = {name: value for name, value in some[0].answers.items() if name != "town"}
    found = assemble(shipped(), [Reply(lacking), *some[1:]], Plan((SEX,), floor=30))
    assert "town" in found.sample.groups
    assert {"count": 1, "variable": "town"} in [note.facts for note in found.notes]


def test_a_margin_that_does_not_fit_is_said() -> None:
    odd = Margin("sex", ("man", "woman"), (500.0, 500.0))
    school = Margin("school", ("none", "some"), (500.0, 500.0))
    found = assemble(shipped(), replies(), Plan((odd, school)))
    facts = [note.facts for note in found.notes]
    assert {"variable": "sex", "levels": ["female", "male"]} in facts
    assert {"variable": "school"} in facts


@pytest.mark.parametrize(
    ("variable", "levels"),
    [("school", ("some",)), ("sex", ("male",)), ("sex", ("male", "female", "other"))],
)
def test_a_wave_is_not_planned_with_a_margin_that_does_not_fit(
    variable: str, levels: tuple[str, ...]
) -> None:
    check_fit(shipped(), [SEX])
    with pytest.raises(Invalid) as caught:
        check_fit(shipped(), [SEX, Margin(variable, levels, (1.0,) * len(levels))])
    assert {error.pointer for error in caught.value.errors} == {"margins"}
    nobody = assemble(shipped(), replies(9, sex="refused"), Plan())
    assert "sex" not in nobody.sample.groups


def test_levels_with_few_answers_are_weighted_with_a_neighbour_but_shown_apart() -> None:
    ages = ("18_29", "30_39", "40_49", "50_59", "60_69", "70_plus")
    margin = Margin("age", ages, (10.0, 20.0, 30.0, 20.0, 10.0, 10.0))
    some = [
        *replies(2, age="18_29"), *replies(40, age="30_39"), *replies(40, age="40_49"),
        *replies(40, age="50_59"), *replies(40, age="60_69"), *replies(1, age="70_plus"),
    ]  # fmt: skip
    found = assemble(shipped(), some, Plan((margin,)))
    assert found.margins[0].levels == ("18_29+30_39", "40_49", "50_59", "60_69+70_plus")
    assert found.margins[0].populations == (30.0, 30.0, 20.0, 20.0)
    assert found.sample.groups["age"].levels == ages
    told = [note.facts["levels"] for note in found.notes if "levels" in note.facts]
    assert told == [["18_29", "30_39"], ["60_69", "70_plus"]]


def test_without_margins_answers_weigh_the_same_and_it_is_said() -> None:
    found = assemble(shipped(), replies(50, sex="male"), Plan())
    assert (found.design.weights.least, found.design.weights.most) == (1.0, 1.0)
    assert len(found.notes) == 1


def test_the_bound_is_loosened_only_where_nothing_else_helps() -> None:
    some = [*replies(95, sex="male"), *replies(5, sex="female")]
    skew = Margin("sex", ("male", "female"), (500.0, 500.0))
    found = assemble(shipped(), some, Plan((skew,)))
    assert found.design.raking.bound == 10.0
    assert found.notes[-1].facts == {"bound": "10"}
    worse = Margin("sex", ("male", "female"), (100.0, 900.0))
    assert assemble(shipped(), some, Plan((worse,))).design.raking.bound == inf


def test_a_known_frame_gives_strata_and_a_finite_population() -> None:
    form = shipped("ngo")
    rng = random.Random(1)  # noqa: S311  made-up people
    some = [Reply(made_up(form, rng), stratum) for stratum in ["a"] * 10 + ["b"] * 5 + ["c"]]
    sizes = {"a": 10, "b": 20, "c": 4}
    found = assemble(form, some, Plan(frame=sizes, units=sizes))
    assert found.sample.strata.levels == ("a", "b")
    assert found.sample.frame_sizes == [14.0, 20.0]
    assert found.design.population == pytest.approx(34)
    whole = assemble(form, some[:10], Plan(frame={"a": 10}, units={"a": 10}))
    result = estimate(whole.design, whole.sample.questions, Options(floor=0))[0]
    assert result.all.estimate
    assert result.all.estimate.error == 0
    odd = assemble(form, some, Plan(frame={"x": 5}, units={"x": 5}))
    assert odd.sample.frame_sizes is None
    two = {"a": 10, "c": 4}
    lonely = assemble(form, [some[0], some[-1]], Plan(frame=two, units=two))
    assert lonely.sample.frame_sizes == [14.0]


def test_a_collectors_weights_are_kept() -> None:
    some = [Reply(reply.answers, weight=2.0) for reply in replies(30)]
    assert set(assemble(shipped(), some, Plan()).sample.base) == {2.0}


def test_one_answer_is_no_sample() -> None:
    with pytest.raises(Invalid):
        assemble(shipped(), [Reply(ANSWERS)], Plan())


def test_a_form_without_groups_is_estimated_too() -> None:
    form = small(["select_one sat5", "q", "问", "yes", "", ""])
    found = assemble(form, [Reply({"q": "5"}), Reply({"q": "3"})], Plan())
    assert [column.name for column in found.columns] == [
        "q", "q/5", "q/4", "q/3", "q/2", "q/1", "q/dk",
    ]  # fmt: skip


# ---- crosses --------------------------------------------------------------------------


def test_a_cross_table_hides_small_cells_and_what_gives_them_away() -> None:
    some = [
        *replies(50, sex="male", age="18_29"), *replies(50, sex="female", age="18_29"),
        *replies(50, sex="male", age="30_39"), *replies(5, sex="female", age="30_39"),
    ]  # fmt: skip
    found = assemble(shipped(), some, Plan((SEX,)))
    table = cross(found, "sat_overall", Measure.TOP_TWO, ("sex", "age"), 30)
    hidden = [[cell.hidden for cell in row] for row in table.cells]
    assert all(all(cell for cell in row) for row in hidden)
    assert [figure.hidden for figure in table.rows] == [None, None]
    shown = cross(found, "sat_overall", Measure.TOP_TWO, ("sex", "age"), 0)
    assert [[cell.hidden for cell in row] for row in shown.cells] == [[None, None]] * 2
    assert sum(cell.n or 0 for row in shown.cells for cell in row) == shown.all.n
    plain = estimate(found.design, found.sample.questions, Options(floor=0, by=("sex",)))
    top = next(r for r in plain if (r.column, r.measure) == ("sat_overall", Measure.TOP_TWO))
    assert shown.rows[0].estimate
    assert top.by["sex"]["male"].estimate
    assert shown.rows[0].estimate.error == pytest.approx(top.by["sex"]["male"].estimate.error)


def test_a_table_below_the_floor_shows_nothing() -> None:
    found = assemble(shipped(), replies(20), Plan((SEX,)))
    table = cross(found, "i52", Measure.SHARE, ("sex", "age"), 30)
    figures = [*table.rows, *table.columns, table.all, *(c for row in table.cells for c in row)]
    assert [figure for figure in figures if figure.estimate] == []
