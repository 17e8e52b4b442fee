"""Impossible entries are impossible, on both databases, whatever the code above them does."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from tests.conftest import NOW
from tests.redblack import make
from wufei_public.common.actor import SYSTEM
from wufei_public.infra.work import work
from wufei_public.organisations.models import Organisation
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.papers import ListingPaper

LATER, END = NOW + timedelta(days=20), NOW + timedelta(days=400)
TOWN, OFFICE, DISTRICT, CHIEF = (
    actor.id
    for actor in (make.TOWN_OFFICER, make.DEPARTMENT_OFFICER, make.DISTRICT_OFFICER, make.CHIEF)
)
PROPOSED: dict[str, Any] = {
    "code": "0000000000", "division": "410307106", "town": "410307106", "trade": "factory",
    "kind": "black", "severity": "ordinary", "months": 12, "state": "proposed", "version": 1,
    "changed_at": NOW, "facts": "倒了。", "public_facts": "倒了。", "ground": "第二十条",
    "measure": "", "document": "", "report": "", "evidence": 0, "proposed_by": TOWN,
    "proposed_at": NOW, "way": "", "tracking": "", "proofs": 0, "holding": 0, "reason": "",
}  # fmt: skip
SERVED = PROPOSED | {
    "state": "served", "way": "hand", "proofs": 1, "served_by": TOWN, "served_at": NOW,
    "respond_until": NOW + timedelta(days=14),
}  # fmt: skip
DECIDED = SERVED | {"state": "decided", "decided_by": OFFICE, "decided_at": LATER}
PUBLISHED = DECIDED | {
    "state": "published", "approved_by": DISTRICT, "published_at": LATER, "ends_at": END,
    "repair_from": LATER, "salt": bytes(16), "record": "{}",
}  # fmt: skip
UNSIGNED = {"state": "published", "salt": bytes(16), "record": "{}"}
REMOVED = PUBLISHED | {"state": "removed", "over_at": END, "salt": None, "record": None}
RED = PUBLISHED | {
    "kind": "red", "severity": "", "way": "", "proofs": 0, "served_by": None, "served_at": None,
    "repair_from": None,
}  # fmt: skip


def write(to: Organisation, row: dict[str, Any]) -> None:
    values = row | {"organisation_id": to.id}
    work(SYSTEM, lambda w: w.session.execute(insert(Listing), values))


@pytest.mark.parametrize(
    "row",
    [
        PROPOSED, SERVED, DECIDED, PUBLISHED, REMOVED, RED, PUBLISHED | {"state": "repair_asked"},
        SERVED | {"way": "account", "proofs": 0},
        DECIDED | {"decided_at": NOW, "waived_at": NOW}, DECIDED | {"holding": 1},
    ],
)  # fmt: skip
def test_possible_rows(enterprise: Organisation, row: dict[str, Any]) -> None:
    write(enterprise, row)


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("kind_known", PROPOSED | {"kind": "grey", "severity": ""}),
        ("state_known", PUBLISHED | {"state": "lost", "salt": None, "record": None}),
        ("severity_known", PROPOSED | {"severity": "huge"}),
        ("black_has_severity", PROPOSED | {"severity": ""}),
        ("black_has_severity", PROPOSED | {"kind": "red"}),
        ("months_bounded", PROPOSED | {"months": 37}),
        ("months_bounded", PROPOSED | {"months": 0}),
        ("says_why", PROPOSED | {"facts": ""}),
        ("says_why", PROPOSED | {"ground": ""}),
        ("way_known", SERVED | {"way": "pigeon"}),
        ("service_whole", SERVED | {"served_by": None}),
        ("service_whole", SERVED | {"way": ""}),
        ("service_has_proof", SERVED | {"proofs": 0}),
        ("post_has_number", SERVED | {"way": "post"}),
        ("black_was_served", DECIDED | {"way": "", "served_at": None, "served_by": None}),
        ("black_was_served", PUBLISHED | {"way": "", "served_at": None, "served_by": None}),
        ("had_time_to_answer", SERVED | {"respond_until": None}),
        ("answers_after_service", SERVED | {"respond_until": NOW}),
        ("decided_has_decider", DECIDED | {"decided_by": None}),
        ("decided_has_decider", DECIDED | {"decided_at": None}),
        ("decided_by_another", DECIDED | {"decided_by": TOWN}),
        ("decided_after_hearing", DECIDED | {"decided_at": NOW}),
        ("approved_by_third", PUBLISHED | {"approved_by": OFFICE}),
        ("approved_by_third", PUBLISHED | {"approved_by": TOWN}),
        ("published_whole", PUBLISHED | {"approved_by": None}),
        ("published_whole", PUBLISHED | {"ends_at": None}),
        ("published_has_second_person", DECIDED | UNSIGNED),
        ("objection_holds_publication", PUBLISHED | {"holding": 1}),
        ("holding_counts", DECIDED | {"holding": -1}),
        ("term_in_order", PUBLISHED | {"ends_at": LATER}),
        ("term_in_order", PUBLISHED | {"repair_from": END + timedelta(days=1)}),
        ("black_can_be_repaired", PUBLISHED | {"repair_from": None}),
        ("over_has_time", PUBLISHED | {"over_at": END}),
        ("over_has_time", REMOVED | {"over_at": None}),
        ("salt_while_shown", REMOVED | {"salt": bytes(16), "record": "{}"}),
        ("salt_while_shown", PUBLISHED | {"salt": None, "record": None}),
        ("salt_while_shown", PUBLISHED | {"record": None}),
    ],
)  # fmt: skip
def test_impossible_rows(enterprise: Organisation, name: str, row: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=f"ck_listing_{name}"):
        write(enterprise, row)


def test_one_proposal_of_a_list_runs(enterprise: Organisation) -> None:
    write(enterprise, PROPOSED)
    write(enterprise, PUBLISHED | {"code": "1111111111"})
    with pytest.raises(IntegrityError):
        write(enterprise, SERVED | {"code": "2222222222"})


PAPER: dict[str, Any] = {
    "code": "0000000000", "kind": "objection", "words": "不对。", "public_words": "不对。",
    "photos": 0, "account_id": 201, "at": NOW, "answer_until": LATER, "proposed_by": TOWN,
    "decided_by": OFFICE, "approved_by": DISTRICT, "outcome": "", "answer": "",
}  # fmt: skip
ANSWERED = PAPER | {
    "outcome": "rejected", "answer": "查过。", "answered_by": CHIEF, "answered_at": NOW,
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("kind_known", PAPER | {"kind": "poem"}),
        ("outcome_known", ANSWERED | {"outcome": "maybe"}),
        ("answer_whole", ANSWERED | {"answer": ""}),
        ("answer_whole", ANSWERED | {"answered_by": None}),
        ("answered_by_another", ANSWERED | {"answered_by": TOWN}),
        ("objection_answered_by_third", ANSWERED | {"answered_by": OFFICE}),
        ("objection_answered_by_third", ANSWERED | {"answered_by": DISTRICT}),
        ("answer_has_clock", PAPER | {"answer_until": None}),
    ],
)
def test_impossible_answers(enterprise: Organisation, name: str, row: dict[str, Any]) -> None:
    listing = make.proposed(enterprise)

    def add(values: dict[str, Any]) -> None:
        own = values | {"listing_id": listing.id}
        work(SYSTEM, lambda w: w.session.execute(insert(ListingPaper), own))

    add(ANSWERED | {"code": "1111111111"})
    with pytest.raises(IntegrityError, match=f"ck_listing_paper_{name}"):
        add(row)
