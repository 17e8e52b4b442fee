"""Towns beside each other: shades, a funnel that is fair to small towns, and the pages."""

import io
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import insert

from tests.conftest import Clock
from tests.dumping.make import browser
from tests.indicators import make
from tests.people.make import statements
from wufei_public.common.actor import SYSTEM
from wufei_public.indicators.models.runs import Bucket
from wufei_public.indicators.rules.forecasts import forecast
from wufei_public.indicators.rules.funnels import Share, Verdict, funnel, together, verdicts
from wufei_public.indicators.rules.heat import lines, months_until, span_of
from wufei_public.indicators.rules.plans import Indicator, current
from wufei_public.infra.work import work
from wufei_public.infra.workbooks import read_book

TODAY = date(2026, 11, 24)
TOWNS = ("410307106", "410307107", "410307004")
PAGE = "/staff/indicators/towns"


def test_the_last_twelve_months_end_with_this_one() -> None:
    months = months_until(TODAY)
    assert (len(months), months[0], months[-1]) == (12, date(2025, 12, 1), date(2026, 11, 1))
    assert span_of(months) == (date(2025, 12, 1), date(2026, 11, 30))


def test_shades_are_quarters_of_the_greatest_cell() -> None:
    months = months_until(TODAY, 5)
    figures = {
        ("a", month): figure for month, figure in zip(months, (0, 1, 25, 26, 100), strict=True)
    }
    found, empty = lines(figures, ("a", "b"), months)
    assert (found.shades, found.whole) == ((0, 1, 1, 2, 4), 152)
    assert (empty.figures, empty.shades) == ((0,) * 5, (0,) * 5)


@pytest.mark.parametrize(
    ("part", "whole", "verdict"),
    [
        (0, 3, Verdict.USUAL),  # none of three is chance, where half of all is usual
        (0, 12, Verdict.FAR_LOW),
        (3, 14, Verdict.USUAL),
        (2, 12, Verdict.LOW),
        (10, 12, Verdict.HIGH),
        (1600, 3000, Verdict.FAR_HIGH),
        (1530, 3000, Verdict.USUAL),
        (0, 0, Verdict.NONE),
    ],
)
def test_a_small_town_is_not_shamed_by_chance(part: int, whole: int, verdict: Verdict) -> None:
    # The rest is so large that all together are closed by half.
    rest = Share("rest", 500_000 - part, 1_000_000 - whole)
    assert verdicts([Share("here", part, whole), rest])["here"] is verdict


def test_a_funnel_has_a_dot_for_each_town_with_cases() -> None:
    shares = [Share("a", 30, 40), Share("b", 2, 5), Share("c", 0, 0)]
    picture = funnel(shares)
    assert together(shares) == 32 / 45
    assert [(dot.place, dot.x) for dot in picture.dots] == [("a", 310.0), ("b", 68.5)]
    assert (len(picture.limits), picture.most) == (4, 40)
    assert all(path.count("L") == 39 for path in picture.limits)
    assert picture.begin == 0.3
    assert funnel([]).dots == []
    assert verdicts([Share("a", 5, 5)])["a"] is Verdict.USUAL


def test_a_forecast_goes_on_as_it_did_and_says_how_sure_it_is() -> None:
    values = [(date(year, 12, 31), Decimal(figure)) for year, figure in
              ((2021, "70"), (2022, "75"), (2023, "79"), (2024, "86"))]  # fmt: skip
    found = forecast(values, 2025, (0, 100))
    assert found is not None
    # By hand: 5.2 a year from 77.5 in the middle; 4.303 × 0.9487 × √2.5 = 6.45 around it.
    assert found.figure == pytest.approx(90.5, abs=0.02)
    assert (found.low, found.high) == pytest.approx((84.05, 96.95), abs=0.05)
    assert forecast(values[:3], 2025) is None
    assert forecast([values[0]] * 5, 2025) is None
    far = forecast(values, 2040, (0, 100))
    assert far is not None
    assert far.figure == far.high == 100


def counted(series: str, place: str, month: date, figure: int) -> None:
    row = {"series": series, "kind": "month", "place": place, "starts_on": month, "figure": figure}
    work(SYSTEM, lambda w: w.session.execute(insert(Bucket), row))


@pytest.mark.usefixtures("district")
def test_officials_compare_towns_and_go_down_to_villages(app: Flask) -> None:
    month = date(2026, 10, 1)
    for place, whole, part in zip(TOWNS, (200, 180, 2), (40, 170, 0), strict=True):
        counted("reports", place, month, whole)
        counted("reports_closed", place, month, part)
    counted("checkins", TOWNS[0], month, 77)
    counted("checkins", f"{TOWNS[0]}201", month, 77)
    office = browser(app, make.TOWN_OFFICER)
    page = office.get(PAGE).text
    for word in ("缑氏镇", "382", "明显偏低", "明显偏高", "和全区差不多", "12 个月一共 382"):
        assert word in page, word
    assert page.count("<circle") == 3
    towns = office.get(f"{PAGE}?series=checkins").text
    assert f'href="{PAGE}/{TOWNS[0]}?series=checkins"' in towns
    villages = office.get(f"{PAGE}/{TOWNS[0]}").text
    assert "12 个月一共 77" in villages
    for address in ("?series=x", "/410307999", f"/{TOWNS[0]}?series=reports"):
        assert office.get(f"{PAGE}{address}").status_code == 404
    assert browser(app, make.RESIDENT).get(PAGE).status_code == 403


@pytest.mark.usefixtures("district")
def test_the_table_costs_the_same_with_one_bucket_and_with_many(app: Flask) -> None:
    office = browser(app, make.TOWN_OFFICER)

    def asked() -> int:
        office.get(PAGE)
        with statements() as found:
            assert office.get(PAGE).status_code == 200
        return len(found)

    counted("reports", TOWNS[0], date(2026, 10, 1), 3)
    one = asked()
    for place in TOWNS[1:]:
        counted("reports", place, date(2026, 9, 1), 3)
    assert asked() == one


# ---- what leaves, and what may come -------------------------------------------------


@pytest.mark.usefixtures("district")
def test_the_report_of_a_quarter_leaves_as_excel(app: Flask) -> None:
    make.published(period="2025")
    make.published(series="49", period="2026-11", figure=Decimal(100))  # after the quarter
    counted("reports", TOWNS[0], date(2026, 8, 1), 31)
    office = browser(app, make.TOWN_OFFICER)
    assert "2026年第3季度" in office.get(PAGE).text
    sheets = read_book(office.get(f"{PAGE}/reports/2026-Q3.xlsx").data)
    assert list(sheets) == ["全部指标", "随手拍件数", "打卡次数", "方案任务"]
    rows = {row[0]: row for row in sheets["全部指标"]}
    assert rows["24"][2:] == ["35.5%", "2025年", "35% (2025)", "达标"]
    assert rows["49"][2] == "—"
    assert ["缑氏镇", "0", "31", "0", "31"] in sheets["随手拍件数"]
    assert len(sheets["方案任务"]) == 84
    for key in ("2026-10.pdf", "2026-Q3.docx", "x.pdf"):
        assert office.get(f"{PAGE}/reports/{key}").status_code in {404, 422}
    assert browser(app, make.RESIDENT).get(f"{PAGE}/reports/2026-Q3.pdf").status_code == 403


@pytest.mark.usefixtures("district")
def test_the_report_of_a_quarter_leaves_as_pdf(app: Flask) -> None:
    paper = browser(app, make.TOWN_OFFICER).get(f"{PAGE}/reports/2026-Q3.pdf")
    assert (paper.mimetype, paper.data[:5]) == ("application/pdf", b"%PDF-")
    # A page for each table at least; the plan's tasks need several.
    assert paper.data.count(b"/Type /Page\n") >= 5


@pytest.mark.usefixtures("district")
def test_the_report_of_a_quarter_leaves_as_pictures_for_slides(app: Flask) -> None:
    make.published(period="2025")
    office = browser(app, make.TOWN_OFFICER)
    themes = list(dict.fromkeys(one.theme.zh for one in current().indicators))
    page = office.get(PAGE).text
    for number, theme in enumerate(themes, 1):
        assert theme in page
        assert f"{PAGE}/reports/2026-Q3/{number}.png" in page
    at = next(n for n, theme in enumerate(themes, 1) if theme == indicator("24").theme.zh)
    with_one = office.get(f"{PAGE}/reports/2026-Q3/{at}.png").data
    picture = Image.open(io.BytesIO(with_one))
    assert (picture.format, picture.size) == ("PNG", (1920, 1080))
    # A figure of the year after is not in it; one before it changes the picture.
    make.published(period="2026-11", figure=Decimal(77))
    assert office.get(f"{PAGE}/reports/2026-Q3/{at}.png").data == with_one
    make.published(period="2026-08", figure=Decimal(12))
    assert office.get(f"{PAGE}/reports/2026-Q3/{at}.png").data != with_one
    for address in ("2026-Q3/0.png", f"2026-Q3/{len(themes) + 1}.png", "2026-08/1.png"):
        assert office.get(f"{PAGE}/reports/{address}").status_code == 404
    assert browser(app, make.RESIDENT).get(f"{PAGE}/reports/2026-Q3/1.png").status_code == 403


def indicator(series: str) -> Indicator:
    found = current().indicator(series)
    assert found
    return found


@pytest.mark.usefixtures("district")
def test_a_badge_says_what_is_published(client: FlaskClient) -> None:
    assert "暂无数据" in client.get("/indicators/24/badge.svg").text
    make.published()
    answer = client.get("/indicators/24/badge.svg")
    assert answer.mimetype == "image/svg+xml"
    root = ET.fromstring(answer.data)  # noqa: S314  our own
    assert root.get("aria-label") == "生活垃圾回收利用率: 35.5%"
    again = client.get(
        "/indicators/24/badge.svg", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304
    assert client.get("/indicators/55/badge.svg").status_code == 404
    assert "badge.svg" in client.get("/indicators/data").text


@pytest.mark.usefixtures("district")
def test_a_forecast_stands_only_before_a_target_that_lies_ahead(app: Flask, clock: Clock) -> None:
    for year, figure in ((2021, "26"), (2022, "28"), (2023, "30"), (2024, "32.2")):
        make.published(period=str(year), figure=Decimal(figure))
    office, address = browser(app, make.DEPARTMENT_OFFICER), "/staff/indicators/24"
    assert "照这样下去" not in office.get(address).text  # 2026: the plan is over
    clock.move(days=-500)
    office = browser(app, make.DEPARTMENT_OFFICER)
    page = office.get(address).text
    assert "到 2025 年底大约是 34.2%，目标是 35%" in page
