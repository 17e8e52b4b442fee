"""Photos of identifiable waves: who looks is written down, and one day they are gone."""

import io
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from tests.conftest import Clock
from tests.dumping import make as people
from tests.media.make import jpeg
from tests.surveys import waves as make
from tests.surveys.test_pointing import asking, begun
from wufei_public.common.actor import SYSTEM
from wufei_public.infra.audit import AuditRow
from wufei_public.infra.work import reading, work
from wufei_public.media import jobs as media_jobs
from wufei_public.media.models import Photo
from wufei_public.surveys import jobs
from wufei_public.surveys.documents.whole import whole_digest
from wufei_public.surveys.models import Wave
from wufei_public.surveys.queries import forms
from wufei_public.surveys.rules.pointing import without

pytestmark = pytest.mark.usefixtures("loaded")
AT = "34.6219,112.4078"


@pytest.fixture
def village(app: Flask) -> str:
    people.places()
    return people.VILLAGE


def answered(client: FlaskClient, wave: Wave, village: str) -> int:
    """Send a photo and a place; return the photo's number."""
    page = f"/surveys/{wave.code}"
    client.delete_cookie("wf_survey", path=page)
    data: dict[str, Any] = {**begun(client, page), "consent": "yes", "where": [village, AT]}
    data["bin"] = (io.BytesIO(jpeg(lat=34.5, lon=112.5)), "bin.jpg")
    assert (
        client.post(f"{page}/form", data=data, content_type="multipart/form-data").status_code
        == 303
    )
    media_jobs.develop("now")
    return int(make.responses()[-1].answers["bin"][0])


def looks() -> list[tuple[int | None, str, Any]]:
    reading().rollback()
    wanted = select(AuditRow.actor_id, AuditRow.target, AuditRow.after)
    rows = reading().execute(wanted.where(AuditRow.action == "surveys:photo:look"))
    return [(row.actor_id, row.target, row.after) for row in rows.all()]


def test_each_look_at_a_photo_is_a_row_and_strangers_get_neither(
    app: Flask, client: FlaskClient, village: str
) -> None:
    wave = asking()
    photo = answered(client, wave, village)
    path = f"/staff/surveys/{wave.code}/photos/{photo}"
    make.closed(wave)
    looker = people.account(people.TOWN_OFFICER)
    officer = people.browser(app, looker)
    sizes = ("thumb", "large", "large")
    assert [officer.get(f"{path}/{size}").status_code for size in sizes] == [200] * 3
    target = f"surveys/{wave.code}/photos/{photo}"
    assert looks() == [(looker.id, target, {"size": size}) for size in sizes]
    assert officer.get(f"{path[:-1]}999/large").status_code == 404
    for actor in (people.CREW, people.RESIDENT):
        assert people.browser(app, people.account(actor)).get(f"{path}/large").status_code in {
            403,
            404,
        }
    assert client.get(f"{path}/large").status_code in {302, 404}
    assert len(looks()) == len(sizes)


def test_a_photo_of_an_open_wave_is_not_shown_before_there_are_enough(
    app: Flask, client: FlaskClient, village: str
) -> None:
    wave = asking()
    photo = answered(client, wave, village)
    officer = people.browser(app, people.account(people.DISTRICT_OFFICER))
    shown = officer.get(f"/staff/surveys/{wave.code}/photos/{photo}/large")
    assert (shown.status_code, looks()) == (403, [])


def test_a_photo_tells_neither_where_nor_when_it_was_taken(
    client: FlaskClient, village: str
) -> None:
    answered(client, asking(), village)
    kept = reading().query(Photo).one()
    assert (kept.lat, kept.lon, kept.placed_source, kept.taken_at) == (None, None, "", None)


def test_photos_and_positions_go_after_their_time_and_the_village_stays(
    app: Flask, client: FlaskClient, clock: Clock, village: str
) -> None:
    wave = asking()
    answered(client, wave, village)
    assert "保留到 2027年3月10日" in client.get(f"/surveys/{wave.code}").text
    make.closed(wave)
    form = forms.questionnaire(reading(), wave.form_key)
    digest = whole_digest(reading(), wave, form)
    clock.move(days=106)  # the last day on which they are there
    assert jobs.forget_photos("") == 0
    assert reading().query(Photo).count() == 1
    clock.move(days=1)
    assert jobs.forget_photos("") == 1
    reading().rollback()
    assert reading().query(Photo).count() == 0
    assert make.responses()[0].answers == {"consent": "yes", "where": village}
    assert whole_digest(reading(), wave, form) == digest
    assert jobs.forget_photos("") == 0
    officer = people.browser(app, people.account(people.DISTRICT_OFFICER))
    assert "已经按规定删除" in officer.get(f"/staff/surveys/{wave.code}/places").text
    told = reading().scalars(
        select(AuditRow.action).where(AuditRow.target == f"surveys/{wave.code}")
    )
    assert "surveys:wave:forget_photos" in set(told)


def test_the_operator_says_how_long(
    app: Flask, client: FlaskClient, clock: Clock, village: str
) -> None:
    house = app.extensions["house"]
    app.extensions["house"] = replace(house, settings=replace(house.settings, survey_photo_days=3))
    wave = asking()
    assert "保留到 12月13日" in client.get(f"/surveys/{wave.code}").text
    make.closed(wave)
    clock.move(days=20)
    assert jobs.forget_photos("") == 1


def test_no_wave_says_that_its_photos_went_while_it_is_open_or_has_one(
    app: Flask, client: FlaskClient, clock: Clock, village: str
) -> None:
    wave = asking()
    said = update(Wave).where(Wave.id == wave.id).values(forgot_at=clock.now)
    with pytest.raises(IntegrityError, match="a wave whose photos went has none"):
        work(SYSTEM, lambda w: w.session.execute(said))
    answered(client, wave, village)
    make.closed(wave)
    with pytest.raises(IntegrityError, match="a wave whose photos went has none"):
        work(SYSTEM, lambda w: w.session.execute(said))


def test_what_was_not_asked_or_not_answered_stays_as_it_was() -> None:
    asked = forms.questionnaire(reading(), asking().form_key).pointing
    said = {"consent": "yes", "bin": ["3", "4"], "where": "410307106201 34.62 112.41"}
    assert without(asked, said) == {"consent": "yes", "where": "410307106201"}
    assert without(asked, {"consent": "no"}) == {"consent": "no"}
