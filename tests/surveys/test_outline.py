"""A questionnaire while it is written: nothing gets lost, groups stay whole."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.surveys import forms
from wufei_public.surveys.rules.outline import (
    Line,
    Outline,
    Part,
    depths,
    faults_of,
    inserted,
    moved,
    outline_of,
    put,
    removed,
    sheets_of,
)
from wufei_public.surveys.rules.questions import Choice, Words
from wufei_public.surveys.rules.xlsform import read_form


def small() -> Outline:
    return outline_of(
        forms.sheets(
            ["select_one yn", "a", "甲", "yes"],
            ["begin_group", "g", "组"],
            ["select_one sat5", "b", "乙", "", "${a} = 'yes'"],
            ["end_group"],
            ["text", "c", "丙", "", "${b} = '5' and ${a} = 'yes'"],
        )
    )


def names(outline: Outline) -> list[str]:
    return [line.name or line.part.value for line in outline.lines]


@pytest.mark.parametrize("name", forms.SHIPPED)
def test_sheets_and_outline_say_the_same(name: str) -> None:
    outline = outline_of(forms.book(name))
    assert read_form(sheets_of(outline)) == forms.shipped(name)
    assert outline_of(sheets_of(outline)) == outline


def test_a_question_passes_through_a_group_and_a_group_goes_whole() -> None:
    outline = small()
    assert names(moved(outline, 0, up=False)) == ["g", "a", "b", "end_group", "c"]
    assert names(moved(outline, 4, up=True)) == ["a", "g", "b", "c", "end_group"]
    assert names(moved(outline, 1, up=True)) == ["g", "b", "end_group", "a", "c"]
    assert names(moved(outline, 1, up=False)) == ["a", "c", "g", "b", "end_group"]
    assert moved(outline, 0, up=True) == outline
    assert moved(outline, 4, up=False) == outline


def test_a_group_passes_a_group_as_a_whole() -> None:
    outline = inserted(small(), 4, Line(Part.BEGIN, "h", label=Words("另")))
    assert names(moved(outline, 4, up=True)) == [
        "a", "h", "end_group", "g", "b", "end_group", "c",
    ]  # fmt: skip
    assert moved(moved(outline, 4, up=True), 1, up=False) == outline


def test_taking_a_group_out_keeps_its_questions() -> None:
    assert names(removed(small(), 1)) == ["a", "b", "c"]
    assert depths(small().lines) == [0, 0, 1, 0, 0]


def test_conditions_follow_a_new_name_and_a_lost_one_is_a_fault_at_its_line() -> None:
    outline = small()
    renamed = put(outline, 0, Line(Part.ONE, "first", "yn", Words("甲"), required=True))
    assert [line.relevant for line in renamed.lines][2:] == [
        "${first} = 'yes'", "", "${b} = '5' and ${first} = 'yes'",
    ]  # fmt: skip
    assert not faults_of(renamed)
    found = faults_of(removed(outline, 0)).lines
    assert {at: [fault.facts for fault in faults] for at, faults in found.items()} == {
        1: [{"value": "a"}],
        3: [{"value": "a"}],
    }


def test_a_fault_in_a_list_stands_at_each_question_that_uses_it() -> None:
    outline = put(small(), 0, small().lines[0], [Choice("有空格 ", Words("好"))])
    found = faults_of(outline).lines
    assert "choices" in {error.pointer.split("/")[0] for error in found[0]}
    # Conditions of later lines ask for a choice that is gone.
    assert [error.facts for error in (*found[2], *found[4])] == [{"value": "yes"}] * 2
    assert not faults_of(small())
    assert faults_of(Outline("", "", "")).whole


def test_a_list_that_no_question_uses_goes() -> None:
    assert "yn" not in {row[0] for row in sheets_of(removed(small(), 0))["choices"]}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 99), st.booleans()), max_size=30))
def test_moves_lose_nothing_and_keep_groups_balanced(moves: list[tuple[int, bool]]) -> None:
    start = outline_of(forms.book("ngo"))
    outline = start
    for number, up in moves:
        at = number % len(outline.lines)
        if outline.lines[at].part is not Part.END:
            outline = moved(outline, at, up=up)
    assert Counter(outline.lines) == Counter(start.lines)
    within = depths(outline.lines)
    assert min(within) >= 0
    assert within[-1] == 0 or outline.lines[-1].part is not Part.END
    assert sum(line.part is Part.BEGIN for line in outline.lines) == sum(
        line.part is Part.END for line in outline.lines
    )
