"""Applying, proving, handing over, disputing; and what becomes of an account's memberships."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from tests.conftest import NOW
from tests.dumping.make import messages
from tests.organisations import make
from wufei_public.common.actor import SYSTEM, Actor
from wufei_public.common.errors import Conflict, DomainError, Invalid, NotAllowed
from wufei_public.infra.work import house, reading, work
from wufei_public.media.queries import photos_of
from wufei_public.organisations.actions import personal
from wufei_public.organisations.actions.memberships import letters_of
from wufei_public.organisations.models import Membership, MembershipEvent, Organisation
from wufei_public.organisations.queries import memberships as queries
from wufei_public.organisations.rules.memberships import REPRESENTS, WORKFLOW, Move, State

pytestmark = pytest.mark.usefixtures("town")


def represents(actor: Actor, organisation_id: int) -> bool:
    make.fresh()
    return queries.represents(reading(), actor.id, organisation_id)


def test_a_stamped_letter_checked_by_staff_proves_the_first() -> None:
    to = make.organisation()
    row = make.applied(to)
    assert not represents(make.RESIDENT, to.id)
    assert queries.waiting_count(reading(), make.TOWN_OFFICER) == 1
    assert queries.waiting_count(reading(), make.OTHER_OFFICER) == 0
    make.decided(row, make.TOWN_OFFICER, "prove")
    assert represents(make.RESIDENT, to.id)
    assert [found.id for found in queries.represented_by(reading(), make.RESIDENT.id or 0)] == [
        to.id
    ]
    assert messages() == [(make.RESIDENT.id, "organisations.prove")]
    assert [event.move for event in queries.events(reading(), row.id)] == ["apply", "prove"]


def test_without_a_letter_the_first_is_not_even_asked() -> None:
    with pytest.raises(Invalid) as refused:
        make.applied(make.organisation(), letters=0)
    assert [fault.pointer for fault in refused.value.errors] == ["letter"]


def test_staff_do_not_apply_and_nobody_applies_twice() -> None:
    to = make.organisation()
    with pytest.raises(NotAllowed):
        make.applied(to, make.TOWN_OFFICER)
    row = make.applied(to)
    with pytest.raises(Conflict):
        make.applied(to)
    make.decided(row, make.TOWN_OFFICER, "refuse", reason="章不清楚。")
    assert make.state(make.applied(to)) == State.PENDING


def test_a_colleague_is_confirmed_by_the_first_without_a_letter() -> None:
    to = make.organisation()
    make.proven(to)
    row = make.applied(to, make.NEIGHBOUR, letters=0)
    assert messages()[-1] == (make.RESIDENT.id, "organisations.applied")
    with pytest.raises(NotAllowed):
        make.decided(row, make.NEIGHBOUR, "prove")
    with pytest.raises(Invalid):
        make.decided(row, make.TOWN_OFFICER, "prove", proof="letter")
    make.decided(row, make.RESIDENT, "prove")
    assert represents(make.NEIGHBOUR, to.id)
    make.fresh()
    assert queries.membership(reading(), row.code).proof == "peer"


def test_a_hand_over_ends_when_a_successor_is_proven() -> None:
    to = make.organisation()
    first = make.proven(to)
    make.decided(first, make.RESIDENT, "hand_over")
    assert represents(make.RESIDENT, to.id)
    make.decided(make.applied(to, make.NEIGHBOUR), make.RESIDENT, "prove")
    assert make.state(first) == State.ENDED
    assert not represents(make.RESIDENT, to.id)
    assert queries.representatives(reading(), to.id) == [make.NEIGHBOUR.id]


def test_who_is_disputed_acts_no_more_until_staff_have_decided() -> None:
    to = make.organisation()
    first = make.proven(to)
    second = make.decided(make.applied(to, make.NEIGHBOUR), make.RESIDENT, "prove")
    make.decided(second, make.RESIDENT, "dispute", reason="他已离职。")
    assert not represents(make.NEIGHBOUR, to.id)
    with pytest.raises(NotAllowed):
        make.decided(first, make.NEIGHBOUR, "dispute", reason="反过来。")
    with pytest.raises(NotAllowed):
        make.decided(second, make.RESIDENT, "end", reason="我说了算。")
    make.decided(second, make.TOWN_OFFICER, "uphold", reason="仍在职。")
    assert represents(make.NEIGHBOUR, to.id)


def test_who_decides_on_an_older_state_is_told_so() -> None:
    row = make.applied(make.organisation())
    make.decided(row, make.TOWN_OFFICER, "prove", version=1)
    with pytest.raises(Conflict):
        make.decided(row, make.TOWN_OFFICER, "end", reason="错了。", version=1)


BASE: dict[str, Any] = {
    "code": "0000000000", "state": "pending", "version": 1, "letters": 0, "proof": "",
    "applied_at": NOW, "end_move": "", "account_id": 201,
}  # fmt: skip
PROVEN = {"state": "proven", "proof": "letter", "proven_by": 101, "proven_at": NOW}


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("state_known", PROVEN | {"state": "king"}),
        ("proof_known", PROVEN | {"proof": "word"}),
        ("proven_has_proof", {"state": "proven"}),
        ("proven_has_proof", {"state": "ended", "ended_at": NOW, "end_move": "leave"}),
        ("proof_has_decider", PROVEN | {"proven_by": None}),
        ("proof_has_time", PROVEN | {"proven_at": None}),
        ("proven_by_another", PROVEN | {"proven_by": 201}),
        ("ended_has_time", PROVEN | {"state": "ended"}),
        ("ended_has_time", PROVEN | {"ended_at": NOW, "end_move": "end"}),
    ],
)
def test_impossible_rows_are_impossible(name: str, row: dict[str, Any]) -> None:
    to = make.organisation()

    def write(changes: dict[str, Any]) -> None:
        values = BASE | changes | {"organisation_id": to.id}
        work(SYSTEM, lambda w: w.session.execute(insert(Membership), values))

    write(PROVEN)
    with pytest.raises(IntegrityError, match=f"ck_membership_{name}"):
        write(
            row | {"code": "1111111111", "account_id": 202 if row.get("proven_by") != 201 else 201}
        )


def test_one_account_has_one_open_membership_of_an_organisation() -> None:
    to = make.organisation()
    make.applied(to)
    with pytest.raises(IntegrityError):
        work(
            SYSTEM,
            lambda w: w.session.execute(insert(Membership), BASE | {"organisation_id": to.id}),
        )


# ---- what is a resident's own ---------------------------------------------------


def test_a_copy_of_ones_data_holds_the_memberships() -> None:
    to = make.organisation()
    row = make.proven(to)
    assert queries.copy_of(reading(), house().keys, make.RESIDENT.id or 0) == [
        {"code": row.code, "organisation": make.NAME, "state": "proven",
         "applied_at": NOW.isoformat(), "letters": 1, "name": "张三", "duty": "厂长"}
    ]  # fmt: skip


def test_an_erased_account_leaves_no_name_and_no_letter() -> None:
    to = make.organisation()
    row = make.proven(to)
    work(make.RESIDENT, lambda w: personal.erase(w, make.RESIDENT.id or 0))
    make.fresh()
    left = queries.membership(reading(), row.code)
    assert (left.state, left.applicant_sealed, left.letters) == (State.ENDED, None, 0)
    assert photos_of(reading(), letters_of(row.code)) == []
    assert not represents(make.RESIDENT, to.id)


def test_merged_accounts_keep_one_membership_of_each() -> None:
    to, other = make.organisation(), make.organisation(2, name="乙")
    make.proven(to)
    both = make.applied(to, make.NEIGHBOUR)
    make.proven(other, make.NEIGHBOUR)
    work(
        make.RESIDENT,
        lambda w: personal.absorb(w, make.NEIGHBOUR.id or 0, make.RESIDENT.id or 0),
    )
    assert represents(make.RESIDENT, to.id)
    assert represents(make.RESIDENT, other.id)
    assert make.state(both) == State.ENDED


def test_merging_who_confirmed_the_other_does_not_break() -> None:
    to = make.organisation()
    make.proven(to)
    confirmed = make.decided(make.applied(to, make.NEIGHBOUR), make.RESIDENT, "prove")
    work(
        make.RESIDENT,
        lambda w: personal.absorb(w, make.NEIGHBOUR.id or 0, make.RESIDENT.id or 0),
    )
    assert make.state(confirmed) == State.ENDED
    assert represents(make.RESIDENT, to.id)


# ---- whatever people do ---------------------------------------------------------

PEOPLE = [make.RESIDENT, make.NEIGHBOUR, make.STRANGER, make.TOWN_OFFICER, make.OTHER_OFFICER]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from([*PEOPLE, make.TOWN_OFFICER]),
            st.integers(0, 2),
            st.sampled_from(["apply", *Move]),
        ),
        max_size=16,
    )
)
def test_a_walk_keeps_to_the_table(steps: list[tuple[Actor, int, str]]) -> None:
    make.fresh()
    number = 1_000 + (reading().scalar(select(func.count()).select_from(Organisation)) or 0)
    to = make.organisation(number)
    rows: list[Membership] = []
    for actor, which, move in steps:
        try:
            if move == "apply":
                rows.append(make.applied(to, actor))
            elif which < len(rows):
                make.decided(rows[which], actor, move, reason="因为。")
        except DomainError:
            continue
    for row in rows:
        check(row)


def check(row: Membership) -> None:
    make.fresh()
    events = reading().execute(
        select(MembershipEvent.move, MembershipEvent.state, MembershipEvent.actor_id)
        .where(MembershipEvent.membership_id == row.id)
        .order_by(MembershipEvent.number)
    ).all()  # fmt: skip
    state = WORKFLOW.start
    for event in events[1:]:
        step = WORKFLOW.step(state, Move(event.move))
        assert event.state == step.target
        if step.move is Move.PROVE:
            assert event.actor_id not in {row.account_id, make.OTHER_OFFICER.id}
        state = step.target
    now = queries.membership(reading(), row.code)
    assert now.state == state
    assert (now.state in REPRESENTS) == queries.represents(
        reading(), row.account_id, row.organisation_id
    ) or now.state not in REPRESENTS
