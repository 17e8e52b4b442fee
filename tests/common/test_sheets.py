import pytest

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.sheets import (
    Columns,
    Faults,
    Row,
    fault_lines,
    harmless,
    read_columns,
    read_sheet,
)

COLUMNS = ("code", "name")


def faults_of(data: bytes) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refusal:
        read_sheet("places.csv", data, COLUMNS, ("note",))
    assert refusal.value.code == "bad_file"
    assert refusal.value.facts == {"name": "places.csv", "count": len(refusal.value.errors)}
    return [(fault.pointer, fault.message) for fault in refusal.value.errors]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_rows_are_read_trimmed_and_numbered_as_in_a_spreadsheet(
    encoding: str, line_end: str
) -> None:
    text = line_end.join(["code,name,note", " 1 ,缑氏镇,x", "", ",,", '2,"顾县镇"', "3,a,b,,"])
    rows = read_sheet("places.csv", text.encode(encoding), COLUMNS, ("note",))
    assert rows == [
        Row(2, {"code": "1", "name": "缑氏镇", "note": "x"}),
        Row(5, {"code": "2", "name": "顾县镇"}),
        Row(6, {"code": "3", "name": "a", "note": "b"}),
    ]
    assert rows[1]["note"] == ""


def test_faults_of_the_header_are_named() -> None:
    assert faults_of(b"code,nmae,code\n1,2,3\n") == [
        ("places.csv/1/name", "缺少这一列。"),
        ("places.csv/1/nmae", "没有叫这个名字的列。"),
        ("places.csv/1/", "有两列的名字相同。"),
    ]
    assert faults_of(b"") == [
        ("places.csv/1/code", "缺少这一列。"),
        ("places.csv/1/name", "缺少这一列。"),
    ]


def test_faults_of_rows_are_named() -> None:
    assert faults_of(b'code,name\n1,2,3\n4,"5\n') == [
        ("places.csv/2/", "这一行比表头多出内容。"),
        ("places.csv/3/", "这一行不是合法的 CSV，请检查引号。"),
    ]


def test_columns_are_read_whole_and_padded() -> None:
    columns = read_columns("a.csv", b"id, town,q1\n1, x ,5\n,,\n2\n", ["id"])
    assert columns == Columns([2, 4], {"id": ("1", "2"), "town": ("x", ""), "q1": ("5", "")})
    assert read_columns("a.csv", b"id,q1\n", ["id"]) == Columns([], {"id": (), "q1": ()})
    with pytest.raises(Invalid) as refusal:
        read_columns("a.csv", b"code,name,name\n1,2,3,4\n", ["id"])
    assert [fault.pointer for fault in refusal.value.errors] == ["a.csv/1/id", "a.csv/1/"]


def test_what_is_no_text_is_refused() -> None:
    assert faults_of(b"\xff\xff\xff") == [
        ("places.csv/1/", "认不出文件的编码，请另存为 UTF-8 编码的 CSV。")
    ]


@pytest.mark.parametrize("cell", ["-5.0", "-0.25", "-3", "-1e-07", "5", "", "a-b"])
def test_a_number_is_no_formula(cell: str) -> None:
    assert harmless(cell) == cell


@pytest.mark.parametrize(
    "cell",
    ["-1+cmd|'/c calc'!A0", "-A1", "--1", "-5\n=1", "+1", "=1", "@a", "\t=1", "-", "-1."],
)
def test_what_a_spreadsheet_would_reckon_with_is_marked(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


def test_faults_are_told_all_at_once() -> None:
    faults = Faults("places.csv")
    faults.check()
    faults.add(2, "code", "%(code)s？", code="7")
    faults.add(3, "name", "空的。")
    with pytest.raises(Invalid) as refusal:
        faults.check()
    assert refusal.value.errors == (
        FieldError("places.csv/2/code", "%(code)s？", {"code": "7"}),
        FieldError("places.csv/3/name", "空的。"),
    )
    assert fault_lines(refusal.value).splitlines() == [
        "文件 places.csv 有 2 处错误，没有载入任何内容。",
        "places.csv/2/code  7？",
        "places.csv/3/name  空的。",
    ]
