"""Values on a real database: a second person publishes, what was published never changes."""

from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.indicators import make
from tests.people.make import audited
from wufei_public.common.actor import SYSTEM, Actor
from wufei_public.common.errors import Invalid, NotAllowed, NotFound, WrongState
from wufei_public.indicators.queries import values
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
