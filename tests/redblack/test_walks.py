"""Whatever people do in whatever order and when, nobody is listed unfairly or for ever."""

from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    run_state_machine_as_test,
)

from tests.dumping import make as people
from tests.media.make import jpeg
from tests.redblack import checks, make
from tests.redblack.walking import CASES, PREPARED, STAGES, DueProcess
from wufei_public.common.actor import ANONYMOUS
from wufei_public.infra.work import house, reading
from wufei_public.media.actions import photos as media
from wufei_public.redblack.actions import (
    officer,
)
from wufei_public.redblack.rules import snapshots
from wufei_public.redblack.rules.states import Against, ListKind, State
from wufei_public.trail import queries as trail
from wufei_public.trail.rules import BEGINNING, check_links


def test_no_path_is_unfair(town: None) -> None:
    checks.VERIFIED[:], checks.SEALED[:] = [snapshots.BEGINNING], [BEGINNING]
    CASES[:] = [people.closed()]
    PREPARED[:] = [media.prepare(house().store, jpeg(), "p.jpg")]
    # Once from every stage, whatever chance makes of the rest.
    for stage in dict.fromkeys(STAGES):
        walk = DueProcess()
        walk.begin(stage=stage, prover=make.CLERK, maker=make.DEPARTMENT_OFFICER)
        walk.end_by_hand()
    go_everywhere_by_hand()
    run_state_machine_as_test(
        DueProcess,
        settings=settings(
            # The walk costs PostgreSQL thrice as much, and the rules above it are the same.
            max_examples=20 if reading().get_bind().dialect.name == "postgresql" else 40,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert list(check_links(trail.chain(reading()), {})) == []
    assert {State.SERVED, State.NOTICED, State.DECIDED, State.PUBLISHED} <= checks.SEEN
    met = {
        "changed",
        "correction",
        "decide",
        "grade",
        "held",
        "picture",
        "read",
        "return",
        "spoken",
    }
    assert met <= checks.CAME_BY


def go_everywhere_by_hand() -> None:
    """Go once by every way that chance may leave out."""
    walk = DueProcess()
    walk.begin(stage="", prover=make.CLERK, maker=make.DEPARTMENT_OFFICER)
    walk.propose(make.TOWN_OFFICER, ListKind.BLACK, "ordinary")
    walk.release(make.TOWN_OFFICER, some=True)
    for decider, signs in (
        (make.DEPARTMENT_OFFICER, officer.send_back), (make.DISTRICT_OFFICER, officer.publish),
    ):  # fmt: skip
        walk.confirm(make.RESIDENT)
        walk.hand_in(make.RESIDENT, "statement", Against.OTHER, last=False)
        walk.read(make.THIRD)
        walk.wait(40)
        walk.decide(decider, officer.decide)
        if signs is officer.publish:
            walk.publish(make.CHIEF)
        else:
            walk.decide(make.CHIEF, signs)
    walk.end_by_hand()
    walk = DueProcess()
    walk.begin(stage="", prover=make.CLERK, maker=make.DEPARTMENT_OFFICER)
    walk.propose(make.TOWN_OFFICER, ListKind.RED, "ordinary")
    walk.notify(make.CLERK)
    walk.report_an_error(make.STRANGER, "facts")
    for days in (15, 40):
        walk.wait(days)
        walk.decide(make.DEPARTMENT_OFFICER, officer.decide)
    walk.publish(make.CHIEF)
    walk.end_by_hand()
    walk = DueProcess()
    walk.begin(stage="published", prover=make.CLERK, maker=make.DEPARTMENT_OFFICER)
    walk.report_an_error(ANONYMOUS, "ground")
    walk.answer_an_error(make.CHIEF, "upheld")
    walk.serve_a_draft(make.CLERK)  # another than who confirms
    walk.confirm_a_draft([make.SECOND, make.THIRD], 20)
    walk.grade(make.DEPARTMENT_OFFICER, "give")
    walk.wait(15)
    walk.grade(make.CHIEF, "publish")
    walk.end_by_hand()
