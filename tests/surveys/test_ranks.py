"""What people put in order is estimated: how many put each choice in the first place."""

from flask import Flask

from tests.surveys import forms as small_forms
from wufei_public.surveys.documents.pictures import Labels
from wufei_public.surveys.rules.columns import columns_of, questions_of
from wufei_public.surveys.rules.sample import MISSING
from wufei_public.surveys.rules.xlsform import read_form

FORM = read_form(small_forms.sheets(["rank yn", "order", "先后", "", "", ""]))


def test_the_first_place_is_a_share_of_those_who_put_in_order() -> None:
    columns = columns_of(FORM)
    assert [column.name for column in columns] == ["order/yes", "order/no"]
    answers = [{"order": ("yes", "no")}, {"order": ("no", "yes")}, {}, {"order": ("no", "yes")}]
    found = {one.column: list(one.answers) for one in questions_of(columns, answers)}
    assert found == {"order/yes": [1, 0, MISSING, 0], "order/no": [0, 1, MISSING, 1]}


def test_pages_say_that_it_is_the_first_place(app: Flask) -> None:
    with app.test_request_context():
        labels = Labels(FORM, english=False)
        assert labels.asked("order") == "先后（排在第一的）"
        told = labels.measure({"question": "order", "choice": "yes"})
    assert told.startswith("先后（排在第一的） · ")
