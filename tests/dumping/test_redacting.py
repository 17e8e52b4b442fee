"""Black boxes: what everybody sees is made anew, and the old picture is nowhere."""

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from tests.conftest import Clock
from tests.dumping import make
from wufei_public.dumping.actions.receipts import Receipt
from wufei_public.infra.storage import name_of
from wufei_public.infra.work import house, reading
from wufei_public.media.actions.sweeping import sweep
from wufei_public.media.models import Photo
from wufei_public.media.rules.keeping import ORPHAN

pytestmark = pytest.mark.usefixtures("town")

HALF = {"x": "0", "y": "0", "width": "50", "height": "100"}


@pytest.fixture
def unseen() -> Receipt:
    receipt = make.report(photo=[make.photo_token(seed=1)])
    make.develop()
    return receipt


@pytest.fixture
def shown(unseen: Receipt) -> Receipt:
    return make.released(unseen)


@pytest.fixture
def officer(app: Flask) -> FlaskClient:
    return make.browser(app, make.account(make.TOWN_OFFICER))


def cover(officer: FlaskClient, receipt: Receipt, **boxes: str) -> int:
    [photo] = make.photo_ids(receipt)
    return officer.post(f"/staff/cases/{receipt.code}/photos/{photo}/cover", data=boxes).status_code


def row_of() -> Photo:
    reading().rollback()
    reading().expire_all()
    return reading().query(Photo).one()


def seen_at(client: FlaskClient, address: str) -> Image.Image:
    answer = client.get(address)
    assert answer.status_code == 200
    return Image.open(io.BytesIO(answer.data)).convert("L")


def address(receipt: Receipt, size: str) -> str:
    [photo] = make.photo_ids(receipt)
    return f"/p/{make.case(receipt).release_token}/{photo}/{size}"


def left_half(picture: Image.Image) -> int:
    low, high = picture.crop((0, 0, picture.width // 2 - 8, picture.height)).getextrema()
    assert low <= high
    return int(high)


def test_what_is_covered_is_black_everywhere_at_once_and_the_old_address_is_dead(
    client: FlaskClient, officer: FlaskClient, shown: Receipt, clock: Clock
) -> None:
    before = {size: address(shown, size) for size in ("thumb", "large")}
    names = {row_of().large_name, row_of().thumb_name}
    assert left_half(seen_at(client, before["large"])) > 96
    assert cover(officer, shown, **HALF) == 303
    assert {client.get(old).status_code for old in before.values()} == {404}
    for size in ("thumb", "large"):
        assert left_half(seen_at(client, address(shown, size))) < 96
    own = f"/r/{shown.code}/{shown.secret}/photos/{make.photo_ids(shown)[0]}/large"
    assert left_half(seen_at(client, own)) < 96
    clock.move(seconds=(2 * ORPHAN).total_seconds())
    sweep(house())
    for name in names:
        with pytest.raises(KeyError):
            house().store.read(name)


def test_the_plain_picture_lies_under_seal_and_comes_back_only_before_anybody_saw_it(
    officer: FlaskClient, unseen: Receipt
) -> None:
    assert cover(officer, unseen, **HALF) == 303
    sealed = row_of().plain_name or ""
    assert not house().store.read(sealed).startswith(b"\xff\xd8")
    assert name_of("evidence", b"")[:8] == sealed[:8]
    assert cover(officer, unseen) == 303
    assert (row_of().plain_name, row_of().boxes) == (None, None)
    page = f"/staff/cases/{unseen.code}/photos/{make.photo_ids(unseen)[0]}/large"
    assert left_half(seen_at(officer, page)) > 96


@pytest.mark.parametrize("withheld", [False, True])
def test_what_was_shown_covered_is_never_shown_open(
    client: FlaskClient, officer: FlaskClient, shown: Receipt, withheld: bool
) -> None:
    assert cover(officer, shown, **HALF) == 303
    if withheld:
        make.withheld(shown)
    tiny = {"x": "99", "y": "99", "width": "1", "height": "1"}
    for less in ({}, tiny, HALF | {"width": "49.9"}, HALF | {"x": "0.1"}):
        assert cover(officer, shown, **less) == 422
    assert cover(officer, shown, **HALF | {"width": "60"}) == 303
    assert cover(officer, shown, **HALF) == 422
    [photo] = make.photo_ids(shown)
    make.released(shown)
    assert left_half(seen_at(client, address(shown, "large"))) < 96
    assert row_of().boxes == [{"x": 0.0, "y": 0.0, "width": 0.6, "height": 1.0}]
    form = officer.get(f"/staff/cases/{shown.code}/photos/{photo}/cover").text
    assert "只能多盖" in form


def test_boxes_move_since_each_time_begins_with_the_plain_picture(
    officer: FlaskClient, unseen: Receipt
) -> None:
    cover(officer, unseen, **HALF)
    cover(officer, unseen, **HALF | {"x": "50"})
    page = f"/staff/cases/{unseen.code}/photos/{make.photo_ids(unseen)[0]}/large"
    picture = seen_at(officer, page)
    assert left_half(picture) > 96
    assert row_of().boxes == [{"x": 0.5, "y": 0.0, "width": 0.5, "height": 1.0}]
    form = officer.get(page.replace("/large", "/cover")).get_data(as_text=True)
    assert 'name="x" value="50.0"' in form


def test_a_bad_box_keeps_what_was_written_and_strangers_cover_nothing(
    app: Flask, officer: FlaskClient, shown: Receipt
) -> None:
    [photo] = make.photo_ids(shown)
    page = f"/staff/cases/{shown.code}/photos/{photo}/cover"
    bad = officer.post(page, data=HALF | {"width": "breit"})
    assert (bad.status_code, 'value="breit"' in bad.get_data(as_text=True)) == (422, True)
    assert row_of().boxes is None
    stranger = make.browser(app, make.account(make.OTHER_OFFICER))
    crew = make.browser(app, make.account(make.CREW))
    assert {stranger.get(page).status_code, stranger.post(page, data=HALF).status_code} == {404}
    assert crew.post(page, data=HALF).status_code == 403
    assert officer.get(page.replace(f"/{photo}/", "/999999/")).status_code == 404
