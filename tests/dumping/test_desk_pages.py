"""The officials' desk: queue, case, one form per move, photos and originals."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.dumping import make
from tests.dumping.test_pages import send, text, tokens
from tests.media.make import jpeg
from wufei_public.common.actor import Actor
from wufei_public.dumping.actions import merging, officer
from wufei_public.dumping.actions.receipts import Receipt

pytestmark = pytest.mark.usefixtures("town")

HERE = {"lat": "34.7", "lon": "112.8", "accuracy": "20"}


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    return make.browser(app, make.account(make.TOWN_OFFICER))


def path(receipt: Receipt, move: str = "") -> str:
    return f"/staff/cases/{receipt.code}" + (f"/{move}" if move else "")


# ---- reading ----------------------------------------------------------------------


def test_the_queue_shows_the_own_cases_with_their_filters(desk: FlaskClient, app: Flask) -> None:
    receipt, other = make.report(), make.report(division=make.OTHER_TOWN)
    page = text(desk.get("/staff/cases"))
    assert path(receipt) in page
    assert path(other) not in page
    for query in ("state=submitted", "state=unreleased", f"kind=construction&town={make.TOWN}",
                  "due=soon", "due=later", f"words={receipt.code}"):  # fmt: skip
        assert desk.get(f"/staff/cases?{query}").status_code == 200, query
    assert path(receipt) not in text(desk.get("/staff/cases?state=closed"))
    assert desk.get("/staff/cases?state=lost").status_code == 422
    assert app.test_client().get("/staff/cases").status_code == 302


def test_a_case_shows_what_is_known_and_masks_the_phone(desk: FlaskClient) -> None:
    receipt = make.report(phone=make.PHONE, words="三车碎砖", lat=34.712345, lon=112.823456)
    page = text(desk.get(path(receipt)))
    for word in ("三车碎砖", "34.71234", "138", "没有照片"):
        assert word in page, word
    assert make.PHONE not in page
    assert receipt.secret not in page


@pytest.mark.parametrize("actor", [make.OTHER_OFFICER, make.DEPARTMENT_OFFICER, make.CREW])
def test_a_strangers_case_looks_like_none(app: Flask, actor: Actor) -> None:
    receipt = make.report(photo=[make.photo_token()])
    make.develop()
    (photo,) = make.photo_ids(receipt)
    client = make.browser(app, make.account(actor))
    unknown = plain(text(client.get("/staff/cases/0000000000")))
    for answer in (
        client.get(path(receipt)),
        client.get(path(receipt, f"photos/{photo}/large")),
        send(client, path(receipt, "accept")),
        send(client, path(receipt, f"photos/{photo}/original"), text="看看。"),
    ):
        assert answer.status_code in {403, 404}
    assert plain(text(client.get(path(receipt))).replace(receipt.code, "0" * 10)) == unknown


def plain(page: str) -> str:
    """Return a page without the ids that each request has of its own."""
    return re.sub(r"\w{16,}", "", page)


# ---- moves ------------------------------------------------------------------------

MOVES: list[tuple[str, dict[str, str], str]] = [
    ("accept", {}, "accepted"),
    ("refuse", {"ground": "not_here", "text": "不在本区。"}, "refused"),
    ("ask", {"text": "哪一天？"}, "asked_submitted"),
    ("note", {"text": "看过了。", "public": "true"}, "submitted"),
    ("release", {"public_words": "砖", "photo": ""}, "submitted"),
    ("withhold", {"reason": "minor"}, "submitted"),
    ("place", {"division": make.TOWN}, "submitted"),
    ("kind", {"kind": "medical"}, "submitted"),
]


@pytest.mark.parametrize(("move", "values", "state"), MOVES)
def test_each_form_of_a_new_case(
    desk: FlaskClient, move: str, values: dict[str, str], state: str
) -> None:
    receipt = make.report()
    page = text(desk.get(path(receipt)))
    assert f'action="{path(receipt, move)}"' in page
    answer = send(desk, path(receipt, move), version="1", **values)
    assert answer.headers["Location"] == f"{path(receipt)}?done={move}"
    row = make.case(receipt)
    assert (row.state, row.version) == (state, 2)
    assert desk.get(answer.headers["Location"]).status_code == 200


def test_assign_return_and_close_by_form(desk: FlaskClient) -> None:
    receipt = make.accepted()
    assert send(desk, path(receipt, "assign"), department=make.DEPARTMENT).status_code == 303
    assert send(desk, path(receipt, "return"), text="不归我们。").status_code == 303
    assert make.case(receipt).state == "accepted"
    assert send(desk, path(receipt, "close"), text="清走了。", **HERE).status_code == 303
    assert make.case(receipt).proof == "position"
    assert "清走了。" in text(desk.get(path(receipt)))


def test_who_gives_a_case_back_is_led_to_the_queue(app: Flask) -> None:
    receipt = make.assigned()
    client = make.browser(app, make.account(make.DEPARTMENT_OFFICER))
    answer = send(client, path(receipt, "return"), text="不归我们。")
    assert answer.status_code == 303
    assert client.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("move", "values", "field"),
    [
        ("refuse", {"text": "不在本区。"}, "ground"),
        ("refuse", {"ground": "not_here"}, "text"),
        ("ask", {"text": "？"}, "text"),
        ("withhold", {}, "reason"),
        ("place", {"division": "999999999"}, "division"),
    ],
)
def test_a_fault_is_said_and_what_was_typed_stays(
    desk: FlaskClient, move: str, values: dict[str, str], field: str
) -> None:
    receipt = make.report()
    answer = send(desk, path(receipt, move), **values)
    page = text(answer)
    assert (answer.status_code, f'id="do-{move}" open' in page) == (422, True)
    assert f'href="#f-{move}-{field}"' in page
    assert values.get("text", "") in page
    assert make.moves(receipt) == ["submit"]


@pytest.mark.parametrize(
    ("move", "values"),
    [("note", {"text": "我打的很多字"}), ("ask", {"text": "我打的很多字"}),
     ("refuse", {"ground": "not_here", "text": "我打的很多字"})],
)  # fmt: skip
def test_who_was_slower_keeps_what_was_typed(
    desk: FlaskClient, move: str, values: dict[str, str]
) -> None:
    receipt = make.report()
    make.do(make.DISTRICT_OFFICER, officer.add_note, receipt.code, text="快一步。")
    answer = send(desk, path(receipt, move), version="1", **values)
    page = text(answer)
    assert answer.status_code == 409
    for word in ("刚刚有了新情况", "我打的很多字", "快一步。", 'name="version" value="2"'):
        assert word in page, word
    assert make.moves(receipt) == ["submit", "note"]


def test_a_move_whose_time_is_over_says_so(desk: FlaskClient) -> None:
    receipt = make.accepted()
    answer = send(desk, path(receipt, "accept"), version="2")
    assert (answer.status_code, "现在不能这样做" in text(answer)) == (409, True)


def test_closing_keeps_the_photo_when_the_words_are_missing(desk: FlaskClient) -> None:
    receipt = make.assigned()
    answer = send(desk, path(receipt, "close"), (jpeg(), "a.jpg"))
    assert answer.status_code == 422
    (token,) = tokens(text(answer))
    done = send(desk, path(receipt, "close"), text="清走了。", photo=[token])
    assert done.status_code == 303
    assert make.case(receipt).proof == "photo"


def test_a_bad_proof_names_the_file(desk: FlaskClient) -> None:
    receipt = make.assigned()
    answer = send(desk, path(receipt, "close"), (b"x", "猫.txt"), text="清走了。")
    assert (answer.status_code, "猫.txt" in text(answer), "清走了。" in text(answer)) == (
        422,
        True,
        True,
    )
    assert make.case(receipt).state == "assigned"


# ---- release ----------------------------------------------------------------------


def form_values(page: str, move: str) -> dict[str, Any]:
    """Return what a browser sends of one form as it stands."""
    form = page.partition(f'id="do-{move}"')[2].partition("</form>")[0]
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    checked = re.findall(r'type="checkbox" name="(\w+)" value="([^"]*)" checked', form)
    found: dict[str, list[str]] = {}
    for name, value in hidden + checked:
        found.setdefault(name, []).append(value)
    return found


def test_no_photo_is_shown_unless_it_is_ticked(desk: FlaskClient) -> None:
    receipt = make.report(photo=[make.photo_token()])
    make.develop()
    values = form_values(text(desk.get(path(receipt))), "release")
    assert values["photo"] == [""]
    assert send(desk, path(receipt, "release"), **values).status_code == 303
    assert [photo.public for photo in make.photos(receipt)] == [False]
    ticked = form_values(text(desk.get(path(receipt))), "release")
    ticked["photo"] = ["", str(make.photo_ids(receipt)[0])]
    assert send(desk, path(receipt, "release"), **ticked).status_code == 303
    assert [photo.public for photo in make.photos(receipt)] == [True]
    assert form_values(text(desk.get(path(receipt))), "release")["photo"] == ticked["photo"]


def test_a_photo_that_was_not_on_the_page_is_not_released_with_it(desk: FlaskClient) -> None:
    receipt = make.report(photo=[make.photo_token()])
    values = form_values(text(desk.get(path(receipt))), "release")
    make.develop()
    assert send(desk, path(receipt, "release"), **values).status_code == 303
    assert make.case(receipt).release == "released"
    assert [photo.public for photo in make.photos(receipt)] == [False]


# ---- photos -----------------------------------------------------------------------


def test_photos_for_handlers_and_the_sealed_original(desk: FlaskClient) -> None:
    receipt = make.report(kind="danger", photo=[make.photo_token(4)])
    make.develop()
    (photo,) = make.photo_ids(receipt)
    shown = desk.get(path(receipt, f"photos/{photo}/large"))
    assert (shown.mimetype, shown.headers["Cache-Control"]) == ("image/jpeg", "private, no-store")
    refused = send(desk, path(receipt, f"photos/{photo}/original"), text="")
    assert refused.status_code == 422
    opened = send(desk, path(receipt, f"photos/{photo}/original"), text="核对车牌。")
    assert (opened.data, opened.headers["Cache-Control"]) == (jpeg(seed=4), "private, no-store")
    assert "attachment" in opened.headers["Content-Disposition"]
    assert make.last_event(receipt).internal_text == "核对车牌。"


def test_a_case_without_a_place_is_offered_the_nearest(app: Flask) -> None:
    receipt = make.report(division=None, lat=34.5923, lon=112.7885)
    page = text(make.browser(app, make.account(make.DISTRICT_OFFICER)).get(path(receipt)))
    chosen = re.findall(r'<option value="(\d+)" selected>', page)
    assert any(code.startswith(make.DISTRICT) for code in chosen)


def test_what_was_typed_is_shown_when_somebody_was_faster(desk: FlaskClient) -> None:
    receipt = make.assigned()
    make.do(make.TOWN_OFFICER, officer.close, receipt.code, text="清走了。", lat=34.7, lon=112.8)
    answer = send(desk, path(receipt, "return"), text="这是水利部门的河道。")
    assert answer.status_code == 409
    assert "您刚才写的：这是水利部门的河道。" in text(answer)


def test_the_queue_leads_to_what_is_due_today_and_to_what_was_merged(app: Flask) -> None:
    client = make.browser(app, make.account(make.TOWN_OFFICER))
    first, second = make.accepted(), make.accepted()
    make.do(make.TOWN_OFFICER, merging.merge, first.code, into=second.code)
    page = client.get("/staff/cases").text
    assert "state=merged_accepted" in page
    assert "due=soon" in page
    merged = client.get("/staff/cases?state=merged_accepted").text
    assert f"/staff/cases/{first.code}" in merged
    assert f"/staff/cases/{second.code}" not in merged
