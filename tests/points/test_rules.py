"""Dated rules of points, and the machine of a redemption."""

from datetime import date

import pytest

from tests.common.graphs import check_graph, check_table
from wufei_public.points.rules.redeeming import CHIPS, LABELS, WORKFLOW, Move, State
from wufei_public.points.rules.worth import WORTHS, read_worths, worth_of

TABLE = """rule,points,since,until,label
checkin,5,2026-01-01,,每天打卡
checkin,8,2026-12-01,2026-12-31,年底多给
quiz,1,2026-01-01,2026-06-30,问答
"""


@pytest.mark.parametrize(
    ("rule", "day", "points"),
    [
        ("checkin", date(2025, 12, 31), 0),
        ("checkin", date(2026, 1, 1), 5),
        ("checkin", date(2026, 11, 30), 5),
        ("checkin", date(2026, 12, 1), 8),
        ("checkin", date(2026, 12, 31), 8),
        ("checkin", date(2027, 1, 1), 5),
        ("quiz", date(2026, 6, 30), 1),
        ("quiz", date(2026, 7, 1), 0),
        ("nothing", date(2026, 7, 1), 0),
    ],
)
def test_the_newest_row_that_runs_counts(rule: str, day: date, points: int) -> None:
    assert worth_of(rule, day, read_worths(TABLE)) == points


def test_the_package_gives_more_than_nothing_for_each_rule() -> None:
    assert {row.rule for row in WORTHS} >= {"checkin", "proxy", "streak_7", "quiz", "spot_check"}
    assert all(row.points > 0 for row in WORTHS)


def test_a_redemption_ends() -> None:
    check_graph(WORKFLOW, frozenset({State.HANDED, State.CANCELLED}))
    check_table(WORKFLOW, Move)
    assert set(LABELS) == set(CHIPS) == set(State)
