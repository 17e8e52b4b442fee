"""What everyone reads was read for names of people before, and nobody keeps a reply back."""

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError

from tests.dumping.make import browser, messages
from tests.redblack import make
from tests.redblack.steps import refused
from wufei_public.common.actor import ANONYMOUS, SYSTEM
from wufei_public.common.errors import Invalid, WrongState
from wufei_public.infra.work import reading, work
from wufei_public.organisations.models import Organisation
from wufei_public.redblack import jobs
from wufei_public.redblack.actions import answering, errors, officer
from wufei_public.redblack.actions import reading as actions
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.papers import ListingPaper
from wufei_public.redblack.models.readings import ListingReading

API = "/api/v1/redblack/entries"
SAID = "是王建国举报我们的，他家就在旁边，磅单显示料已全部运回，请你们到现场看看。"
SHOWN = SAID.replace("王建国", "王**")


def sql(statement: Any) -> None:
    work(SYSTEM, lambda w: w.session.execute(statement))


@pytest.fixture
def listed(enterprise: Organisation) -> Listing:
    return make.published(enterprise)


@pytest.fixture
def paper(listed: Listing) -> ListingPaper:
    return make.handed_in(listed, "objection", words=SAID, names="")


def test_a_reply_waits_for_a_reader_and_hides_whom_it_names(
    client: FlaskClient, listed: Listing, paper: ListingPaper
) -> None:
    entry = client.get(f"{API}/{listed.code}").get_json()
    assert (entry["replies"], entry["replies_waiting"]) == ([], 1)
    # That it objects is seen at once, and until when what it says waits.
    assert entry["objection_open"]
    assert entry["replies_public_by"]
    page = client.get(f"/redblack/{listed.code}").text
    assert "王建国" not in page
    assert "最晚" in page
    hide = {"names": "王建国", "reason": "点了举报人的名。"}
    make.read(listed, paper, make.SECOND, **hide)
    # One person hides nothing: it waits for a second, and no longer than before.
    assert client.get(f"{API}/{listed.code}").get_json()["replies"] == []
    with pytest.raises(WrongState):
        make.read(listed, paper, make.SECOND, agree=True)
    make.read(listed, paper, agree=True)
    (reply,) = client.get(f"{API}/{listed.code}").get_json()["replies"]
    assert reply["words"] == SHOWN
    assert json.loads(make.state(listed).record or "")["replies"][0]["words"] == SHOWN
    read = reading().scalars(select(ListingReading).where(ListingReading.paper_id == paper.id))
    assert [(one.account_id, one.reason) for one in read] == [
        (make.SECOND.id, "点了举报人的名。"), (make.THIRD.id, "点了举报人的名。"),
    ]  # fmt: skip


def test_nobody_keeps_a_reply_back(
    client: FlaskClient, listed: Listing, paper: ListingPaper
) -> None:
    make.move(days=4)
    # No job ran: everyone reads it all the same, and its record follows.
    (reply,) = client.get(f"{API}/{listed.code}").get_json()["replies"]
    assert reply["words"] == SAID
    assert json.loads(make.state(listed).record or "")["replies"] == []
    assert (jobs.show_replies(""), jobs.show_replies("")) == (1, 0)
    assert json.loads(make.state(listed).record or "")["replies"][0]["words"] == SAID
    with pytest.raises(WrongState):
        make.read(listed, paper)
    for later in (None, make.now() + timedelta(days=1)):
        with pytest.raises(IntegrityError, match="public in time"):
            sql(update(ListingPaper).values(public_from=later))


def test_a_reply_is_never_put_off_as_it_comes(listed: Listing, paper: ListingPaper) -> None:
    names = [one.name for one in ListingPaper.__table__.columns if one.name != "id"]
    values = {one: getattr(paper, one) for one in names} | {"code": "ZZZZZZZZZ5"}
    for later in (None, paper.at + timedelta(days=15)):
        with pytest.raises(IntegrityError, match="public in time"):
            sql(insert(ListingPaper).values(values | {"public_from": later}))
    assert make.state(listed).state == "published"


def test_whoever_reads_hides_names_with_a_reason_and_nothing_else(
    listed: Listing, paper: ListingPaper
) -> None:
    for pointer, wrong in (
        ("hidden", {"hidden": False}),
        ("reason", {"names": "王建国"}),
        ("names", {"names": "磅单显示料已全部运回", "reason": "难看。"}),
        ("names", {"names": "王建国 料已全部 请你们到 现场看看 磅单显示", "reason": "难看。"}),
    ):
        with pytest.raises(Invalid) as found:
            make.read(listed, paper, **wrong)
        assert found.value.errors[0].pointer == pointer
    with pytest.raises(IntegrityError, match="two persons"):
        sql(update(ListingPaper).values(public_words=SHOWN))
    make.read(listed, paper, names="王建国", reason="点了举报人的名。")
    for hidden in ({"public_words": SHOWN}, {"public_words": SHOWN, "public_from": make.now()}):
        with pytest.raises(IntegrityError, match="two persons"):
            sql(update(ListingPaper).values(hidden))
    with pytest.raises(IntegrityError, match="public in time"):
        sql(update(ListingPaper).values(public_from=make.now()))
    row = {"listing_id": listed.id, "paper_id": paper.id, "account_id": make.THIRD.id}
    with pytest.raises(IntegrityError):
        sql(insert(ListingReading).values(
            row | {"at": make.now(), "words": SHOWN, "replaced": SAID, "reason": ""}
        ))  # fmt: skip


def test_no_party_reads_for_everyone(listed: Listing, paper: ListingPaper) -> None:
    given = {"paper": paper.code, "hidden": True}
    for party in (make.TOWN_OFFICER, make.DEPARTMENT_OFFICER, make.DISTRICT_OFFICER):
        refused("own_part", party, actions.read, listed, **given)
        words = {"words": SAID, "replaced": SAID, "reason": "", "at": make.now()}
        row = {"listing_id": listed.id, "paper_id": paper.id, "account_id": party.id}
        with pytest.raises(IntegrityError, match="who took part"):
            sql(insert(ListingReading).values(row | words))
    refused("not_officer_here", make.OTHER_OFFICER, actions.read, listed, **given)


def test_the_enterprise_and_the_readers_see_where_it_stands(
    app: Flask, listed: Listing, paper: ListingPaper
) -> None:
    assert (make.CHIEF.id, "redblack.reply") in messages()
    assert "公众看到的" in browser(app, make.RESIDENT).get(f"/mine/listings/{listed.code}").text
    chief, url = browser(app, make.CHIEF), f"/staff/listings/{listed.code}"
    assert "自动公开" in chief.get(url).text
    assert "自动公开" not in browser(app, make.TOWN_OFFICER).get(url).text
    form = {"paper": paper.code}
    assert chief.post(f"{url}/read", data=form).status_code == 422
    given = {"names": "王建国", "reason": "点了举报人的名。", "hidden": "true"}
    make.read(listed, paper, make.SECOND, names="王建国", reason="点了举报人的名。")
    assert "有人提出这样隐去：点了举报人的名。" in browser(app, make.CHIEF).get(url).text
    given = {"agree": "true", "hidden": "true"}
    assert chief.post(f"{url}/read", data=form | given).status_code == 303
    own = browser(app, make.RESIDENT).get(f"/mine/listings/{listed.code}").text
    assert SHOWN in own
    assert "点了举报人的名。" in own


def test_nothing_is_published_unread(enterprise: Organisation) -> None:
    row = make.decided(enterprise)
    with pytest.raises(Invalid) as unread:
        make.do(make.CHIEF, officer.publish, row)
    assert unread.value.errors[0].pointer == "hidden"
    make.fresh()
    signed = {"state": "published", "approved_by": make.CHIEF.id, "published_at": make.now()}
    term = {"ends_at": make.now() + timedelta(days=300), "repair_from": make.now()}
    sealed = {"salt": bytes(16), "record": "{}"}
    own = update(Listing).where(Listing.id == row.id)
    sql(text("DROP TRIGGER listing_comes_and_goes_with_a_snapshot" + on(" ON listing")))
    with pytest.raises(IntegrityError, match="people are named"):
        sql(own.values(signed | term | sealed))
    make.do(make.CHIEF, officer.publish, row, hidden=True)
    said = reading().scalars(select(ListingReading).order_by(ListingReading.id)).all()
    texts = [row.public_facts, row.ground, row.measure, row.document]
    assert [(one.account_id, one.words, one.at) for one in said] == [
        (make.CHIEF.id, words, make.now()) for words in texts
    ]


def on(words: str) -> str:
    """Return what PostgreSQL wants to hear beside a trigger's name."""
    return words if reading().get_bind().dialect.name == "postgresql" else ""


def test_no_public_notice_and_no_correction_begins_unread(enterprise: Organisation) -> None:
    row = make.proposed(enterprise, kind="red", severity="", facts="三年无违法，回收利用率第一。")
    with pytest.raises(Invalid) as unread:
        make.do(make.CLERK, officer.notify, row)
    assert unread.value.errors[0].pointer == "hidden"
    make.fresh()
    until = {"state": "noticed", "respond_until": make.now() + timedelta(days=9)}
    with pytest.raises(IntegrityError, match="people are named"):
        sql(update(Listing).where(Listing.id == row.id).values(until))
    listed = make.published(enterprise)
    found = make.do(ANONYMOUS, errors.report, listed, field="dates", words="到期日不对。")
    day = (make.now() + timedelta(days=60)).date().isoformat()
    given = {"outcome": "upheld", "words": "查过。", "correction": day}
    work(make.CHIEF, lambda w: errors.answer(w, code=found.code, **given))
    with pytest.raises(Invalid) as draft:
        work(make.SECOND, lambda w: errors.confirm(w, code=found.code))
    assert draft.value.errors[0].pointer == "hidden"


def test_what_was_said_before_is_read_by_whoever_publishes(
    app: Flask, client: FlaskClient, enterprise: Organisation
) -> None:
    row = make.served(enterprise)
    paper = make.handed_in(row, "statement", words=SAID, names="")
    make.move(days=20)  # long after the clock of a reply
    make.do(make.DEPARTMENT_OFFICER, officer.decide, row, reason="事实清楚。")
    make.fresh()
    page = browser(app, make.CHIEF).get(f"/staff/listings/{row.code}").text
    assert page.count(SAID) >= 2  # in the file, and in what is published
    # Before publication no clock runs: a name in it is hidden, by two.
    hide = {"names": "王建国", "reason": "点了举报人的名。"}
    make.read(row, paper, make.SECOND, **hide)
    refused("hiding_waits", make.CHIEF, officer.publish, row, hidden=True)
    make.read(row, paper, agree=True)
    make.do(make.CHIEF, officer.publish, row, hidden=True)
    # It stands beside the entry from its first instant.
    (reply,) = client.get(f"{API}/{row.code}").get_json()["replies"]
    assert reply["words"] == SHOWN


def test_no_statement_publishes_what_nobody_read(enterprise: Organisation) -> None:
    row = make.decided(enterprise)
    make.handed_in(row, "statement", words=SAID, names="")
    make.fresh()
    sql(text("DROP TRIGGER listing_comes_and_goes_with_a_snapshot" + on(" ON listing")))
    signed = {"state": "published", "approved_by": make.CHIEF.id, "published_at": make.now()}
    term = {"ends_at": make.now() + timedelta(days=300), "repair_from": make.now()}
    for words in (row.public_facts, row.ground, row.measure, row.document):
        with pytest.raises(IntegrityError, match="people are named"):
            sql(update(Listing).values(signed | term | {"salt": bytes(16), "record": "{}"}))
        said = {"words": words, "replaced": words, "reason": "", "at": make.now()}
        who = {"listing_id": row.id, "account_id": make.CHIEF.id}
        sql(insert(ListingReading).values(who | said))
    with pytest.raises(IntegrityError, match="people are named"):
        sql(update(Listing).values(signed | term | {"salt": bytes(16), "record": "{}"}))


ANSWER = {"outcome": "rejected", "words": "王建国的照片能证明，异议不成立。"}


def test_an_answer_is_read_by_another_than_who_wrote_it(
    app: Flask, client: FlaskClient, listed: Listing, paper: ListingPaper
) -> None:
    make.read(listed, paper)
    make.do(make.CHIEF, answering.answer, listed, paper=paper.code, **ANSWER)
    (reply,) = client.get(f"{API}/{listed.code}").get_json()["replies"]
    assert (reply["outcome"], reply["answer"]) == ("rejected", "")
    assert "王建国的照片" not in (make.state(listed).record or "")
    given = {"paper": paper.code, "hidden": True}
    refused("own_words", make.CHIEF, actions.read_answer, listed, **given)
    with pytest.raises(IntegrityError, match="read by another"):
        sql(update(ListingPaper).values(answer_from=make.now()))
    with pytest.raises(IntegrityError, match="read by another"):
        sql(update(ListingPaper).values(public_answer="别的话。"))
    own = {"words": ANSWER["words"], "replaced": ANSWER["words"], "reason": "", "at": make.now()}
    who = {"listing_id": listed.id, "paper_id": paper.id, "part": "answer"}
    with pytest.raises(IntegrityError, match="who took part"):
        sql(insert(ListingReading).values(who | own | {"account_id": make.CHIEF.id}))
    url = f"/staff/listings/{listed.code}"
    second = browser(app, make.SECOND)
    assert "看答复，公开" in second.get(url).text
    form = {"paper": paper.code, "names": "王建国", "hidden": "true"}
    assert second.post(f"{url}/read_answer", data=form).status_code == 422
    assert second.post(f"{url}/read_answer", data=form | {"reason": "有人名。"}).status_code == 303
    (reply,) = client.get(f"{API}/{listed.code}").get_json()["replies"]
    assert reply["answer"] == "王**的照片能证明，异议不成立。"
    with pytest.raises(WrongState):
        make.do(make.SECOND, actions.read_answer, listed, **given)
    with pytest.raises(IntegrityError, match="read by another"):
        sql(update(ListingPaper).values(public_answer=ANSWER["words"]))


def test_whoever_publishes_reads_no_answer_of_the_own(enterprise: Organisation) -> None:
    row = make.decided(enterprise)
    paper = make.handed_in(row, "objection")
    make.do(make.CHIEF, answering.answer, row, paper=paper.code, **ANSWER)
    refused("own_answer", make.CHIEF, officer.publish, row, hidden=True)
    make.do(make.DISTRICT_OFFICER, officer.publish, row, hidden=True)


def test_no_notice_begins_by_who_proposed_it(enterprise: Organisation) -> None:
    row = make.proposed(enterprise, kind="red", severity="", facts="三年无违法，回收利用率第一。")
    refused("own_proposal", make.TOWN_OFFICER, officer.notify, row, hidden=True)
    for words in (row.public_facts, row.ground, row.measure, row.document):
        said = {"words": words, "replaced": words, "reason": "", "at": make.now()}
        who = {"listing_id": row.id, "account_id": make.TOWN_OFFICER.id}
        sql(insert(ListingReading).values(who | said))
    until = {"state": "noticed", "respond_until": make.now() + timedelta(days=9)}
    with pytest.raises(IntegrityError, match="people are named"):
        sql(update(Listing).where(Listing.id == row.id).values(until))
