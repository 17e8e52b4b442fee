"""Who speaks for an enterprise, and how little anybody hides of what it says."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from tests.dumping import make as dumping
from tests.dumping.make import browser, photo_token
from tests.organisations import make as organisations
from tests.redblack import make
from tests.redblack.steps import refused
from wufei_public.common.actor import SYSTEM
from wufei_public.common.clock import district_day
from wufei_public.common.errors import Invalid, NotAllowed
from wufei_public.infra.work import reading, work
from wufei_public.organisations.models import Organisation
from wufei_public.redblack.actions import enterprise as firms
from wufei_public.redblack.actions import evidence, officer, serving
from wufei_public.redblack.models.assessments import CaseEvidence
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.papers import ListingPaper

SAID = "磅单显示料已全部运回，七月三日有照片，我们没有倒过任何东西，请你们去看看现场。"


def letter(row: Listing, **changes: Any) -> ListingPaper:
    given = {"kind": "objection", "words": SAID, "photo": [photo_token(seed=61)]} | changes
    make.do(make.CLERK, firms.receive, row, **given)
    return make.papers(row)[-1]


def test_whoever_enters_a_letter_hides_nothing(town: None) -> None:
    row = make.served(organisations.organisation(83, name="写信的采石厂"))
    paper = letter(row, words=SAID + "电话 13812345678。")
    assert paper.public_words == SAID + "电话 ［手机号已隐去］。"
    hidden = SAID.replace("磅单", "磅*") + "电话 ［手机号已隐去］。"
    with pytest.raises(IntegrityError, match="no more than names"):
        sql(copied(paper, code="ZZZZZZZZZ6", public_words=hidden))


@pytest.mark.parametrize(
    "names",
    ["我们没有倒过任何东西", "没有倒", "磅单显示 料已全部 七月三日", "磅单。", "7月"],
)  # fmt: skip
def test_names_are_hidden_and_nothing_else(enterprise: Organisation, names: str) -> None:
    row = make.served(enterprise)
    with pytest.raises(Invalid) as found:
        make.handed_in(row, "objection", words=SAID, names=names)
    assert found.value.errors[0].pointer == "names"
    assert not make.papers(row)


def copied(paper: ListingPaper, **changes: Any) -> Any:
    columns = [one.name for one in ListingPaper.__table__.columns if one.name != "id"]
    return insert(ListingPaper).values({one: getattr(paper, one) for one in columns} | changes)


def sql(statement: Any) -> None:
    work(SYSTEM, lambda w: w.session.execute(statement))


def test_no_statement_hides_what_an_enterprise_says(town: None) -> None:
    row = make.served(organisations.organisation(84, name="写信的石材厂"))
    paper = letter(row)
    with pytest.raises(IntegrityError, match="no more than names"):
        sql(copied(paper, code="ZZZZZZZZZ1", public_words="*" * len(SAID)))
    with pytest.raises(IntegrityError, match=r"no more than names|two persons"):
        sql(ListingPaper.__table__.update().values(public_words="*" * len(SAID)))  # type: ignore[attr-defined]


def test_whom_the_other_side_proved_speaks_not_and_uses_nothing_up(town: None) -> None:
    firm = organisations.organisation(85, name="被冒名的石材厂")
    make.proven(firm, [photo_token(seed=62)], make.TOWN_OFFICER)
    friend = organisations.applied(firm, make.NEIGHBOUR)
    organisations.decided(friend, make.RESIDENT, "prove")  # a peer's word is the same
    row = make.served(firm)
    make.move(days=20)
    own = {"kind": "objection", "words": "随便说说。"}
    for accomplice in (make.RESIDENT, make.NEIGHBOUR):
        refused("planted", accomplice, firms.hand_in, row, **own)
    # The one objection after the time is still there, by a letter: nobody is made silent.
    paper = letter(row)
    assert make.state(row).holding == 1
    for account in (make.RESIDENT.id, make.STRANGER.id):
        with pytest.raises(IntegrityError, match="the other side proved"):
            sql(copied(paper, code="ZZZZZZZZZ2", letter=0, account_id=account))


def test_whoever_took_the_voice_away_gives_it_to_nobody(enterprise: Organisation) -> None:
    accomplice = organisations.applied(enterprise, make.NEIGHBOUR)
    organisations.decided(accomplice, make.CHIEF, "prove")
    genuine = next(one for one in organisations.members(enterprise) if one.code != accomplice.code)
    organisations.decided(genuine, make.CHIEF, "dispute", reason="资料有疑问。")
    row = make.served(enterprise)
    own = {"kind": "objection", "words": "随便说说。"}
    refused("planted", make.NEIGHBOUR, firms.hand_in, row, **own)
    assert letter(row).letter == 1


def received(row: Listing, by: Any) -> Any:
    """Return what lets somebody have received the notice in their account."""
    service = {"way": "account", "served_by": by.id, "served_at": make.now()}
    until = {"state": "served", "respond_until": make.now() + timedelta(days=20)}
    return update(Listing).where(Listing.id == row.id).values(service | until)


@pytest.mark.parametrize("who", ["scored", "silenced"])
def test_nobody_whom_the_other_side_proved_receives(town: None, who: str) -> None:
    firm = organisations.organisation(88, name="被人代收的石材厂")
    if who == "scored":
        make.proven(firm, prover=make.CHIEF)
    else:
        make.proven(firm)
        organisations.decided(organisations.applied(firm, make.STRANGER), make.CHIEF, "prove")
        genuine = next(
            one for one in organisations.members(firm) if one.account_id == make.RESIDENT.id
        )
        organisations.decided(genuine, make.CHIEF, "dispute", reason="资料有疑问。")
    accomplice = make.RESIDENT if who == "scored" else make.STRANGER
    friend = organisations.applied(firm, make.NEIGHBOUR)
    organisations.decided(friend, accomplice, "prove")  # a peer's word is the same
    row = (
        make.proposed(firm, assessment=make.scored(firm, make.CHIEF))
        if who == "scored"
        else (make.proposed(firm))
    )
    for person in (accomplice, make.NEIGHBOUR):
        refused("own_voucher", person, firms.confirm, row)
        with pytest.raises(IntegrityError, match="the other side proved"):
            sql(received(row, person))
    proof = {"way": "hand", "served_on": make.now(), "photo": [photo_token(seed=65)]}
    make.do(make.TOWN_OFFICER, serving.serve, row, **proof)
    last = {"kind": "statement", "words": "没有别的了。", "last": True}
    refused("planted", accomplice, firms.hand_in, row, **last)


def test_a_planted_peer_silences_nobody_for_whoever_planted_it(enterprise: Organisation) -> None:
    """Before the proposal too: whoever is behind the peer proposes nothing, and it speaks not."""
    planted = organisations.applied(enterprise, make.NEIGHBOUR)
    organisations.decided(planted, make.CHIEF, "prove")
    genuine = next(one for one in organisations.members(enterprise) if one.code != planted.code)
    organisations.decided(genuine, make.NEIGHBOUR, "dispute", reason="资料有疑问。")
    make.move(days=2)
    with pytest.raises(NotAllowed) as refusal:
        make.proposed(enterprise, make.CHIEF)
    assert refusal.value.code == "own_silence"
    row = make.served(enterprise)
    refused("planted", make.NEIGHBOUR, firms.hand_in, row, kind="statement", words="都对。")
    make.move(days=20)
    refused("own_part", make.CHIEF, officer.decide, row, reason="理由。")


def test_whoever_lets_a_disputed_voice_go_on_vouches_for_it(enterprise: Organisation) -> None:
    (member,) = organisations.members(enterprise)
    organisations.decided(member, make.CHIEF, "dispute", reason="资料有疑问。")
    organisations.decided(member, make.TOWN_OFFICER, "uphold", reason="查过。")
    row = make.proposed(enterprise)
    refused("own_voucher", make.RESIDENT, firms.confirm, row)
    proof = [photo_token(seed=65)]
    make.do(make.SECOND, serving.serve, row, way="hand", served_on=make.now(), photo=proof)
    own = {"kind": "statement", "words": "不是我们。"}
    refused("planted", make.RESIDENT, firms.hand_in, row, **own)
    paper = letter(row)
    with pytest.raises(IntegrityError, match="the other side proved"):
        sql(copied(paper, code="ZZZZZZZZZ4", letter=0, account_id=make.RESIDENT.id))


def test_a_letter_uses_up_nothing_of_what_the_enterprise_says_itself(town: None) -> None:
    """Nor does what it says use up its letter: each is taken once after the time."""
    firm = organisations.organisation(89, name="先来信的石材厂")
    row = make.served(firm)
    make.move(days=20)
    letter(row)
    again = {"kind": "objection", "words": SAID, "photo": [photo_token(seed=67)]}
    refused("objected_before", make.SECOND, firms.receive, row, **again)
    make.proven(firm, [photo_token(seed=66)], make.DISTRICT_OFFICER)
    make.handed_in(row, "objection")
    refused("objected_before", make.RESIDENT, firms.hand_in, row, kind="objection", words="又说。")
    assert make.state(row).holding == 2


TOMORROW = timedelta(days=1)


def test_no_proposal_rests_on_a_document_of_a_day_to_come(enterprise: Organisation) -> None:
    day = district_day(make.now()) + TOMORROW
    with pytest.raises(Invalid) as found:
        make.proposed(enterprise, document_on=day)
    assert found.value.errors[0].pointer == "document_on"
    row = make.proposed(enterprise, document_on=day - TOMORROW)
    names = [one.name for one in Listing.__table__.columns if one.name not in {"id", "kind"}]
    values = {one: getattr(row, one) for one in names}
    other = {"code": "ZZZZZZZZZ3", "kind": "red", "severity": "", "document_on": day}
    with pytest.raises(IntegrityError, match="still to come"):
        sql(insert(Listing).values(values | other))


def test_no_case_is_confirmed_by_a_document_of_a_day_to_come(enterprise: Organisation) -> None:
    case = dumping.closed()
    values = {"report": case.code, "organisation": enterprise.code, "confirmed": "现场查获。"}
    paper = {"document": "示罚〔2026〕12号", "document_on": district_day(make.now()) + TOMORROW}
    with pytest.raises(Invalid) as found:
        work(make.CHIEF, lambda w: evidence.send_case(w, **values, **paper))
    assert found.value.errors[0].pointer == "document_on"
    assert reading().scalar(select(CaseEvidence.id)) is None


def test_whoever_asks_for_repair_asks_whoever_proved_them(app: Flask, town: None) -> None:
    """Nobody uses it up, and it is for the enterprise alone."""
    firm = organisations.organisation(87, name="改好了的石材厂")
    make.proven(firm, [photo_token(seed=64)], make.DISTRICT_OFFICER)
    row = make.published(firm, severity="minor", months=3)
    page = browser(app, make.RESIDENT).get(f"/mine/listings/{row.code}").text
    assert "申请信用修复" in page
    assert "提出异议" not in page
    own = {"words": "改好了。"}
    refused("planted", make.RESIDENT, firms.hand_in, row, kind="objection", **own)
    make.do(make.RESIDENT, firms.hand_in, row, kind="repair", **own)
    assert make.state(row).state == "repair_asked"
