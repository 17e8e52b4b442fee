"""The enterprise is heard: service, time to answer, objections, and who may not take its voice."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from tests.dumping.make import photo_token
from tests.organisations import make as organisations
from tests.redblack import make
from tests.redblack.steps import refused, shown
from wufei_public.common.actor import SYSTEM
from wufei_public.common.errors import Conflict, NotAllowed, WrongState
from wufei_public.infra.work import work
from wufei_public.organisations.actions import cards
from wufei_public.organisations.models import Organisation
from wufei_public.redblack import jobs
from wufei_public.redblack.actions import enterprise as firm
from wufei_public.redblack.actions import officer, serving
from wufei_public.redblack.models.papers import ListingPaper
from wufei_public.redblack.rules.facts import ListingFacts
from wufei_public.redblack.rules.showing import claim_of
from wufei_public.redblack.rules.states import CLAIMS, Against, ListKind, State


def sql(statement: Any) -> None:
    work(SYSTEM, lambda w: w.session.execute(statement))


def test_nobody_decides_before_the_enterprise_was_heard(enterprise: Organisation) -> None:
    row = make.served(enterprise)
    refused("still_hearing", make.DEPARTMENT_OFFICER, officer.decide, row, reason="快办。")
    make.handed_in(row, "statement", last=True)
    # A day to think it over, and another paper takes it back.
    refused("still_hearing", make.DEPARTMENT_OFFICER, officer.decide, row, reason="快办。")
    make.handed_in(row, "statement")
    make.move(days=4)
    refused("still_hearing", make.DEPARTMENT_OFFICER, officer.decide, row, reason="快办。")
    make.handed_in(row, "statement", last=True)
    make.move(days=4)
    make.do(make.DEPARTMENT_OFFICER, officer.decide, row, reason="企业没有更多要说的。")
    assert make.state(row).state == State.DECIDED


def test_a_service_recorded_late_takes_no_time_from_the_enterprise(
    enterprise: Organisation,
) -> None:
    row = make.proposed(enterprise)
    handed_over = make.now()
    make.move(days=30)
    values = {"way": "hand", "served_on": handed_over, "photo": [photo_token()]}
    make.do(make.TOWN_OFFICER, serving.serve, row, **values)
    until = make.state(row).respond_until
    assert until is not None
    # It runs from the recording, whole.
    assert until - make.now() > timedelta(days=12)
    refused("still_hearing", make.DEPARTMENT_OFFICER, officer.decide, row, reason="早就送到了。")


def test_nobody_receives_for_an_enterprise_but_its_own(enterprise: Organisation) -> None:
    row = make.proposed(enterprise)
    for actor in (make.TOWN_OFFICER, make.DISTRICT_OFFICER, make.STRANGER):
        refused("not_yours_to_do", actor, firm.confirm, row)
    make.do(make.RESIDENT, firm.confirm, row)
    assert make.state(row).way == "account"


def test_a_day_has_an_end_for_papers_and_the_next_begins_anew(enterprise: Organisation) -> None:
    row = make.served(enterprise)
    for _number in range(firm.MOST_A_DAY):
        make.handed_in(row, "statement")
    with pytest.raises(Conflict) as full:
        make.handed_in(row, "objection")
    assert full.value.code == "papers_full"
    make.move(days=1)
    assert make.handed_in(row, "objection").kind == "objection"


def test_a_proposal_that_nobody_decides_is_told_once_and_lapses(enterprise: Organisation) -> None:
    row = make.served(enterprise)
    until = make.state(row).decide_until
    assert until is not None
    assert jobs.remind_decisions("") == 0
    make.move(days=(until - make.now()).days + 1)
    assert (jobs.remind_decisions(""), jobs.remind_decisions("")) == (2, 0)
    make.handed_in(row, "objection")
    assert jobs.end_lapsed("") == 0
    make.move(days=91)
    # No job ran, and it is over all the same.
    refused("lapsed", make.DEPARTMENT_OFFICER, officer.decide, row, reason="列入。")
    assert (jobs.end_lapsed(""), jobs.end_lapsed("")) == (1, 0)
    assert make.state(row).state == State.DROPPED


def test_an_open_objection_holds_decision_and_publication(enterprise: Organisation) -> None:
    row = make.served(enterprise)
    first = make.handed_in(row, "objection")
    make.move(days=20)
    refused("objection_open", make.DEPARTMENT_OFFICER, officer.decide, row, reason="列入。")
    make.answered(row, first)
    make.do(make.DEPARTMENT_OFFICER, officer.decide, row, reason="列入。")
    second = make.handed_in(row, "objection")
    refused("objection_open", make.CHIEF, officer.publish, row, hidden=True)
    with pytest.raises(NotAllowed):
        make.answered(row, second, make.DEPARTMENT_OFFICER)
    make.answered(row, second, make.DISTRICT_OFFICER)
    make.do(make.SECOND, officer.publish, row, hidden=True)
    assert make.state(row).holding == 0
    with pytest.raises(WrongState):
        make.answered(row, second, make.DISTRICT_OFFICER)


def test_an_objection_that_is_right_ends_it(enterprise: Organisation) -> None:
    served = make.served(enterprise)
    make.answered(served, make.handed_in(served, "objection"), outcome="upheld")
    assert make.state(served).state == State.DROPPED
    row = make.published(enterprise)
    paper = make.handed_in(row, "objection")
    for actor in (make.TOWN_OFFICER, make.DEPARTMENT_OFFICER, make.DISTRICT_OFFICER):
        with pytest.raises(NotAllowed):
            make.answered(row, paper, actor, "upheld")
    make.answered(row, paper, outcome="upheld")
    assert make.state(row).state == State.REMOVED
    assert shown() == []


def test_what_an_objection_was_right_about_is_never_published(enterprise: Organisation) -> None:
    row = make.decided(enterprise)
    paper = make.handed_in(row, "objection")
    make.do(make.CHIEF, officer.send_back, row, reason="再看看。")
    # Whoever sent it back over the objection has no part in what comes of it.
    with pytest.raises(NotAllowed):
        make.answered(row, paper, make.CHIEF, "upheld")
    make.answered(row, paper, make.DISTRICT_OFFICER, "upheld")
    assert make.state(row).state == State.DROPPED


def test_nobody_objects_an_entry_off_the_list(enterprise: Organisation) -> None:
    row = make.served(enterprise)
    make.move(days=20)
    paper = make.handed_in(row, "objection")  # one after the time
    assert make.state(row).holding == 1
    refused("objected_before", make.RESIDENT, firm.hand_in, row, kind="objection", words="不对。")
    make.answered(row, paper)
    make.do(make.DEPARTMENT_OFFICER, officer.decide, row, reason="列入。")
    make.move(minutes=1)
    against = make.handed_in(row, "objection")
    refused("objection_open", make.CHIEF, officer.publish, row, hidden=True)
    make.answered(row, against)
    # The same again is said as a statement; after publication it may be objected to again.
    refused("objected_before", make.RESIDENT, firm.hand_in, row, kind="objection", words="不对。")
    make.handed_in(row, "statement")
    make.do(make.DISTRICT_OFFICER, officer.publish, row, hidden=True)
    assert make.state(row).state == State.PUBLISHED
    assert make.handed_in(row, "objection").holds == 0


def test_no_party_takes_the_voice_or_the_name_of_the_enterprise(enterprise: Organisation) -> None:
    make.served(enterprise)
    (member,) = organisations.members(enterprise)
    for move in ("dispute", "end"):
        with pytest.raises(NotAllowed) as taken:
            organisations.decided(member, make.TOWN_OFFICER, move, reason="资料有疑问。")
        assert taken.value.code == "own_part"
    for change in ({"name": "别的公司"}, {"uscc": organisations.uscc(9)}):
        actor = make.TOWN_OFFICER if "name" in change else make.CHIEF
        entered = {"code": enterprise.code, "version": enterprise.version}
        other = organisations.card(**change)
        with pytest.raises(NotAllowed):
            work(actor, lambda w, e=entered, o=other: cards.correct(w, **e, card=o))


def test_objections_hold_for_each_thing_once(enterprise: Organisation) -> None:
    row, own = make.served(enterprise), {"kind": "objection", "words": "不对。"}
    first = make.handed_in(row, "objection", against="facts")
    for _time in range(2):  # before it is answered and after
        refused("objected_before", make.RESIDENT, firm.hand_in, row, against="facts", **own)
        if not make.papers(row)[0].outcome:
            make.answered(row, first)
    # Nor does somebody else of the enterprise; another thing holds all the same.
    friend = organisations.applied(enterprise, make.STRANGER)
    organisations.decided(friend, make.RESIDENT, "prove")
    refused("objected_before", make.STRANGER, firm.hand_in, row, against="facts", **own)
    genuine = make.handed_in(row, "objection", make.STRANGER, against="evidence")
    assert (genuine.holds, make.state(row).holding) == (1, 1)
    for against in set(Against) - {Against.FACTS, Against.EVIDENCE}:
        make.handed_in(row, "objection", against=against)
    assert make.state(row).holding == len(Against) - 1
    # What else there is to say stands in a statement.
    assert make.handed_in(row, "statement").holds == 0
    columns = [one.name for one in ListingPaper.__table__.columns if one.name != "id"]
    values = {one: getattr(genuine, one) for one in columns} | {"code": "ZZZZZZZZZ7"}
    with pytest.raises(IntegrityError):
        sql(insert(ListingPaper).values(values))
    for claim in ("", "别的"):
        with pytest.raises(IntegrityError, match="for one thing"):
            sql(insert(ListingPaper).values(values | {"claim": claim}))


@given(
    st.lists(
        st.tuples(st.sampled_from(Against), st.sampled_from(["served", "late", "decided"])),
        max_size=60,
    )
)
def test_however_many_objections_hold_a_bounded_number_of_times(
    said: list[tuple[Against, str]],
) -> None:
    now = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    claims = set()
    for against, stage in said:
        state = State.DECIDED if stage == "decided" else State.SERVED
        until = now + timedelta(days=1) if stage == "served" else now - timedelta(days=1)
        facts = ListingFacts(ListKind.BLACK, state, "410307106", 1, now, respond_until=until)
        claims.add(claim_of(facts, against, now))
    assert claims <= set(CLAIMS)
    assert len(claims) <= len(Against) + 2
