"""The search as a pure function: names, spoken names, sounds, slips; the whole of the data."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.learning import make
from wufei_public.learning.rules.bins import KINDS, RuralFirst, RuralSecond, TownClass
from wufei_public.learning.rules.items import faults, package_things, split_aliases
from wufei_public.learning.rules.search import normalised, one_slip


def found(words: str) -> list[str]:
    return [entry.name for entry in make.SMALL.find(words)]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("电池", ["电池", "纽扣电池", "充电宝"]),  # itself, whose name, whose spoken name holds it
        (" 电 池 ", ["电池", "纽扣电池", "充电宝"]),
        ("电池子", ["电池", "充电宝"]),
        ("旧电线一根", ["电线"]),
        ("dianchi", ["电池", "纽扣电池", "充电宝"]),
        ("DianChi", ["电池", "纽扣电池", "充电宝"]),
        ("dc", ["电池"]),
        ("nkdc", ["纽扣电池"]),
        ("cy", ["菜叶"]),
        ("xian", ["电线"]),
        ("电迟", ["电池"]),  # the wrong character with the right sound
        ("菜液", ["菜叶"]),  # one wrong character, nothing fits
        ("纽扣电视", ["纽扣电池"]),
        ("dianxiam", ["电线"]),
        ("battery", ["电池", "纽扣电池"]),
        ("vegetable", ["菜叶"]),
        ("", []),
        ("飞机", []),
        ("q", []),
    ],
)
def test_what_is_typed_finds(words: str, names: list[str]) -> None:
    assert found(words) == names


def test_a_slip_is_told_from_a_fit() -> None:
    assert make.SMALL.fits("电池")
    assert make.SMALL.fits("电迟")
    assert not make.SMALL.fits("菜液")
    assert not make.SMALL.fits(" ")


@given(st.text("ab", max_size=6), st.text("ab", max_size=6))
def test_one_slip_is_a_distance_of_one(one: str, other: str) -> None:
    assert one_slip(one, other) == (distance(one, other) == 1)


def distance(one: str, other: str) -> int:
    """Return Levenshtein's distance, by its definition."""
    if not one or not other:
        return len(one) + len(other)
    return min(
        distance(one[1:], other) + 1,
        distance(one, other[1:]) + 1,
        distance(one[1:], other[1:]) + (one[0] != other[0]),
    )


def test_what_is_typed_is_made_plain() -> None:
    assert normalised(" ＰＥ 管·Ａ\t") == "pe管a"


# ---- the package's dictionary ----------------------------------------------------


def test_the_package_has_more_than_a_thousand_things_without_a_fault() -> None:
    things = package_things()
    assert len(things) > 1000
    texts = [text for thing in things for text in (thing.name, *thing.aliases)]
    assert len({normalised(text) for text in texts}) == len(texts)
    assert [(thing.name, faults(thing, [])) for thing in things if faults(thing, [])] == []


def test_every_class_and_kind_is_in_use() -> None:
    things = package_things()
    assert {thing.town_class for thing in things} == set(TownClass)
    assert {thing.rural_first for thing in things} == set(RuralFirst)
    assert {thing.rural_second for thing in things} == set(RuralSecond)
    assert {thing.town_kind for thing in things} - {""} == set(KINDS)


# ---- what an editor types --------------------------------------------------------


def test_spoken_names_are_split_as_people_write_them() -> None:
    assert split_aliases("甲、乙，丙|丁 甲") == ("甲", "乙", "丙", "丁")


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"name": "·"}, ["name"]),
        ({"name": "电池"}, ["name"]),
        ({"aliases": ("好的", "干电池")}, ["aliases"]),
        ({"town_kind": "纸类", "town_class": TownClass.HAZARDOUS}, ["town_kind"]),
        ({"rural_second": RuralSecond.COMPOST}, ["rural_second"]),
        ({"rural_first": RuralFirst.ROTS, "rural_second": RuralSecond.SELLABLE}, ["rural_second"]),
        ({}, []),
    ],
)
def test_faults_of_an_entry(changes: dict[str, object], fields: list[str]) -> None:
    found = faults(make.thing(**changes), [("电池", ["干电池"])])
    assert [fault.pointer for fault in found] == fields
