"""Comments by topic: said by officials, counted by people, joined to nobody."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.dumping import make as people
from tests.surveys import waves as make
from wufei_public.infra.work import reading
from wufei_public.infra.workbooks import read_book
from wufei_public.surveys.models import Response, Topic, Wave
from wufei_public.surveys.rules.comments import Comment, Tally, gathered, key_of, matching, tallied

pytestmark = pytest.mark.usefixtures("loaded")

FULL, BIN = "垃圾桶天天冒尖", "想多放几个桶"


def test_the_same_words_count_together_and_topics_by_people() -> None:
    found = gathered("q", [FULL, f" {FULL} ", "", BIN])
    full, other = key_of("q", FULL), key_of("q", BIN)
    assert sorted(found, key=lambda one: one.text) == sorted(
        [Comment(full, FULL, 2), Comment(other, BIN, 1)], key=lambda one: one.text
    )
    topics = {full: {1, 2}, other: {2}}
    assert tallied(found, topics) == Tally(3, 3, {1: 2, 2: 3})
    assert tallied(found, {}) == Tally(3, 0, {})
    assert [one.text for one in matching(found, topics, topic=1)] == [FULL]
    assert [one.text for one in matching(found, {full: {1}}, uncoded=True)] == [BIN]
    assert [one.text for one in matching(found, topics, words="多放")] == [BIN]
    assert key_of("p", FULL) != full


@pytest.fixture
def officer(app: Flask) -> FlaskClient:
    people.places()
    return people.browser(app, people.account(people.DISTRICT_OFFICER))


def wave_with(*texts: str) -> Wave:
    wave = make.answered(make.wave(), 100)
    rows = reading().query(Response).filter_by(wave_id=wave.id).limit(len(texts)).all()
    for row, text in zip(rows, texts, strict=True):
        row.answers = row.answers | {"open_comment": text}
    reading().commit()
    return make.closed(wave)


def topic_of(wave: Wave, label: str) -> Topic:
    reading().rollback()
    return reading().query(Topic).filter_by(wave_id=wave.id, label=label).one()


def test_officials_sort_comments_by_topic(officer: FlaskClient) -> None:
    wave = wave_with(FULL, FULL, BIN)
    page = f"/staff/surveys/{wave.code}/comments"
    topics = f"/staff/surveys/{wave.code}/topics"
    assert officer.post(topics, data={"label": "收运"}).status_code == 303
    again = officer.post(topics, data={"label": "收运"})
    assert (again.status_code, "已经有这个主题了" in again.text) == (422, True)
    topic = topic_of(wave, "收运")
    key = key_of("open_comment", FULL)
    sent = officer.post(f"{page}/{key}?words=桶", data={"topic": [topic.id, 99999]})
    assert sent.headers["Location"].endswith(f"#c-{key}")
    html = officer.get(page, query_string={"topic": topic.id}).text
    assert (FULL in html, BIN in html, "×2" in html) == (True, False, True)
    sheet = read_book(officer.get(f"{page}.xlsx").data)["留言"]
    assert sheet[0][-1] == "收运"
    assert {row[1]: row[-1] for row in sheet[1:] if row[1] in {FULL, BIN}} == {FULL: "1", BIN: "0"}
    officer.post(f"{page}/{key}", data={})
    assert FULL not in officer.get(page, query_string={"topic": topic.id}).text
    officer.post(f"{topics}/{topic.id}/drop")
    assert "收运" not in officer.get(page).text


def test_comments_of_an_open_wave_wait_for_the_floor(app: Flask, officer: FlaskClient) -> None:
    wave = make.answered(make.wave(), 99)
    topics = f"/staff/surveys/{wave.code}/topics"
    assert officer.post(topics, data={"label": "x"}).status_code == 403
    stranger = people.browser(app, people.account(people.RESIDENT))
    assert stranger.get(f"/staff/surveys/{wave.code}/comments").status_code == 403
