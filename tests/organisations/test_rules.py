"""Kinds, names and the table of memberships."""

import pytest

from tests.common.graphs import check_graph, check_table
from tests.organisations import make
from wufei_public.common.actor import SYSTEM, Actor
from wufei_public.common.errors import Invalid, WrongState
from wufei_public.organisations import policy
from wufei_public.organisations.rules.facts import MembershipFacts, OrganisationFacts
from wufei_public.organisations.rules.kinds import KINDS, PERMIT_LABELS, PermitClass
from wufei_public.organisations.rules.memberships import (
    CHIPS,
    LABELS,
    MOVE_LABELS,
    PROOF_LABELS,
    REPRESENTS,
    WORKFLOW,
    Move,
    Proof,
    State,
)
from wufei_public.organisations.rules.names import MOST_FORMER, read_uscc, renamed

HERE = OrganisationFacts(1, make.VILLAGE)


def facts(state: State) -> MembershipFacts:
    return MembershipFacts(state, make.RESIDENT.id or 0, HERE)


def test_every_state_is_reached_and_left() -> None:
    check_graph(WORKFLOW, frozenset({State.ENDED}))
    check_table(WORKFLOW, Move)


def test_everything_has_its_words() -> None:
    assert (set(LABELS), set(CHIPS)) == (set(State), set(State))
    assert (set(MOVE_LABELS), set(PROOF_LABELS)) == (set(Move), set(Proof))
    assert set(PERMIT_LABELS) == set(PermitClass)
    assert len(KINDS) == len(set(KINDS.values()))


def test_nobody_represents_before_somebody_has_proven_it() -> None:
    """Without PROVE no state of REPRESENTS is reached."""
    seen, todo = set(), [State.PENDING]
    while todo:
        state = todo.pop()
        seen.add(state)
        todo += [
            step.target
            for step in WORKFLOW.moves(state)
            if step.move is not Move.PROVE and step.target not in seen
        ]
    assert seen & REPRESENTS == set()


def test_an_earlier_name_is_kept_and_found() -> None:
    assert renamed("甲", "乙", ()) == ("甲",)
    assert renamed("乙", "丙", ("甲",)) == ("乙", "甲")
    assert renamed("乙", "乙", ("甲",)) == ("甲",)
    assert renamed("乙", "甲", ("甲",)) == ("乙",)
    assert len(renamed("新", "更新", tuple(map(str, range(MOST_FORMER))))) == MOST_FORMER


def test_a_wrong_code_is_refused_at_its_field() -> None:
    assert read_uscc(" 9135 0100 m000100y43") == "91350100M000100Y43"
    with pytest.raises(Invalid) as refused:
        read_uscc("91350100M000100Y44")
    assert [fault.pointer for fault in refused.value.errors] == ["uscc"]


@pytest.mark.parametrize(
    ("actor", "peer", "may"),
    [
        (make.TOWN_OFFICER, False, True),
        (make.DISTRICT_OFFICER, False, True),
        (make.OTHER_OFFICER, False, False),
        (make.DEPARTMENT_OFFICER, False, False),
        (make.AUDITOR, False, False),
        (make.NEIGHBOUR, True, True),
        (make.NEIGHBOUR, False, False),
        (make.RESIDENT, True, False),
        (SYSTEM, False, False),
    ],
)
def test_who_may_prove(actor: Actor, peer: bool, may: bool) -> None:
    assert policy.may_move(actor, facts(State.PENDING), Move.PROVE, peer=peer).allowed == may


@pytest.mark.parametrize(
    ("actor", "may"),
    [
        (make.TOWN_OFFICER, True), (make.DISTRICT_OFFICER, True), (SYSTEM, True),
        (make.OTHER_OFFICER, False), (make.DEPARTMENT_OFFICER, False), (make.RESIDENT, False),
    ],
)  # fmt: skip
def test_who_may_edit(actor: Actor, may: bool) -> None:
    assert policy.may_edit(actor, make.VILLAGE).allowed == may


@pytest.mark.parametrize(
    ("actor", "may"),
    [
        (make.TOWN_OFFICER, True), (make.DEPARTMENT_OFFICER, True), (make.OTHER_OFFICER, False),
        (make.AUDITOR, False), (make.NEIGHBOUR, False),
    ],
)  # fmt: skip
def test_who_may_see(actor: Actor, may: bool) -> None:
    assert policy.may_see(actor, HERE).allowed == may


def test_what_the_table_does_not_hold_is_no_step() -> None:
    with pytest.raises(WrongState):
        policy.may_move(make.TOWN_OFFICER, facts(State.ENDED), Move.PROVE, peer=False)
