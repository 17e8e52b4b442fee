"""Results: for officials above a floor and on record, for everybody once published."""

import csv
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.dumping import make as people
from tests.surveys import forms as small_forms
from tests.surveys import waves as make
from wufei_public.infra.audit import AuditRow
from wufei_public.infra.papers import Whisker
from wufei_public.infra.work import reading, work
from wufei_public.infra.workbooks import read_book
from wufei_public.surveys.actions import forms as form_actions
from wufei_public.surveys.actions import waves as actions
from wufei_public.surveys.documents import results
from wufei_public.surveys.documents.maps import Side, side_of, town_map
from wufei_public.surveys.documents.paper import wave_tables
from wufei_public.surveys.documents.pictures import Labels, trend
from wufei_public.surveys.models import Wave
from wufei_public.surveys.queries import forms
from wufei_public.surveys.queries import waves as queries
from wufei_public.surveys.rules.estimates import Measure
from wufei_public.surveys.rules.indicators import I54
from wufei_public.surveys.rules.waves import Mode

pytestmark = pytest.mark.usefixtures("loaded")


@pytest.fixture
def officer(app: Flask) -> FlaskClient:
    people.places()
    return people.browser(app, people.account(people.DISTRICT_OFFICER))


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def looks() -> list[str]:
    reading().rollback()
    rows = reading().query(AuditRow).filter(AuditRow.action == "surveys:wave:look")
    return [row.after["at"] for row in rows.order_by(AuditRow.id)]


def ended(count: int = 260) -> Wave:
    return make.closed(make.answered(make.wave(), count))


def test_every_number_comes_with_n_interval_and_method(officer: FlaskClient) -> None:
    wave = ended()
    html = text(officer.get(f"/staff/surveys/{wave.code}/results"))
    for words in ("不是概率样本", "满意程度（指标 54）", "宣传教育普及率（指标 52）", "泰勒线性化"):
        assert words in html
    assert re.search(r"区间 \d+\.\d% – \d+\.\d%，\d+ 人", html)
    assert "推算的数" in html
    assert looks() == ["page"]


def test_an_open_wave_is_not_looked_at_below_the_floor(officer: FlaskClient) -> None:
    wave = make.answered(make.wave(), 99)
    for _ in range(30):
        make.submit(wave)
    assert officer.get(f"/staff/surveys/{wave.code}/results").status_code == 403
    assert officer.get(f"/staff/surveys/{wave.code}/results.csv").status_code == 403
    assert looks() == []
    make.answered(wave, 1, seed=2)
    html = text(officer.get(f"/staff/surveys/{wave.code}/results"))
    assert ("为止 100 份的数" in html, looks()) == (True, ["page"])


def test_results_of_nobody_say_so(officer: FlaskClient) -> None:
    wave = make.closed(make.wave())
    answer = officer.get(f"/staff/surveys/{wave.code}/results")
    assert (answer.status_code, "回答太少" in text(answer)) == (422, True)


def test_results_with_and_without_excluded_answers_are_a_click_apart(officer: FlaskClient) -> None:
    wave = ended(620)
    page = f"/staff/surveys/{wave.code}"
    officer.post(f"{page}/exclude", data={"flag": "fast", "reason": "太快"})
    without, everything = (text(officer.get(f"{page}/results{query}")) for query in ("", "?all=1"))
    assert ("589 份有效回答" in without, "620 份有效回答" in everything) == (True, True)
    assert ("看不排除的" in without, "看排除以后的" in everything) == (True, True)


def test_another_measure_and_other_axes_can_be_asked_for(officer: FlaskClient) -> None:
    page = f"/staff/surveys/{ended().code}/results"
    html = text(officer.get(f"{page}?measure=contact/media&rows=sex&columns=age"))
    assert "电视、广播、报纸</b>" in html
    assert "交叉表" in html
    assert officer.get(f"{page}?measure=nothing&rows=x&columns=y").status_code == 200


def test_no_page_and_no_file_shows_a_number_below_the_floor(officer: FlaskClient) -> None:
    wave = ended(120)
    rows = list(csv.reader(io.StringIO(text(
        officer.get(f"/staff/surveys/{wave.code}/results.csv")).lstrip("\ufeff"))))  # fmt: skip
    counts = [int(row[5]) for row in rows[1:] if row[5]]
    assert min(n for n in counts if n) >= 30
    hidden = [row for row in rows[1:] if row[15]]
    assert hidden
    assert [row for row in hidden if any(row[5:15])] == []


def test_the_workbook_holds_the_same_figures(officer: FlaskClient) -> None:
    wave = ended()
    book = read_book(officer.get(f"/staff/surveys/{wave.code}/results.xlsx").data)
    rows = list(csv.reader(io.StringIO(text(
        officer.get(f"/staff/surveys/{wave.code}/results.csv")).lstrip("\ufeff"))))  # fmt: skip
    assert len(book["数字"]) == len(rows)
    assert book["数字"][5][:6] == rows[5][:6]
    assert book["方法"][3] == ["有效回答", "260"]
    assert looks() == ["xlsx", "csv"]


def test_officials_read_comments_in_random_order(officer: FlaskClient) -> None:
    wave = make.answered(make.wave(), 110)
    make.submit(wave, make.sent({**make.ANSWERS, "open_comment": "大口镇太臭"}))
    wave = make.closed(wave)
    page = f"/staff/surveys/{wave.code}/comments"
    assert "111 条留言" in text(officer.get(page))
    assert "1 条留言" in text(officer.get(f"{page}?words=太臭"))


def test_nothing_is_public_before_it_is_published(
    officer: FlaskClient, client: FlaskClient
) -> None:
    wave = ended()
    code = wave.code
    for page in (f"/surveys/{code}/results", f"/surveys/{code}/results.csv"):
        assert client.get(page).status_code == 404
    assert client.get(f"/api/v1/surveys/waves/{code}/results").status_code == 404
    assert officer.post(f"/staff/surveys/{code}/publish").status_code == 303
    html = text(client.get(f"/surveys/{code}/results"))
    assert "满意程度（指标 54）" in html
    assert "不是概率样本" in html
    assert "四类都公布以后" in html
    figures = client.get(f"/api/v1/surveys/waves/{code}/results").json["figures"]
    assert figures["n"] == 260
    assert client.get(f"/surveys/{code}/results.xlsx").status_code == 200
    assert f"/surveys/{code}/results" in text(client.get("/surveys"))
    assert "调查结果" in text(client.get("/notices"))
    assert "看结果" in text(client.get(f"/surveys/{code}"))


def test_published_figures_stand_still(officer: FlaskClient, client: FlaskClient) -> None:
    wave = ended()
    officer.post(f"/staff/surveys/{wave.code}/publish")
    before = client.get(f"/api/v1/surveys/waves/{wave.code}/results").json
    officer.post(f"/staff/surveys/{wave.code}/exclude", data={"flag": "fast", "reason": "太快"})
    assert client.get(f"/api/v1/surveys/waves/{wave.code}/results").json == before


def publish(wave: Wave) -> None:
    figures = results.figures_of(wave, results.assembled(reading(), wave, ()), ())
    work(people.DISTRICT_OFFICER, lambda w: actions.publish(w, code=wave.code, figures=figures))


def test_indicator_53_is_the_mean_of_four_published_groups(client: FlaskClient) -> None:
    rates = []
    for form in ("public", "government", "enterprise", "ngo"):
        assert results.indicator_53(reading())["mean"] is None
        wave = make.answered(make.wave(form, mode=Mode.EXTERNAL, collector="某公司"), 60)
        publish(make.closed(wave))
        figures = make.again(wave).figures or {}
        column = "i53" if form == "public" else "i53_units"
        rates += [one["weighted"] for one in figures["measures"] if one["column"] == column]
    reading().rollback()
    found = results.indicator_53(reading())
    assert found["mean"].value == pytest.approx(sum(rates) / 4)
    assert found["mean"].interval[0] < found["mean"].value < found["mean"].interval[1]
    assert "四类各占四分之一" in text(client.get(f"/surveys/{wave.code}/results"))


def test_units_answer_in_their_own_name_so_small_counts_are_shown() -> None:
    wave = make.closed(make.answered(make.wave("ngo"), 6))
    figures = results.figures_of(wave, results.assembled(reading(), wave, ()), ())
    assert [one for one in figures["measures"] if one["hidden"]] == []


def test_a_later_wave_is_compared_with_the_earlier_ones(officer: FlaskClient) -> None:
    publish(make.closed(make.answered(make.wave(title="去年的"), 300, seed=7)))
    later = ended()
    html = text(officer.get(f"/staff/surveys/{later.code}/results"))
    assert ("和以前几次比" in html, "去年的" in html) == (True, True)
    # The paper has the same rows as the page.
    figures = results.figures_of(later, results.assembled(reading(), later, ()), ())
    labels = Labels(forms.questionnaire(reading(), later.form_key), english=False)
    before = [(row.title, row.figures) for row in queries.published_before(reading(), later)]
    with_trend = list(wave_tables("今年", figures, labels, trend(before, figures, labels)))
    rows = [row for table in with_trend if "和以前几次比" in table.heading for row in table.rows]
    assert len(rows) == 3
    assert all(f">{cell}<" in html for row in rows for cell in row)
    plain = officer.get(f"/staff/surveys/{later.code}/results.pdf").data
    assert plain.startswith(b"%PDF")


def test_english_readers_get_english_figures(officer: FlaskClient) -> None:
    page = f"/staff/surveys/{ended().code}/results"
    html = text(officer.get(page, headers={"Accept-Language": "en"}))
    assert "Goushi Town" in html
    assert "Very satisfied" in html


def test_the_paper_says_the_figures_of_the_page_and_hides_what_it_hides(
    officer: FlaskClient,
) -> None:
    wave = ended()
    answer = officer.get(f"/staff/surveys/{wave.code}/results.pdf")
    assert (answer.mimetype, answer.data[:5]) == ("application/pdf", b"%PDF-")
    assert looks() == ["pdf"]
    figures = results.figures_of(wave, results.assembled(reading(), wave, ()), ())
    labels = Labels(forms.questionnaire(reading(), wave.form_key), english=False)
    found = list(wave_tables("秋季", figures, labels))
    shares = [table for table in found if "0%–100%" in table.columns]
    rows = [row for table in shares for row in table.rows]
    html = text(officer.get(f"/staff/surveys/{wave.code}/results"))
    [overall, *_] = found[0].rows
    assert f"{overall[3]}" in html
    hidden = [row for row in rows if row[6]]
    assert hidden
    assert {tuple(row[2:6]) for row in hidden} == {("", "", "", None)}
    assert {type(row[5]) for row in rows if row[3]} == {Whisker}
    # How each interval was made, as the page says it.
    assert {row[4] for row in rows if row[3]} <= {"对数几率", "Korn–Graubard", "没有抽样误差"}
    [scales] = [table for table in found if "均值" in table.columns]
    assert all(f">{row[5]}<" in html for row in scales.rows if row[5])
    assert [row for row in found[-1].rows if row[0] == "有效回答"] == [["有效回答", "260"]]


@pytest.mark.parametrize(
    ("interval", "side"),
    [
        ([0.81, 0.9], Side.ABOVE),
        ([0.8, 0.9], Side.OPEN),
        ([0.7, 0.8], Side.OPEN),
        ([0.6, 0.79], Side.BELOW),
        (None, Side.UNKNOWN),
    ],
)
def test_a_town_differs_only_where_its_interval_does(
    interval: list[float] | None, side: Side
) -> None:
    assert side_of({"interval": interval}, 0.8) is side
    assert side_of(None, 0.8) is side_of({"interval": interval}, None) is Side.UNKNOWN


def test_a_map_says_which_towns_differ_and_hides_what_the_table_hides(
    app: Flask, officer: FlaskClient
) -> None:
    wave = ended()
    figures = results.figures_of(wave, results.assembled(reading(), wave, ()), ())
    shares = [one for one in figures["measures"] if one["measure"] != Measure.MEAN]
    rows = next(one for one in shares if one["column"] == I54)["by"]["town"]
    assert {row["hidden"] for row in rows} == {"small"}
    rows[0] |= {"hidden": None, "weighted": 0.99, "interval": [0.98, 1.0]}
    rows[1] |= {"hidden": None, "weighted": 0.8, "interval": [0.01, 0.99]}
    with app.test_request_context():
        found = town_map(reading(), figures, I54) or {}
    shown = {area["key"]: area["tally"]["open"] for area in found["areas"]}
    assert {key: words for key, words in shown.items() if words} == {
        rows[0]["level"]: "▲99%",
        rows[1]["level"]: "80%",
    }
    assert [words for _, words in found["legend"]] == [
        "▲ 高于全区，不像是偶然", "和全区分不出高低", "回答太少，不显示",
    ]  # fmt: skip


def test_a_page_has_no_card_for_what_a_questionnaire_does_not_ask(officer: FlaskClient) -> None:
    asked = small_forms.sheets(["select_one yn", "q", "问", "yes", "", ""])
    asked["settings"][1][1] = "bare"
    work(people.DISTRICT_OFFICER, lambda w: form_actions.load(w, asked))
    wave = make.closed(make.answered(make.wave("bare", margins=()), 40))
    page = text(officer.get(f"/staff/surveys/{wave.code}/results"))
    assert 'aria-labelledby="h-others"' in page
    for card in ("h-scales", "h-derived", "h-groups"):
        assert card not in page
