"""Values on a real database: a second person publishes, what was published never changes."""

from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.indicators import make
from tests.indicators.test_computing import published_wave
from tests.people.make import audited
from wufei_public.common.actor import SYSTEM, Actor
from wufei_public.common.errors import Invalid, NotAllowed, NotFound, WrongState
from wufei_public.indicators.documents import series, words
from wufei_public.indicators.queries import values
from wufei_public.indicators.rules.series import may_compare
from wufei_public.indicators.rules.states import Move, State
from wufei_public.infra.work import work

pytestmark = pytest.mark.usefixtures("district")


def test_a_departments_figure_is_published_by_somebody_else() -> None:
    row = make.entered()
    assert (row.state, row.version, row.source) == (State.DRAFT, 1, "external")
    for who in (make.DEPARTMENT_OFFICER, make.OTHER_DEPARTMENT_OFFICER, make.TOWN_OFFICER):
        with pytest.raises(NotAllowed):
            make.moved(row, who, Move.CHECK)
    make.moved(row, make.COLLEAGUE, Move.CHECK)
    with pytest.raises(NotAllowed):
        make.moved(row, make.COLLEAGUE, Move.PUBLISH)
    row = make.moved(row, make.DISTRICT_OFFICER, Move.PUBLISH)
    assert (row.state, row.published_by) == (State.PUBLISHED, make.DISTRICT_OFFICER.id)
    assert audited(f"indicators/{row.code}") == [
        "indicators:value:enter", "indicators:value:check", "indicators:value:publish",
    ]  # fmt: skip


def test_the_district_does_not_publish_its_own_figure() -> None:
    row = make.moved(make.entered(make.DISTRICT_OFFICER, series="2"), make.CHIEF, Move.CHECK)
    with pytest.raises(NotAllowed):
        make.moved(row, make.DISTRICT_OFFICER, Move.PUBLISH)
    assert make.moved(row, make.CHIEF, Move.PUBLISH).state == State.PUBLISHED


def test_the_database_refuses_one_person_for_both(session: Session) -> None:
    row = make.moved(make.entered(), make.COLLEAGUE, Move.CHECK)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            text(
                "UPDATE indicator_value SET state = 'published', published_by = entered_by,"
                " published_at = entered_at WHERE id = :id"
            ),
            {"id": row.id},
        )


@pytest.mark.parametrize(
    "change",
    ["figure = '99'", "statement = '好'", "document = 'x'", "n = 5", "state = 'draft'",
     "digest = 'x'", "version = 9", "published_by = 1"],
)  # fmt: skip
def test_a_published_row_never_changes(session: Session, change: str) -> None:
    row = make.published()
    change_it = text(f"UPDATE indicator_value SET {change} WHERE id = :id")  # noqa: S608  ours
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(change_it, {"id": row.id})
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text("DELETE FROM indicator_value WHERE id = :id"), {"id": row.id})
    assert make.rows()[0].figure == Decimal("35.5")


def test_a_correction_is_a_new_version_and_the_old_one_stays() -> None:
    first = make.published()
    second = make.published(figure=Decimal("36.25"))
    found = make.rows("24")
    assert [(row.version, row.state, row.figure) for row in found] == [
        (1, State.SUPERSEDED, Decimal("35.5")),
        (2, State.PUBLISHED, Decimal("36.25")),
    ]
    assert (first.code, second.code) == (found[0].code, found[1].code)
    for what in Move:
        with pytest.raises(WrongState):
            make.moved(found[0], make.CHIEF, what)


@pytest.mark.parametrize(
    ("who", "series"),
    [
        (make.TOWN_OFFICER, "24"),
        (make.OTHER_DEPARTMENT_OFFICER, "24"),
        (make.DEPARTMENT_OFFICER, "49"),
        (make.AUDITOR, "24"),
        (SYSTEM, "24"),
    ],
)
def test_only_the_departments_of_the_plan_enter(who: Actor, series: str) -> None:
    with pytest.raises(NotAllowed):
        make.entered(who, series=series)
    assert make.rows() == []


def test_an_unknown_series_part_or_period_is_refused() -> None:
    with pytest.raises(NotFound):
        make.entered(make.DISTRICT_OFFICER, series="55")
    with pytest.raises(NotFound):
        make.entered(make.DISTRICT_OFFICER, series="checkins")
    with pytest.raises(Invalid):
        make.entered(component="甲")
    with pytest.raises(Invalid):
        make.entered(period="2025-14")
    with pytest.raises(Invalid):
        make.entered(figure=Decimal(101))
    with pytest.raises(NotFound):
        work(SYSTEM, lambda w: values.value(w.session, "NOTHING"))
    assert make.rows() == []


def test_a_draft_that_is_not_used_is_kept_as_such() -> None:
    row = make.moved(make.entered(), make.COLLEAGUE, Move.DROP)
    assert row.state == State.DROPPED
    again = make.entered()
    assert again.version == 2


SURVEY = {"series": "54", "period": "2026-11", "n": 800, "method": "抽样", "collector": "统计局"}


def test_a_survey_from_outside_says_how_it_was_made_and_39_and_50_are_never_told() -> None:
    for missing in ("n", "method", "collector"):
        with pytest.raises(Invalid) as refused:
            make.entered(
                make.DISTRICT_OFFICER, **(SURVEY | {missing: None if missing == "n" else ""})
            )
        assert missing in [fault.pointer for fault in refused.value.errors]
    for computed in ("39", "50"):
        with pytest.raises(Invalid):
            make.entered(make.DISTRICT_OFFICER, series=computed)
    with pytest.raises(Invalid):
        make.entered(period="2027")
    assert make.rows() == []


def test_a_survey_from_outside_stands_beside_ours_and_takes_no_place(
    app: Flask, session: Session
) -> None:
    """Of the same month both are published; a correction supersedes only its own."""
    published_wave()
    make.computed()
    (ours,) = make.rows("54")
    make.moved(ours, make.DISTRICT_OFFICER, Move.PUBLISH)
    theirs = make.published(**SURVEY)
    better = make.published(**SURVEY, figure=Decimal(36))
    assert [(row.code, row.version, row.state) for row in make.rows("54")] == [
        (ours.code, 1, State.PUBLISHED),
        (theirs.code, 2, State.SUPERSEDED),
        (better.code, 3, State.PUBLISHED),
    ]
    # What waits from outside does not make a run write ours again.
    make.entered(make.DISTRICT_OFFICER, **SURVEY, figure=Decimal(37))
    assert make.computed(run="again") == 0
    shown = values.published(session, ours.plan, ours.division, "54")
    assert [row.code for row in shown] == [ours.code, better.code]
    assert "外部的调查" not in app.test_client().get("/indicators").text
    make.published(**(SURVEY | {"series": "52", "period": "2026-11"}))
    assert "外部的调查，本站不能重算" in app.test_client().get("/indicators").text
    assert "35.5%（外部）" in app.test_client().get("/indicators/52/badge.svg").text


def test_no_line_joins_ours_and_theirs(app: Flask) -> None:
    for year in (2022, 2023, 2024):
        make.published(**(SURVEY | {"period": str(year)}), figure=Decimal(60 + year % 10))
    with app.test_request_context():
        rows = make.rows("54")
        assert len(series.trend(rows[::-1], None)["spots"]) == 3  # type: ignore[index]
        published_wave()
        make.computed()
        make.moved(make.rows("54")[-1], make.DISTRICT_OFFICER, Move.PUBLISH)
        # One of ours is no line, and is not prolonged into theirs.
        assert series.trend(make.rows("54")[::-1], None) is None
    assert may_compare("24", "external", "wave")
    assert not may_compare("54", "external", "wave")


@pytest.mark.parametrize(
    ("figure", "shown"),
    [
        ("0", "0"), ("1200", "1200"), ("85.456", "85.46"), ("0.5", "0.5"), ("0.126", "0.13"),
        # Beside a target of 0.014 it may not read 0.01.
        ("0.0141", "0.0141"), ("0.014149", "0.0141"), ("0.01", "0.01"),
        ("-0.00012345", "-0.000123"),
    ],
)  # fmt: skip
def test_a_small_figure_keeps_the_digits_that_count(figure: str, shown: str) -> None:
    assert words.number(Decimal(figure)) == shown
