from importlib.resources import files

import pytest

from tests.divisions import make
from wufei_public.divisions.rules.levels import Level
from wufei_public.divisions.rules.tables import (
    DepartmentRow,
    DivisionRow,
    TownRow,
    read_departments,
    read_divisions,
    read_towns,
)

DATA = files("wufei_public.divisions") / "data"


def test_the_package_lists_one_district() -> None:
    rows = read_divisions((DATA / "divisions.csv").read_bytes())
    counts = {level: sum(row.level is level for row in rows) for level in Level}
    assert counts == {
        Level.PROVINCE: 1,
        Level.CITY: 1,
        Level.DISTRICT: 1,
        Level.STREET: 4,
        Level.TOWN: 9,
        Level.COMMUNITY: 38,
        Level.VILLAGE: 202,
    }
    towns = read_towns((DATA / "towns.csv").read_bytes(), rows)
    assert len(towns) == 13
    assert {town.status for town in towns} == {"assumption"}
    departments = read_departments((DATA / "departments.csv").read_bytes())
    assert len({row.code for row in departments}) == len(departments)
    assert {row.code for row in departments} >= {"ecology_branch", "urban_management"}


def test_divisions_are_read_parents_first() -> None:
    lines = make.LIST.splitlines()
    shuffled = "\n".join([lines[0], *reversed(lines[1:])])
    rows = read_divisions(shuffled.encode())
    assert [row.code for row in rows] == [line.split(",")[0] for line in lines[1:]]
    assert rows[0] == DivisionRow("990000", "甲省", Level.PROVINCE, None)
    assert rows[-1] == DivisionRow("990101101201", "柳树村村民委员会", Level.VILLAGE, "990101101")


def test_optional_columns_and_padded_codes() -> None:
    data = (
        "code,name,level,parent,pinyin,name_en\n990000000000,甲省,province,,JIA SHENG,Province A\n"
    )
    assert read_divisions(data.encode()) == (
        DivisionRow("990000", "甲省", Level.PROVINCE, None, "jia sheng", "Province A"),
    )


@pytest.mark.parametrize(
    ("line", "pointer", "words"),
    [
        ("99010110,短镇,town,990101", "10/code", "“99010110”不是这一级的代码"),
        ("990101102,南镇,hamlet,990101", "10/level", "级别要是其中之一"),
        ("990101102,,town,990101", "10/name", "这一项不能为空"),
        (f"990101102,{'长' * 61},town,990101", "10/name", "太长了，最多 60 个字"),
        ("990101102,南镇,town,990199", "10/parent", "文件里没有上级“990199”"),
        ("990101102,南镇,town,", "10/parent", "只有省级可以没有上级"),
        ("990101102,南镇,town,990100", "10/parent", "“990100”不是“990101102”的上一级"),
        ("990101102201,南村,village,990101101", "10/parent", "“990101101”不是"),
        ("990101101,又一镇,town,990101", "10/code", "“990101101”前面已经出现过"),
    ],
)
def test_faults_of_divisions_name_row_and_column(line: str, pointer: str, words: str) -> None:
    faults = make.faults_of(lambda: read_divisions((make.LIST + line).encode(), "d.csv"))
    assert [place for place, _ in faults] == [f"d.csv/{pointer}"]
    assert words in faults[0][1]


def test_an_empty_list_is_refused() -> None:
    assert make.faults_of(lambda: read_divisions(make.HEADER.encode())) == [
        ("divisions.csv/1/", "文件里没有一行内容。")
    ]
    head = make.DEPARTMENTS.splitlines()[0]
    assert make.faults_of(lambda: read_departments(head.encode())) == [
        ("departments.csv/1/", "文件里没有一行内容。")
    ]


DIVISIONS = read_divisions(make.LIST.encode())


def test_towns_are_read() -> None:
    assert read_towns(make.TOWNS.encode(), DIVISIONS)[0] == TownRow(
        "990101001", 1, 2, 34.70, 112.80, "assumption", "rough"
    )


@pytest.mark.parametrize(
    ("line", "faults"),
    [
        ("990101,丙区,1,3,34.7,112.8,assumption,", {"code": "“990101”不是镇或街道。"}),
        ("990101101,西镇,1,3,34.7,112.8,assumption,", {"code": "“990101101”前面已经出现过。"}),
        ("990101001,东街道,1,2,34.7,112.8,assumption,", {
            "code": "“990101001”前面已经出现过。",
            "tile_row": "这一格已经有别的镇了。",
        }),
        ("990101001,东街道,0,x,nan,1e9,,", {
            "status": "这一项不能为空。",
            "tile_row": "“0”要是 1 到 50 之间的数。",
            "tile_col": "“x”要是 1 到 50 之间的数。",
            "lat": "“nan”要是 -90 到 90 之间的数。",
            "lon": "“1e9”要是 -180 到 180 之间的数。",
        }),
    ],
)  # fmt: skip
def test_faults_of_towns(line: str, faults: dict[str, str]) -> None:
    rows = make.TOWNS if "0,x" not in line else make.TOWNS.splitlines()[0] + "\n"
    number = rows.count("\n") + 1
    found = make.faults_of(lambda: read_towns((rows + line).encode(), DIVISIONS))
    assert dict(found) == {f"towns.csv/{number}/{key}": words for key, words in faults.items()}


def test_departments_gather_their_names() -> None:
    assert read_departments(make.DEPARTMENTS.encode()) == (
        DepartmentRow("a", "区甲局", "Bureau A", ("区甲局", "甲局")),
        DepartmentRow("b", "区乙局", "Bureau B", ("区乙局",)),
    )


def test_faults_of_departments() -> None:
    data = make.DEPARTMENTS + "甲局,区丙局,Bureau C,a\n,区丁局,,\n"
    assert make.faults_of(lambda: read_departments(data.encode())) == [
        ("departments.csv/5/name_as_written", "“甲局”前面已经出现过。"),
        ("departments.csv/5/name", "同一个代码“a”有两个名称。"),
        ("departments.csv/6/name_as_written", "这一项不能为空。"),
        ("departments.csv/6/code", "这一项不能为空。"),
    ]
