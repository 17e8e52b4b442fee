from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.calendar import make
from wufei_public.calendar import actions, queries
from wufei_public.calendar.cli import group
from wufei_public.calendar.models import HolidayYear
from wufei_public.calendar.rules import read_holidays
from wufei_public.common.actor import SYSTEM
from wufei_public.common.workdays import DueDay, Holidays, add_workdays
from wufei_public.infra.audit import AuditRow
from wufei_public.infra.work import work

pytestmark = pytest.mark.usefixtures("app")


def seed() -> tuple[int, ...]:
    return work(SYSTEM, actions.seed)


def load(text: str) -> tuple[int, ...]:
    years = read_holidays(text.encode())
    return work(SYSTEM, lambda w: actions.load(w, years))


def audited(session: Session) -> list[str]:
    return list(
        session.scalars(
            select(AuditRow.target).where(AuditRow.action == "calendar:load").order_by(AuditRow.id)
        )
    )


def test_an_empty_calendar_knows_no_year(session: Session) -> None:
    assert queries.holidays(session) == Holidays()


def test_seeding_twice_changes_nothing_more(session: Session) -> None:
    assert seed() == (2024, 2025, 2026)
    assert seed() == ()
    assert audited(session) == ["calendar/2024", "calendar/2025", "calendar/2026"]
    found = queries.holidays(session)
    assert queries.holidays(session) is found
    assert found.years == {2024, 2025, 2026}
    assert (len(found.off), len(found.worked)) == (89, 19)
    # Over National Day of 2026: 8, 9, and Saturday 10 are worked.
    assert add_workdays(date(2026, 9, 30), 3, found) == DueDay(date(2026, 10, 10), certain=True)
    assert not add_workdays(date(2026, 12, 31), 1, found).certain


def test_a_loaded_year_stands_beside_the_others(session: Session) -> None:
    seed()
    assert load(make.NOTICE) == (2030,)
    assert load(make.NOTICE) == ()
    assert queries.holidays(session).years == {2024, 2025, 2026, 2030}


def test_a_corrected_notice_replaces_its_year_wherever_it_is_read(session: Session) -> None:
    load(make.NOTICE)
    assert queries.holidays(session).worked == {date(2030, 10, 5)}
    session.rollback()
    assert load(make.NOTICE.replace("2030-10-05", "2030-10-06")) == (2030,)
    assert queries.holidays(session).worked == {date(2030, 10, 6)}
    assert audited(session) == ["calendar/2030", "calendar/2030"]


def test_the_operator_s_year_is_not_seeded_over(session: Session) -> None:
    text = make.NOTICE.replace("2030", "2026").replace("2026-10-05,work", "2026-10-11,work")
    assert load(text) == (2026,)
    assert seed() == (2024, 2025)
    assert session.get_one(HolidayYear, 2026).source == make.SOURCE
    assert date(2026, 10, 11) in queries.holidays(session).worked


def test_a_day_at_the_turn_of_the_year_follows_the_notice_that_spoke_last(
    session: Session,
) -> None:
    # 2030-12-29 is a Sunday.
    load(make.NOTICE + make.line("2030-12-29"))
    following = make.NOTICE.replace("2030-10-05,work", "2030-10-04,off").replace("2030", "2031")
    load(following + make.line("2030-12-29", "work", year=2031))
    found = queries.holidays(session)
    assert date(2030, 12, 29) in found.worked
    assert date(2030, 12, 29) not in found.off


def test_the_command_loads_a_file(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "2030.csv"
    file.write_text(make.NOTICE, encoding="utf-8-sig")
    run = app.test_cli_runner()
    assert run.invoke(group, ["load", str(file)]).output == "changed: 2030\n"
    assert run.invoke(group, ["load", str(file)]).output == "changed: nothing\n"


def test_the_command_names_what_is_wrong_and_loads_nothing(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    file = tmp_path / "2030.csv"
    file.write_text(make.NOTICE + make.line("2030-06-31"), encoding="utf-8")
    result = app.test_cli_runner().invoke(group, ["load", str(file)])
    assert result.exit_code == 1
    assert "2030.csv/8/day  “2030-06-31”不是日期" in result.output
    assert queries.holidays(session) == Holidays()
