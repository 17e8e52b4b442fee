from collections.abc import Callable, Sequence
from typing import Any

import pytest
from pyxform.xls2xform import convert

from tests.surveys.forms import CHOICES, HEADER, SHIPPED, book, sheets, shipped, small
from wufei_public.common.errors import Invalid
from wufei_public.infra.workbooks import read_book, write_book
from wufei_public.surveys.rules.outline import outline_of, sheets_of
from wufei_public.surveys.rules.questions import Kind, Words, ends_of, pages_of
from wufei_public.surveys.rules.xlsform import read_form


def faults(found: dict[str, list[list[str]]]) -> list[str]:
    with pytest.raises(Invalid) as refused:
        read_form(found)
    return [error.pointer for error in refused.value.errors]


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_questionnaires_are_read_whole(name: str) -> None:
    form = shipped(name)
    assert (form.form_id, form.version) == (name, "2026112401")
    asked = [question for question in form if question.kind is not Kind.NOTE]
    assert len(asked) == {"public": 17, "government": 19, "enterprise": 19, "ngo": 19}[name]
    assert [len(battery) for battery in form.batteries] == [5]
    assert all(question.label.zh and question.label.en for question in form)


def test_screens_follow_groups_and_notes_go_with_what_follows() -> None:
    pages = pages_of(shipped())
    assert [page.name for page in pages[:6]] == [
        "consent", "town", "age", "sat_overall", "streams", "contact",
    ]  # fmt: skip
    assert [note.name for note in pages[0].notes] == ["intro"]
    assert [question.name for question in pages[4].questions][:2] == [
        "sat_household",
        "sat_construction",
    ]
    assert pages[4].label.zh.startswith("下面5类")
    assert pages[4].section == Words("一、您的看法", "1. Your view")
    assert [end.name for end in ends_of(shipped())] == ["thanks", "stop_declined", "stop_screened"]


def test_skip_logic_of_the_shipped_questionnaire() -> None:
    by_name = shipped().by_name
    resident = {"consent": "yes", "town": "410307106", "age": "60_69"}
    assert by_name["sat_overall"].asked(resident)
    assert not by_name["sat_overall"].asked(resident | {"age": "under_18"})
    assert not by_name["age"].asked({"consent": "yes", "town": "elsewhere"})
    assert by_name["barrier"].asked(resident | {"actions": ("none",)})
    assert not by_name["barrier"].asked(resident | {"actions": ("report",)})


@pytest.mark.parametrize("name", SHIPPED)
def test_what_is_exported_is_what_was_imported(name: str) -> None:
    again = read_book(write_book(book(name), literal=True))
    assert again == book(name)
    assert read_form(again) == shipped(name)


@pytest.mark.parametrize("name", SHIPPED)
def test_pyxform_takes_what_is_exported(name: str) -> None:
    from_excel = convert(xlsform=write_book(book(name), literal=True), file_type=".xlsx")
    assert f'id="{name}"' in from_excel.xform


def row(**cells: str) -> Sequence[str]:
    given = {"type": "text", "name": "q", "label": "问"} | cells
    return [given.get(column, "") for column in HEADER]


@pytest.mark.parametrize(
    ("cells", "pointer"),
    [
        ({"type": "audio"}, "survey/2/type"),
        ({"type": "calculate"}, "survey/2/type"),
        ({"type": "text yn"}, "survey/2/type"),
        ({"type": "select_one nowhere"}, "survey/2/type"),
        ({"name": "1q"}, "survey/2/name"),
        ({"label": ""}, "survey/2/label"),
        ({"required": "maybe"}, "survey/2/required"),
        ({"relevant": "${later} = 'x'"}, "survey/2/relevant"),
        ({"relevant": "${q"}, "survey/2/relevant"),
        ({"constraint": "regex(., '(a+)+')"}, "survey/2/constraint"),
        ({"constraint": "pulldata('x')"}, "survey/2/constraint"),
        ({"type": "begin_group"}, "survey/2/type"),
        ({"type": "end_group"}, "survey/2/type"),
    ],
)
def test_what_is_not_known_is_refused_at_its_cell(cells: dict[str, str], pointer: str) -> None:
    assert pointer in faults(sheets(row(**cells)))


def test_all_faults_are_named_at_once_and_nothing_is_read() -> None:
    found = sheets(row(name="a", type="audio"), row(name="a"), header=[*HEADER, "calculation"])
    found["choices"] = [*CHOICES, ["yn", "yes", "又"]]
    found["settings"] = [["form_title", "form_id"], ["题", "x y"]]
    assert sorted(faults(found)) == [
        f"choices/{len(CHOICES) + 1}/name",
        "settings/2/form_id",
        "settings/2/version",
        "survey/1/calculation",
        "survey/2/type",
        "survey/3/name",
    ]


@pytest.mark.parametrize("sheet", ["survey", "choices", "settings"])
def test_a_missing_sheet_is_named(sheet: str) -> None:
    found: dict[str, Any] = sheets(row())
    del found[sheet]
    assert f"{sheet}/1/" in faults(found)


def test_choices_may_be_shuffled_and_texts_long() -> None:
    header = [*HEADER, "appearance", "parameters"]
    found = sheets(
        [*row(type="select_multiple many"), "", "randomize=true"],
        [*row(name="r"), "multiline", ""],
        header=header,
    )
    first, second = read_form(found)
    assert (first.shuffled, second.long) == (True, True)
    bad = sheets([*row(), "signature", "seed=1"], header=header)
    assert faults(bad) == ["survey/2/parameters", "survey/2/appearance"]


def test_a_group_takes_no_constraint_and_no_odd_appearance() -> None:
    header = [*HEADER, "appearance"]
    found = sheets(
        [*row(type="begin group", name="g", constraint=". = 1"), "pages"],
        row(),
        row(type="end group", name="", label=""),
        header=header,
    )
    assert faults(found) == ["survey/2/appearance", "survey/2/constraint"]


def test_a_file_that_is_no_workbook_is_refused() -> None:
    for data in (b"PK\x03\x04", b"type,name"):
        with pytest.raises(Invalid):
            read_book(data)


def test_scales_are_known_by_their_five_steps() -> None:
    form = small(row(type="select_one sat5"), row(name="o", type="select_one yn"))
    assert [question.is_scale for question in form] == [True, False]


# ---- nothing is dropped in silence ------------------------------------------------------

# The row after the choices that the tests share.
END = len(CHOICES) + 1
MORE = [*HEADER, "hint", "required_message", "constraint_message", "appearance", "parameters"]


def filled(**cells: str) -> list[str]:
    given = {"type": "text", "name": "q", "label": "问"} | cells
    return [given.get(column, "") for column in MORE]


@pytest.mark.parametrize(
    ("rows", "pointer"),
    [
        ([filled(type="note", required="yes"), filled(name="b")], "survey/2/required"),
        ([filled(type="note", constraint=". = 1"), filled(name="b")], "survey/2/constraint"),
        ([filled(type="note", hint="提示"), filled(name="b")], "survey/2/hint"),
        ([filled(), filled(name="b", label="您说 ${q} 吗")], "survey/3/label"),
        ([filled(), filled(name="b", hint="${q}")], "survey/3/hint"),
        ([filled(type="select_one yn"), filled(name="b", relevant="selected(${q}, 'maybe')")],
         "survey/3/relevant"),
        ([filled(type="select_one yn"), filled(name="b", relevant="${q} != 'maybe'")],
         "survey/3/relevant"),
        ([filled(type="select_one yn", constraint="not(selected(., 'maybe'))")],
         "survey/2/constraint"),
        ([filled(type="note", name="n"), filled(relevant="${n} = 1")], "survey/3/relevant"),
        ([filled(type="begin_group", name="g", hint="提示"), filled(), ["end_group"]],
         "survey/2/hint"),
        ([filled(type="begin_group", name="g"), filled(), filled(type="end_group", name="g")],
         "survey/4/name"),
        ([filled(constraint="regex(., '[a-z]*[a-z]*1')")], "survey/2/constraint"),
        *[([filled(name=name)], "survey/2/name") for name in (
            "client_key", "code", "unit", "began", "seconds", "stop", "full", "csrf_token", "id",
            "_stratum", "_weight", "i52", "day", "outcome", "a_token",
        )],
    ],
)  # fmt: skip
def test_what_would_be_lost_is_refused_at_its_cell(rows: list[list[str]], pointer: str) -> None:
    assert pointer in faults(sheets(*rows, header=MORE))


def changed(sheet: str, change: Callable[[list[list[str]]], object]) -> dict[str, Any]:
    """Return a good file but for what `change` does to one of its sheets."""
    found = sheets(filled(type="select_one yn"), header=MORE)
    found[sheet] = [list(line) for line in found.get(sheet, [])]
    change(found[sheet])
    return found


@pytest.mark.parametrize(
    ("sheet", "change", "pointer"),
    [
        ("entities", lambda lines: lines.append(["list_name"]), "entities/1/"),
        ("survey", lambda lines: lines[1].append("x"), "survey/2/L"),
        ("survey", lambda lines: (lines[0].append(""), lines[1].append("x")), "survey/2/L"),
        ("survey", lambda lines: lines[0].append("label::中文 (zh)"), "survey/1/label::中文 (zh)"),
        (
            "choices",
            lambda lines: lines[0].extend(["label::中文 (zh)", "label::Chinese (zh-CN)"]),
            "choices/1/label::Chinese (zh-CN)",
        ),
        ("choices", lambda lines: lines[0].append("hint"), "choices/1/hint"),
        ("choices", lambda lines: lines.append(["", "c", "丙"]), f"choices/{END}/list_name"),
        ("choices", lambda lines: lines.append(["yn", "c", "是"]), f"choices/{END}/label"),
        ("choices", lambda lines: lines.append(["yn", "c", "${q}"]), f"choices/{END}/label"),
        ("settings", lambda lines: lines.append(["又一份", "x", "2"]), "settings/3/"),
        ("settings", lambda lines: lines[0].append("label"), "settings/1/label"),
        (
            "settings",
            lambda lines: (lines[0].append("default_language"), lines[1].append("Français (fr)")),
            "settings/2/default_language",
        ),
    ],
)  # fmt: skip
def test_what_no_sheet_keeps_is_refused_at_its_place(
    sheet: str, change: Callable[[list[list[str]]], object], pointer: str
) -> None:
    assert pointer in faults(changed(sheet, change))


def test_an_empty_sheet_more_is_nothing() -> None:
    assert len(read_form(changed("Sheet1", lambda lines: lines.append(["", " "]))).questions) == 1


def test_all_that_is_kept_goes_round() -> None:
    """Through a workbook, the page where it is written, and back: the same questionnaire."""
    header = [*MORE, "label::English (en)"]
    rows = [
        ["note", "hello", "您好", "", "", "", "", "", "", "", "", "Hello"],
        ["begin_group", "g", "一、组", "", "", "", "", "", "", "field-list", "", "1. Group"],
        ["select_one sat5", "a", "满意吗", "yes", "", "", "提示", "请答", "", "", "", "Satisfied?"],
        ["end_group"],
        ["note", "only", "只对不满意的人说", "", "${a} = '1'"],
        ["select_multiple many", "m", "哪些", "", "selected(${a}, '1')",
         "not(selected(., 'none') and count-selected(.) > 1)", "", "", "不能", "",
         "randomize=true"],
        ["integer", "low", "最少几个"],
        ["integer", "high", "最多几个", "", "", ". >= ${low}", "", "", "不能比最少还少"],
        ["text", "t", "说说", "", "", "regex(., '.*[0-9]{3}.*')", "", "", "", "multiline"],
    ]  # fmt: skip
    found = sheets(*rows, header=header)
    form = read_form(found)
    again = read_book(write_book(sheets_of(outline_of(found)), literal=True))
    assert read_form(again) == form
    assert [len(q.conditions) for q in form] == [0, 0, 1, 1, 0, 0, 0]


def test_a_question_may_ask_for_its_list_turned_round() -> None:
    header = [*HEADER, "appearance"]
    rows = (
        ["select_one sat5", "one", "问", "", "", "", "reversed"],
        ["select_one sat5", "two", "问", "", "", "", ""],
    )
    found = sheets(*rows, header=header)
    form = read_form(found)
    assert [question.reversed for question in form] == [True, False]
    again = read_form(sheets_of(outline_of(found)))
    assert [question.reversed for question in again] == [True, False]
    with pytest.raises(Invalid) as refused:
        read_form(sheets(["text", "x", "问", "", "", "", "reversed"], header=header))
    assert [error.pointer for error in refused.value.errors] == ["survey/2/appearance"]
