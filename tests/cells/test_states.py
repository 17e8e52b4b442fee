"""Every route of cells at every state, for every person: each gets exactly what they may.

The tables below are written by hand, from the issue and not from the policy. A route that stands
in none of them fails; so does a state to which no walk leads.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.cells import make
from tests.cells.make import (
    EDUCATION,
    EXPERTS,
    OFFICE,
    OUTSIDER,
    OWNER,
    SECOND,
    SECTOR,
    STRANGER,
    do,
)
from tests.cells.window import Window
from tests.conftest import Clock
from tests.dumping import make as people
from tests.dumping.make import DISTRICT, OTHER_OFFICER, TOWN_OFFICER
from wufei_public.cells import jobs, policy
from wufei_public.cells.actions import (
    applying,
    deciding,
    naming,
    objecting,
    panels,
    reviewing,
    rounds,
)
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.queries import certificates, reviews
from wufei_public.cells.rules.stages import Move, State
from wufei_public.common.actor import ANONYMOUS, Actor, ActorKind, Grant
from wufei_public.common.errors import WrongState
from wufei_public.infra.work import reading, work
from wufei_public.people.rules.roles import Role

pytestmark = pytest.mark.usefixtures("district")

Names = set[str] | frozenset[str]
# Of the office, and on the panel: two roles in one account.
BOTH = Actor(
    ActorKind.STAFF,
    330,
    "办公室兼专家",
    (Grant(Role.EXPERT, division=DISTRICT), Grant(Role.DISTRICT_OFFICER, division=DISTRICT)),
)
PANEL = (EXPERTS[0], EXPERTS[1], BOTH)
PUBLIC = ANONYMOUS
EVERYBODY = (
    PUBLIC, STRANGER, OWNER, TOWN_OFFICER, OTHER_OFFICER, SECTOR, EDUCATION, OFFICE, OUTSIDER,
    EXPERTS[0], EXPERTS[3], BOTH,
)  # fmt: skip
ALL: Names = frozenset(one.name for one in EVERYBODY)
RESIDENTS = {STRANGER.name, OWNER.name}
HERE = {TOWN_OFFICER.name, SECTOR.name, OFFICE.name, OUTSIDER.name}
LEADS: Names = {OFFICE.name, OUTSIDER.name, BOTH.name}
OFFICERS = HERE | LEADS | {OTHER_OFFICER.name, EDUCATION.name}
SEATED = {EXPERTS[0].name, BOTH.name}
ON_NOTICE = {State.NOTICED, State.HELD}


@dataclass
class Walk:
    """A case on its way: where it stands, and what was made meanwhile."""

    case: make.Case
    round_code: str
    seated: bool = False
    handed_in: bool = True
    seen: dict[State, int] = field(default_factory=dict)

    @property
    def state(self) -> State:
        return State(self.case.row.state)


def desk(walk: Walk) -> Names:
    """Officers of the place and the sector, but nobody of the panel while it scores."""
    if walk.state is State.DRAFT or not walk.handed_in:
        return set()
    return HERE | ({BOTH.name} if walk.state is not State.EXPERTS else set())


def sheet(walk: Walk) -> Names:
    return SEATED if walk.seated else set()


def unit(_walk: Walk) -> Names:
    return {OWNER.name}


def notice(walk: Walk) -> Names:
    return ALL if walk.state in ON_NOTICE else set()


def named(walk: Walk) -> Names:
    return ALL if walk.state is State.NAMED else set()


# What is the same at every state.
FIXED: Mapping[str, Names] = {
    **dict.fromkeys(
        (
            "cells.counting", "cells.listing", "cells.notices", "cells.round_page", "cells.rubric",
            "cells_api.get_count", "cells_api.list_cells", "cells_api.list_notices",
            "cells_spots.public",
        ),
        ALL,
    ),
    **dict.fromkeys(
        (
            "cells_api.list_ranking", "cells_office.batch", "cells_office.experts",
            "cells_office.listed", "cells_office.one", "cells_rubrics.file",
            "cells_rubrics.listed", "cells_spots.listed",
        ),
        LEADS,
    ),
    # No rubric is being changed; no photo was sent with the objection, none for the story.
    **dict.fromkeys(
        (
            "cells_drafts.basics", "cells_drafts.check", "cells_drafts.one", "cells_drafts.row",
            "cells_desk.objection_photo", "cells.picture",
        ),
        frozenset[str](),
    ),
    "cells_desk.queue": OFFICERS,
    "cells_scoring.listed": SEATED | {EXPERTS[3].name},
    "cells_unit.listed": RESIDENTS,
    "cells_unit.new": RESIDENTS,
}  # fmt: skip
READS: Mapping[str, Callable[[Walk], Names]] = {
    "cells.certificate": named,
    "cells.certificate_pdf": named,
    "cells_api.get_certificate": named,
    "cells.notice": notice,
    "cells.objected": lambda walk: ALL if objection_of(walk) else set(),
    "cells_desk.one": desk,
    "cells_desk.paper": desk,
    "cells_desk.photo": desk,
    "cells_scoring.one": sheet,
    "cells_scoring.paper": sheet,
    "cells_scoring.photo": sheet,
    "cells_unit.item": unit,
    "cells_unit.one": unit,
    "cells_unit.paper": unit,
    "cells_unit.photo": unit,
}

# Who makes which move; whoever stands in no line makes none. `same` is who proposed.
TOWN, DEPARTMENT = {TOWN_OFFICER.name}, {SECTOR.name}
OFFICE_ONLY = {OFFICE.name, OUTSIDER.name}
MOVES: Mapping[State, Mapping[Move, Names]] = {
    State.DRAFT: {Move.SUBMIT: {OWNER.name}, Move.WITHDRAW: {OWNER.name}},
    State.RETURNED: {Move.SUBMIT: {OWNER.name}, Move.WITHDRAW: {OWNER.name}},
    State.SUBMITTED: {
        Move.WITHDRAW: {OWNER.name}, Move.RETURN: TOWN | LEADS, Move.CHECK: TOWN | LEADS,
        Move.REFUSE: LEADS,
    },
    State.SECTOR: {
        Move.OPINE: DEPARTMENT | LEADS, Move.RETURN: DEPARTMENT | LEADS,
        Move.WITHDRAW: {OWNER.name},
    },
    State.EXPERTS: {Move.CLOSE_SCORING: OFFICE_ONLY, Move.WITHDRAW: {OWNER.name}},
    State.SCORED: {
        Move.RECTIFY: OFFICE_ONLY, Move.PROPOSE: OFFICE_ONLY, Move.REFUSE: OFFICE_ONLY,
    },
    State.RECTIFYING: {Move.MEND: {OWNER.name}},
    State.REINSPECTING: {
        Move.INSPECT: OFFICE_ONLY, Move.RESCORE: OFFICE_ONLY, Move.REFUSE: OFFICE_ONLY,
    },
    State.PROPOSED: {Move.CONFIRM: OFFICE_ONLY, Move.SEND_BACK: OFFICE_ONLY},
    # Anyone objects; the step that follows is the house's, or the unit's own against itself.
    State.NOTICED: {Move.OBJECT: {OWNER.name} | HERE},
    State.HELD: {
        Move.OBJECT: {OWNER.name} | HERE, Move.UPHOLD: {OUTSIDER.name},
        Move.REJECT: {OUTSIDER.name},
    },
    State.CLEARED: {Move.NAME: OFFICE_ONLY},
    State.NAMED: {},
    State.REFUSED: {Move.APPEAL: {OWNER.name}},
    State.APPEALED: {
        one: {OUTSIDER.name} for one in (Move.OVERTURN, Move.READMIT, Move.DISMISS)
    },
    State.DISMISSED: {},
    State.WITHDRAWN: {},
}  # fmt: skip


# ---- what is looked at ------------------------------------------------------------


def ours(app: Flask, method: str) -> list[Rule]:
    """Return every route of cells that takes `method`, as the application itself has them."""
    return [
        one
        for one in app.url_map.iter_rules()
        if method in (one.methods or ()) and one.endpoint.split(".")[0].split("_")[0] == "cells"
    ]


def objection_of(walk: Walk) -> str:
    every = reviews.objections(reading(), walk.case.row.id)
    return next((one.code for one in every if one.about == "notice"), "")


def address(app: Flask, rule: Rule, walk: Walk) -> str:
    """Return the address of the walk's own records under a rule."""
    row = walk.case.row
    held = certificates.of_application(reading(), row.id)
    photos = queries.evidence(reading(), row.id)
    papers = queries.papers_held(reading(), row.id)
    code = row.code
    if rule.endpoint in {"cells.round_page", "cells_office.one", "cells_api.list_ranking",
                         "cells_unit.new", "cells_unit.start"}:  # fmt: skip
        code = walk.round_code
    elif rule.endpoint in {"cells.certificate", "cells.certificate_pdf", "cells.picture",
                           "cells_api.get_certificate"}:  # fmt: skip
        code = held.code if held else row.code
    elif "objection" in rule.endpoint or rule.endpoint == "cells.objected":
        code = objection_of(walk) or row.code
    given: dict[str, Any] = {
        "code": code,
        "item": make.rubric_of(walk.case).items[0].id,
        "photo_id": photos[0].photo_id if photos else 1,
        "paper_id": papers[0].paper_id if papers else 1,
        "size": "thumb",
        "kind": "hotel",
        "version": "2026-1",
        "part": "items",
        "row_id": "x",
        "year": 2026,
        "move": "propose",
        "act": "suspend",
        "what": {"cells_unit": "withdraw", "cells_scoring": "declare"}.get(
            rule.endpoint.split(".")[0], "close" if "change" in rule.endpoint else "decide"
        ),
    }
    with app.test_request_context():
        return str(
            app.url_map.bind("localhost").build(
                rule.endpoint, {name: given[name] for name in rule.arguments}, method=None
            )
        )


def get(see: Window, actor: Actor, path: str) -> Any:
    return see.of(None if actor is PUBLIC else actor).get(path)


def check_reads(see: Window, walk: Walk) -> None:
    """Ask for every address as everybody; what is not served is a sign-in, 403 or 404.

    What is the same at every state is asked by two persons, others at each state.
    """
    for at, rule in enumerate(ours(see.app, "GET")):
        path, fixed = address(see.app, rule, walk), rule.endpoint in FIXED
        wanted = FIXED[rule.endpoint] if fixed else READS[rule.endpoint](walk)
        turn = len(walk.seen) + at
        asked = [EVERYBODY[(turn + n) % len(EVERYBODY)] for n in (0, 5)] if fixed else EVERYBODY
        got = set()
        for actor in asked:
            answer = get(see, actor, path)
            assert answer.status_code in {200, 302, 401, 403, 404}, (path, answer.status_code)
            if answer.status_code == HTTPStatus.OK:
                got.add(actor.name)
                check_words(walk, actor, rule.endpoint, answer.data)
        due = wanted & {one.name for one in asked}
        assert got == due, (walk.state, rule.endpoint, got ^ due)


# Words written on the way, and who may read them, at which state.
TOWN_WORDS, SECTOR_WORDS = "镇里内部的话", "部门内部的话"
EXPERT_WORDS, UNIT_WORDS, OBJECTION = "专家总的意见", "单位写的说明", "邻居的异议"
PHONE = "13800001234"


def readers(walk: Walk) -> Mapping[str, Names]:
    """Return who may come upon words anywhere in cells; everyone else upon none of them."""
    scored = walk.state not in {State.EXPERTS, State.SECTOR, State.SUBMITTED, State.RETURNED}
    return {
        TOWN_WORDS: desk(walk),
        SECTOR_WORDS: desk(walk),
        EXPERT_WORDS: {EXPERTS[0].name} | (LEADS if scored else set()),
        UNIT_WORDS: {OWNER.name} | desk(walk) | sheet(walk),
        OBJECTION: HERE | {BOTH.name, OWNER.name},
        PHONE: set(),
    }


def check_words(walk: Walk, actor: Actor, endpoint: str, page: bytes) -> None:
    for words, who in readers(walk).items():
        assert words.encode() not in page or actor.name in who, (
            walk.state,
            endpoint,
            actor.name,
            words,
        )


def check_moves(walk: Walk) -> None:
    """Ask the policy for every move and everybody."""
    facts = queries.facts_of(reading(), walk.case.row)
    for move in Move:
        may = {one.name for one in EVERYBODY if allowed(one, facts, move)}
        assert may == MOVES[walk.state].get(move, set()), (walk.state, move, may)


def allowed(actor: Actor, facts: Any, move: Move) -> bool:
    try:
        return policy.may_move(actor, facts, move).allowed
    except WrongState:
        return False


# By whom every POST is tried who may make none of them on this case.
INTRUDERS = {
    "cells_unit": (STRANGER, OFFICE), "cells_replies": (STRANGER, OFFICE),
    "cells_desk": (OTHER_OFFICER, EDUCATION, EXPERTS[3], OWNER),
    "cells_scoring": (EXPERTS[3], OFFICE), "cells_api": (STRANGER, PUBLIC),
}  # fmt: skip
ELSEWHERE = (TOWN_OFFICER, EXPERTS[0], OWNER, PUBLIC)
FORM = {"text": "改掉。", "reason": "改掉。"}
OPEN_TO_ALL = {"cells.object_to", "cells_unit.start"}


def check_writes(see: Window, walk: Walk) -> None:
    """Send every form as somebody who may send none, another one at each state; nothing changes."""
    before, turn = walk.case.row.version, len(walk.seen)
    for at, rule in enumerate(ours(see.app, "POST")):
        if rule.endpoint in OPEN_TO_ALL:
            continue
        path = address(see.app, rule, walk)
        intruders = INTRUDERS.get(rule.endpoint.split(".")[0], ELSEWHERE)
        actor = intruders[(turn + at) % len(intruders)]
        client = see.of(None if actor is PUBLIC else actor)
        how: dict[str, Any] = {"json": {}} if path.startswith("/api/") else {"data": FORM}
        answer = client.post(path, **how)
        assert answer.status_code in {401, 403, 404}, (path, actor.name, answer.status_code)
    assert walk.case.row.version == before


def check(see: Window, walk: Walk, state: State) -> None:
    assert walk.state == state
    walk.seen[state] = walk.seen.get(state, 0) + 1
    people.develop()
    check_reads(see, walk)
    check_moves(walk)
    check_writes(see, walk)


# ---- the walks --------------------------------------------------------------------


def begun() -> Walk:
    people.account(BOTH)
    do(OFFICE, rounds.register_expert, account=BOTH.id or 0, about="外地专家")
    opened = make.a_round()
    case = make.filled(make.started(opened=opened))
    item = make.rubric_of(case).items[0]
    do(OWNER, applying.save_answer, code=case.code, item=item.id, step=0, note=UNIT_WORDS)
    return Walk(case, opened.code)


def submit(walk: Walk) -> None:
    do(OWNER, applying.submit, code=walk.case.code, committed=True)


def pass_on(walk: Walk) -> None:
    do(TOWN_OFFICER, reviewing.pass_check, code=walk.case.code, text=TOWN_WORDS)


def seat(walk: Walk) -> None:
    do(SECTOR, reviewing.give_opinion, code=walk.case.code, opinion="support", text=SECTOR_WORDS)
    do(OFFICE, panels.assign, code=walk.case.code, experts=[one.id for one in PANEL])
    walk.seated = True


def score(walk: Walk, *experts: Actor, low: int = 0) -> None:
    for expert in experts:
        work(expert, make.marking(walk.case, low=low))
        words = f"{EXPERT_WORDS}。" if expert is EXPERTS[0] else "看过了。"
        do(expert, panels.hand_in, code=walk.case.code, words=words)


def propose(walk: Walk) -> None:
    do(
        OFFICE,
        deciding.propose,
        code=walk.case.code,
        document="无废办〔2026〕3号",
        minutes="一致。",
    )


def scored(walk: Walk, low: int = 0) -> Walk:
    submit(walk)
    pass_on(walk)
    seat(walk)
    score(walk, *PANEL, low=low)
    return walk


def to_the_name(walk: Walk, clock: Clock) -> Iterator[State]:
    """Go on the whole way; give the state that was reached."""
    code = walk.case.code
    yield State.DRAFT
    submit(walk)
    yield State.SUBMITTED
    do(TOWN_OFFICER, reviewing.send_back, code=code, remarks={}, text="补台账。")
    yield State.RETURNED
    submit(walk)
    pass_on(walk)
    yield State.SECTOR
    seat(walk)
    score(walk, EXPERTS[1])
    yield State.EXPERTS
    score(walk, EXPERTS[0], BOTH)
    yield State.SCORED
    do(OFFICE, reviewing.rectify, code=code, text="补标志。")
    yield State.RECTIFYING
    do(OWNER, applying.mend, code=code, text="补好了。")
    yield State.REINSPECTING
    do(OFFICE, reviewing.inspect, code=code, text="看过了。", why="下雨")
    propose(walk)
    yield State.PROPOSED
    do(SECOND, deciding.confirm, code=code)
    yield State.NOTICED
    found = do(STRANGER, objecting.object_to, code=code, text=f"{OBJECTION}。", phone=PHONE)
    yield State.HELD
    do(make.THIRD, objecting.decide, code=found.code, outcome="rejected", answer="查过了。")
    clock.move(days=20)
    jobs.end_overdue("")
    yield State.CLEARED
    do(OFFICE, naming.name, codes=[code], document="无废办〔2026〕9号")
    yield State.NAMED


def test_each_gets_exactly_what_they_may_on_the_way_to_the_name(see: Window, clock: Clock) -> None:
    walk = begun()
    for state in to_the_name(walk, clock):
        see.clients.clear()  # a session ends with the days that pass
        check(see, walk, state)
    assert len(walk.seen) == 13


def test_each_gets_exactly_what_they_may_of_what_was_refused(see: Window) -> None:
    walk = scored(begun(), low=4)
    code = walk.case.code
    do(OFFICE, reviewing.refuse, code=code, ground="below", reason="厨余分类没有做到。")
    check(see, walk, State.REFUSED)
    found = do(OWNER, objecting.appeal, code=code, text="不服。")
    check(see, walk, State.APPEALED)
    do(make.THIRD, objecting.decide, code=found.code, outcome="rejected", answer="查过了。")
    check(see, walk, State.DISMISSED)


@pytest.mark.parametrize("handed_in", [False, True])
def test_each_gets_exactly_what_they_may_of_what_was_withdrawn(
    see: Window, handed_in: bool
) -> None:
    walk = begun()
    if handed_in:
        submit(walk)
    do(OWNER, applying.withdraw, code=walk.case.code)
    walk.handed_in = handed_in
    check(see, walk, State.WITHDRAWN)


def test_every_state_and_every_route_stands_in_the_tables(app: Flask) -> None:
    assert set(MOVES) == set(State)
    assert {*READS, *FIXED} == {one.endpoint for one in ours(app, "GET")}
