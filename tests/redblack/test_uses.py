"""One decision and one case lead to one entry, however their numbers are written."""

from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from tests.dumping import make as dumping
from tests.redblack import make
from wufei_public.common.actor import SYSTEM
from wufei_public.common.errors import Invalid
from wufei_public.infra.work import reading, work
from wufei_public.organisations.models import Organisation
from wufei_public.redblack.actions import officer, uses
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.uses import ListingUse

WRITTEN = "示罚〔2026〕7号"


def sql(statement: Any) -> None:
    work(SYSTEM, lambda w: w.session.execute(statement))


def refused(pointer: str, to: Organisation, **changes: Any) -> None:
    with pytest.raises(Invalid) as found:
        make.proposed(to, **changes)
    assert found.value.errors[0].pointer == pointer
    make.fresh()


def taken_down(to: Organisation, **changes: Any) -> Listing:
    """Return a black entry that an objection took down."""
    row = make.published(to, **changes)
    return make.answered(row, make.handed_in(row, "objection"), outcome="upheld")


@pytest.mark.parametrize(
    "again",
    [
        "示罚[2026]第7号", "示罚（２０２６）07號", "示罚字【二〇二六】7", "示罚 2026 年第七号",
        "示罚「2026」 7 号", "依据示罚〔2026〕7号处罚决定书", "示罚〔2026〕8号、7号",
    ],
)  # fmt: skip
def test_a_decision_leads_to_one_entry_however_it_is_written(
    enterprise: Organisation, again: str
) -> None:
    taken_down(enterprise, document=WRITTEN)
    refused("document", enterprise, document=again)


def test_a_case_leads_to_one_entry_also_after_it_was_wrong(enterprise: Organisation) -> None:
    case = dumping.closed()
    make.sent(enterprise, case, make.SECOND)
    taken_down(enterprise, report=case.code, document="示罚〔2026〕990号")
    refused("report", enterprise, report=case.code, document="示罚〔2026〕991号")
    # Nor does the decision that names the offender of the case, nor scores beside it.
    refused("document", enterprise, document="示罚（2026）第12号")
    refused(
        "report", enterprise, report=case.code, document="",
        assessment=make.scored(enterprise, make.SECOND),
    )  # fmt: skip


def test_what_came_to_nothing_is_proposed_again_and_what_was_wrong_is_not(
    enterprise: Organisation,
) -> None:
    row = make.proposed(enterprise, document=WRITTEN)
    make.do(make.TOWN_OFFICER, officer.drop, row, reason="另提。")
    again = make.served(enterprise, document="示罚(2026)第7号")
    make.answered(again, make.handed_in(again, "objection"), outcome="upheld")
    assert make.state(again).state == "dropped"
    refused("document", enterprise, document=WRITTEN)
    with pytest.raises(IntegrityError, match="stays"):
        sql(delete(ListingUse))


@pytest.mark.parametrize("outcome", ["upheld", "rejected"])
def test_what_is_dropped_over_an_objection_waits_for_its_answer(
    enterprise: Organisation, outcome: str
) -> None:
    row = make.served(enterprise, document=WRITTEN)
    paper = make.handed_in(row, "objection")
    make.move(days=20)
    make.do(make.DEPARTMENT_OFFICER, officer.drop, row, reason="另提。")
    refused("document", enterprise, document=WRITTEN)
    with pytest.raises(IntegrityError, match="stays"):
        sql(delete(ListingUse))
    make.answered(row, paper, outcome=outcome)
    if outcome == "upheld":
        refused("document", enterprise, document=WRITTEN)
    else:
        make.proposed(enterprise, document=WRITTEN)


def test_no_statement_uses_a_decision_twice_or_publishes_without(enterprise: Organisation) -> None:
    row = make.decided(enterprise)
    (use,) = reading().scalars(select(ListingUse)).all()
    twice = {
        "organisation_id": use.organisation_id, "kind": use.kind, "what": use.what,
        "number": use.number, "listing_id": use.listing_id,
    }  # fmt: skip
    with pytest.raises(IntegrityError):
        sql(insert(ListingUse).values(twice))
    for change in (update(ListingUse).values(number="别的"), delete(ListingUse)):
        with pytest.raises(IntegrityError, match="stays"):
            sql(change)
    assert make.state(row).state == "decided"


def test_no_statement_publishes_what_uses_nothing(
    enterprise: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uses, "claim", lambda *_given: None)
    row = make.decided(enterprise)
    with pytest.raises(IntegrityError, match="lead to one entry"):
        make.do(make.CHIEF, officer.publish, row, hidden=True)
