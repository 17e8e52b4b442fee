"""Photos and places: only where the first page says so, stripped, coarse, for officials."""

import io
import re
import secrets
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyxform.xls2xform import convert

from tests.conftest import Clock
from tests.dumping import make as people
from tests.media.make import jpeg
from tests.surveys import forms as small_forms
from tests.surveys import waves as make
from wufei_public.common.errors import Invalid
from wufei_public.infra.work import reading, work
from wufei_public.infra.workbooks import read_book, write_book
from wufei_public.media import jobs as media_jobs
from wufei_public.media.models import Photo
from wufei_public.surveys.actions import answering
from wufei_public.surveys.actions import forms as form_actions
from wufei_public.surveys.models import Response, Wave
from wufei_public.surveys.queries import forms
from wufei_public.surveys.rules.outline import outline_of, sheets_of
from wufei_public.surveys.rules.questions import Kind
from wufei_public.surveys.rules.replies import Reading, given
from wufei_public.surveys.rules.waves import LEAST_TO_LOOK
from wufei_public.surveys.rules.xlsform import read_form

VILLAGE = "410307106201"
ROWS = (
    ["select_one yn", "consent", "愿意吗", "yes", "", ""],
    ["image", "bin", "拍一张桶", "", "", ""],
    ["geopoint", "where", "在哪个村", "yes", "", ""],
)
SHEETS = small_forms.sheets(*ROWS)


# ---- rules ------------------------------------------------------------------------------


def test_photos_and_places_go_out_as_they_came_in() -> None:
    form = read_form(SHEETS)
    assert [question.kind for question in form.pointing] == [Kind.PHOTO, Kind.PLACE]
    assert read_form(read_book(write_book(SHEETS, literal=True))) == form
    again = read_form(sheets_of(outline_of(SHEETS)))
    assert [q.kind for q in again] == [q.kind for q in form]
    book = io.BytesIO(write_book(sheets_of(outline_of(SHEETS)), literal=True))
    made = convert(xlsform=book, validate=False, file_type=".xlsx").xform
    assert 'mediatype="image/*"' in made
    assert re.search(r'nodeset="/\w+/where"[^>]*type="geopoint"', made)


@pytest.mark.parametrize("kind", ["audio", "video", "file", "geotrace", "geoshape", "barcode"])
def test_other_media_are_refused_at_their_row(kind: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_form(small_forms.sheets([kind, "x", "问", "", "", ""]))
    assert refused.value.errors[0].pointer == "survey/2/type"


def test_a_second_question_for_photos_is_refused_at_its_row() -> None:
    with pytest.raises(Invalid) as refused:
        read_form(small_forms.sheets(*ROWS, ["image", "more", "再拍", "", "", ""]))
    assert [error.pointer for error in refused.value.errors] == ["survey/5/type"]


def said(*where: str, photos: int = 0) -> dict[str, Any]:
    sent = {"consent": ["yes"], "where": where, "bin": [f"t{n}" for n in range(photos)]}
    return given(read_form(SHEETS), sent, Reading(places={VILLAGE}))


def test_a_position_is_kept_to_a_kilometre_and_a_village_is_one_of_the_list() -> None:
    assert said(VILLAGE)["where"] == VILLAGE
    assert said(VILLAGE, "34.621987,112.40777")["where"] == f"{VILLAGE} 34.62 112.41"
    wrong = (("410307106",), ("410307999001",), (VILLAGE, "95,1"), (VILLAGE, "here"), ("34,112",))
    for where in wrong:
        with pytest.raises(Invalid) as refused:
            said(*where)
        assert [error.pointer for error in refused.value.errors] == ["where"]
    with pytest.raises(Invalid) as refused:
        said(VILLAGE, photos=4)
    assert [error.pointer for error in refused.value.errors] == ["bin"]


# ---- in the database ------------------------------------------------------------------------

loaded = pytest.mark.usefixtures("loaded")


def asking(**changes: Any) -> Wave:
    """Return an open wave that asks for a photo and a place."""
    if forms.newest(reading(), "small") is None:
        work(people.DISTRICT_OFFICER, lambda w: form_actions.load(w, SHEETS))
    return make.wave("small", **({"identifiable": True, "margins": ()} | changes))


@loaded
def test_an_anonymous_wave_refuses_them_when_it_is_made_and_names_each() -> None:
    with pytest.raises(Invalid) as refused:
        asking(identifiable=False)
    fault = refused.value.errors[0]
    assert fault.pointer == "identifiable"
    assert fault.facts == {"names": "拍一张桶（bin）、在哪个村（where）"}
    assert asking().identifiable
    assert not make.wave().identifiable


@pytest.fixture
def village(app: Flask) -> str:
    people.places()
    return people.VILLAGE


def begun(client: FlaskClient, page: str) -> dict[str, str]:
    client.post(f"{page}/begin")
    form = client.get(f"{page}/form").text
    return dict(re.findall(r'type="hidden" name="(client_key|began)" value="([^"]+)"', form))


@loaded
def test_the_first_page_says_so_and_photo_and_place_reach_officials(
    app: Flask, client: FlaskClient, village: str
) -> None:
    wave = asking()
    page = f"/surveys/{wave.code}"
    assert "可能让人认出您" in client.get(page).text
    own = begun(client, page)
    assert "不记名" not in client.get(f"{page}/form").text
    photo = (io.BytesIO(jpeg(lat=34.5, lon=112.5)), "bin.jpg")
    data = {**own, "consent": "yes", "where": ["410307999001", ""], "bin": photo}
    refused = client.post(f"{page}/form", data=data, content_type="multipart/form-data")
    token = re.search(r'name="bin_token" value="([^"]+)"', refused.text)
    assert refused.status_code == 422
    assert token
    good = {**own, "consent": "yes", "where": [village, "34.6219,112.4078"], "bin_token": token[1]}
    sent = client.post(f"{page}/form", data=good, content_type="multipart/form-data")
    assert sent.status_code == 303
    again = client.post(f"{page}/form", data=good, content_type="multipart/form-data")
    assert again.headers["Location"] == sent.headers["Location"]
    answer = make.responses()[0].answers
    assert answer["where"] == f"{village} 34.62 112.41"
    kept = reading().query(Photo).one()
    assert (answer["bin"], kept.owner) == ([str(kept.id)], answering.owner_of(wave.code))
    media_jobs.develop("now")
    make.closed(wave)
    officer = people.browser(app, people.account(people.DISTRICT_OFFICER))
    seen = officer.get(f"/staff{page}/places").text
    assert "34.62 112.41" in seen
    path = re.search(rf'src="(/staff{page}/photos/\d+/thumb)"', seen)
    assert path
    image = officer.get(path[1])
    assert (image.status_code, image.mimetype) == (200, "image/webp")
    assert b"Exif" not in image.data
    for stranger in (client, people.browser(app, people.account(people.CREW))):
        assert stranger.get(path[1]).status_code in {302, 403}
    other = make.closed(asking())
    assert officer.get(path[1].replace(wave.code, other.code)).status_code == 404
    assert officer.get(f"/staff/surveys/{make.closed(make.wave()).code}/places").status_code == 404


@loaded
def test_photos_are_taken_ahead_only_for_a_wave_that_asks_for_them(
    client: FlaskClient, village: str
) -> None:
    for wave, status in ((asking(), 201), (make.wave(), 409), (make.closed(asking()), 409)):
        form = {"photo": (io.BytesIO(jpeg(lat=34.5, lon=112.5)), "a.jpg")}
        answer = client.post(
            f"/api/v1/surveys/waves/{wave.code}/photos",
            data=form,
            content_type="multipart/form-data",
        )
        assert answer.status_code == status


@loaded
def test_photos_and_places_of_an_open_wave_go_by_the_steps_of_its_figures(
    app: Flask, clock: Clock, village: str
) -> None:
    """Before: the list showed every answer as it came, so two looks told of one person."""
    wave = asking()

    def came(count: int, where: str) -> None:
        rows = [
            {
                "id": secrets.randbits(62), "wave_id": wave.id, "day": clock.now.date(),
                "outcome": "1.1", "answers": {"consent": "yes", "where": where},
                "pace": "usual", "straight": False, "everything": False, "duplicate": False,
                "stratum": "", "weight": None,
            }
            for _ in range(count)
        ]  # fmt: skip
        work(people.DISTRICT_OFFICER, lambda w: [w.insert(Response, one) for one in rows])

    came(LEAST_TO_LOOK, village)
    clock.move(days=1)
    came(40, f"{village} 34.11 112.99")
    officer = people.browser(app, people.account(people.DISTRICT_OFFICER))
    page = officer.get(f"/staff/surveys/{wave.code}/places")
    assert page.status_code == 200
    seen = page.text
    while more := re.search(r'href="([^"]*places\?after=\d+)"', page.text):
        page = officer.get(unescape(more[1]))
        seen += page.text
    assert "34.11" not in seen
    make.closed(wave)
    every, page = "", officer.get(f"/staff/surveys/{wave.code}/places")
    every += page.text
    while more := re.search(r'href="([^"]*places\?after=\d+)"', page.text):
        page = officer.get(unescape(more[1]))
        every += page.text
    assert "34.11" in every
