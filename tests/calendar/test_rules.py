from datetime import date
from importlib.resources import files

import pytest

from tests.calendar import make
from wufei_public.calendar.rules import DayRow, Kind, YearRow, read_holidays
from wufei_public.common.errors import Invalid

FILE = files("wufei_public.calendar") / "data" / "holidays.csv"


def faults_of(text: str) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refusal:
        read_holidays(text.encode())
    return [
        (fault.pointer.removeprefix("holidays.csv/"), fault.message % fault.facts)
        for fault in refusal.value.errors
    ]


def test_the_package_knows_three_years() -> None:
    counts = [
        (
            notice.year,
            notice.source,
            notice.verified,
            sum(day.kind is Kind.OFF for day in notice.days),
            sum(day.kind is Kind.WORK for day in notice.days),
        )
        for notice in read_holidays(FILE.read_bytes())
    ]
    assert counts == [
        (2024, "国办发明电〔2023〕7号", True, 28, 8),
        (2025, "国办发明电〔2024〕12号", True, 28, 5),
        (2026, "国办发明电〔2025〕7号", True, 33, 6),
    ]


def test_a_notice_is_read_in_the_order_of_days() -> None:
    lines = make.NOTICE.splitlines(keepends=True)
    (notice,) = read_holidays("".join([lines[0], *reversed(lines[1:])]).encode())
    assert (notice.year, notice.source, notice.verified) == (2030, make.SOURCE, False)
    assert notice.days[0] == DayRow(date(2030, 1, 1), Kind.OFF, "节")
    assert notice.days[-1] == DayRow(date(2030, 10, 5), Kind.WORK, "节")


def test_a_notice_may_begin_in_the_last_days_of_december() -> None:
    text = make.NOTICE + make.line("2029-12-31") + make.line("2029-12-29", "work")
    (notice,) = read_holidays(text.encode())
    assert notice == YearRow(2030, make.SOURCE, verified=False, days=notice.days)
    assert [day.day for day in notice.days[:2]] == [date(2029, 12, 29), date(2029, 12, 31)]


@pytest.mark.parametrize(
    ("line", "pointer", "words"),
    [
        ("20XX,2030-06-01,off,节,x,no\n", "year", "“20XX”不是年份"),
        ("1999,1999-06-01,off,节,x,no\n", "year", "“1999”不是年份"),
        (make.line("2030-13-01"), "day", "“2030-13-01”不是日期"),
        (make.line("2030-06-01", "rest"), "kind", "off（放假）或 work（上班）"),
        (make.line("2030-06-01").replace(",no", ",maybe"), "verified", "yes 或 no"),
        (make.line("2030-06-01", name=""), "name", "这一项要有"),
        (make.line("2030-06-01", name="长" * 61), "name", "最多 60 个字"),
        (make.line("2031-01-01"), "day", "这一天不在 2030 年的安排里"),
        (make.line("2029-12-28"), "day", "这一天不在 2030 年的安排里"),
        (make.line("2030-06-03", "work"), "kind", "只有周六、周日"),
        (make.line("2030-01-01"), "day", "“2030-01-01”前面已经出现过"),
        (make.line("2030-06-01").replace(make.SOURCE, "别的"), "source", "同一年的这一项要相同"),
        (make.line("2030-06-01").replace(",no", ",yes"), "verified", "同一年的这一项要相同"),
    ],
)
def test_faults_name_row_and_column(line: str, pointer: str, words: str) -> None:
    faults = faults_of(make.NOTICE + line)
    assert [place for place, _ in faults] == [f"8/{pointer}"]
    assert words in faults[0][1]


def test_a_year_without_its_fixed_festivals_is_not_whole() -> None:
    text = make.HEADER + make.line("2030-05-01") + make.line("2030-10-02")
    assert faults_of(text) == [
        ("2/year", "2030 年不完整，缺少 2030-01-01、2030-10-01、2030-10-03。")
    ]


def test_an_empty_file_is_refused() -> None:
    assert faults_of(make.HEADER) == [("1/", "文件里没有一行内容。")]
