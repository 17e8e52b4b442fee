"""A contractor's file: whole or not at all, estimated by the same code."""

import io
import re
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import Clock
from tests.dumping import make as people
from tests.surveys import waves as make
from tests.surveys.forms import shipped
from tests.surveys.test_clusters import by_cli
from wufei_public.common.errors import Invalid
from wufei_public.infra.work import reading
from wufei_public.infra.workbooks import write_book
from wufei_public.surveys.documents.results import assembled, figures_of
from wufei_public.surveys.jobs import forget_uploads
from wufei_public.surveys.models import Upload, Wave
from wufei_public.surveys.queries import waves as queries
from wufei_public.surveys.rules.external import guess, read_rows
from wufei_public.surveys.rules.waves import Mode

HEADER = ["id", *make.ANSWERS, "_stratum", "_weight"]

_IDS = count(1)


def line(**changes: Any) -> list[str]:
    said = {**make.ANSWERS, "id": str(next(_IDS)), "_stratum": "x", "_weight": "1.5", **changes}
    values = (said[name] for name in HEADER)
    return [" ".join(value) if isinstance(value, list) else str(value) for value in values]


def test_cells_may_hold_names_or_words_in_either_language() -> None:
    row = line(sat_overall="比较满意", contact="电视、广播、报纸", know_kitchen="Green")
    lines = [HEADER, row, [], line(contact="media；poster")]
    found = read_rows(shipped(), lines, "f.csv", HEADER)
    assert found[0].answers["sat_overall"] == "4"
    assert found[0].answers["contact"] == ("media",)
    assert found[0].answers["know_kitchen"] == "green"
    assert found[1].answers["contact"] == ("media", "poster")
    assert (found[0].stratum, found[0].weight) == ("x", 1.5)


@pytest.mark.parametrize(
    ("lines", "pointers"),
    [
        ([["town", "nonsense"], ["410307106", "1"]], ["f/1/nonsense"]),
        ([["contact", "contact/media"], ["media", "1"]], ["f/1/contact/media"]),
        ([["consent", "contact/media"], ["yes", "maybe"]], ["f/2/contact/media"]),
        ([["consent", "_psu"], ["yes", "x"], ["yes", ""]], ["f/3/_psu"]),
        ([["consent", "_stratum_n"], ["yes", "0"]], ["f/2/_stratum_n"]),
        (
            [["consent", "_stratum_n"], *(["yes", str(n)] for n in (3, 4))],
            ["f/3/_stratum_n"],
        ),
        ([["consent", "_stratum_n"], *(["yes", "1"] for _ in range(2))], ["f/2/_stratum_n"]),
        ([["consent", "_stratum"], ["yes", "x" * 41]], ["f/2/_stratum"]),
        ([["town", "town"], ["410307106", ""]], ["f/1/town", "f/1/town"]),
        ([["id"], ["1"]], ["f/1/"]),
        ([], ["f/1/"]),
        ([HEADER], ["f/1/"]),
        ([HEADER, line(sat_overall="6")], ["f/2/sat_overall"]),
        ([HEADER, line(_weight="0")], ["f/2/_weight"]),
        ([HEADER, [*line(), "", "999"]], ["f/2/"]),
        (
            [HEADER, line(), line(age="under_18")],
            [f"f/3/{name}" for name in list(make.ANSWERS)[3:]],
        ),
    ],
)
def test_faults_are_told_by_row_and_column(lines: list[list[str]], pointers: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        read_rows(shipped(), lines, "f", [*lines[0]] if lines else [])
    assert [error.pointer for error in refused.value.errors] == pointers


def test_no_more_faults_are_told_than_one_can_read() -> None:
    with pytest.raises(Invalid) as refused:
        read_rows(shipped(), [HEADER, *(line(sat_overall="6") for _ in range(300))], "f", HEADER)
    assert len(refused.value.errors) == 50


@pytest.fixture
def officer(app: Flask) -> FlaskClient:
    people.places()
    return people.browser(app, people.account(people.DISTRICT_OFFICER))


def upload(client: FlaskClient, code: str, data: bytes, name: str) -> TestResponse:
    form = {"data": (io.BytesIO(data), name)}
    return client.post(f"/staff/surveys/{code}/data", data=form, content_type="multipart/form-data")


def take_over(client: FlaskClient, code: str, **values: str) -> TestResponse:
    """Load the file that waits, as its page shows it now."""
    html = client.get(f"/staff/surveys/{code}/data").get_data(as_text=True)
    seen = re.search(r'name="seen" value="([^"]+)"', html)
    form = {"seen": seen[1] if seen else "nothing", **values}
    return client.post(f"/staff/surveys/{code}/data/load", data=form)


def as_csv(*lines: list[str], header: Sequence[str] = HEADER) -> bytes:
    return "\n".join(",".join(row) for row in (list(header), *lines)).encode("gb18030")


def external() -> Wave:
    return make.wave(mode=Mode.EXTERNAL, collector="某调查公司")


@pytest.mark.usefixtures("loaded")
def test_a_file_becomes_the_answers_and_a_newer_one_takes_its_place(officer: FlaskClient) -> None:
    wave = external()
    page = officer.get(f"/staff/surveys/{wave.code}").get_data(as_text=True)
    assert "由 某调查公司 收集" in page
    assert upload(officer, wave.code, as_csv(line(), line()), "a.csv").status_code == 303
    assert make.responses() == []
    assert take_over(officer, wave.code).status_code == 303
    book = write_book({"回答": [HEADER, line(), line(sat_overall="5"), line()]})
    assert upload(officer, wave.code, book, "b.xlsx").status_code == 303
    html = officer.get(f"/staff/surveys/{wave.code}/data").get_data(as_text=True)
    assert "现在有的 2 份回答会换成这一份" in html
    assert take_over(officer, wave.code).status_code == 303
    kept = make.responses()
    assert [(row.outcome, row.pace, row.weight) for row in kept] == [("1.1", "", 1.5)] * 3
    assert queries.counted(reading(), wave.id) == 3
    assert reading().query(Upload).count() == 0


@pytest.mark.usefixtures("loaded")
def test_a_file_with_one_fault_changes_nothing_and_names_the_row(officer: FlaskClient) -> None:
    wave = external()
    upload(officer, wave.code, as_csv(line()), "a.csv")
    take_over(officer, wave.code)
    for bad, row in (
        (as_csv(line(), line(sex="x")), 3),
        (as_csv(line(), line(), line(_weight="")), 4),
    ):
        assert upload(officer, wave.code, bad, "b.csv").status_code == 303
        html = officer.get(f"/staff/surveys/{wave.code}/data").get_data(as_text=True)
        assert f'<th scope="row" class="r">{row}</th>' in html
        assert 'name="seen"' not in html
        assert take_over(officer, wave.code).status_code == 422
    for data in (b"\xff\xfe\x00\x01", b""):
        assert upload(officer, wave.code, data, "d.csv").status_code == 422
    assert len(make.responses()) == 1
    other = make.wave()
    assert upload(officer, other.code, as_csv(line()), "a.csv").status_code == 409
    assert officer.get(f"/staff/surveys/{other.code}/data").status_code == 404


def broken() -> dict[str, tuple[bytes, str]]:
    """Return files of which a careless reader would take a part, and what is said of each."""
    header = [*HEADER, "备注"]
    rows = [[*line(), "好"] for _ in range(6)]

    def with_row(number: int, row: list[str]) -> bytes:
        return as_csv(*rows[: number - 2], row, *rows[number - 1 :], header=header)

    return {
        "quote": (with_row(4, [*line(), '"他说没人收']), "第 4 行 这一行不是合法的 CSV"),
        "swallowed": (
            as_csv(*rows[:2], [*line(), '"他说'], [*line(), '没人收"'], *rows, header=header),
            "第 4 行 备注 这一格里有整行的内容",
        ),
        "cut": (with_row(7, line()[:8]), f"第 7 行 这一行只有 8 格，表头有 {len(header)} 格"),
        "beyond": (with_row(3, [*line(), "好", "999"]), "第 3 行 这一行比表头多出内容"),
        "sheets": (
            write_book({"东": [header, *rows[:3]], "西": [header, *rows[3:]]}),
            "文件里有 2 张表有内容（东、西）",
        ),
    }


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("fault", list(broken()))
def test_a_file_that_could_be_half_read_is_refused_by_its_row(
    officer: FlaskClient, fault: str
) -> None:
    wave = external()
    data, words = broken()[fault]
    answer = upload(officer, wave.code, data, "a.csv")
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert reading().query(Upload).count() == 0


@pytest.mark.usefixtures("loaded")
def test_an_empty_sheet_beside_and_a_line_break_in_a_remark_are_no_faults(
    officer: FlaskClient,
) -> None:
    wave = external()
    book = write_book({"说明": [], "回答": [HEADER, line(), line()]})
    assert upload(officer, wave.code, book, "a.xlsx").status_code == 303
    data = as_csv([*line(), '"第一句，\n第二句, 完"'], [], [*line(), ""], header=[*HEADER, "备注"])
    assert upload(officer, wave.code, data, "b.csv").status_code == 303
    assert take_over(officer, wave.code).status_code == 303
    assert len(make.responses()) == 2


@pytest.mark.usefixtures("loaded")
def test_columns_are_named_on_the_page_and_remembered(officer: FlaskClient) -> None:
    wave = external()
    named = {"sat_overall": "Q7", "contact": "渠道", "sex": "您的性别"}
    header = [named.get(name, name) for name in HEADER]
    assert upload(officer, wave.code, as_csv(line(), header=header), "a.csv").status_code == 303
    page = f"/staff/surveys/{wave.code}/data"
    html = officer.get(page).get_data(as_text=True)
    assert "文件里没有的必答题" in html
    assert "没答到" not in html
    columns = [*HEADER]
    assert officer.post(f"{page}/columns", data={"columns": columns[1:]}).status_code == 422
    assert officer.post(f"{page}/columns", data={"columns": columns}).status_code == 303
    # What was seen before is not what stands there now.
    stale = officer.post(f"{page}/load", data={"seen": "0" * 32})
    assert (stale.status_code, make.responses()) == (422, [])
    assert take_over(officer, wave.code).status_code == 303
    assert make.responses()[0].answers["sat_overall"] == "4"
    upload(officer, wave.code, as_csv(line(), line(), header=header), "b.csv")
    assert take_over(officer, wave.code).status_code == 303
    assert [row.outcome for row in make.responses()] == ["1.1"] * 2


def test_names_and_words_and_choices_are_guessed() -> None:
    form = shipped()
    words = form.by_name["sat_overall"].label
    header = [words.zh, "sex", "sex", "contact/media", "psu", "stratum", "电话"]
    found = guess(form, header)
    assert found == ["sat_overall", "sex", "", "contact/media", "_psu", "_stratum", ""]
    header = ["consent", "town", "age", "contact/media", "contact/poster"]
    said = ["yes", make.TOWN, "60_69"]
    lines = [header, *([*said, *pair] for pair in (["是", "0"], ["1", "√"], ["", ""]))]
    rows = read_rows(form, lines, "f", lines[0])
    assert [row.answers.get("contact") for row in rows] == [("media",), ("media", "poster"), None]


@pytest.mark.usefixtures("loaded")
def test_rows_that_do_not_count_are_told_before_they_are_taken(officer: FlaskClient) -> None:
    wave = external()
    outside = ["9", "yes", "elsewhere", *[""] * (len(HEADER) - 5), "x", "1"]
    upload(officer, wave.code, as_csv(line(), outside, line()), "a.csv")
    html = officer.get(f"/staff/surveys/{wave.code}/data").get_data(as_text=True)
    assert "2 行算有效回答" in html
    assert "不在本区" in html
    assert "第 3 行" in html


@pytest.mark.usefixtures("loaded")
def test_a_file_that_is_thrown_away_or_left_lying_is_gone(
    officer: FlaskClient, clock: Clock
) -> None:
    wave = external()
    upload(officer, wave.code, as_csv(line()), "a.csv")
    [kept] = reading().query(Upload).all()
    assert "大口镇".encode() not in kept.sealed
    assert officer.post(f"/staff/surveys/{wave.code}/data/discard").status_code == 303
    assert take_over(officer, wave.code).status_code == 409
    upload(officer, wave.code, as_csv(line()), "a.csv")
    assert forget_uploads("") == 0
    clock.move(days=2)
    assert forget_uploads("") == 1
    upload(officer, wave.code, as_csv(line()), "a.csv")
    make.closed(wave)
    assert reading().query(Upload).count() == 0


# ---- how it was drawn -----------------------------------------------------------------------


def drawn_in_villages() -> list[list[str]]:
    """Return rows of two strata of six villages of ten persons each."""
    header = [*HEADER, "_psu", "_stratum_n"]
    rows = [
        [*line(_stratum=stratum, sat_overall=str(1 + (at * at + village) % 5)), f"{village}村", n]
        for stratum, n in (("东", "40"), ("西", "25"))
        for village in range(6)
        for at in range(10)
    ]
    return [header, *rows]


@pytest.mark.usefixtures("loaded")
def test_the_drawing_reaches_the_figures_as_the_command_has_them(
    officer: FlaskClient, tmp_path: Path, app: Flask
) -> None:
    wave = external()
    header, *rows = drawn_in_villages()
    upload(officer, wave.code, as_csv(*rows, header=header), "a.csv")
    html = officer.get(f"/staff/surveys/{wave.code}/data").get_data(as_text=True)
    assert "最先抽的是 12 个单位" in html
    take_over(officer, wave.code)
    assert not any("村" in row.psu for row in make.responses())
    wave = make.closed(wave)
    found = assembled(reading(), wave, ())
    assert (found.design.strata, found.design.units) == (2, 12)
    assert found.sample.frame_sizes == [40.0, 25.0]
    figures = figures_of(wave, found, ())
    theirs = by_cli(app, tmp_path, found, 30)
    ours = {(one["column"], one["measure"]): one for one in figures["measures"]}
    told = [one for one in theirs["measures"] if one["se"]]
    assert len(told) > 3
    for one in told:
        assert one["se"] == pytest.approx(ours[one["column"], one["measure"]]["se"], rel=1e-9)
    shown = officer.get(f"/staff/surveys/{wave.code}/results").get_data(as_text=True)
    assert "最先抽的是 12 个单位" in shown
    assert "不是概率样本" in shown


@pytest.mark.usefixtures("loaded")
def test_a_collectors_random_sample_is_declared_with_its_design(
    officer: FlaskClient, client: FlaskClient
) -> None:
    wave = external()
    header, *rows = drawn_in_villages()
    upload(officer, wave.code, as_csv(*rows, header=header), "a.csv")
    assert take_over(officer, wave.code, by_chance="1", design="随机").status_code == 422
    assert make.responses() == []
    how = "村级名单里分两层各抽六个村，每村按住户名册等距抽十户。"
    assert take_over(officer, wave.code, by_chance="1", design=how).status_code == 303
    page = f"/staff/surveys/{wave.code}"
    officer.post(f"{page}/close")
    shown = officer.get(f"{page}/results").get_data(as_text=True)
    assert "概率样本，由 某调查公司 声明" in shown
    assert how in shown
    assert "不是概率样本" not in shown
    officer.post(f"{page}/publish")
    assert how in client.get(f"/surveys/{wave.code}/results").get_data(as_text=True)
    told = client.get(f"/api/v1/surveys/waves/{wave.code}/results").get_json()["figures"]
    assert (told["by_chance"], told["stated_design"]) == (True, how)
    assert client.get(f"/surveys/{wave.code}/results.pdf").data.startswith(b"%PDF")
