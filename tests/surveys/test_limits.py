"""Files that are too long, and cells that a person got wrong."""

import pytest

from tests.surveys.forms import CHOICES, sheets, shipped
from tests.surveys.test_xlsform import faults, row
from wufei_public.common.errors import Invalid
from wufei_public.surveys.rules import external
from wufei_public.surveys.rules.external import read_rows


def test_a_questionnaire_has_so_many_rows_at_most() -> None:
    many = [row(name=f"q{number}") for number in range(600)]
    assert faults(sheets(*many)) == ["survey/501/"]


def test_headers_are_needed_and_stand_once() -> None:
    found = sheets(row())
    found["choices"] = [["list_name", "label"], ["yn", "是"]]
    found["survey"][0] = ["type", "name", "label", "label", "", ""]
    assert set(faults(found)) == {
        "survey/1/label", "choices/1/name", "choices/2/name",
    }  # fmt: skip


def test_choices_need_plain_names_and_labels() -> None:
    found = sheets(row())
    found["choices"] = [*CHOICES, ["yn", "也 许", ""]]
    last = len(CHOICES) + 1
    assert set(faults(found)) == {f"choices/{last}/name", f"choices/{last}/label"}


def test_a_collectors_file_has_so_many_rows_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(external, "MOST_ROWS", 3)
    with pytest.raises(Invalid) as refused:
        read_rows(shipped(), [["consent"], *([["no"]] * 5)], "f", ["consent"])
    assert [error.pointer for error in refused.value.errors] == ["f/3/"]
