"""Questionnaires for the tests: the shipped ones, and small ones made of rows."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from wufei_public.infra.workbooks import read_book
from wufei_public.surveys.rules.books import Sheets
from wufei_public.surveys.rules.questions import Questionnaire
from wufei_public.surveys.rules.xlsform import read_form

SHIPPED = ("public", "government", "enterprise", "ngo")
HEADER = ["type", "name", "label", "required", "relevant", "constraint"]
CHOICES = [
    ["list_name", "name", "label"],
    ["yn", "yes", "是"],
    ["yn", "no", "否"],
    *[["sat5", name, name] for name in ("5", "4", "3", "2", "1", "dk")],
    *[["many", name, name] for name in ("a", "b", "none")],
]


@cache
def book(name: str) -> Sheets:
    data = files("wufei_public.surveys").joinpath("data", f"{name}.xlsx").read_bytes()
    return read_book(data)


@cache
def shipped(name: str = "public") -> Questionnaire:
    return read_form(book(name))


def sheets(
    *rows: Sequence[str],
    header: Sequence[str] = HEADER,
    choices: Sequence[Sequence[str]] = (),
) -> dict[str, list[list[str]]]:
    return {
        "survey": [list(header), *map(list, rows)],
        "choices": [*CHOICES, *map(list, choices)],
        "settings": [["form_title", "form_id", "version"], ["小问卷", "small", "1"]],
    }


def small(*rows: Sequence[str], choices: Sequence[Sequence[str]] = ()) -> Questionnaire:
    return read_form(sheets(*rows, choices=choices))
