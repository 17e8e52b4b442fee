"""Each fault of a file is named by row and column; nothing is half read."""

from collections.abc import Mapping

import pytest

from tests.surveys import make
from wufei_public.common.errors import Invalid
from wufei_public.surveys.rules.margins import read_margins
from wufei_public.surveys.rules.responses import Reading, read_responses
from wufei_public.surveys.rules.sample import Codes, Kind, Margin, Question

HEAD = "variable,level,population\n"
GOOD = [
    {"id": 1, "town": "A", "sex": "f", "q": 5},
    {"id": 2, "town": "B", "sex": "m", "q": 4},
    {"id": 3, "town": "A", "sex": "m", "q": ""},
]


def margin_faults(text: str) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refusal:
        read_margins(text.encode(), "m.csv")
    return [(error.pointer, error.message % error.facts) for error in refusal.value.errors]


def faults(
    *changes: Mapping[str, object], reading: Reading = make.PLAIN, drop: str | None = None
) -> list[tuple[str, str]]:
    """Change the good rows one by one and return what is then wrong."""
    rows = [dict(row) for row in GOOD]
    for row, change in zip(rows, changes, strict=False):
        row.update(change)
    columns = dict.fromkeys(name for row in rows for name in row if name != drop)
    text = make.csv_of([{name: row.get(name, "") for name in columns} for row in rows])
    with pytest.raises(Invalid) as refusal:
        read_responses(text, make.margins(), reading, "r.csv")
    assert refusal.value.code == "bad_file"
    return [(error.pointer, error.message % error.facts) for error in refusal.value.errors]


def test_margins_are_read_in_order_other_columns_ignored() -> None:
    text = "source,level,variable,population\nx,A,town,600\nx,B,town,400.5\nx,f,sex,1000.5\n"
    assert read_margins(text.encode()) == (
        Margin("town", ("A", "B"), (600.0, 400.5)),
        Margin("sex", ("f",), (1000.5,)),
    )


def test_totals_that_differ_by_rounding_are_brought_to_the_first() -> None:
    town, sex = make.margins(HEAD + "town,A,600\ntown,B,400\nsex,f,500\nsex,m,501\n")
    assert town.total == 1000
    assert sex.total == pytest.approx(1000, rel=1e-15)
    assert sex.populations[0] / sex.populations[1] == pytest.approx(500 / 501)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ("", [("m.csv/1/", "文件里没有一行内容。")]),
        ("town,A,0\n", [("m.csv/2/population", "“0”要是大于 0 的数。")]),
        ("town,A,many\n", [("m.csv/2/population", "“many”要是大于 0 的数。")]),
        ("town,A,inf\n", [("m.csv/2/population", "“inf”要是大于 0 的数。")]),
        ("town,A,1\ntown,A,2\n", [("m.csv/3/level", "“A”前面已经出现过。")]),
        ("_psu,A,1\n", [("m.csv/2/variable", "“_psu”另有用处，不能作变量名。")]),
        (",A,1\n", [("m.csv/2/variable", "这一项不能为空。")]),
        ("town,,1\n", [("m.csv/2/level", "这一项不能为空。")]),
        (
            "town,A,9\nsex,f,4\nsex,m,8\n",
            [("m.csv/3/population", "“sex”合计 12，“town”合计 9，两者应当相同。")],
        ),
    ],
)
def test_faulty_margins_are_named(rows: str, found: list[tuple[str, str]]) -> None:
    assert margin_faults(HEAD + rows) == found


def test_a_sample_is_read() -> None:
    rows = [{**row, "q2": value} for row, value in zip(GOOD, ("0", "1", "1"), strict=True)]
    sample = make.sample(rows, reading=Reading(by=("town",)))
    assert sample.size == 3
    assert sample.groups == {
        "town": Codes(("A", "B"), [0, 1, 0]),
        "sex": Codes(("f", "m"), [0, 1, 1]),
    }
    assert sample.questions == [
        Question("q", Kind.SCALE, bytes([5, 4, 7])),
        Question("q2", Kind.SHARE, bytes([0, 1, 1])),
    ]
    assert (sample.clusters, sample.frame_sizes, sample.base) == (None, None, [1.0, 1.0, 1.0])


def test_a_column_of_ones_is_read_when_its_kind_is_said() -> None:
    rows = [{**row, "q": 1} for row in GOOD]
    for reading, kind in (
        (Reading(shares=("q",)), Kind.SHARE),
        (Reading(scales=("q",)), Kind.SCALE),
    ):
        assert [item.kind for item in make.sample(rows, reading=reading).questions] == [kind]


def test_tables_may_go_by_a_column_that_is_no_margin() -> None:
    rows = [{**row, "mode": mode} for row, mode in zip(GOOD, "bab", strict=True)]
    sample = make.sample(rows, reading=Reading(by=("mode",)))
    assert sample.groups["mode"] == Codes(("a", "b"), [1, 0, 1])
    assert [item.column for item in sample.questions] == ["q"]


def test_weights_of_the_drawing_come_from_the_frame() -> None:
    rows = [
        {**row, "id": n, "_stratum": stratum, "_stratum_n": size}
        for n, (row, stratum, size) in enumerate(
            zip(GOOD + GOOD, "xxyyyy", (20, 20, 8, 8, 8, 8), strict=True)
        )
    ]
    sample = make.sample(rows)
    assert sample.base == [10, 10, 2, 2, 2, 2]
    assert sample.frame_sizes == [20, 8]


def test_clusters_are_told_apart_within_strata() -> None:
    rows = [
        {**row, "id": n, "_stratum": stratum, "_psu": psu}
        for n, (row, stratum, psu) in enumerate(zip(GOOD + GOOD, "xxyyxy", "121211", strict=True))
    ]
    assert make.sample(rows).clusters == [0, 1, 2, 3, 0, 2]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([{"q": 6}], [("r.csv/2/q", "“6”不是回答：要是 0 或 1，或者 1 到 5；没有回答就留空。")]),
        (
            [{}, {"q": "是"}],
            [("r.csv/3/q", "“是”不是回答：要是 0 或 1，或者 1 到 5；没有回答就留空。")],
        ),
        (
            [{"q": 1}, {"q": 1}],
            [("r.csv/1/q", "这一列只有 1，看不出是占比还是量表，请用 --share 或 --scale 说明。")],
        ),
        (
            [{"q": ""}, {"q": ""}],
            [("r.csv/1/q", "这一列没有一个回答，请删去，或用 --share、--scale 说明。")],
        ),
        (
            [{"q": 0}],
            [("r.csv/2/q", "“0”与这一列别的回答不合：占比只有 0 和 1，量表只有 1 到 5。")],
        ),
        ([{}, {"town": "C"}], [("r.csv/3/town", "“C”不在总体边际的“town”里。")]),
        ([{}, {}, {"sex": ""}], [("r.csv/4/sex", "这一项不能为空。")]),
        ([{}, {"id": 1}], [("r.csv/3/id", "“1”前面已经出现过。")]),
        ([{"id": ""}], [("r.csv/2/id", "这一项不能为空。")]),
        ([{"_note": "x"}], [("r.csv/1/_note", "没有叫这个名字的列。")]),
        ([{"": "x"}], [("r.csv/1/", "有一列没有名字。")]),
        (
            [{"_weight": 1}, {"_weight": -1}, {"_weight": 2}],
            [("r.csv/3/_weight", "“-1”要是大于 0 的数。")],
        ),
        (
            [{"_stratum_n": 9}, {"_stratum_n": 8}, {"_stratum_n": 9}],
            [("r.csv/3/_stratum_n", "“8”与同一层前面的数不同。")],
        ),
        (
            [{"_stratum_n": 2}, {"_stratum_n": 2}, {"_stratum_n": 2}],
            [("r.csv/2/_stratum_n", "这一层抽了 3 个，总数却只有 2 个。")],
        ),
        (
            [{"_stratum": "x"}, {"_stratum": "y"}, {"_stratum": "x"}],
            [("r.csv/3/_stratum", "“y”层只抽了一个单位，算不出误差，请与相近的层合并。")],
        ),
        (
            [{"_psu": "x"}, {"_psu": "x"}, {"_psu": ""}],
            [("r.csv/4/_psu", "这一项不能为空。")],
        ),
    ],
)
def test_faulty_responses_are_named(
    changes: list[Mapping[str, object]], found: list[tuple[str, str]]
) -> None:
    assert faults(*changes) == found


@pytest.mark.parametrize(
    ("reading", "found"),
    [
        (Reading(by=("nosuch",)), [("r.csv/1/nosuch", "缺少这一列。")]),
        (Reading(shares=("nosuch",)), [("r.csv/1/nosuch", "缺少这一列。")]),
        (Reading(scales=("town",)), [("r.csv/1/town", "这一列不是回答。")]),
        (Reading(by=("id",)), [("r.csv/1/id", "不能按这一列分组。")]),
        (Reading(shares=("q",), scales=("q",)), [("r.csv/1/q", "这一列不能既是占比又是量表。")]),
        (
            Reading(shares=("q",)),
            [
                (
                    f"r.csv/{row}/q",
                    f"“{value}”与这一列别的回答不合：占比只有 0 和 1，量表只有 1 到 5。",
                )
                for row, value in ((2, 5), (3, 4))
            ],
        ),
    ],
)
def test_what_is_said_of_columns_must_fit(reading: Reading, found: list[tuple[str, str]]) -> None:
    assert faults(reading=reading) == found


def test_missing_columns_are_named() -> None:
    assert faults(drop="sex") == [("r.csv/1/sex", "缺少这一列。")]
    assert faults(drop="id") == [("r.csv/1/id", "缺少这一列。")]
    assert faults(drop="q") == [("r.csv/1/", "文件里没有一列回答。")]


def test_a_file_without_rows_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        read_responses(b"id,town,sex,q\n", make.margins())
    assert [error.message for error in refusal.value.errors] == ["文件里没有一行内容。"]


def test_a_file_of_faults_is_told_in_short() -> None:
    rows = make.people(("A", "f", 30, 9), ("Z", "f", 1, 3))
    with pytest.raises(Invalid) as refusal:
        make.sample(rows)
    errors = refusal.value.errors
    assert len(errors) == 22
    last = [error for error in errors if error.pointer == "responses.csv/22/q"]
    assert [error.message % error.facts for error in last] == ["从这一行起还有 10 行同样的错误。"]


def test_one_unit_is_enough_where_it_is_all_there_is() -> None:
    rows = [
        {**row, "_stratum": stratum, "_stratum_n": size}
        for row, stratum, size in zip(GOOD, "xyx", (9, 1, 9), strict=True)
    ]
    assert make.sample(rows).base == [4.5, 1.0, 4.5]
