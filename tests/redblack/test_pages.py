"""The list's pages for everyone and for enterprises; the API that says the same."""

import csv
import io
import json
import re
from html import unescape
from xml.dom.minidom import parseString

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.dumping.make import browser, develop
from tests.organisations import make as organisations
from tests.people.make import statements
from tests.redblack import make
from tests.redblack.steps import desk, photo, text
from wufei_public.common.actor import Actor
from wufei_public.infra.keys import check_signature
from wufei_public.infra.web.assets import FOREVER
from wufei_public.infra.web.paging import pack
from wufei_public.organisations.models import Organisation
from wufei_public.redblack.actions import answering, officer
from wufei_public.redblack.queries import public
from wufei_public.redblack.rules import snapshots
from wufei_public.redblack.rules.states import State

API = "/api/v1/redblack"


@pytest.fixture
def phone(app: Flask, town: None) -> FlaskClient:
    return browser(app, make.RESIDENT)


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
    make.do(make.DISTRICT_OFFICER, officer.publish, row, hidden=True)
    page = text(client.get(f"/redblack/{row.code}"))
    for word in ("40 吨", make.GROUND, "李**", "张**", "最晚撤下", "一般失信"):
        assert word in page, word
    for word in ("张三丰", "李四丁", "13812345678", "镇办甲"):
        assert word not in page, word
    answer = client.get(f"{API}/entries/{row.code}").get_json()
    assert [reply["kind"] for reply in answer["replies"]] == ["statement"]
    assert "张三丰" not in json.dumps(answer, ensure_ascii=False)
    heads, line = csv.reader(io.StringIO(client.get("/redblack/list.csv?words=建材").text))
    kept = dict(zip(heads, line, strict=True))
    assert (kept["uscc"], kept["facts"]) == (organisations.uscc(), answer["facts"])
    assert "张**" in kept["facts"]


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
    # What names it is kept by no search engine, so that nothing is left there to be forgotten.
    for path in ("/redblack", f"/redblack/{row.code}", "/redblack/list.csv", f"{API}/entries"):
        assert client.get(path).headers["X-Robots-Tag"] == "noindex, noarchive", path
    assert 'content="noindex' in text(client.get("/notices"))
    make.move(seconds=(row.ends_at - make.now()).total_seconds())
    gone = client.get(f"/redblack/{row.code}")
    assert gone.status_code == 410
    assert gone.headers["X-Robots-Tag"].startswith("noindex")
    assert organisations.NAME not in gone.get_data(as_text=True)
    assert client.get(f"{API}/entries/{row.code}").status_code == 410
    assert client.get(f"{API}/entries/{row.code}/record").status_code == 410
    assert client.get("/redblack/list.csv").text.count("\r\n") == 1
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


def test_a_position_that_no_page_gave_out_is_refused(client: FlaskClient, town: None) -> None:
    for path in ("/redblack", f"{API}/entries"):
        for words in ("", "&words=建材"):
            for made in (pack("x", "5"), pack("2026-01-01T00:00:00+00:00", str(2**70)), "x"):
                status = client.get(f"{path}?after={made}{words}").status_code
                assert status in {200, 400, 422}, (path, words, made)
    assert client.get(f"/redblack?after={pack('x', '5')}").status_code == 422


def test_notices_and_changes_have_pages(
    app: Flask, client: FlaskClient, enterprise: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public.on_notice, "__defaults__", (None, 1))
    codes = [make.noticed(enterprise).code]
    make.move(days=1)
    codes.append(make.noticed(organisations.organisation(2, name="乙公司")).code)
    first = client.get(f"{API}/notices").get_json()
    second = client.get(f"{API}/notices", query_string={"after": first["next"]}).get_json()
    assert [one["code"] for one in first["notices"] + second["notices"]] == codes
    assert second["next"] is None
    page = client.get("/redblack/notices").text
    assert (codes[0] in page, codes[1] in page) == (True, False)
    following = re.findall(r'href="(/redblack/notices\?after=[^"]+)"', page)[0]
    assert codes[1] in client.get(unescape(following)).text
    for path in ("/redblack/changes", "/redblack/changes?before=2"):
        assert client.get(path).status_code == 200
    assert desk(app, make.AUDITOR).get("/staff/snapshots?before=2").status_code == 200


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


def test_everyone_reads_why_an_objection_was_rejected(
    client: FlaskClient, enterprise: Organisation
) -> None:
    row = make.decided(enterprise)
    paper = make.handed_in(row, "objection")
    answer = {"paper": paper.code, "outcome": "rejected", "words": "磅单不是李四丁那车的。"}
    make.do(make.CHIEF, answering.answer, row, **answer, names="李四丁")
    make.do(make.DISTRICT_OFFICER, officer.publish, row, hidden=True)
    assert "磅单不是李**那车的。" in text(client.get(f"/redblack/{row.code}"))
    (reply,) = client.get(f"{API}/entries/{row.code}").get_json()["replies"]
    assert (reply["outcome"], reply["answer"]) == ("rejected", "磅单不是李**那车的。")
    (signed,) = json.loads(make.state(row).record or "")["replies"]
    assert signed["answer"] == reply["answer"]


def test_a_snapshot_is_kept_by_every_cache_and_asked_for_in_measure(
    client: FlaskClient, enterprise: Organisation
) -> None:
    make.published(enterprise)
    url = "/api/v1/redblack/snapshots"
    assert client.get(f"{url}/1").headers["Cache-Control"] == FOREVER
    assert client.get(f"{url}/2").headers["Cache-Control"] == "private, no-store"
    codes = {client.get(f"{url}/1").status_code for _time in range(100)}
    assert codes == {200, 429}
    assert "no-store" in client.get(f"{url}/1").headers["Cache-Control"]
