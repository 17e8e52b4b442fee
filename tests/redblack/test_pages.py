"""The list's pages for everyone, enterprises and officials; the API that says the same."""

import io
import json
from typing import Any
from xml.dom.minidom import parseString

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.dumping.make import browser, develop, photo_token
from tests.media.make import jpeg
from tests.organisations import make as organisations
from tests.people.make import audited, statements
from tests.redblack import make
from wufei_public.common.actor import Actor
from wufei_public.infra.keys import check_signature
from wufei_public.infra.work import reading, work
from wufei_public.media.queries import photos_of
from wufei_public.organisations.models import Organisation
from wufei_public.redblack.actions import officer
from wufei_public.redblack.actions.steps import owner_of
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.rules import snapshots
from wufei_public.redblack.rules.states import State

API = "/api/v1/redblack"


def text(answer: TestResponse) -> str:
    assert answer.status_code < 400, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


@pytest.fixture
def phone(app: Flask, town: None) -> FlaskClient:
    return browser(app, make.RESIDENT)


def desk(app: Flask, actor: Actor) -> FlaskClient:
    return browser(app, actor)


def photo() -> dict[str, Any]:
    return {"photo": (io.BytesIO(jpeg(seed=4)), "proof.jpg")}


# ---- everyone -------------------------------------------------------------------


def test_a_resident_finds_an_entry_by_name_code_town_and_kind(
    client: FlaskClient, enterprise: Organisation
) -> None:
    row = make.published(enterprise)
    for query in ("", "words=建材", f"words={organisations.uscc()}", "kind=black&trade=factory",
                  f"town={organisations.TOWN}&words=示例"):  # fmt: skip
        assert f"/redblack/{row.code}" in text(client.get(f"/redblack?{query}")), query
    for query in ("words=石材", "kind=red", f"town={organisations.OTHER_TOWN}", "trade=school"):
        assert f"/redblack/{row.code}" not in text(client.get(f"/redblack?{query}")), query
    assert organisations.NAME in text(client.get("/notices"))
    assert client.get("/redblack?kind=grey").status_code == 422


def test_an_entry_shows_its_ground_dates_and_the_other_side(
    client: FlaskClient, enterprise: Organisation
) -> None:
    row = make.served(enterprise)
    make.handed_in(row, "statement")
    make.move(days=20)
    make.do(make.DEPARTMENT_OFFICER, officer.decide, row, reason="理由。")
    make.do(make.DISTRICT_OFFICER, officer.publish, row)
    page = text(client.get(f"/redblack/{row.code}"))
    for word in ("40 吨", make.GROUND, "李**", "张**", "最晚撤下", "一般失信"):
        assert word in page, word
    for word in ("张三丰", "李四丁", "13812345678", "镇办甲"):
        assert word not in page, word
    answer = client.get(f"{API}/entries/{row.code}").get_json()
    assert [reply["kind"] for reply in answer["replies"]] == ["statement"]
    assert "张三丰" not in json.dumps(answer, ensure_ascii=False)


@pytest.mark.parametrize("before", ["proposed", "served", "decided"])
def test_what_is_not_published_is_nowhere(
    client: FlaskClient, enterprise: Organisation, before: str
) -> None:
    row = getattr(make, before)(enterprise)
    assert client.get(f"/redblack/{row.code}").status_code == 404
    assert client.get(f"{API}/entries/{row.code}").status_code == 404
    assert client.get(f"{API}/entries/{row.code}/record").status_code == 404
    assert client.get(f"{API}/entries").get_json() == {"entries": [], "next": None}


def test_an_entry_is_gone_at_its_instant_from_everywhere(
    client: FlaskClient, enterprise: Organisation
) -> None:
    row = make.published(enterprise)
    assert row.ends_at is not None
    assert "unavailable_after" in text(client.get(f"/redblack/{row.code}"))
    make.move(seconds=(row.ends_at - make.now()).total_seconds())
    gone = client.get(f"/redblack/{row.code}")
    assert gone.status_code == 410
    assert gone.headers["X-Robots-Tag"].startswith("noindex")
    assert organisations.NAME not in gone.get_data(as_text=True)
    assert client.get(f"{API}/entries/{row.code}").status_code == 410
    assert client.get(f"{API}/entries/{row.code}/record").status_code == 410
    for path in ("/redblack", "/redblack?words=建材", "/notices", f"{API}/entries"):
        assert organisations.NAME not in text(client.get(path)), path
    # Who represents it, and officials, still see the file.


def test_lists_cost_the_same_for_one_and_for_three(
    app: Flask, client: FlaskClient, enterprise: Organisation
) -> None:
    counts: dict[str, set[int]] = {}
    phone, office = browser(app, make.RESIDENT), desk(app, make.DISTRICT_OFFICER)
    make.published(enterprise)
    for number in (2, 3, 4):
        for one, url in (
            (client, "/redblack"), (client, "/redblack?words=公司"), (client, f"{API}/entries"),
            (client, "/redblack/changes"), (phone, "/mine/listings"), (office, "/staff/listings"),
        ):  # fmt: skip
            with statements() as seen:
                text(one.get(url))
            counts.setdefault(url, set()).add(len(seen))
        card = organisations.organisation(number, name=f"{number}公司")
        organisations.proven(card)
        make.published(card)
    assert {url: len(found) for url, found in counts.items()} == dict.fromkeys(counts, 1)


def test_the_rules_name_every_term_and_its_source(client: FlaskClient) -> None:
    page = text(client.get("/redblack/rules"))
    for word in ("轻微失信", "一般失信", "严重失信", "信用修复管理办法", "没有逐字核对"):
        assert word in page, word


# ---- proofs ---------------------------------------------------------------------


def test_anyone_can_check_a_snapshot_and_an_entry_in_it(
    client: FlaskClient, enterprise: Organisation
) -> None:
    row = make.published(enterprise)
    other = make.published(organisations.organisation(2, name="乙公司"))
    log = client.get(f"{API}/snapshots").get_json()
    assert [(one["number"], one["black"], one["added"]) for one in log["snapshots"]] == [
        (2, 2, 1), (1, 1, 1),
    ]  # fmt: skip
    whole = client.get(f"{API}/snapshots/2").get_json()
    key, signature = bytes.fromhex(whole["public_key"]), bytes.fromhex(whole["signature"])
    check_signature(key, signature, whole["message"].encode())
    leaves = [bytes.fromhex(leaf) for leaf in whole["leaves"]]
    assert snapshots.root(leaves).hex() == whole["root"]
    assert whole["message"].endswith(f"{whole['root']} {whole['previous']}")
    mine = client.get(f"{API}/entries/{row.code}/record").get_json()
    leaf = snapshots.leaf_of(bytes.fromhex(mine["salt"]), mine["record"])
    steps = [bytes.fromhex(step) for step in mine["path"]]
    assert snapshots.root_from(leaf, mine["place"], len(leaves), steps).hex() == whole["root"]
    assert json.loads(mine["record"])["code"] == row.code
    for words in (organisations.NAME, organisations.uscc(), row.code, other.code):
        assert words not in json.dumps([log, whole], ensure_ascii=False)
    assert client.get(f"{API}/snapshots/99").status_code == 404


def test_only_an_auditor_opens_a_snapshot_whole(app: Flask, enterprise: Organisation) -> None:
    row = make.published(enterprise)
    make.answered(row, make.handed_in(row, "objection"), outcome="upheld")
    auditor = desk(app, make.AUDITOR)
    assert "第 1 期" in text(auditor.get("/staff/snapshots"))
    whole = auditor.post("/staff/snapshots/1").get_json()
    (entry,) = whole["entries"]
    assert (entry["record"]["code"], entry["record"]["name"]) == (row.code, organisations.NAME)
    leaf = snapshots.leaf(bytes.fromhex(entry["salt"]), entry["record"])
    public = app.test_client().get(f"{API}/snapshots/1").get_json()
    assert public["leaves"] == [leaf.hex()]
    assert audited("redblack-snapshot/1") == ["redblack:snapshot:open"]
    assert auditor.post("/staff/snapshots/9").status_code == 404
    for actor in (make.CHIEF, make.DEPARTMENT_OFFICER):
        assert desk(app, actor).post("/staff/snapshots/1").status_code == 403


def test_the_feed_is_well_formed_and_names_nobody(
    client: FlaskClient, enterprise: Organisation
) -> None:
    row = make.published(enterprise)
    body = text(client.get("/redblack/changes.atom"))
    feed = parseString(body)  # noqa: S318  our own feed
    assert len(feed.getElementsByTagName("entry")) == 1
    assert organisations.NAME not in body
    assert row.code not in body
    assert "第 1 期" in text(client.get("/redblack/changes"))


# ---- the enterprise -------------------------------------------------------------


def test_an_enterprise_confirms_objects_and_is_heard(
    app: Flask, phone: FlaskClient, enterprise: Organisation
) -> None:
    row = make.proposed(enterprise)
    url = f"/mine/listings/{row.code}"
    assert url in text(phone.get("/mine/messages"))
    assert "确认收到" in text(phone.get(url))
    assert "/mine/listings" in text(phone.get("/mine"))
    assert phone.post(f"{url}/confirm").status_code == 303
    assert phone.post(f"{url}/confirm").status_code == 409
    short = phone.post(f"{url}/papers", data={"kind": "objection", "words": "不"})
    assert short.status_code == 422
    data = {"kind": "objection", "words": "磅单显示料已运回，李四丁可作证。", "names": "李四丁"}
    assert phone.post(f"{url}/papers", data=data | photo()).status_code == 303
    early = phone.post(f"{url}/papers", data={"kind": "repair", "words": "已经改正。"})
    assert early.status_code == 409
    assert "已经改正。" in early.get_data(as_text=True)
    develop()
    page = text(phone.get(url))
    assert "李四丁" in page
    assert phone.get(page.split('src="')[1].split('"')[0]).status_code == 200
    file = f"/staff/listings/{row.code}"
    officer_page = desk(app, make.CHIEF)
    seen = text(officer_page.get(file))
    assert "有异议没答复" in seen
    assert "磅单" in seen
    paper = seen.split('name="paper" value="')[1].split('"')[0]
    bad = officer_page.post(f"{file}/answer", data={"paper": paper, "outcome": "upheld"})
    assert bad.status_code == 422
    answer = {"paper": paper, "outcome": "upheld", "words": "磅单属实。", "version": "3"}
    assert officer_page.post(f"{file}/answer", data=answer).status_code == 303
    assert make.state(row).state == State.DROPPED
    page = text(phone.get(url))
    assert "磅单属实。" in page
    assert "区级乙" in page


@pytest.mark.parametrize("actor", [make.STRANGER, make.NEIGHBOUR])
def test_strangers_see_no_file(app: Flask, enterprise: Organisation, actor: Actor) -> None:
    row = make.served(enterprise)
    other = browser(app, actor)
    url = f"/mine/listings/{row.code}"
    assert other.get(url).status_code == 404
    assert other.post(f"{url}/confirm").status_code == 404
    assert other.post(f"{url}/papers", data={"kind": "objection"}).status_code == 404
    assert other.get(f"{url}/photos/1/large").status_code == 404
    assert "先核实您代表哪个单位" in text(other.get("/mine/listings"))


# ---- officials ------------------------------------------------------------------

FORM = {
    "kind": "black", "severity": "ordinary", "months": "6", "facts": make.FACTS,
    "ground": make.GROUND, "names": "张三丰", "document": "示决〔2026〕1号",
    "document_on": "2026-07-20",
}  # fmt: skip


def test_officials_publish_with_three_persons(
    app: Flask, client: FlaskClient, enterprise: Organisation
) -> None:
    clerk, office, chief = (
        desk(app, one) for one in (make.TOWN_OFFICER, make.DEPARTMENT_OFFICER, make.CHIEF)
    )
    assert organisations.NAME in text(clerk.get("/staff/listings/new?words=建材"))
    assert "没有找到" in text(clerk.get("/staff/listings/new?words=石材"))
    form = FORM | {"organisation": enterprise.code}
    assert "提出上榜" in text(clerk.get(f"/staff/listings/new?organisation={enterprise.code}"))
    wrong = clerk.post("/staff/listings/new", data=form | {"months": "13"})
    assert wrong.status_code == 422
    assert "40 吨" in wrong.get_data(as_text=True)
    made = clerk.post("/staff/listings/new", data=form | photo())
    assert made.status_code == 303
    again = clerk.post("/staff/listings/new", data=form)
    assert again.status_code == 409
    url = made.location
    unproven = clerk.post(f"{url}/serve", data={"way": "hand", "served_on": "2026-11-24T10:00"})
    assert unproven.status_code == 422
    served = {"way": "hand", "served_on": "2026-11-24T10:00", "version": "1"}
    assert clerk.post(f"{url}/serve", data=served | photo()).status_code == 303
    assert "现在还不能决定" in text(office.get(url))
    assert office.post(f"{url}/decide", data={"reason": "先定了。"}).status_code == 409
    make.move(days=20)
    clerk, office, chief = (  # their sessions are over long since
        desk(app, one) for one in (make.TOWN_OFFICER, make.DEPARTMENT_OFFICER, make.CHIEF)
    )
    assert clerk.post(f"{url}/decide", data={"reason": "我来定。"}).status_code == 409
    assert office.post(f"{url}/decide", data={"reason": "事实清楚。"}).status_code == 303
    assert office.post(f"{url}/publish").status_code == 409
    assert "复核同意" in text(chief.get(url))
    assert chief.post(f"{url}/publish").status_code == 303
    assert organisations.NAME in text(client.get("/redblack"))
    page = text(chief.get(url))
    for name in ("镇办甲", "部门", "区级乙"):
        assert name in page, name


def test_a_strangers_file_looks_like_none(app: Flask, enterprise: Organisation) -> None:
    row: Listing = make.proposed(enterprise)
    other = desk(app, make.OTHER_OFFICER)
    url = f"/staff/listings/{row.code}"
    assert other.get(url).status_code == 404
    assert other.post(f"{url}/drop", data={"reason": "不要。"}).status_code == 404
    assert other.get(f"{url}/photos/1/large").status_code == 404
    new = f"/staff/listings/new?organisation={enterprise.code}"
    assert other.get(new).status_code == 404
    assert desk(app, make.AUDITOR).get("/staff/listings").status_code == 403
    assert organisations.NAME not in text(other.get("/staff/listings"))


def test_the_staff_home_shows_what_waits(app: Flask, enterprise: Organisation) -> None:
    row = make.served(enterprise)
    make.handed_in(row, "objection")
    page = text(desk(app, make.DISTRICT_OFFICER).get("/staff"))
    assert "异议等答复" in page
    assert "拟列入，等送达" not in page
    listed = text(desk(app, make.DISTRICT_OFFICER).get("/staff/listings?state=served&kind=black"))
    assert organisations.NAME in listed


def test_repair_is_reviewed_and_the_entry_goes(
    app: Flask, client: FlaskClient, enterprise: Organisation
) -> None:
    row = make.published(enterprise)
    make.move(days=100)
    phone = browser(app, make.RESIDENT)
    url = f"/mine/listings/{row.code}"
    data = {"kind": "repair", "words": "已清走、罚款已缴，公开承诺不再犯。"}
    assert phone.post(f"{url}/papers", data=data).status_code == 303
    office = desk(app, make.CHIEF)
    review = {"outcome": "upheld", "words": "复查属实。"}
    assert office.post(f"/staff/listings/{row.code}/review", data=review).status_code == 303
    assert client.get(f"/redblack/{row.code}").status_code == 410
    numbers = client.get(f"{API}/snapshots").get_json()["snapshots"]
    assert [(one["number"], one["black"], one["gone"]) for one in numbers] == [(2, 0, 1), (1, 1, 0)]
    assert "已撤下" in text(phone.get(url))


# ---- evidence for everyone ------------------------------------------------------


def test_released_photos_come_and_go_with_the_entry(
    app: Flask, client: FlaskClient, enterprise: Organisation
) -> None:
    row = make.proposed(enterprise)
    photos = [photo_token(seed=seed) for seed in (11, 12)]
    make.do(make.TOWN_OFFICER, officer.drop, row, reason="换一份材料。")
    row = work(make.TOWN_OFFICER, lambda w: officer.propose(w, make.draft(enterprise), photos))
    develop()
    make.fresh()
    shown, kept = (one.id for one in photos_of(reading(), owner_of(row.code)))
    clerk, form = desk(app, make.TOWN_OFFICER), {"shown": [str(shown)]}
    address = f"/redblack/{row.code}/photos/{shown}/large"
    assert "公开哪些证据照片" in text(clerk.get(f"/staff/listings/{row.code}"))
    assert clerk.post(f"/staff/listings/{row.code}/release", data=form).status_code == 303
    wrong = {"shown": [str(shown + 1000)]}
    assert clerk.post(f"/staff/listings/{row.code}/release", data=wrong).status_code == 404
    assert client.get(address).status_code == 404
    proof = {"way": "hand", "served_on": make.now(), "photo": [photo_token(seed=13)]}
    make.do(make.TOWN_OFFICER, officer.serve, row, **proof)
    make.move(days=20)
    make.do(make.DEPARTMENT_OFFICER, officer.decide, row, reason="理由。")
    row = make.do(make.DISTRICT_OFFICER, officer.publish, row)
    page = text(client.get(f"/redblack/{row.code}"))
    assert address in page
    assert f"/photos/{kept}/" not in page
    assert client.get(address).mimetype == "image/jpeg"
    assert client.get(address).headers["Cache-Control"] == "private, no-store"
    assert client.get(address.replace(str(shown), str(kept))).status_code == 404
    assert client.get(f"{API}/entries/{row.code}").get_json()["photos"] == [address]
    make.move(seconds=(row.ends_at - make.now()).total_seconds())
    assert client.get(address).status_code == 410
