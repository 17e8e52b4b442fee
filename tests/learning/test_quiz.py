"""The day's questions and the articles: what is served, what never is."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from wufei_public.learning.rules.articles import articles
from wufei_public.learning.rules.quiz import (
    A_DAY,
    RURAL,
    TOWN,
    correct,
    of_day,
    packed,
    questions,
    servable,
    unpacked,
)

DAY = date(2026, 11, 24)


def test_the_package_has_its_questions_with_one_right_answer_each() -> None:
    found = questions()
    assert len(found) >= 170
    assert len({one.id for one in found}) == len(found)
    assert [one.id for one in found if one.answer not in one.options] == []
    assert [one.id for one in found if len(set(one.options.values())) != len(one.options)] == []


@pytest.mark.parametrize("scheme", [TOWN, RURAL])
def test_what_a_survey_asks_is_never_served(scheme: str) -> None:
    asked = [one for n in range(400) for one in day_of(scheme, DAY + timedelta(n))]
    assert {one.survey_item for one in asked} == {""}
    assert {one.scheme for one in asked} == {scheme, "both"}
    assert any(one.survey_item for one in questions())  # there is something to hold back


def day_of(scheme: str, day: date) -> list[object]:
    return of_day(servable(questions(), scheme), day)  # type: ignore[return-value]


def test_a_day_has_five_different_questions_and_another_day_others() -> None:
    one, other = day_of(TOWN, DAY), day_of(TOWN, DAY + timedelta(1))
    assert len({question.id for question in one}) == A_DAY  # type: ignore[attr-defined]
    assert day_of(TOWN, DAY) == one
    assert other != one


def test_answers_are_counted_and_kept() -> None:
    asked = of_day(servable(questions(), TOWN), DAY)
    right = {one.id: one.answer for one in asked}
    assert correct(asked, right) == A_DAY
    assert correct(asked, right | {asked[0].id: "z"}) == A_DAY - 1
    assert unpacked(packed(asked, right)) == right


def test_articles_are_whole() -> None:
    found = articles()
    assert len(found) == 12
    assert {one.audience for one in found} <= {"town", "rural", "both"}
    assert all(one.title and one.summary and len(one.paragraphs) > 2 for one in found)


def test_articles_are_shown(client: FlaskClient) -> None:
    listed = client.get("/articles").get_data(as_text=True)
    assert all(article.title in listed for article in articles())
    html = client.get("/articles/02-two-step").get_data(as_text=True)
    assert articles()[1].paragraphs[0] in html
    assert client.get("/articles/nothing").status_code == 404
