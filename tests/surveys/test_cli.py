"""flask surveys estimate: the same figures as JSON and as a table; nothing where input is bad."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from tests.surveys import make
from wufei_public.surveys.cli import group

ROWS = [
    {**row, "likes": 1 + row["id"] % 5}
    for row in make.people(
        ("A", "f", 40, 1),
        ("A", "m", 30, 0),
        ("B", "f", 25, 1),
        ("B", "m", 14, 0),
        ("B", "m", 1, ""),
    )
    if isinstance(row["id"], int)
]


class Files:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(
        self, *words: str, rows: Sequence[Mapping[str, object]] = ROWS, margins: str = make.MARGINS
    ) -> Result:
        responses, known = self.folder / "r.csv", self.folder / "m.csv"
        responses.write_bytes(make.csv_of(rows))
        known.write_text(margins)
        return CliRunner().invoke(group, ["estimate", str(responses), str(known), *words])

    def figures(self, *words: str) -> dict[str, Any]:
        result = self.run("--json", *words)
        assert result.exit_code == 0, result.output
        found: dict[str, Any] = json.loads(result.stdout)
        return found


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def test_the_command_belongs_to_the_application(app: Flask) -> None:
    assert app.cli.commands["surveys"] is group


def test_json_says_all_that_one_needs_to_judge(files: Files) -> None:
    found = files.figures("--by", "town")
    assert {key: found[key] for key in ("n", "N", "level", "interval", "floor")} == {
        "n": 110,
        "N": 1000.0,
        "level": 0.95,
        "interval": "logit",
        "floor": 30,
    }
    assert found["design"] == {"strata": 1, "units": 110, "clustered": False, "df": 109}
    assert found["raking"]["largest_deviation"] < 1e-12
    assert (found["raking"]["bound"], found["raking"]["trimmed"]) == (5.0, 0)
    weights = found["weights"]
    assert 0 < weights["min"] < weights["max"]
    assert weights["effective_n"] == pytest.approx(110 / weights["design_effect"])
    assert [(item["column"], item["measure"]) for item in found["measures"]] == [
        ("q", "share"),
        ("likes", "mean"),
        ("likes", "top_two"),
    ]


def test_json_gives_each_figure_with_its_error(files: Files) -> None:
    share, mean, _ = files.figures("--by", "town")["measures"]
    assert (share["n"], share["missing"]) == (109, 1)
    assert share["unweighted"] == pytest.approx(65 / 109)
    assert share["interval"][0] < share["weighted"] < share["interval"][1]
    assert (share["method"], share["df"], mean["method"]) == ("logit", 108, "wald")
    assert 0 < share["missing_share"] < 0.03
    assert mean["weighted"] - mean["interval"][0] == pytest.approx(1.9820 * mean["se"], rel=1e-4)
    assert [(row["level"], row["n"], row["hidden"]) for row in share["by"]["town"]] == [
        ("A", 70, None),
        ("B", 39, None),
    ]


def test_floor_hides_figures_and_leaves_nothing_to_subtract(files: Files) -> None:
    share = files.figures("--by", "town,sex", "--floor", "40")["measures"][0]
    for row, why in zip(share["by"]["town"], ("secondary", "small"), strict=True):
        assert row == dict.fromkeys(row) | {"level": row["level"], "hidden": why}
    assert [row["hidden"] for row in share["by"]["sex"]] == [None, None]
    whole = files.figures("--floor", "110")["measures"][0]
    assert (whole["hidden"], whole["weighted"], whole["missing_share"]) == ("small", None, None)


def test_options_reach_the_estimates(files: Files) -> None:
    beta = files.figures("--interval", "beta")["measures"][0]
    logit = files.figures()["measures"][0]
    assert (beta["method"], beta["weighted"]) == ("beta", logit["weighted"])
    assert beta["interval"] != logit["interval"]
    assert files.figures("--trim", "inf")["raking"]["bound"] is None


def test_the_table_shows_the_same(files: Files) -> None:
    result = files.run("--by", "town", "--floor", "40")
    lines = result.stdout.splitlines()
    assert lines[0] == "样本 110 人，代表总体 1000 人（1 层，110 个抽样单位）。"
    head = lines.index("") + 1
    assert lines[head].split() == [
        "题目", "指标", "类别", "回答", "未答", "未加权", "加权", "标准误", "置信区间",
    ]  # fmt: skip
    share = files.figures()["measures"][0]
    low, high = (f"{100 * end:.1f}%" for end in share["interval"])
    assert lines[head + 1].split() == [
        "q", "占比", "全部", "109", "1", "59.6%", f"{100 * share['weighted']:.1f}%",
        f"{100 * share['se']:.2f}%", low, "–", high,
    ]  # fmt: skip
    assert lines[head + 2].split() == ["q", "占比", "town=A", "防止倒推，不公布"]
    assert lines[head + 3].split() == ["q", "占比", "town=B", "回答太少，不公布"]
    assert lines[head + 4].split()[:3] == ["likes", "均值", "全部"]


def test_the_table_says_where_there_is_no_error_and_nobody(files: Files) -> None:
    rows = [{**row, "_psu": row["town"]} for row in ROWS if row["town"] == "A" or row["q"] != ""]
    table = files.run("--by", "town", "--floor", "0", rows=rows).stdout
    assert table.count("无法估计") == 6
    silent = [{**row, "q": "" if row["town"] == "B" else row["q"]} for row in ROWS]
    line = files.run("--by", "town", rows=silent).stdout.splitlines()[7]
    assert line.split() == ["q", "占比", "town=B", "0", "40"]


@pytest.mark.parametrize(
    ("rows", "margins", "words", "said"),
    [
        ([{**ROWS[0], "q": 7}, *ROWS[1:]], make.MARGINS, (), "r.csv/2/q  “7”不是回答"),
        ([{**ROWS[0], "town": "Z"}, *ROWS[1:]], make.MARGINS, (), "r.csv/2/town  “Z”不在"),
        (ROWS, make.MARGINS + "age,old,1000\n", (), "r.csv/1/age  缺少这一列。"),
        (ROWS, make.MARGINS + "town,C,9\n", (), "m.csv/4/population  “sex”合计 1000"),
        (ROWS[:70], make.MARGINS, (), "town/B  没有一个回答者。"),
        (ROWS, make.MARGINS, ("--trim", "1.1"), "1.1 倍"),
        (ROWS, make.MARGINS, ("--by", "nosuch"), "r.csv/1/nosuch  缺少这一列。"),
        ([{**row, "q": 1} for row in ROWS], make.MARGINS, (), "r.csv/1/q  这一列只有 1"),
    ],
)
def test_bad_input_prints_no_figure(
    files: Files,
    rows: Sequence[Mapping[str, object]],
    margins: str,
    words: tuple[str, ...],
    said: str,
) -> None:
    for more in ((), ("--json",)):
        result = files.run(*words, *more, rows=rows, margins=margins)
        assert (result.exit_code, result.stdout) == (1, "")
        assert said in result.stderr
