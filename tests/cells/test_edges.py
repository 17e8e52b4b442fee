"""The edges of the rules: exactly at a limit, exactly on a day, exactly half."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.cells import rubrics
from wufei_public.cells.rules import conflicts, editing, frames
from wufei_public.cells.rules.applying import MOST_PROOFS, has_room
from wufei_public.cells.rules.clocks import after_hold, years_after
from wufei_public.cells.rules.counting import TARGETS, Cell, counts, rule_on, target_in
from wufei_public.cells.rules.deciding import Votes
from wufei_public.cells.rules.diffs import Change, Entry
from wufei_public.cells.rules.faults import faults
from wufei_public.cells.rules.naming import report_years
from wufei_public.cells.rules.panels import Sheet, outliers, result, spread
from wufei_public.cells.rules.refusing import Record, grounds
from wufei_public.cells.rules.reminding import SOON, TURNS
from wufei_public.cells.rules.rounds import Phase, RoundFacts, phase, require_fits, require_longer
from wufei_public.cells.rules.rubrics import read_rubric
from wufei_public.cells.rules.scoring import SectionScore
from wufei_public.cells.rules.spots import drawn
from wufei_public.cells.rules.stages import ENDS, Ground, Move, State
from wufei_public.cells.rules.standing import Shown, Standing, shown
from wufei_public.cells.rules.typed import Reader
from wufei_public.common.errors import Invalid
from wufei_public.common.workdays import Holidays

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
DAY = date(2026, 11, 24)


@pytest.mark.parametrize(("points", "reached"), [("17.99", False), ("18", True), ("18.01", True)])
def test_a_section_that_is_exactly_at_its_least_share_is_reached(
    points: str, reached: bool
) -> None:
    one = SectionScore("reduce", Decimal(points), Decimal(30), Decimal(18))
    assert one.reached is reached


def test_half_of_the_experts_is_no_majority_for_a_veto() -> None:
    veto = rubrics.rubric().vetoes[0].id
    sheets = [Sheet(1, rubrics.flat("90", veto)), Sheet(2, rubrics.flat("90"))]
    assert result(rubrics.rubric(), sheets).score.vetoes == ()
    sheets.append(Sheet(3, rubrics.flat("90", veto)))
    assert result(rubrics.rubric(), sheets).score.vetoes == (veto,)


def test_ten_points_from_the_median_do_not_stand_out_and_a_hundredth_more_does() -> None:
    totals = {1: Fraction(80), 2: Fraction(80), 3: Fraction(90)}
    assert outliers(totals) == ()
    assert outliers(totals | {3: Fraction(9001, 100)}) == (3,)


def test_the_spread_is_that_of_a_sample() -> None:
    assert spread([Fraction(80), Fraction(90)]) == Decimal("7.07")


@pytest.mark.parametrize(
    ("votes", "carried"),
    [((3, 3, 0), False), ((3, 2, 1), False), ((3, 0, 3), False), ((4, 2, 1), True)],
)
def test_a_vote_needs_more_than_half_of_those_present(
    votes: tuple[int, int, int], carried: bool
) -> None:
    assert Votes(*votes).carried is carried


def test_a_notice_that_was_held_on_its_last_day_has_a_whole_day_when_it_goes_on() -> None:
    until = datetime(2026, 11, 24, 15, 59, tzinfo=UTC)
    again = after_hold(until, NOON, NOON + timedelta(days=1), Holidays())
    assert (again - until).days == 2


def test_a_year_ends_the_day_before_its_anniversary() -> None:
    assert years_after(DAY, 3) == date(2029, 11, 23)
    assert years_after(date(2028, 2, 29), 3) == date(2031, 2, 28)


@pytest.mark.parametrize(("named", "counted"), [(-1, True), (0, True), (1, False)])
def test_a_cell_counts_from_the_day_of_its_naming(named: int, counted: bool) -> None:
    rule = rule_on(DAY)
    kind = min(rule.kinds)
    until = DAY + timedelta(days=100)
    cell = Cell("N", kind, Standing.VALID, DAY + timedelta(days=named), until)
    assert counts(rule, cell, DAY) is counted


def test_the_target_of_a_year_is_that_years_own() -> None:
    for year, target in TARGETS.items():
        assert target_in(year) == target
    assert target_in(max(TARGETS) + 5) == TARGETS[max(TARGETS)]
    assert target_in(1999) == TARGETS[min(TARGETS)]


def test_a_certificate_holds_through_its_last_day() -> None:
    assert shown(Standing.VALID, DAY, DAY) is Shown.VALID
    assert shown(Standing.VALID, DAY, DAY + timedelta(days=1)) is Shown.EXPIRED
    assert shown(Standing.REVOKED, DAY, DAY + timedelta(days=1)) is Shown.REVOKED


def test_a_round_is_open_to_its_last_instant_and_gets_only_longer() -> None:
    facts = RoundFacts(
        NOON, NOON + timedelta(days=1), frozenset({"hotel"}), frozenset({"410307106"})
    )
    assert [phase(facts, at) for at in (NOON - timedelta(seconds=1), NOON, facts.closes_at,
                                        facts.closes_at + timedelta(microseconds=1))] == [
        Phase.AHEAD, Phase.OPEN, Phase.OPEN, Phase.CLOSED,
    ]  # fmt: skip
    with pytest.raises(Invalid):
        require_longer(facts, facts.closes_at)
    require_longer(facts, facts.closes_at + timedelta(seconds=1))
    require_fits(facts, "hotel", ["410307106201"])
    with pytest.raises(Invalid):
        require_fits(facts, "hotel", ["410307106201", "410307107201"])


@pytest.mark.parametrize(("units", "picked"), [(1, 1), (10, 1), (11, 2), (20, 2), (21, 3)])
def test_a_tenth_is_rounded_up(units: int, picked: int) -> None:
    assert len(drawn("7f", [f"N{number}" for number in range(units)])) == picked


def test_a_report_is_due_for_each_year_to_the_last() -> None:
    assert report_years(date(2026, 12, 1), date(2029, 11, 30)) == (2027, 2028, 2029)


def test_what_nobody_scored_is_not_below() -> None:
    unscored = Record(State.SUBMITTED, None, vetoes=False, quota_full=False, upheld=False)
    assert Ground.BELOW not in grounds(unscored)
    assert Ground.VETO in grounds(unscored)
    low = Record(State.SCORED, 0, vetoes=False, quota_full=False, upheld=False)
    assert [Ground.BELOW in grounds(low), Ground.VETO in grounds(low)] == [True, False]


def test_an_expert_without_kinds_scores_all_of_them() -> None:
    whom = {"kind": "hotel", "divisions": ["410307106201"], "organisations": [1]}
    assert conflicts.conflict(conflicts.Expert(1, frozenset(), None), **whom) == ""  # type: ignore[arg-type]
    other = conflicts.Expert(1, frozenset(), None, frozenset({"school"}))
    assert conflicts.conflict(other, **whom) == "other_kind"  # type: ignore[arg-type]


def test_an_item_takes_proofs_to_the_last_place() -> None:
    assert has_room(MOST_PROOFS - 1, 1)
    assert not has_room(MOST_PROOFS, 1)


def test_a_photo_that_was_exchanged_is_one_added_and_one_removed() -> None:
    change = Change("i", Entry(photos=(1, 2), papers=(7,)), Entry(photos=(2, 3), papers=(7,)))
    assert (change.added, change.removed) == (1, 1)


def test_limits_of_a_rubric_may_be_whole() -> None:
    content = rubrics.content("hotel")
    limits = content["kind"]["thresholds"]
    whole = {"section_min_percent": 100, "pass": 80, "levels": {"3": 80, "4": 88, "5": 95}}
    kind = content["kind"] | {"thresholds": limits | whole}
    assert faults(read_rubric(content | {"kind": kind})) == []
    low = kind | {"thresholds": limits | whole | {"pass": 81}}
    assert [one.pointer for one in faults(read_rubric(content | {"kind": low}))] == ["levels"]


def test_a_number_of_a_rubric_may_be_nothing_and_not_less() -> None:
    nothing = Reader({"points": "0"})
    assert nothing.number("points") == 0
    nothing.check()
    for typed in ("-1", "x", "", "1e9"):
        read = Reader({"points": typed})
        read.number("points")
        with pytest.raises(Invalid):
            read.check()


def test_a_row_moves_to_the_very_top_and_no_further() -> None:
    content = rubrics.content("hotel")
    first, second = (row["id"] for row in content["sections"][:2])
    top = editing.moved(content, second, -1)
    assert [row["id"] for row in top["sections"][:2]] == [second, first]
    assert editing.moved(top, second, -1) == top


@pytest.mark.parametrize(
    ("kind", "wanted"), [("photo", True), ("visit", True), ("pdf", False), ("record", False)]
)
def test_photos_are_asked_for_what_is_seen(kind: str, wanted: bool) -> None:
    content = rubrics.content("hotel")
    rows = {
        part: [
            row | {"evidence": [{"kind": kind, "label": "证明"}]} for row in content["kind"][part]
        ]
        for part in ("items", "bonus")
    }
    assert read_rubric(content | {"kind": content["kind"] | rows}).wants_photos is wanted


def test_a_version_keeps_the_sources_that_it_names_alone() -> None:
    content = rubrics.content("hotel")
    named = {one.number for one in frames.read_frame(content).sources}
    assert "GB/T 21084-2007" in named
    assert "GB 55012-2021" not in named


def test_what_ends_by_itself_and_who_is_reminded() -> None:
    assert ENDS == {
        State.RETURNED: Move.LAPSE, State.RECTIFYING: Move.LAPSE,
        State.NOTICED: Move.CLEAR, State.REFUSED: Move.DISMISS,
    }  # fmt: skip
    assert timedelta(days=3) == SOON
    # A notice that runs and a panel that scores remind nobody here.
    assert not {State.NOTICED, State.EXPERTS} & TURNS.keys()
