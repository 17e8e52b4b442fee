"""Anyone reports an error in a field; a named official without part in it answers in time."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError

from tests.dumping.make import browser, messages
from tests.organisations.make import card
from tests.redblack import make
from tests.redblack.steps import refused
from wufei_public.common.actor import ANONYMOUS, SYSTEM, Actor
from wufei_public.common.clock import district_day
from wufei_public.common.errors import Conflict, Invalid, NotAllowed, NotFound, WrongState
from wufei_public.infra.work import Work, house, reading, work
from wufei_public.organisations.actions import cards
from wufei_public.organisations.models import Organisation
from wufei_public.redblack.actions import drafting, errors, officer
from wufei_public.redblack.actions.snapshots import SIGN
from wufei_public.redblack.jobs import remind_errors
from wufei_public.redblack.models.errors import ListingError
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.snapshots import Snapshot
from wufei_public.redblack.queries import drafts, public
from wufei_public.redblack.queries import errors as queries
from wufei_public.redblack.queries.snapshots import leaves
from wufei_public.redblack.rules import snapshots
from wufei_public.redblack.rules.errors import MOST_OF_GUESTS, handler_for, told_of_overdue

WRONG = {"field": "facts", "words": "不是 40 吨，是 14 吨，打 13812345678 问。"}
RIGHT = "2026年7月，张**带人把约 14 吨碎石料倒在河滩，电话 ［手机号已隐去］。"


def test_the_least_busy_official_is_to_answer() -> None:
    assert handler_for({}) is None
    assert handler_for({7: 2, 9: 1, 8: 1}) == 8


def test_who_hears_of_an_overdue_report_can_do_something_about_it() -> None:
    assert told_of_overdue(5, [6, 7], {7, None}) == (5, 6)
    assert told_of_overdue(6, [6, 7], {1}) == (6, 7)
    assert told_of_overdue(None, [6, 7], {6, 7}) == (6, 7)


SECOND = make.SECOND


@pytest.fixture
def listed(enterprise: Organisation) -> Listing:
    return make.published(enterprise)


def reported(row: Listing, actor: Actor = ANONYMOUS, **changes: Any) -> ListingError:
    found: ListingError = make.do(actor, errors.report, row, **(WRONG | changes))
    return found


def answered(found: ListingError, actor: Actor = make.CHIEF, **values: Any) -> ListingError:
    given = {"outcome": "upheld", "words": "磅单是 14 吨。", "correction": RIGHT} | values
    done: ListingError = work(actor, lambda w: errors.answer(w, code=found.code, **given))
    return done


def put_right(found: ListingError, **values: Any) -> ListingError:
    """Draft a correction, and let it stand as another person."""
    answered(found, **values)
    draft = drafts.open_draft(reading(), found.id)
    if draft is not None and draft.hears:
        work(make.RESIDENT, lambda w: drafting.receive(w, code=found.code))
    make.move(days=6)  # the enterprise could say something to it
    if draft is not None and draft.weight == "changes":
        make.move(days=14)
        work(make.THIRD, lambda w: errors.confirm(w, code=found.code, hidden=True))
    done: ListingError = work(SECOND, lambda w: errors.confirm(w, code=found.code, hidden=True))
    return done


def test_nobody_rewrites_an_entry_alone(listed: Listing) -> None:
    before = listed.public_facts
    found = reported(listed)
    answered(found)
    row = make.state(listed)
    assert (row.public_facts, len(reading().scalars(select(Snapshot)).all())) == (before, 1)
    assert queries.error(reading(), found.code).handler_id == SECOND.id
    with pytest.raises(NotAllowed):
        work(make.CHIEF, lambda w: errors.confirm(w, code=found.code, hidden=True))
    for party in (make.TOWN_OFFICER, make.DISTRICT_OFFICER):
        with pytest.raises(NotAllowed):
            work(party, lambda w: errors.confirm(w, code=found.code, hidden=True))
    work(SECOND, lambda w: errors.send_back(w, code=found.code, words="磅单呢？"))
    with pytest.raises(WrongState):
        work(SECOND, lambda w: errors.confirm(w, code=found.code, hidden=True))
    put_right(found)
    done = queries.error(reading(), found.code)
    assert (done.replaced, done.drafted_by, done.answered_by) == (before, make.CHIEF.id, SECOND.id)
    assert make.state(listed).public_facts == RIGHT


def test_no_statement_lets_one_person_correct_alone(listed: Listing) -> None:
    found = reported(listed)
    answered(found)
    alone = {"outcome": "upheld", "answer": "x", "answered_by": make.CHIEF.id}
    with pytest.raises(IntegrityError):
        reading().execute(update(ListingError).values(alone | {"answered_at": make.now()}))


def test_a_report_goes_to_a_named_official_without_part_with_a_clock(listed: Listing) -> None:
    found = reported(listed)
    # Of the two district officers one approved the entry.
    assert found.handler_id == make.CHIEF.id
    assert found.account_id is None
    assert "13812345678" not in found.words
    assert (found.answer_until - make.now()).days in range(10, 20)
    assert (make.CHIEF.id, "redblack.error") in messages()
    assert queries.waiting_count(reading(), make.CHIEF, make.now()) == (1, 0)


def test_who_took_part_answers_nothing(listed: Listing) -> None:
    found = reported(listed)
    for actor in (make.TOWN_OFFICER, make.DEPARTMENT_OFFICER, make.DISTRICT_OFFICER, make.RESIDENT):
        with pytest.raises(NotAllowed):
            answered(found, actor)
    with pytest.raises(Invalid):
        answered(found, correction="")
    put_right(found)
    with pytest.raises(WrongState):
        answered(found)


def test_what_speaks_against_a_red_entry_on_notice_holds_it(
    app: Flask, client: FlaskClient, enterprise: Organisation
) -> None:
    row = make.noticed(enterprise)
    page = client.get("/redblack/notices").text
    assert f"/redblack/{row.code}/error" in page
    assert enterprise.name in page
    assert "登录以后说的，没有答复以前先不作决定" in page
    assert client.get(f"/redblack/{row.code}").status_code == 404
    words = {"field": "facts", "words": "回收率不是第一。"}
    neighbour = browser(app, make.NEIGHBOUR)
    assert neighbour.post(f"/redblack/{row.code}/error", data=words).status_code == 303
    make.move(days=10)
    assert enterprise.name not in client.get("/redblack/notices").text
    assert client.get(f"/redblack/{row.code}/error").status_code == 404
    with pytest.raises(NotAllowed) as held:
        make.do(make.DEPARTMENT_OFFICER, officer.decide, row, reason="早了。")
    assert held.value.code == "objection_open"
    make.fresh()
    found = reading().scalars(select(ListingError)).one()
    assert found.code in browser(app, make.CHIEF).get(f"/staff/listings/{row.code}").text
    answered(found, outcome="rejected", correction="")
    make.do(make.DEPARTMENT_OFFICER, officer.decide, row, reason="查过了。")


def test_what_a_guest_says_is_answered_and_holds_nothing(enterprise: Organisation) -> None:
    row = make.noticed(enterprise)
    found = reported(row)
    assert (found.holds, found.handler_id is not None) == (0, True)
    assert found.answer_until > make.now()
    make.move(days=10)
    make.do(make.DEPARTMENT_OFFICER, officer.decide, row, reason="公示无异议。")
    answered(found, outcome="rejected", correction="")
    assert make.state(row).holding == 0


def test_a_named_person_holds_a_red_entry_once_and_not_for_ever(enterprise: Organisation) -> None:
    row = make.noticed(enterprise)
    found = reported(row, make.NEIGHBOUR)
    assert reported(row, make.NEIGHBOUR, field="ground").holds == 0
    answered(found, outcome="rejected", correction="")
    assert reported(row, make.NEIGHBOUR).holds == 0
    second = reported(row, make.STRANGER)
    assert (second.holds, make.state(row).holding) == (1, 1)
    make.move(days=10)
    with pytest.raises(NotAllowed):
        make.do(make.DEPARTMENT_OFFICER, officer.decide, row, reason="早了。")
    held = {"decided_at": make.now(), "decided_by": make.DEPARTMENT_OFFICER.id, "holding": 0}
    statement = update(Listing).where(Listing.id == row.id).values(held | {"state": "decided"})
    with pytest.raises(IntegrityError, match="answered first"):
        work(SYSTEM, lambda w: w.session.execute(statement))
    make.move(days=(second.answer_until - make.now()).days + 1)
    # Nobody answered in time: it is told as overdue, and holds no longer.
    make.do(make.DEPARTMENT_OFFICER, officer.decide, row, reason="超过期限。")
    make.do(make.DISTRICT_OFFICER, officer.publish, row, hidden=True)
    answered(second, outcome="rejected", correction="")
    assert make.state(row).holding == 0


def test_a_report_of_a_round_before_lets_no_other_go(enterprise: Organisation) -> None:
    """What it held is over: its answer counts down nothing that holds now."""
    row = make.noticed(enterprise)
    old = reported(row, make.NEIGHBOUR)
    make.move(days=(old.answer_until - make.now()).days + 1)
    make.do(make.DEPARTMENT_OFFICER, officer.decide, row, reason="超过期限。")
    make.do(make.DISTRICT_OFFICER, officer.send_back, row, reason="再公示一次。")
    make.do(make.CLERK, officer.notify, row, hidden=True)
    new = reported(row, make.STRANGER)
    assert (new.holds, make.state(row).holding) == (1, 1)
    answered(old, outcome="rejected", correction="")
    assert make.state(row).holding == 1
    make.move(days=9)
    refused("objection_open", make.SECOND, officer.decide, row, reason="早了。")
    answered(new, outcome="rejected", correction="")
    assert make.state(row).holding == 0


def test_other_words_of_a_red_entry_are_on_notice_anew(enterprise: Organisation) -> None:
    """Nobody exchanges on the last day what everyone read until then."""
    row = make.noticed(enterprise)
    found = answered(reported(row))
    until = make.state(row).respond_until
    make.move(days=5)
    work(SECOND, lambda w: errors.confirm(w, code=found.code, hidden=True))
    now = make.state(row)
    assert now.public_facts == RIGHT
    assert now.respond_until > until
    assert now.respond_until - make.now() >= timedelta(days=5)
    assert now.decide_until > now.respond_until
    make.move(days=3)
    refused("still_hearing", make.DEPARTMENT_OFFICER, officer.decide, row, reason="早了。")


def test_no_statement_exchanges_the_words_of_a_notice(enterprise: Organisation) -> None:
    row = make.noticed(enterprise)
    found = answered(reported(row))
    make.move(days=5)
    on = " ON listing_error" if reading().get_bind().dialect.name == "postgresql" else ""
    upheld = {"outcome": "upheld", "answer": "对。", "answered_by": SECOND.id}
    closed = {"answered_at": make.now(), "replaced": row.public_facts}
    its, own = ListingError.id == found.id, Listing.id == row.id

    def exchange(w: Work) -> None:
        w.session.execute(text(f"DROP TRIGGER listing_error_corrected_by_its_draft{on}"))
        w.session.execute(update(ListingError).where(its).values(upheld | closed))
        w.session.execute(update(Listing).where(own).values(public_facts=RIGHT))

    with pytest.raises(IntegrityError, match="on notice anew"):
        work(SECOND, exchange)


@pytest.mark.parametrize("account", [None, make.NEIGHBOUR.id])
def test_no_statement_holds_without_a_name_or_twice(
    enterprise: Organisation, account: int | None
) -> None:
    row = make.noticed(enterprise)
    found = reported(row, make.NEIGHBOUR)
    values = {
        "code": "9999999999", "listing_id": row.id, "field": "ground", "words": "不对。",
        "account_id": account, "at": make.now(), "answer_until": found.answer_until,
        "proposed_by": row.proposed_by, "outcome": "", "answer": "", "holds": 1,
    }  # fmt: skip
    with pytest.raises(IntegrityError, match="by name and once"):
        work(SYSTEM, lambda w: w.session.execute(insert(ListingError), values))
    later = update(ListingError).values(answer_until=found.answer_until + timedelta(days=900))
    with pytest.raises(IntegrityError, match="stays"):
        work(SYSTEM, lambda w: w.session.execute(later))


def test_an_overdue_report_is_told_once_and_lies_before_everyone_without_part(
    app: Flask, listed: Listing
) -> None:
    found = reported(listed)
    assert remind_errors("") == 0
    make.move(days=40)
    make.fresh()
    assert remind_errors("") == 1
    assert remind_errors("") == 0
    # Of the two district officers one approved the entry: the other has the report already.
    told = [who for who, name in messages() if name == "redblack.error_overdue"]
    assert told == [make.CHIEF.id]
    counts = [
        queries.waiting_count(reading(), actor, make.now())
        for actor in (make.CHIEF, SECOND, make.DISTRICT_OFFICER, make.TOWN_OFFICER)
    ]
    assert counts == [(1, 1), (1, 1), (0, 0), (0, 0)]
    chief = browser(app, make.CHIEF)
    assert "1 件超期" in chief.get("/staff").text
    assert "超期没有答复" in chief.get("/staff/messages").text
    put_right(found)
    assert queries.waiting_count(reading(), make.CHIEF, make.now()) == (0, 0)


def test_what_is_put_right_is_frozen_anew_and_the_chain_holds(listed: Listing) -> None:
    before, leaf = listed.record, snapshots.leaf_of(listed.salt or b"", listed.record or "")
    found = reported(listed, make.NEIGHBOUR)
    put_right(found)
    now = make.state(listed)
    assert (now.public_facts, json.loads(now.record or "")["facts"]) == (RIGHT, RIGHT)
    assert now.record != before
    first, second = reading().scalars(select(Snapshot).order_by(Snapshot.number)).all()
    assert (second.added, second.gone, second.changed, second.black) == (0, 0, 1, 1)
    assert leaf in leaves(reading(), first)
    assert leaf not in leaves(reading(), second)
    # Whoever kept the record before proves all the same that the entry is listed.
    same = snapshots.leaf_of(listed.salt or b"", snapshots.identity(listed.code, listed.kind))
    assert same in set(leaves(reading(), first)) & set(leaves(reading(), second))
    assert bytes(second.previous) == snapshots.after(first.signature)
    assert house().keys.public_key(SIGN)
    assert {"redblack.correct", "redblack.error_answer"} <= {name for _who, name in messages()}


def test_a_term_is_cut_short_by_two_and_never_put_off(listed: Listing) -> None:
    ends_at = listed.ends_at
    assert ends_at is not None
    found = reported(listed, field="dates")
    for written in ("", "明年", "2026-01-01", "2099-01-01"):
        with pytest.raises(Invalid) as refused:
            answered(found, correction=written)
        assert refused.value.errors[0].pointer == "correction"
    day = (district_day(ends_at) - timedelta(days=100)).isoformat()
    put_right(found, correction=day)
    now = make.state(listed)
    assert now.ends_at == ends_at - timedelta(days=100)
    assert json.loads(now.record or "")["ends_at"] == now.ends_at.isoformat()
    assert queries.error(reading(), found.code).replaced == district_day(ends_at).isoformat()


def test_what_the_enterprise_is_quoted_with_is_put_right(listed: Listing) -> None:
    paper = make.handed_in(listed, "objection", names="")
    assert "李四丁" in paper.public_words
    found = reported(listed, field="reply")
    with pytest.raises(Invalid) as which:
        answered(found, names="李四丁")
    assert which.value.errors[0].pointer == "paper"
    # Nobody else puts words in its mouth: names are hidden, and nothing more.
    with pytest.raises(Invalid) as nothing:
        answered(found, correction="我们承认。", paper=paper.code)
    assert nothing.value.errors[0].pointer == "names"
    with pytest.raises(Invalid) as sentence:
        answered(found, names="我们已全部运回", paper=paper.code)
    assert sentence.value.errors[0].pointer == "names"
    put_right(found, correction="我们承认。", names="李四丁", paper=paper.code)
    # What was hidden stays hidden, whatever is hidden next.
    put_right(reported(listed, field="reply"), names="全部", paper=paper.code)
    (reply,) = public.replies(reading(), listed.id, make.now())
    assert reply.public_words == "我们已全*运回，李**负责。"
    assert "李四丁" not in (make.state(listed).record or "")


def test_place_and_name_follow_the_register(enterprise: Organisation, listed: Listing) -> None:
    moved = replace(card(), name="偃师望江石材有限公司", division="410307103", kind="hotel")
    version = enterprise.version
    change = {"code": enterprise.code, "version": version, "card": moved}
    work(make.CHIEF, lambda w: cards.correct(w, **change))
    make.fresh()
    # Found by its new name at once and by its old, with a snapshot; its place when proposed stays.
    for words in ("望江石材", make.organisations.NAME):
        rows, _more = public.page(reading(), public.PublicFilter(words), make.now())
        assert [row.code for row in rows] == [listed.code]
    now = make.state(listed)
    assert json.loads(now.record or "")["name"] == "偃师望江石材有限公司"
    assert now.town == listed.town
    found = reported(listed, field="place")
    answered(found, correction="")
    now = make.state(listed)
    assert (now.town, now.trade) == ("410307103", "hotel")
    changed = [row.changed for row in reading().scalars(select(Snapshot).order_by(Snapshot.number))]
    assert changed == [0, 1, 1]


@pytest.mark.parametrize(
    ("field", "column", "most"),
    [("facts", "public_facts", 2000), ("ground", "ground", 200), ("document", "document", 80)],
)
def test_a_correction_hides_who_it_names_and_fits_its_field(
    listed: Listing, field: str, column: str, most: int
) -> None:
    found = reported(listed, field=field)
    with pytest.raises(Invalid) as long:
        answered(found, correction="长" * (most + 1))
    assert long.value.errors[0].pointer == "correction"
    put_right(found, correction="老板王建国，电话 13812345678", names="王建国")
    now = make.state(listed)
    assert getattr(now, column) == "老板王**，电话 ［手机号已隐去］"
    assert "王建国" not in (now.record or "")


def test_no_correction_names_the_document_of_another_entry(listed: Listing) -> None:
    """Not even one that another entry took while the correction waited."""
    firm = reading().get_one(Organisation, listed.organisation_id)
    taken, later = make.proposed(firm).document, "示罚〔2026〕777号"
    with pytest.raises(Invalid) as used:
        answered(reported(listed, field="document"), correction=taken)
    assert used.value.errors[0].pointer == "correction"
    found = answered(reported(listed, field="document"), correction=later)
    red = {"kind": "black", "document": "示罚（2026）777号"}
    make.do(make.TOWN_OFFICER, officer.drop, make.state_of(firm, taken), reason="另提。")
    make.proposed(firm, **red)
    work(make.RESIDENT, lambda w: drafting.receive(w, code=found.code))
    make.move(days=20)
    work(make.THIRD, lambda w: errors.confirm(w, code=found.code, hidden=True))
    with pytest.raises(Invalid):
        work(SECOND, lambda w: errors.confirm(w, code=found.code, hidden=True))
    assert make.state(listed).document == listed.document


def test_a_proposal_hides_names_in_every_text(enterprise: Organisation) -> None:
    row = make.proposed(enterprise, measure="由张三丰清走", ground="第二十条，张三丰自认")
    assert (row.measure, row.ground) == ("由张**清走", "第二十条，张**自认")


def test_nothing_changes_where_nothing_was_wrong(listed: Listing) -> None:
    answered(reported(listed), outcome="rejected", correction="")
    assert make.state(listed).public_facts == listed.public_facts
    assert len(reading().scalars(select(Snapshot)).all()) == 1


def test_only_what_is_shown_can_be_reported_and_not_without_end(listed: Listing) -> None:
    for _time in range(MOST_OF_GUESTS):
        reported(listed)
    with pytest.raises(Conflict):
        reported(listed)
    # Whoever signs in is heard however many guests there were, once for each field.
    for field in ("facts", "dates"):
        reported(listed, make.NEIGHBOUR, field=field)
    with pytest.raises(Conflict) as again:
        reported(listed, make.NEIGHBOUR)
    assert again.value.code == "error_waits"
    make.move(days=400)
    with pytest.raises(NotFound):
        reported(listed)


def test_a_guest_reports_and_reads_the_answer(
    app: Flask, client: FlaskClient, listed: Listing
) -> None:
    page = f"/redblack/{listed.code}/error"
    assert page in client.get(f"/redblack/{listed.code}").text
    assert client.post(page, data={"field": "colour", "words": "x"}).status_code == 422
    receipt = client.post(page, data=WRONG).headers["Location"]
    code = receipt.rsplit("/", 1)[1]
    told = client.get(receipt).text
    for word in ("事实", code, make.CHIEF.name, "最晚答复"):
        assert word in told, word
    chief, clerk = browser(app, make.CHIEF), browser(app, make.TOWN_OFFICER)
    assert f"/staff/listing-errors/{code}" in chief.get("/staff/listing-errors").text
    assert "/staff/listing-errors" in chief.get("/staff").text
    own = f"/staff/listing-errors/{code}"
    form = {"outcome": "upheld", "words": "磅单是 14 吨。", "correction": RIGHT}
    assert clerk.post(own, data=form).status_code == 409
    assert browser(app, make.OTHER_OFFICER).get(own).status_code == 404
    assert chief.post(own, data=form | {"correction": ""}).status_code == 422
    assert chief.post(own, data=form).status_code == 303
    assert "是您起草的" in chief.get(own).text
    assert chief.post(f"{own}/confirm", data={"hidden": "true"}).status_code == 409
    second = browser(app, SECOND)
    assert f"/staff/listing-errors/{code}" in second.get("/staff/listing-errors").text
    assert second.post(f"{own}/send_back", data={"reason": ""}).status_code == 422
    # The enterprise reads the draft first, and what it objects to waits for the answer.
    assert (make.RESIDENT.id, "redblack.draft") in messages()
    resident, its = browser(app, make.RESIDENT), f"/mine/listings/{listed.code}"
    assert RIGHT in resident.get(its).text
    # Its time runs from when it has the draft.
    assert f"{its}/drafts/{code}" in resident.get(its).text
    assert resident.post(f"{its}/drafts/{code}").status_code == 303
    assert "可以提异议到" in resident.get(its).text
    assert resident.post(f"{its}/drafts/{code}").status_code == 409
    assert second.post(f"{own}/confirm", data={"hidden": "true"}).status_code == 409
    objection = make.handed_in(listed, "objection")
    make.move(days=6)
    second, chief = browser(app, SECOND), browser(app, make.CHIEF)
    assert second.post(f"{own}/confirm", data={"hidden": "true"}).status_code == 409
    make.answered(listed, objection, make.THIRD)
    assert second.post(f"{own}/confirm", data={"hidden": "true"}).status_code == 303
    assert chief.post(own, data=form).status_code == 409
    assert "磅单是 14 吨" in client.get(receipt).text
    assert "14 吨碎石料" in client.get(f"/redblack/{listed.code}").text
    make.move(days=400)
    assert client.get(page).status_code == 404
