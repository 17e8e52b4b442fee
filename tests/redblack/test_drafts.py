"""A draft of a correction reaches the enterprise, is heard, and is judged by nobody who made it."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from tests.dumping.make import browser, photo_token
from tests.organisations import make as organisations
from tests.redblack import make
from tests.redblack.steps import refused
from wufei_public.common.actor import ANONYMOUS, SYSTEM, Actor
from wufei_public.common.errors import Invalid, NotAllowed, WrongState
from wufei_public.infra.work import reading, work
from wufei_public.organisations.models import Organisation
from wufei_public.redblack.actions import answering, drafting, errors, officer
from wufei_public.redblack.models.drafts import ListingDraft
from wufei_public.redblack.models.errors import ListingError
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.papers import ListingPaper
from wufei_public.redblack.models.readings import ListingReading

RIGHT = "2026年7月，张**带人把约 14 吨碎石料倒在河滩，电话 ［手机号已隐去］。"
OTHER = "2026年9月，把废油倒进伊河，约 40 吨。"


def reported(row: Listing) -> str:
    found: ListingError = make.do(ANONYMOUS, errors.report, row, field="facts", words="是 14 吨。")
    return found.code


def drafted(code: str, actor: Actor = make.CHIEF, correction: str = RIGHT) -> None:
    given = {"outcome": "upheld", "words": "查过磅单。", "correction": correction}
    work(actor, lambda w: errors.answer(w, code=code, **given))


def serve(code: str, actor: Actor = make.CLERK, **changes: Any) -> None:
    given = {"way": "hand", "served_on": make.now(), "photo": [photo_token(seed=51)]} | changes
    work(actor, lambda w: drafting.serve(w, code=code, **given))


def confirm(code: str, actor: Actor = make.SECOND) -> None:
    work(actor, lambda w: errors.confirm(w, code=code, hidden=True))


def sql(statement: Any) -> None:
    work(SYSTEM, lambda w: w.session.execute(statement))


def ended(**values: Any) -> Any:
    given = {"outcome": "stood", "ended_by": make.SECOND.id, "ended_at": make.now()} | values
    return update(ListingDraft).where(ListingDraft.outcome == "").values(given)


def read_by(*actors: Actor) -> None:
    """Let these people have read the draft: what else speaks against it is to be seen."""
    (draft,) = reading().scalars(select(ListingDraft).where(ListingDraft.outcome == ""))
    for actor in actors:
        words = {"words": draft.correction, "replaced": draft.correction, "reason": ""}
        who = {"listing_id": draft.listing_id, "account_id": actor.id, "at": make.now()}
        sql(insert(ListingReading).values(who | words))


@pytest.fixture
def unrepresented(town: None) -> Listing:
    """Return a black entry of an enterprise without an account."""
    return make.published(organisations.organisation(81, name="没有账号的采石厂"))


def test_the_hearing_runs_from_service_and_from_nothing_else(unrepresented: Listing) -> None:
    code = reported(unrepresented)
    drafted(code)
    make.move(days=30)
    with pytest.raises(NotAllowed) as unserved:
        confirm(code)
    assert unserved.value.code == "draft_unserved"
    with pytest.raises(IntegrityError, match=r"nobody looked|was heard"):
        sql(ended())
    read_by(make.SECOND)
    with pytest.raises(IntegrityError, match="until the enterprise was heard"):
        sql(ended())
    serve(code)
    with pytest.raises(NotAllowed) as early:
        confirm(code)
    assert early.value.code == "still_hearing"
    with pytest.raises(IntegrityError, match="until the enterprise was heard"):
        sql(ended())
    with pytest.raises(WrongState):
        serve(code)
    make.move(days=6)
    confirm(code)
    assert make.state(unrepresented).public_facts == RIGHT


def test_what_may_be_another_offence_takes_what_a_proposal_takes(
    app: Flask, unrepresented: Listing
) -> None:
    before, code = unrepresented.public_facts, reported(unrepresented)
    drafted(code, correction=OTHER)
    serve(code)
    desk = browser(app, make.SECOND).get(f"/staff/listing-errors/{code}").text
    assert "企业有十个工作日" in desk
    assert "决定改，等另一个人同意" in desk
    make.move(days=6)  # longer than a mend waits
    with pytest.raises(NotAllowed) as early:
        confirm(code)
    assert early.value.code == "still_hearing"
    make.move(days=14)
    # Nobody lets it stand alone, whatever else is in order.
    read_by(make.SECOND, make.THIRD)
    for decided in ({}, {"decided_by": make.SECOND.id, "decided_at": make.now()}):
        with pytest.raises(IntegrityError, match="decided like a proposal"):
            sql(ended(**decided))
    confirm(code)
    assert make.state(unrepresented).public_facts == before
    for actor in (make.SECOND, make.CHIEF, make.CLERK):
        with pytest.raises(NotAllowed):
            confirm(code, actor)
    confirm(code, make.THIRD)
    assert make.state(unrepresented).public_facts == OTHER


def test_what_was_drafted_on_notice_waits_for_no_publication(enterprise: Organisation) -> None:
    row = make.noticed(enterprise)
    code = reported(row)
    drafted(code, make.CHIEF, OTHER)
    make.move(days=20)
    make.do(make.DEPARTMENT_OFFICER, officer.decide, row, reason="公示无异议。")
    make.do(make.DISTRICT_OFFICER, officer.publish, row, hidden=True)
    with pytest.raises(NotAllowed) as unheard:
        confirm(code)
    assert unheard.value.code == "draft_unheard"
    read_by(make.SECOND)
    with pytest.raises(IntegrityError, match="decided like a proposal"):
        sql(ended())


def test_no_statement_calls_another_offence_a_mend(unrepresented: Listing) -> None:
    code = reported(unrepresented)
    drafted(code, correction=OTHER)
    with pytest.raises(IntegrityError, match="stays"):
        sql(update(ListingDraft).values(weight="mends"))
    work(make.SECOND, lambda w: errors.send_back(w, code=code, words="再查。"))
    (draft,) = reading().scalars(select(ListingDraft))
    columns = [one.name for one in ListingDraft.__table__.columns if one.name != "id"]
    values = {one: getattr(draft, one) for one in columns} | {
        "outcome": "", "ended_by": None, "ended_at": None,
    }  # fmt: skip
    for wrong in (
        {"weight": "mends", "correction": draft.correction + unrepresented.public_facts},
        {"weight": "hides", "correction": "短。"}, {"weight": "changes", "hears": 0},
        {"weight": "mends", "hears": 0, "correction": "短。"}, {"weight": "别的"},
    ):  # fmt: skip
        with pytest.raises(IntegrityError, match="decided like a proposal"):
            sql(insert(ListingDraft).values(values | wrong))
    sql(insert(ListingDraft).values(values))
    soon = {"way": "hand", "proofs": 1, "served_by": make.CLERK.id, "served_at": make.now()}
    heard = {"heard_until": make.now() + timedelta(days=5)}
    with pytest.raises(IntegrityError, match="too short"):
        sql(update(ListingDraft).where(ListingDraft.outcome == "").values(soon | heard))


def test_who_objects_after_the_time_puts_no_correction_off(enterprise: Organisation) -> None:
    """Within it an objection holds until it is answered; after it another changes nothing."""
    row = make.published(enterprise)
    code = reported(row)
    drafted(code)
    work(make.RESIDENT, lambda w: drafting.receive(w, code=code))
    within = make.handed_in(row, "objection")
    make.move(days=6)
    late = make.handed_in(row, "objection")
    with pytest.raises(NotAllowed) as held:
        confirm(code)
    assert held.value.code == "objection_open"
    make.answered(row, within, make.THIRD)
    confirm(code)
    assert make.state(row).public_facts == RIGHT
    assert next(one for one in make.papers(row) if one.id == late.id).outcome == ""


def test_a_service_of_a_draft_has_its_proof(unrepresented: Listing) -> None:
    code = reported(unrepresented)
    drafted(code)
    for pointer, wrong in (
        ("way", {"way": "account"}), ("way", {"way": "announcement"}), ("photo", {"photo": []}),
        ("tracking", {"way": "post"}), ("served_on", {"served_on": make.now().replace(year=2020)}),
    ):  # fmt: skip
        with pytest.raises(Invalid) as found:
            serve(code, **wrong)
        assert found.value.errors[0].pointer == pointer
    with pytest.raises(NotAllowed):
        serve(code, make.OTHER_OFFICER)
    service = {"way": "hand", "served_by": make.CLERK.id, "served_at": make.now()}
    with pytest.raises(IntegrityError):
        sql(update(ListingDraft).values(service | {"heard_until": make.now()}))


def test_nobody_receives_a_draft_but_the_enterprise(enterprise: Organisation) -> None:
    code = reported(make.published(enterprise))
    drafted(code)
    for actor in (make.STRANGER, make.CHIEF):
        with pytest.raises(NotAllowed):
            work(actor, lambda w: drafting.receive(w, code=code))
    service = {"way": "account", "served_by": make.CHIEF.id, "served_at": make.now()}
    late = make.now().replace(year=2030)
    with pytest.raises(IntegrityError, match="receives in its account"):
        sql(update(ListingDraft).values(service | {"heard_until": late}))
    work(make.RESIDENT, lambda w: drafting.receive(w, code=code))
    make.move(days=6)
    confirm(code)


def test_who_drafted_does_not_make_the_enterprise_that_receives(town: None) -> None:
    firm = organisations.organisation(82, name="被起草人核实的采石厂")
    row = make.published(firm)
    make.proven(firm, [photo_token(seed=52)], make.CHIEF)
    code = reported(row)
    drafted(code)
    with pytest.raises(NotAllowed) as own:
        work(make.RESIDENT, lambda w: drafting.receive(w, code=code))
    assert own.value.code == "own_voucher"
    service = {"way": "account", "served_by": make.RESIDENT.id, "served_at": make.now()}
    with pytest.raises(IntegrityError, match="the other side proved"):
        sql(update(ListingDraft).values(service | {"heard_until": make.now().replace(year=2030)}))


def test_who_served_a_draft_does_not_let_it_stand(unrepresented: Listing) -> None:
    code = reported(unrepresented)
    drafted(code)
    serve(code, make.SECOND)
    make.move(days=6)
    with pytest.raises(NotAllowed) as own:
        confirm(code)
    assert own.value.code == "own_part"
    with pytest.raises(IntegrityError):
        sql(ended())
    confirm(code, make.THIRD)


NO = {"outcome": "rejected", "words": "不成立。"}


def judged(by: Actor) -> Any:
    answer = {"outcome": "rejected", "answer": "查。", "answered_at": make.now()}
    waiting = ListingPaper.outcome == ""
    return update(ListingPaper).where(waiting).values(answered_by=by.id, **answer)


def test_who_made_a_correction_answers_nothing_said_against_it(enterprise: Organisation) -> None:
    row = make.published(enterprise)
    code = reported(row)
    drafted(code)
    work(make.SECOND, lambda w: errors.send_back(w, code=code, words="再查。"))
    drafted(code, make.SECOND)
    work(make.RESIDENT, lambda w: drafting.receive(w, code=code))
    paper = make.handed_in(row, "objection")
    # Neither who drafts it, nor whose draft it was before.
    for actor in (make.CHIEF, make.SECOND):
        with pytest.raises(NotAllowed) as own:
            make.answered(row, paper, actor)
        assert own.value.code == "own_correction"
        with pytest.raises(IntegrityError, match="who took part"):
            sql(judged(actor))
    make.answered(row, paper, make.THIRD)
    make.move(days=6)
    # And who judged what was said against it does not let it stand.
    with pytest.raises(NotAllowed):
        confirm(code, make.THIRD)
    read_by(make.THIRD)
    with pytest.raises(IntegrityError, match="who took part"):
        sql(ended(ended_by=make.THIRD.id))
    confirm(code, make.CHIEF)
    again = make.handed_in(row, "objection")
    refused("own_correction", make.CHIEF, answering.answer, row, paper=again.code, **NO)
    with pytest.raises(IntegrityError, match="who took part"):
        sql(judged(make.CHIEF))


def test_a_correction_is_a_draft_that_stood_and_drafts_stay(unrepresented: Listing) -> None:
    code = reported(unrepresented)
    drafted(code)
    serve(code)
    stood = {"outcome": "upheld", "answer": "x", "answered_by": make.SECOND.id}
    with pytest.raises(IntegrityError, match="a draft that stood"):
        sql(update(ListingError).values(stood | {"answered_at": make.now()}))
    for change in (
        update(ListingDraft).values(drafted_by=make.THIRD.id),
        update(ListingDraft).values(hears=0),
        update(ListingDraft).values(tracking="EMS9"),
        ListingDraft.__table__.delete(),  # type: ignore[attr-defined]
    ):
        with pytest.raises(IntegrityError, match="stays"):
            sql(change)
    assert reading().scalars(select(ListingDraft)).one().outcome == ""
