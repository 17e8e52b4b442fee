"""The file for everybody has no question that may tell who somebody is."""

import csv
import io
import zipfile

import pytest
from flask import Flask

from tests.dumping import make as people
from tests.surveys import forms as small_forms
from tests.surveys import waves as make
from wufei_public.infra.work import reading, work
from wufei_public.surveys.actions import forms as form_actions
from wufei_public.surveys.documents.answers import prepare
from wufei_public.surveys.documents.results import assembled, figures_of
from wufei_public.surveys.pages.results import labels_of
from wufei_public.surveys.rules.columns import tells_who

SHEETS = small_forms.sheets(
    ["select_one yn", "consent", "愿意吗", "yes", "", ""],
    ["select_one yn", "job", "有工作吗", "yes", "", ""],
    ["select_multiple yn", "bins", "用过哪些桶", "yes", "", ""],
)


def test_one_choice_of_a_list_tells_unless_it_is_a_scale_or_asks_what_people_know() -> None:
    form = small_forms.shipped()
    telling = {question.name for question in form if tells_who(question)}
    assert telling == {"consent", "town", "age", "sex"}


@pytest.mark.usefixtures("loaded")
def test_what_somebody_does_for_a_living_is_not_released(app: Flask) -> None:
    work(people.DISTRICT_OFFICER, lambda w: form_actions.load(w, SHEETS))
    wave = make.closed(make.answered(make.wave("small", margins=()), 60))
    figures = figures_of(wave, assembled(reading(), wave, ()), ())
    wave.figures = figures
    with app.test_request_context():
        data = prepare(reading(), wave, labels_of(wave)).data
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        head = next(csv.reader(io.StringIO(book.read("responses.csv").decode("utf-8-sig"))))
    assert {"bins/yes", "bins/no"} <= set(head)
    assert not {"job/yes", "job/no"} & set(head)
