"""Photos of check-ins: who sees them, what they are like, how they go; limits."""

import re
from datetime import date
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.checkins import make
from tests.checkins.test_pages import form_of
from tests.conftest import Clock
from tests.dumping.make import CREW, OTHER_OFFICER, TOWN_OFFICER, develop, photo_token
from tests.media.make import jpeg
from wufei_public.checkins import jobs
from wufei_public.checkins import schemas as shapes
from wufei_public.checkins.actions import children, personal, photos, places, spots
from wufei_public.checkins.documents.own import export
from wufei_public.checkins.models import CheckIn, CheckInPhoto, PhotoPart
from wufei_public.checkins.queries import photos as queries
from wufei_public.checkins.rules.limits import LIMITS, Whose, read_limits
from wufei_public.checkins.rules.photos import (
    KEEP,
    LEAST_BITS,
    NEAR_BITS,
    Likeness,
    Print,
    has_looks,
    likest,
    parts_of,
)
from wufei_public.common.actor import SYSTEM
from wufei_public.common.errors import Invalid, NotFound
from wufei_public.infra.work import house, reading, work
from wufei_public.media.actions import photos as media
from wufei_public.media.models import Photo

pytestmark = pytest.mark.usefixtures("town")
TODAY = date(2026, 11, 24)
LOOKS = 0x0F0F_1234_5678_9ABC


def photo_of(actor: object = make.RESIDENT) -> CheckInPhoto:
    """Return the newest photo of somebody's check-ins."""
    reading().rollback()
    reading().expire_all()
    rows = (
        select(CheckInPhoto)
        .join(CheckIn, CheckIn.id == CheckInPhoto.check_in)
        .where(CheckIn.account == actor.id)  # type: ignore[attr-defined]
        .order_by(CheckInPhoto.check_in.desc())
    )
    return reading().scalars(rows).first() or pytest.fail("no photo")


def compared() -> None:
    """Do what the jobs process does with new photos."""
    develop()
    jobs.compare_photos("")


# ---- rules -----------------------------------------------------------------------


def test_pictures_that_differ_in_few_bits_share_a_part() -> None:
    for at in range(0, 64, 3):
        changed = LOOKS
        for step in range(NEAR_BITS):
            changed ^= 1 << (at + 13 * step) % 64
        assert set(parts_of(LOOKS)) & set(parts_of(changed)), at
    assert len(set(parts_of(LOOKS))) == NEAR_BITS + 1
    assert not set(parts_of(LOOKS)) & set(parts_of(~LOOKS))


def test_a_signed_hash_has_the_same_parts() -> None:
    assert parts_of(LOOKS - (1 << 64)) == parts_of(LOOKS)


@pytest.mark.parametrize("dhash", [None, 0, -1, (1 << LEAST_BITS - 1) - 1])
def test_a_plain_wall_looks_like_nothing(dhash: int | None) -> None:
    assert not has_looks(dhash)
    assert parts_of(dhash) == []
    assert likest(Print(2, "a", dhash), [Print(1, "b", dhash)]) is None
    found = likest(Print(2, "a", dhash), [Print(1, "a", dhash)])
    assert found is not None
    assert found[1] is Likeness.SAME


def test_the_same_file_goes_before_looks_and_the_earliest_before_later() -> None:
    near, other = Print(1, "b", LOOKS ^ 1), Print(2, "a", LOOKS)
    one = Print(9, "a", LOOKS)
    assert likest(one, [near, other, Print(3, "a", LOOKS)]) == (other, Likeness.SAME)
    assert likest(one, [near, Print(4, "c", LOOKS ^ 3)]) == (near, Likeness.NEAR)
    assert likest(one, [Print(5, "d", LOOKS ^ (1 << NEAR_BITS + 1) - 1)]) is None


def test_limits_stand_above_what_a_school_sends() -> None:
    assert set(LIMITS) == set(Whose)
    # 200 a second for a minute, all with one kind of phone (issue 6, point 9).
    assert LIMITS[Whose.DEVICE].most >= 12_000
    assert LIMITS[Whose.ADDRESS].most >= 12_000
    with pytest.raises(ValueError, match="nought"):
        read_limits("name,most,per,reason\nperson,0,hour,\n")


# ---- a check-in with a photo -----------------------------------------------------


def test_a_photo_is_kept_without_its_place_and_time(session: Session) -> None:
    make.check_in(photo=[photo_token(lat=34.7, lon=112.8)])
    row = photo_of()
    kept = session.get_one(Photo, row.photo)
    assert (kept.lat, kept.lon, kept.taken_at, kept.keep_original) == (None, None, None, False)
    assert kept.owner == f"checkin/{row.code}"
    assert (row.day, row.village) == (TODAY, make.VILLAGE)


def test_a_photo_that_is_gone_is_named_and_nothing_is_checked_in() -> None:
    with pytest.raises(Invalid) as error:
        make.check_in(photo=["gone"])
    assert [fault.pointer for fault in error.value.errors] == ["photo/0"]
    assert make.days() == {}


def test_photos_are_of_the_resident_alone_and_one() -> None:
    work(make.RESIDENT, lambda w: children.add(w, name="小宝", birth_year=2018))
    for changes in ({"member": 1, "photo": [photo_token()]}, {"photo": ["a", "b"]}):
        with pytest.raises(Invalid) as error:
            make.check_in(**changes)
        assert error.value.code == "no_photo_here"


def test_a_second_phone_leaves_its_photo_to_nobody(session: Session) -> None:
    make.check_in(photo=[photo_token()])
    assert make.check_in(photo=[photo_token(2)]).again
    assert session.query(CheckInPhoto).count() == 1


# ---- hints -----------------------------------------------------------------------


def test_a_photo_that_was_there_before_is_a_hint_at_the_later_one(clock: Clock) -> None:
    make.check_in(photo=[photo_token()])
    compared()
    assert photo_of().likeness == ""
    clock.move(days=1)
    make.check_in(photo=[photo_token()])
    make.check_in(make.NEIGHBOUR, photo=[photo_token(7)])
    compared()
    first = work(SYSTEM, lambda w: w.session.scalars(select(CheckInPhoto.check_in)).first())
    assert (photo_of().likeness, photo_of().alike) == ("same", first)
    assert photo_of(make.NEIGHBOUR).likeness == ""


def _again() -> str:
    """Return the token of the same photo as another phone shrinks it."""
    made = BytesIO()
    Image.open(BytesIO(jpeg())).resize((480, 360)).save(made, "JPEG", quality=60)
    prepared = media.prepare(house().store, made.getvalue(), "again.jpg")
    return work(SYSTEM, lambda w: media.record(w, prepared))


def test_another_s_photo_shrunk_anew_looks_alike(clock: Clock) -> None:
    make.check_in(photo=[photo_token()])
    compared()
    clock.move(days=1)
    make.check_in(make.NEIGHBOUR, photo=[_again()])
    compared()
    found = photo_of(make.NEIGHBOUR)
    assert (found.likeness, found.alike) == ("near", photo_of().check_in)


def test_the_later_one_bears_the_hint_whichever_was_developed_first(session: Session) -> None:
    make.check_in(photo=[photo_token()])
    make.check_in(make.NEIGHBOUR, photo=[photo_token()])
    early, late = photo_of(), photo_of(make.NEIGHBOUR)
    session.query(Photo).filter_by(id=early.photo).update({"lease_until": house().clock() + KEEP})
    session.commit()
    compared()
    assert photo_of().compared_at is None
    session.query(Photo).update({"lease_until": house().clock()})
    session.commit()
    compared()
    assert photo_of().likeness == ""
    assert (photo_of(make.NEIGHBOUR).likeness, photo_of(make.NEIGHBOUR).alike) == (
        "same", early.check_in,
    )  # fmt: skip
    assert late.check_in > early.check_in


# ---- going -----------------------------------------------------------------------


def alike_twice(clock: Clock) -> None:
    make.check_in(photo=[photo_token()])
    clock.move(days=1)
    make.check_in(make.NEIGHBOUR, photo=[photo_token()])
    compared()
    assert photo_of(make.NEIGHBOUR).likeness == "same"


def test_photos_go_after_their_time_with_all_that_is_known_of_them(
    session: Session, clock: Clock
) -> None:
    alike_twice(clock)
    clock.move(days=KEEP.days)
    assert jobs.forget_photos("") == 1
    left = session.query(CheckInPhoto).one()
    assert (left.likeness, left.alike) == ("", None)
    assert session.query(Photo).count() == 1
    assert {row.check_in for row in session.query(PhotoPart)} == {left.check_in}
    assert len(make.days()) == 1  # the check-in stays


def test_whoever_leaves_takes_the_photos_along(session: Session, clock: Clock) -> None:
    alike_twice(clock)
    work(make.RESIDENT, lambda w: personal.erase(w, make.RESIDENT.id or 0))
    assert session.query(CheckInPhoto).count() == 1
    assert photo_of(make.NEIGHBOUR).likeness == ""


def test_a_day_that_two_accounts_have_keeps_one_photo(session: Session) -> None:
    make.check_in(photo=[photo_token()])
    make.check_in(make.NEIGHBOUR, photo=[photo_token(2)])
    into = make.NEIGHBOUR.id or 0
    work(SYSTEM, lambda w: personal.absorb(w, make.RESIDENT.id or 0, into))
    assert session.query(CheckInPhoto).count() == 1
    assert session.query(Photo).count() == 1
    assert photo_of(make.NEIGHBOUR).day == TODAY


def test_nobody_takes_another_s_photo_back() -> None:
    make.check_in(photo=[photo_token()])
    code = photo_of().code
    with pytest.raises(NotFound):
        work(make.NEIGHBOUR, lambda w: photos.take_back(w, code=code))
    assert work(make.RESIDENT, lambda w: photos.take_back(w, code=code)) == TODAY
    with pytest.raises(NotFound):
        queries.photo(reading(), code)


# ---- pages -----------------------------------------------------------------------


def send(phone: FlaskClient, **changes: object) -> object:
    fields = form_of(phone.get("/checkin").get_data(as_text=True))
    fields.pop("bins", None)
    fields.pop("photo_token", None)
    sent = fields | {"bins": ["rots", "does_not_rot"]} | changes
    return phone.post("/checkin", data=sent, content_type="multipart/form-data")


def picture(seed: int = 1) -> tuple[BytesIO, str]:
    return BytesIO(jpeg(seed=seed)), "IMG.jpg"


def test_a_plain_form_brings_a_photo_that_only_its_owner_sees(app: Flask) -> None:
    phone = make.browser(app, make.RESIDENT)
    answer = send(phone, photo=picture())
    assert answer.status_code == 303  # type: ignore[attr-defined]
    develop()
    code = photo_of().code
    done = phone.get(answer.headers["Location"]).get_data(as_text=True)  # type: ignore[attr-defined]
    assert f"/checkin/photos/{code}/thumb" in done
    shown = phone.get(f"/checkin/photos/{code}/large")
    assert (shown.status_code, shown.headers["Cache-Control"]) == (200, "private, no-store")
    other = make.browser(app, make.NEIGHBOUR)
    assert other.get(f"/checkin/photos/{code}/large").status_code == 404
    assert app.test_client().get(f"/checkin/photos/{code}/large").status_code != 200
    gone = phone.post(f"/checkin/photos/{code}/delete")
    assert "照片删掉了" in phone.get(gone.headers["Location"]).get_data(as_text=True)
    assert phone.get(f"/checkin/photos/{code}/large").status_code == 404


def test_a_form_that_came_back_keeps_its_photo(app: Flask) -> None:
    phone = make.browser(app, make.RESIDENT)
    answer = send(phone, bins=[], photo=picture())
    html = answer.get_data(as_text=True)  # type: ignore[attr-defined]
    assert answer.status_code == 422  # type: ignore[attr-defined]
    token = form_of(html)["photo_token"]
    assert send(phone, photo_token=token).status_code == 303  # type: ignore[attr-defined]
    assert photo_of().day == TODAY


def test_what_is_no_photo_is_said_at_its_place_and_a_gone_one_is_asked_for(app: Flask) -> None:
    phone = make.browser(app, make.RESIDENT)
    bad = send(phone, photo=(BytesIO(b"words"), "a.txt")).get_data(as_text=True)  # type: ignore[attr-defined]
    assert 'id="e-photo"' in bad
    gone = send(phone, photo_token="never-was").get_data(as_text=True)  # type: ignore[attr-defined]
    assert 'data-gone="never-was"' in gone
    assert make.days() == {}


def test_programs_send_photos_too(app: Flask) -> None:
    phone = make.browser(app, make.RESIDENT)
    sent = phone.post("/api/v1/checkins/photos", data={"photo": picture()})
    assert sent.status_code == 201
    body = {
        "client_key": "k" * 24, "bins": ["rots"], "photo": [sent.get_json()["token"]],
    }  # fmt: skip
    assert phone.post("/api/v1/checkins", json=body).status_code == 201
    assert photo_of().day == TODAY
    none = phone.post("/api/v1/checkins/photos", data={})
    assert (none.status_code, none.get_json()["code"]) == (422, "no_photo")


def test_reviewers_see_hints_of_their_own_place_that_accuse_nobody(
    app: Flask, clock: Clock
) -> None:
    make.account(TOWN_OFFICER)
    make.account(CREW)
    make.account(OTHER_OFFICER)
    alike_twice(clock)
    code = photo_of(make.NEIGHBOUR).code
    crew = make.browser(app, CREW)
    listed = crew.get("/staff/checkin-photos").get_data(as_text=True)
    assert f"/staff/checkin-photos/{code}" in listed
    assert "和别人以前的一张是同一个文件" in listed
    assert "这只是提示" in listed
    one = crew.get(f"/staff/checkin-photos/{code}").get_data(as_text=True)
    assert one.count("/thumb") == 2
    assert crew.get(f"/staff/checkin-photos/{code}/thumb").status_code == 200
    stranger = make.browser(app, OTHER_OFFICER)
    assert code not in stranger.get("/staff/checkin-photos").get_data(as_text=True)
    for path in (code, f"{code}/thumb"):
        assert stranger.get(f"/staff/checkin-photos/{path}").status_code == 404


def test_a_spot_check_shows_the_photo_with_its_hint(app: Flask, clock: Clock) -> None:
    make.account(CREW)
    alike_twice(clock)
    clock.move(days=1)
    work(SYSTEM, lambda w: spots.draw(w, per_mille=1000))
    crew = make.browser(app, CREW)
    listed = crew.get("/staff/spot-checks").get_data(as_text=True)
    code = re.findall(r"/staff/spot-checks/(\w{10})\"", listed)[0]
    html = crew.get(f"/staff/spot-checks/{code}").get_data(as_text=True)
    assert "和别人以前的一张是同一个文件" in html


def test_hints_come_by_pages(app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    make.account(CREW)
    monkeypatch.setattr(queries, "PAGE", 1)
    for _day in range(3):
        make.check_in(photo=[photo_token()])
        clock.move(days=1)
    compared()
    crew = make.browser(app, CREW)
    first = crew.get("/staff/checkin-photos").get_data(as_text=True)
    assert first.count("/staff/checkin-photos/") == 1
    assert "更早的" in first
    follow = first.split("/staff/checkin-photos?")[1].split('"')[0]
    second = crew.get(f"/staff/checkin-photos?{follow}").get_data(as_text=True)
    assert second.count("/staff/checkin-photos/") == 1
    assert "更早的" not in second
    assert crew.get("/staff/checkin-photos?after=x").status_code == 422


# ---- limits ----------------------------------------------------------------------


def test_a_crowded_code_refuses_nobody_and_counts_at_home(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.account(TOWN_OFFICER)
    there = "410307106202"
    code = work(TOWN_OFFICER, lambda w: places.add_point(w, village=there, name="1 号")).code
    item = shapes._ITEMS[Whose.POINT]
    monkeypatch.setitem(shapes._ITEMS, Whose.POINT, type(item)(1, 1))  # type: ignore[index]
    assert "crowded" not in send(make.browser(app, make.RESIDENT), point=code).headers["Location"]  # type: ignore[attr-defined]
    phone = make.browser(app, make.NEIGHBOUR)
    answer = send(phone, point=code)
    said = phone.get(answer.headers["Location"]).get_data(as_text=True)  # type: ignore[attr-defined]
    assert "这次算在您住的地方" in said
    found = session.execute(select(CheckIn.village, CheckIn.point).order_by(CheckIn.id)).all()
    assert [row.village for row in found] == [there, make.VILLAGE]
    assert found[1].point is None


def test_who_is_over_the_own_limit_takes_nothing_from_the_school(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = shapes._ITEMS[Whose.PERSON]
    monkeypatch.setitem(shapes._ITEMS, Whose.PERSON, type(item)(1, 1))  # type: ignore[index]
    monkeypatch.setitem(shapes._ITEMS, Whose.DEVICE, type(item)(2, 1))  # type: ignore[index]
    one, other = make.browser(app, make.RESIDENT), make.browser(app, make.NEIGHBOUR)
    body = {"bins": ["rots"]}
    keys = iter(f"key-of-a-phone-{n:04}" for n in range(9))
    statuses = [
        phone.post("/api/v1/checkins", json=body | {"client_key": next(keys)}).status_code
        for phone in (one, one, one, other)
    ]
    assert statuses == [201, 429, 429, 201]
    said = one.post("/api/v1/checkins", json=body | {"client_key": next(keys)}).get_json()
    assert (said["code"], "这个账号打卡太频繁" in said["detail"]) == ("too_many_person", True)


def test_exports_name_the_photos(session: Session) -> None:
    make.check_in(photo=[photo_token()])
    rows = export(session, house().keys, make.RESIDENT.id or 0)
    assert {"photo": photo_of().code, "day": "2026-11-24"} in rows
