"""What must hold of every workflow of the house, whatever feature it belongs to."""

from typing import Any

from wufei_public.common.workflow import Workflow


def check_graph(workflow: Workflow[Any, Any], finals: frozenset[Any]) -> None:
    """Check that every state is reachable, and that all but the finals have an exit."""
    states = frozenset(type(workflow.start))
    assert workflow.reachable() == states
    assert workflow.finals == finals
    assert {state for state in states if not workflow.moves(state)} <= finals


def check_table(workflow: Workflow[Any, Any], moves: type[Any]) -> None:
    """Check that every move is used, and that somebody may make each step."""
    assert {step.move for step in workflow.steps.values()} == set(moves)
    assert [step for step in workflow.steps.values() if not step.who] == []
