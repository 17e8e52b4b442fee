"""The list's pages for officials and auditors: one form per step, one file per entry."""

import json
from datetime import timedelta
from hashlib import sha256

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from tests.dumping.make import browser, develop, messages, photo_token
from tests.organisations import make as organisations
from tests.people.make import audited, statements
from tests.redblack import make
from tests.redblack.steps import desk, photo, text
from wufei_public.common.errors import NotAllowed
from wufei_public.infra.work import reading, work
from wufei_public.media.queries import photos_of
from wufei_public.organisations.models import Organisation
from wufei_public.redblack.actions import officer, releasing, serving
from wufei_public.redblack.jobs import remind_papers
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.papers import ListingPhoto
from wufei_public.redblack.queries import public
from wufei_public.redblack.rules import snapshots
from wufei_public.redblack.rules.facts import owner_of

API = "/api/v1/redblack"
FORM = {
    "kind": "black", "severity": "ordinary", "months": "6", "facts": make.FACTS,
    "ground": make.GROUND, "names": "张三丰", "document": "示决〔2026〕1号",
    "document_on": "2026-07-20",
}  # fmt: skip


def test_an_auditor_reads_what_is_over_and_moves_nothing(
    app: Flask, enterprise: Organisation
) -> None:
    row = make.published(enterprise)
    make.answered(row, make.handed_in(row, "objection"), outcome="upheld")
    auditor = desk(app, make.AUDITOR)
    listed = text(auditor.get(f"/staff/listings?state=removed&words={organisations.NAME[:3]}"))
    assert f"/staff/listings/{row.code}" in listed
    assert "/staff/listings/new" not in listed
    assert row.code not in text(auditor.get("/staff/listings?words=别的"))
    file = text(auditor.get(f"/staff/listings/{row.code}"))
    assert organisations.NAME in file
    assert "<form" not in file.partition("<main")[2].partition("</main>")[0]
    assert (
        auditor.post(f"/staff/listings/{row.code}/drop", data={"reason": "不。"}).status_code == 403
    )
    assert desk(app, make.OTHER_OFFICER).get(f"/staff/listings/{row.code}").status_code == 404


def test_a_file_costs_the_same_for_one_paper_and_for_many(
    app: Flask, enterprise: Organisation
) -> None:
    row, office = make.served(enterprise), desk(app, make.DEPARTMENT_OFFICER)
    counts = []
    for number, against in enumerate(("facts", "law", "process")):
        photos = [photo_token(seed=20 + number)]
        make.handed_in(row, "objection", photo=photos, against=against)
        with statements() as seen:
            office.get(f"/staff/listings/{row.code}")
        counts.append(len(seen))
    assert counts[0] == counts[2]


def test_a_firm_without_an_account_is_heard_by_letter(app: Flask, town: None) -> None:
    firm = organisations.organisation(3, name="无账号建材厂")
    row, clerk = make.served(firm), desk(app, make.CLERK)
    url = f"/staff/listings/{row.code}"
    paper = text(clerk.get(f"{url}/letter"))
    assert "拟列入黑榜告知书" in paper
    assert firm.uscc in paper
    # What is hung out names nobody; what is handed over is whole.
    assert ("张**" in paper, "张三丰" in paper, "13812345678" in paper) == (True, False, False)
    assert "张三丰" in text(clerk.get(f"{url}/letter?whole=true"))
    letter = {"kind": "objection", "words": "不是我们，是李四丁。", "against": "party"}
    assert clerk.post(f"{url}/receive", data=letter).status_code == 422
    assert clerk.post(f"{url}/receive", data=letter | photo()).status_code == 303
    now = make.state(row)
    assert now.holding == 1
    (said,) = public.replies(reading(), row.id, make.now() + timedelta(days=9))
    assert said.public_words == "不是我们，是李四丁。"  # whoever enters it hides nothing
    page = text(clerk.get(url))
    assert "不是我们做的" in page
    assert f"来信，{make.CLERK.name} 登记" in page
    party = desk(app, make.TOWN_OFFICER)  # who proposed writes nothing in its name
    assert party.post(f"{url}/receive", data=letter | photo()).status_code == 409
    chief = desk(app, make.CHIEF)
    assert chief.get(f"{url}/letter").status_code == 200
    assert desk(app, make.OTHER_OFFICER).post(f"{url}/receive", data=letter).status_code == 404


def test_only_an_auditor_opens_a_snapshot_whole(app: Flask, enterprise: Organisation) -> None:
    row = make.published(enterprise)
    make.answered(row, make.handed_in(row, "objection"), outcome="upheld")
    auditor = desk(app, make.AUDITOR)
    assert "第 1 期" in text(auditor.get("/staff/snapshots"))
    whole = auditor.post("/staff/snapshots/1").get_json()
    (entry,) = whole["entries"]
    assert entry["record"]["replies"] == []
    assert (entry["record"]["code"], entry["record"]["name"]) == (row.code, organisations.NAME)
    leaf = snapshots.leaf(bytes.fromhex(entry["salt"]), entry["record"])
    public = app.test_client().get(f"{API}/snapshots/1").get_json()
    assert public["leaves"][1] == leaf.hex()
    assert audited("redblack-snapshot/1") == ["redblack:snapshot:open"]
    assert auditor.post("/staff/snapshots/9").status_code == 404
    for actor in (make.CHIEF, make.DEPARTMENT_OFFICER):
        assert desk(app, actor).post("/staff/snapshots/1").status_code == 403


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
    read = {"hidden": "true"}
    assert office.post(f"{url}/publish", data=read).status_code == 409
    assert "公众会看到：" in text(chief.get(url))
    assert chief.post(f"{url}/publish").status_code == 422  # without a look at what all will read
    assert chief.post(f"{url}/publish", data=read).status_code == 303
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
    assert desk(app, make.AUDITOR).get(new).status_code == 403
    assert organisations.NAME not in text(other.get("/staff/listings"))


def test_an_objection_to_a_published_entry_waits_before_officials(
    app: Flask, enterprise: Organisation
) -> None:
    row = make.published(enterprise)
    found = make.handed_in(row, "objection")
    chief = desk(app, make.CHIEF)
    assert "异议等答复" in text(chief.get("/staff"))
    assert row.code in text(chief.get("/staff/listings?objected=1"))
    make.move(days=21)
    assert remind_papers("") == 0
    make.move(days=1)
    make.fresh()
    assert (remind_papers(""), remind_papers("")) == (1, 0)
    assert messages()[-1] == (make.CHIEF.id, "redblack.paper_overdue")
    chief = desk(app, make.CHIEF)  # the session of three weeks ago is over
    assert "1 件超期" in text(chief.get("/staff"))
    make.answered(row, found)
    assert row.code not in text(chief.get("/staff/listings?objected=1"))


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
    make.do(make.TOWN_OFFICER, serving.serve, row, **proof)
    make.move(days=20)
    make.do(make.DEPARTMENT_OFFICER, officer.decide, row, reason="理由。")
    row = make.do(make.DISTRICT_OFFICER, officer.publish, row, hidden=True)
    page = text(client.get(f"/redblack/{row.code}"))
    assert address in page
    assert f"/photos/{kept}/" not in page
    assert client.get(address).mimetype == "image/jpeg"
    assert client.get(address).headers["Cache-Control"] == "private, no-store"
    assert client.get(address.replace(str(shown), str(kept))).status_code == 404
    assert client.get(f"{API}/entries/{row.code}").get_json()["photos"] == [address]
    # What is signed names the very bytes that everyone gets, until others are released.
    (digest,) = json.loads(make.state(row).record or "")["photos"]
    assert digest == sha256(client.get(address).data).hexdigest()
    # Whoever has a part in what is published does not choose its pictures any more.
    for actor in (make.TOWN_OFFICER, make.DISTRICT_OFFICER, make.OTHER_OFFICER):
        with pytest.raises(NotAllowed):
            make.do(actor, releasing.release, row)
    with pytest.raises(IntegrityError, match="does not name it"):
        work(make.CHIEF, lambda w: w.session.execute(delete(ListingPhoto)))
    make.do(make.CHIEF, releasing.release, row)
    assert json.loads(make.state(row).record or "")["photos"] == []
    assert client.get(address).status_code == 404
    # What the second person did not see together with the rest is not added alone.
    with pytest.raises(NotAllowed) as added:
        make.do(make.CHIEF, releasing.release, row, shown=[kept])
    assert added.value.code == "published"
    make.move(seconds=(row.ends_at - make.now()).total_seconds())
    assert client.get(address).status_code == 410
