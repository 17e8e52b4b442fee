"""Due process: every refusal, what follows from each step, who hears of it."""

from datetime import timedelta
from typing import Any

import pytest

from tests.dumping.make import messages, photo_token
from tests.organisations import make as organisations
from tests.redblack import make
from tests.redblack.steps import refused, shown
from wufei_public.common.actor import SYSTEM
from wufei_public.common.errors import Conflict, Invalid, NotAllowed, NotFound, WrongState
from wufei_public.infra.work import reading
from wufei_public.organisations.models import Organisation
from wufei_public.redblack.actions import answering, officer, serving, timing
from wufei_public.redblack.actions import enterprise as firm
from wufei_public.redblack.queries import listings, public
from wufei_public.redblack.queries.public import PublicFilter
from wufei_public.redblack.rules.states import State


def test_a_black_entry_from_proposal_to_its_end(enterprise: Organisation) -> None:
    row = make.published(enterprise)
    assert row.published_at == make.now()
    assert shown() == [row.code]
    assert shown(words="建材") == [row.code]
    assert shown(words=organisations.uscc()) == [row.code]
    assert [event.move for event in listings.events(reading(), row.id)] == [
        "propose", "serve", "decide", "publish",
    ]  # fmt: skip
    kinds = [template for _account, template in messages() if template.startswith("redblack")]
    assert kinds == [
        "redblack.propose", "redblack.serve", "redblack.decide", "redblack.publish",
    ]  # fmt: skip
    assert listings.black_until(reading(), enterprise.id, make.now()) == row.ends_at


def test_names_and_numbers_are_masked_for_the_public(enterprise: Organisation) -> None:
    row = make.proposed(enterprise)
    assert "张三丰" in row.facts
    assert "张三丰" not in row.public_facts
    assert "13812345678" not in row.public_facts


@pytest.mark.parametrize(
    ("pointer", "changes"),
    [
        ("severity", {"severity": ""}), ("severity", {"severity": "huge"}),
        ("months", {"months": 13}), ("months", {"months": 2}),
        ("months", {"kind": "red", "severity": "", "months": 20}), ("report", {"report": "X"}),
        ("document", {"document": ""}), ("document_on", {"document_on": None}),
        ("assessment", {"assessment": "X"}),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_proposal_is_named(
    enterprise: Organisation, pointer: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(Invalid) as error:
        make.proposed(enterprise, **changes)
    assert [fault.pointer for fault in error.value.errors] == [pointer]


def test_strangers_propose_nothing_and_one_proposal_runs(enterprise: Organisation) -> None:
    for actor in (make.OTHER_OFFICER, make.RESIDENT, make.AUDITOR):
        with pytest.raises(NotAllowed):
            make.proposed(enterprise, actor)
    make.proposed(enterprise)
    with pytest.raises(Conflict):
        make.proposed(enterprise, make.DISTRICT_OFFICER)


@pytest.mark.parametrize(
    ("pointer", "values"),
    [
        ("way", {"way": "account", "photo": 1}), ("photo", {"way": "hand"}),
        ("tracking", {"way": "post", "photo": 1}), ("served_on", {"photo": 1, "hours": 1}),
        ("served_on", {"photo": 1, "hours": -1}),
    ],
)  # fmt: skip
def test_service_needs_its_proof(
    enterprise: Organisation, pointer: str, values: dict[str, Any]
) -> None:
    row = make.proposed(enterprise)
    given = {
        "way": values.get("way", "hand"),
        "served_on": make.now() + timedelta(hours=values.get("hours", 0)),
        "photo": [photo_token()] if "photo" in values else [],
    }
    with pytest.raises(Invalid) as error:
        make.do(make.TOWN_OFFICER, serving.serve, row, **given)
    assert [fault.pointer for fault in error.value.errors] == [pointer]


def test_the_enterprise_confirms_the_notice_itself(enterprise: Organisation) -> None:
    row = make.proposed(enterprise)
    refused("not_yours_to_do", make.STRANGER, firm.confirm, row)
    make.do(make.RESIDENT, firm.confirm, row)
    now = make.state(row)
    assert (now.way, now.served_by, now.state) == ("account", make.RESIDENT.id, State.SERVED)


def test_three_persons_are_needed(enterprise: Organisation) -> None:
    row = make.served(enterprise, actor=make.DISTRICT_OFFICER)
    make.move(days=20)
    refused("own_proposal", make.DISTRICT_OFFICER, officer.decide, row, reason="我定。")
    refused("own_proposal", make.DISTRICT_OFFICER, officer.drop, row, reason="算了。")
    refused("not_yours_to_do", make.TOWN_OFFICER, officer.decide, row, reason="镇里定。")
    make.do(make.DEPARTMENT_OFFICER, officer.decide, row, reason="列入。")
    refused("own_decision", make.DEPARTMENT_OFFICER, officer.publish, row, hidden=True)
    refused("own_proposal", make.DISTRICT_OFFICER, officer.publish, row, hidden=True)
    refused("own_proposal", make.DISTRICT_OFFICER, officer.send_back, row, reason="不。")
    make.do(make.CHIEF, officer.publish, row, hidden=True)
    assert shown() == [row.code]


def test_one_decision_leads_to_one_entry(enterprise: Organisation) -> None:
    first = make.published(enterprise, document="示罚〔2026〕99号", severity="minor", months=2)
    for again in ("示罚〔2026〕99号", "示罚[2026] 99 号"):  # while it runs, and when it is over
        with pytest.raises(Invalid) as used:
            make.proposed(enterprise, document=again)
        assert used.value.errors[0].pointer == "document", again
        make.move(days=70)
    dropped = make.proposed(enterprise, document="示罚〔2026〕98号")
    make.do(make.TOWN_OFFICER, officer.drop, dropped, reason="材料不全。")
    served = make.served(enterprise, document="示罚〔2026〕98号")
    make.answered(served, make.handed_in(served, "objection"), outcome="upheld")
    with pytest.raises(Invalid):
        make.proposed(enterprise, document="示罚〔2026〕98号")
    assert first.code != served.code


def test_a_decision_that_comes_back_begins_anew(enterprise: Organisation) -> None:
    row = make.decided(enterprise)
    make.do(make.CHIEF, officer.send_back, row, reason="依据引错了。")
    now = make.state(row)
    assert (now.state, now.served_at, now.decided_by) == (State.PROPOSED, None, None)
    with pytest.raises(WrongState):
        make.do(make.DEPARTMENT_OFFICER, officer.decide, row, reason="再来。")


def test_repair_after_the_least_term(enterprise: Organisation) -> None:
    row = make.published(enterprise)
    with pytest.raises(NotAllowed) as early:
        make.handed_in(row, "repair")
    assert early.value.code == "too_early"
    make.move(days=93)
    make.handed_in(row, "repair")
    assert shown() == [row.code]
    review = {"outcome": "rejected", "words": "罚款没有交清。"}
    refused("not_yours_to_do", make.TOWN_OFFICER, answering.review_repair, row, **review)
    make.do(make.CHIEF, answering.review_repair, row, **review)
    assert make.state(row).state == State.PUBLISHED
    make.handed_in(row, "repair")
    make.do(make.CHIEF, answering.review_repair, row, outcome="upheld", words="改正到位。")
    assert make.state(row).state == State.REMOVED
    assert shown() == []
    assert listings.black_until(reading(), enterprise.id, make.now()) is None


def test_an_entry_ends_at_its_instant_without_any_job(enterprise: Organisation) -> None:
    row = make.published(enterprise)
    assert row.ends_at is not None
    step = row.ends_at - make.now()
    make.move(seconds=step.total_seconds() - 1)
    assert shown() == [row.code]
    with pytest.raises(NotAllowed):
        make.do(SYSTEM, timing.expire, row)
    make.move(seconds=1)
    assert shown() == []
    assert shown(words="建材") == []
    assert listings.black_until(reading(), enterprise.id, make.now()) is None
    assert make.state(row).state == State.PUBLISHED
    for kind in ("objection", "repair"):
        with pytest.raises(NotAllowed) as error:
            make.handed_in(row, kind)
        assert error.value.code == "over"
    assert listings.over(reading(), make.now()) == [row.code]
    make.do(SYSTEM, timing.expire, row)
    assert make.state(row).state == State.ENDED


def test_nobody_stands_on_both_lists(enterprise: Organisation) -> None:
    praised = make.red(enterprise, months=12)
    black = make.published(enterprise, severity="minor", months=2)
    assert shown() == [black.code]
    assert make.state(praised).state == State.REMOVED
    again = make.red_decided(enterprise)
    refused("on_black", make.DISTRICT_OFFICER, officer.publish, again, hidden=True)
    make.move(days=70)
    make.do(make.DISTRICT_OFFICER, officer.publish, again, hidden=True)
    assert shown() == [again.code]


def test_a_red_entry_and_its_withdrawal(enterprise: Organisation) -> None:
    row = make.red(enterprise)
    assert shown(kind="red") == [row.code]
    assert shown(kind="black") == []
    assert listings.black_until(reading(), enterprise.id, make.now()) is None
    with pytest.raises(NotAllowed) as other:
        make.handed_in(row, "objection")
    assert other.value.code == "other_list"
    make.do(make.CHIEF, officer.withdraw, row, reason="发生严重违法。")
    assert shown() == []


def test_who_decides_on_an_older_state_is_told_so(enterprise: Organisation) -> None:
    row = make.proposed(enterprise)
    make.do(make.TOWN_OFFICER, officer.drop, row, reason="重复了。", version=1)
    with pytest.raises(Conflict):
        make.do(make.TOWN_OFFICER, officer.drop, row, reason="重复了。", version=1)


def test_a_paper_of_another_entry_is_none(enterprise: Organisation) -> None:
    row = make.published(enterprise)
    paper = make.handed_in(row, "objection")
    other = make.published(organisations.organisation(2, name="另一家公司"))
    with pytest.raises(NotFound):
        make.answered(other, paper)


def test_the_desk_holds_what_one_handles(enterprise: Organisation) -> None:
    row = make.proposed(enterprise)
    for actor, found in (
        (make.TOWN_OFFICER, [row.code]), (make.DEPARTMENT_OFFICER, [row.code]),
        (make.OTHER_OFFICER, []), (make.AUDITOR, [row.code]),
    ):  # fmt: skip
        rows, _more = listings.desk(reading(), actor, listings.DeskFilter())
        assert [one.code for one in rows] == found
    assert listings.counts(reading(), make.TOWN_OFFICER, make.now()) == {
        "proposed": 1, "heard": 0, "decided": 0, "repair": 0,
    }  # fmt: skip


def test_pages_of_the_public_list_follow_each_other(enterprise: Organisation) -> None:
    codes = [make.published(enterprise).code]
    for number in (2, 3):
        card = organisations.organisation(number, name=f"{number}公司建材公司")
        codes.append(make.published(card).code)
    for words in ("", "公司"):
        seen: list[str] = []
        after = None
        for _page in range(9):
            rows, after = public.page(
                reading(), PublicFilter(words, after=after), make.now(), limit=2
            )
            seen += [row.code for row in rows]
            if after is None:
                break
        assert sorted(seen) == sorted(codes), words
    assert shown(town=organisations.OTHER_TOWN) == []
    assert shown(trade="school") == []
    assert len(shown(words="公司", town=organisations.TOWN, kind="black")) == 3
