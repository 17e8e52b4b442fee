"""Residents' pages without a script: the form, the receipt, following, the public list."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from limits import parse
from sqlalchemy import update
from werkzeug.test import TestResponse

from tests.conftest import Clock
from tests.dumping import make
from tests.media.make import jpeg
from wufei_public.common.actor import SYSTEM
from wufei_public.dumping.actions import officer, showing
from wufei_public.dumping.actions.receipts import Receipt
from wufei_public.dumping.models.photos import ReportPhoto
from wufei_public.infra.work import work

pytestmark = pytest.mark.usefixtures("town")

HEIC = Path(__file__).parents[1] / "media" / "photos" / "iphone.heic"
FORM = {
    "client_key": "k" * 24, "kind": "build", "division": make.VILLAGE, "words": make.WORDS,
    "spot": make.SPOT, "phone": make.PHONE,
}  # fmt: skip
BIG = 10**30


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def send(client: FlaskClient, path: str, *photos: tuple[bytes, str], **form: Any) -> TestResponse:
    """Post a form as a browser without scripts does."""
    files = {"photos": [(BytesIO(data), name) for data, name in photos]} if photos else {}
    return client.post(path, data=form | files, content_type="multipart/form-data")


def tokens(html: str) -> list[str]:
    return re.findall(r'name="photo" value="([^"]+)"', html)


def receipt_of(answer: TestResponse) -> Receipt:
    _empty, _r, code, secret = answer.headers["Location"].split("?")[0].split("/")
    return Receipt(code, secret, "", None, None)  # type: ignore[arg-type]


# ---- the form ---------------------------------------------------------------------


def test_the_form_has_a_key_of_its_own(client: FlaskClient) -> None:
    keys = {re.findall(r'name="client_key" value="([^"]{16,64})"', text(client.get("/report")))[0]
            for _ in range(2)}  # fmt: skip
    assert len(keys) == 2


def test_the_form_says_truly_who_sees_what(client: FlaskClient) -> None:
    said = dict(re.findall("<dt>(.+?)</dt><dd>(.+?)</dd>", text(client.get("/report"))))
    assert said == {
        "所有人": "先由工作人员看过，再公开照片、种类、地方、日期和您写的话（号码打码）",
        "承办人": "准确位置、您留的手机号",
        "不公开": "您是谁",
    }
    receipt = make.report(phone=make.PHONE)
    shown = text(client.get(f"/cases/{make.shown_as(make.released(receipt))}"))
    assert make.WORDS.partition(make.PHONE)[0] in shown
    assert [word for word in (make.PHONE, make.SPOT) if word in shown] == []


def test_a_report_by_plain_form_with_a_heic_leads_to_its_receipt(client: FlaskClient) -> None:
    answer = send(client, "/report", (HEIC.read_bytes(), "IMG_1.HEIC"), (jpeg(), "b.jpg"), **FORM)
    assert (answer.status_code, answer.headers["Location"][-6:]) == (303, "?new=1")
    receipt = receipt_of(answer)
    row = make.case(receipt)
    assert (row.photos, row.words, row.division) == (2, make.WORDS, make.VILLAGE)
    make.develop()
    page = text(client.get(answer.headers["Location"]))
    assert f"{receipt.code[:5]}-{receipt.code[5:]}" in page
    assert page.count("/thumb") == 2
    assert re.search(r"\b\d{6}\b", page)
    again = send(client, "/report", **FORM)
    assert again.headers["Location"] == answer.headers["Location"]


def test_a_fault_keeps_answers_and_good_photos(client: FlaskClient) -> None:
    form = FORM | {"phone": "12345"}
    answer = send(client, "/report", (jpeg(), "a.jpg"), (b"text", "猫.txt"), **form)
    page = text(answer)
    assert answer.status_code == 422
    assert "猫.txt" in page
    for kept in (make.SPOT, "三车碎砖", "12345", 'value="build" checked'):
        assert kept in page, kept
    assert f'value="{make.VILLAGE}" selected' in page
    assert 'value="' + "k" * 24 in page
    (token,) = tokens(page)
    done = send(client, "/report", **FORM, photo=[token])
    assert make.case(receipt_of(done)).photos == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"kind": ""}, "kind"), ({"phone": "12345"}, "phone"), ({"division": "999999999"}, "division"),
     ({"photo": "gone"}, "photo")],
)  # fmt: skip
def test_a_fault_is_said_with_a_way_to_its_field(
    client: FlaskClient, changes: dict[str, str], field: str
) -> None:
    answer = send(client, "/report", **(FORM | changes))
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in text(answer)


def test_a_photo_that_is_gone_is_named_by_number_and_leaves_the_form(client: FlaskClient) -> None:
    good = tokens(text(send(client, "/report", (jpeg(), "a.jpg"), **FORM | {"phone": "12345"})))
    answer = send(client, "/report", **FORM | {"photo": [*good, "gone-by-now"]})
    page = text(answer)
    assert (answer.status_code, tokens(page)) == (422, good)
    assert 'data-gone="gone-by-now"' in page
    assert "第 2 张照片已经不在了，请重新选这张照片。" in page


def test_a_kept_photo_has_its_name_and_can_be_dropped_without_scripts(
    client: FlaskClient,
) -> None:
    wrong = FORM | {"phone": "12345"}
    page = text(send(client, "/report", (jpeg(), "墙角.jpg"), (jpeg(seed=2), "b.jpg"), **wrong))
    first, second = tokens(page)
    assert f'name="name-{first}" value="墙角.jpg"' in page
    assert page.count("不要这张") == 2
    again = wrong | {"photo": [first, second], "drop": [first], f"name-{second}": "b.jpg"}
    page = text(send(client, "/report", **again))
    assert tokens(page) == [second]
    assert f'name="name-{second}" value="b.jpg"' in page
    done = send(client, "/report", **FORM | {"photo": [first, second], "drop": [first]})
    assert make.case(receipt_of(done)).photos == 1


def test_nine_photos_are_the_most_and_all_nine_stay(client: FlaskClient) -> None:
    ten = [(jpeg(width=64, height=64, seed=n), f"{n}.jpg") for n in range(10)]
    answer = send(client, "/report", *ten, **FORM)
    assert answer.status_code == 422
    assert len(tokens(text(answer))) == 9


def test_a_photos_position_is_taken_where_the_form_has_none(client: FlaskClient) -> None:
    answer = send(client, "/report", (jpeg(lat=34.71, lon=112.79), "a.jpg"), **FORM)
    row = make.case(receipt_of(answer))
    assert (round(row.lat or 0, 3), row.position_source) == (34.71, "exif")


# ---- following --------------------------------------------------------------------


def test_the_code_alone_shows_only_state_and_dates(client: FlaskClient) -> None:
    receipt = make.assigned(phone=make.PHONE)
    page = text(client.get(f"/track?code={receipt.code[:5].lower()}-{receipt.code[5:].lower()}"))
    assert "办理中" in page
    for word in ("三车碎砖", make.PHONE, "桥头", receipt.secret, receipt.pin, make.DEPARTMENT):
        assert word not in page


@pytest.mark.parametrize("code", ["", "0000000000", "nonsense", "%00", "a" * 300])
def test_a_code_that_is_none_says_so(client: FlaskClient, code: str) -> None:
    assert "没有这个编号的举报" in text(client.get(f"/track?code={code}"))


def test_the_pin_opens_and_a_wrong_one_says_so(client: FlaskClient) -> None:
    receipt = make.report()
    wrong = send(client, "/track", code=receipt.code, pin="12")
    assert (wrong.status_code, "密码不对" in text(wrong)) == (422, True)
    assert "三车碎砖" not in text(wrong)
    right = send(client, "/track", code=receipt.code, pin=receipt.pin)
    assert right.headers["Location"] == f"/r/{receipt.code}/{receipt.secret}"


def test_the_own_page_goes_into_no_cache_and_tells_no_other_site(client: FlaskClient) -> None:
    receipt = make.report(photo=[make.photo_token()])
    make.develop()
    answer = client.get(f"/r/{receipt.code}/{receipt.secret}")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "三车碎砖" in text(answer)
    assert make.PHONE not in text(client.get(f"/track?code={receipt.code}"))
    (photo,) = re.findall(r'src="(/r/[^"]+/thumb)"', text(answer))
    shown = client.get(photo)
    assert (shown.mimetype, shown.headers["Cache-Control"]) == ("image/webp", "private, no-store")
    other = make.report()
    for address in (
        f"/r/{receipt.code}/{other.secret}", photo.replace(receipt.secret, other.secret),
    ):  # fmt: skip
        assert client.get(address).status_code == 403
    assert client.get(photo.replace(receipt.code, other.code)).status_code == 403


def test_an_own_address_typed_in_small_letters_shows_the_photos(client: FlaskClient) -> None:
    receipt = make.report(photo=[make.photo_token()])
    page = text(client.get(f"/r/{receipt.code.lower()}/{receipt.secret}"))
    assert "正在处理" in page


def test_a_receipt_without_a_place_asks_for_it_once(client: FlaskClient) -> None:
    receipt = make.report(division=None, lat=34.7, lon=112.8, position_source="device")
    own = f"/r/{receipt.code}/{receipt.secret}"
    page = text(client.get(f"{own}?new=1"))
    assert "位置待定" in page
    likely = re.findall(r'name="division" value="(\d+)"', page)
    assert len(likely) == 1
    assert client.post(f"{own}/place", data={}).status_code == 422
    answer = client.post(f"{own}/place", data={"division": likely[0]})
    assert (answer.status_code, make.case(receipt).division) == (303, likely[0])
    assert "位置待定" not in text(client.get(own))
    assert "/place" not in text(client.get(own))


def test_a_form_that_was_used_shows_what_has_arrived_and_keeps_the_rest(
    client: FlaskClient,
) -> None:
    form = FORM | {"client_key": "k" * 24}
    first = send(client, "/report", (jpeg(seed=1), "a.jpg"), **form).headers["Location"]
    again = send(client, "/report", (jpeg(seed=2), "b.jpg"), **form | {"words": "另一处。"})
    page = text(again)
    assert (again.status_code, "另一处。" in page, len(tokens(page))) == (409, True, 1)
    assert f'data-first="{first.partition("?")[0]}"' in page
    assert f'value="{form["client_key"]}"' not in page


def test_answer_and_more_photos_on_the_own_page(client: FlaskClient) -> None:
    receipt = make.asked(make.report())
    own = f"/r/{receipt.code}/{receipt.secret}"
    assert "请说说是哪一天倒的。" in text(client.get(own))
    empty = send(client, f"{own}/answer", text="")
    assert (empty.status_code, 'href="#f-text"' in text(empty)) == (422, True)
    bad = send(client, f"{own}/answer", (b"x", "x.jpg"), (jpeg(seed=5), "a.jpg"), text="周二晚上。")
    assert (bad.status_code, "周二晚上。" in text(bad), len(tokens(text(bad)))) == (422, True, 1)
    nothing = send(client, f"{own}/more")
    assert (nothing.status_code, 'href="#f-more-text"' in text(nothing)) == (422, True)
    spoilt = send(client, f"{own}/more", (b"x", "x.jpg"), text="又倒了。")
    assert (spoilt.status_code, text(spoilt).count("又倒了。")) == (422, 1)
    assert send(client, f"{own}/more", (jpeg(), "a.jpg"), text="又倒了。").status_code == 303
    assert "又倒了。" in text(client.get(own))
    done = send(client, f"{own}/answer", (jpeg(seed=2), "b.jpg"), text="周二晚上。")
    assert (done.status_code, done.headers["Location"]) == (303, own)
    row = make.case(receipt)
    assert (row.state, row.photos) == ("submitted", 2)


def test_the_reporter_sees_the_proof_that_there_is_to_judge_and_no_other(
    client: FlaskClient,
) -> None:
    receipt = make.assigned()
    proof = [make.photo_token(5)]
    make.do(make.TOWN_OFFICER, officer.close, receipt.code, text="清走了。", photo=proof)
    make.do(make.TOWN_OFFICER, showing.withhold, receipt.code, reason="personal")
    own = f"/r/{receipt.code}/{receipt.secret}"
    assert "办理后" not in text(client.get(own))  # nobody has opened it yet
    make.develop()
    page = text(client.get(own))
    address = re.findall(r'src="([^"]+/thumb)"', page)
    assert ("办理后" in page, len(address)) == (True, 1)
    assert client.get(address[0]).status_code == 200
    assert "没有公开" in page  # and why
    work(SYSTEM, lambda w: w.session.execute(update(ReportPhoto).values(public=False)))
    assert client.get(address[0]).status_code == 404


def test_words_that_come_too_late_stand_there_to_take_along(client: FlaskClient) -> None:
    receipt = make.report()
    make.do(make.TOWN_OFFICER, officer.refuse, receipt.code, ground="not_waste", text="不是。")
    own = f"/r/{receipt.code}/{receipt.secret}"
    for form in ("more", "answer"):
        late = send(client, f"{own}/{form}", text="又倒了一车。")
        page = text(late)
        assert (late.status_code, page.count("又倒了一车。")) == (409, 1)
        assert "您刚才写的，没有交上去" in page


def test_a_class_with_the_same_phone_reports_and_a_flood_gets_its_words_back(
    client: FlaskClient,
) -> None:
    client.environ_base["HTTP_USER_AGENT"] = "classroom"
    classroom = [send(client, "/report", **FORM).status_code for _ in range(60)]
    assert set(classroom) == {303}
    limiter = current_app.extensions["limiter"]
    for _ in range(300):
        limiter.hit(parse("300/hour"), "submit", "127.0.0.1 classroom")
    late = send(client, "/report", **FORM | {"words": "别丢了我的话。"})
    assert (late.status_code, late.headers["Retry-After"]) == (429, "600")
    assert "别丢了我的话。" in text(late)


def test_a_receipt_is_news_for_an_hour_and_then_says_how_the_case_stands(
    client: FlaskClient, clock: Clock
) -> None:
    address = send(client, "/report", **FORM).headers["Location"]
    assert "收到了，谢谢您" in text(client.get(address))
    clock.move(hours=2)
    assert "收到了，谢谢您" not in text(client.get(address))


def test_a_receipt_looks_again_until_its_photos_are_ready_but_not_for_ever(
    client: FlaskClient,
) -> None:
    address = send(client, "/report", (jpeg(), "a.jpg"), **FORM).headers["Location"]
    for _ in range(4):
        page = text(client.get(address))
        assert "data-watch" in page
        address = re.findall(
            r'<noscript><meta http-equiv="refresh" content="\d+; url=(.+?)">', page
        )[0].replace("&amp;", "&")
    last = text(client.get(address))
    assert ("data-watch" in last, "http-equiv" in last) == (True, False)
    make.develop()
    page = text(client.get(address.partition("&")[0]))
    assert ("data-watch" in page, "http-equiv" in page) == (False, False)


def test_a_resident_finds_the_own_case_and_no_other(app: Flask) -> None:
    mine, other = (make.account(actor) for actor in (make.RESIDENT, make.NEIGHBOUR))
    receipt = make.report(mine)
    found = make.browser(app, mine).get(f"/mine/reports/{receipt.code}")
    assert found.headers["Location"] == f"/r/{receipt.code}/{receipt.secret}"
    assert make.browser(app, other).get(f"/mine/reports/{receipt.code}").status_code == 404


# ---- the public -------------------------------------------------------------------


def test_list_and_case_of_the_public(client: FlaskClient) -> None:
    receipt = make.closed(photo=[make.photo_token(3)])
    make.develop()
    assert receipt.code not in text(client.get("/cases"))
    assert client.get(f"/cases/{receipt.code}").status_code == 404
    make.released(receipt, public_words="三车砖", public_spot="桥头")
    number = make.shown_as(receipt)
    listed, page = text(client.get("/cases")), text(client.get(f"/cases/{number}"))
    assert f"/cases/{number}" in listed
    assert f"{number[:5]}-{number[5:]}" in page
    for word in ("三车砖", "桥头", "已经清走。"):
        assert word in page
    assert page.count("/p/") >= 2
    assert number not in text(client.get(f"/cases?town={make.OTHER_TOWN}"))
    assert number in text(client.get("/cases?phase=closed&kind=construction"))


@pytest.mark.parametrize(
    "address",
    [f"/p/t/{BIG}/thumb", "/p/%00/1/thumb", "/p/t/1/thumb", "/cases/%00", "/cases/0000000000",
     f"/r/0000000000/x/photos/{BIG}/thumb"],
)  # fmt: skip
def test_an_odd_address_is_not_found(client: FlaskClient, address: str) -> None:
    make.released(make.report())
    assert client.get(address).status_code == 404


def test_an_odd_photo_of_the_own_case_is_not_found(client: FlaskClient) -> None:
    receipt = make.report()
    assert client.get(f"/r/{receipt.code}/{receipt.secret}/photos/{BIG}/thumb").status_code == 404


def test_the_whole_way_without_a_script(app: Flask, client: FlaskClient) -> None:
    answer = send(client, "/report", (jpeg(), "a.jpg"), **FORM)
    receipt = receipt_of(answer)
    make.develop()
    desk = make.browser(app, make.account(make.TOWN_OFFICER))
    case = f"/staff/cases/{receipt.code}"
    assert case in text(desk.get("/staff/cases"))
    steps: list[tuple[str, dict[str, str]]] = [
        ("accept", {}), ("assign", {"department": make.DEPARTMENT}),
        ("release", {"public_words": "三车砖", "photo": str(make.photo_ids(receipt)[0])}),
    ]  # fmt: skip
    for move, values in steps:
        assert send(desk, f"{case}/{move}", **values).status_code == 303, move
    closing = send(desk, f"{case}/close", (jpeg(seed=9), "done.jpg"), text="清走了。")
    assert closing.headers["Location"] == f"{case}?done=close"
    make.develop()
    page = text(client.get(f"/cases/{make.shown_as(receipt)}"))
    assert ("清走了。" in page, page.count("/large")) == (True, 2)
    assert "清走了。" in text(client.get(answer.headers["Location"]))


def test_a_form_that_was_sent_and_changed_is_another_report(client: FlaskClient) -> None:
    first = send(client, "/report", **FORM)
    assert first.status_code == 303
    assert send(client, "/report", **FORM).headers["Location"] == first.headers["Location"]
    other = send(client, "/report", **{**FORM, "words": "桥下还有一堆。"})
    assert other.status_code == 409
    page = text(other)
    assert "桥下还有一堆。" in page
    key = re.findall(r'name="client_key" value="([^"]+)"', page)[0]
    assert key != FORM["client_key"]
    again = send(client, "/report", **{**FORM, "words": "桥下还有一堆。", "client_key": key})
    assert again.status_code == 303
    assert again.headers["Location"] != first.headers["Location"]
