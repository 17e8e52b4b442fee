"""Values in every state; nothing surprising."""

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tests.dumping.make import (
    AUDITOR,
    DEPARTMENT_OFFICER,
    DISTRICT_OFFICER,
    OTHER_DEPARTMENT_OFFICER,
    RESIDENT,
    TOWN_OFFICER,
)
from wufei_public.common.actor import SYSTEM, Actor, ActorKind, Grant
from wufei_public.indicators.actions import computing, values
from wufei_public.indicators.actions.values import Entry
from wufei_public.indicators.models.values import Value
from wufei_public.indicators.rules.periods import read_period
from wufei_public.indicators.rules.states import Move
from wufei_public.infra.work import reading, work
from wufei_public.people.rules.roles import Role

# The bureau of urban management answers for 24; another bureau for none of its own.
COLLEAGUE = Actor(
    ActorKind.STAFF, 120, "部门乙", (Grant(Role.DEPARTMENT_OFFICER, department="urban_management"),)
)
CHIEF = Actor(ActorKind.STAFF, 121, "区级乙", (Grant(Role.DISTRICT_OFFICER, "410307"),))
EVERYBODY = (
    TOWN_OFFICER, DISTRICT_OFFICER, DEPARTMENT_OFFICER, OTHER_DEPARTMENT_OFFICER, AUDITOR,
    RESIDENT, COLLEAGUE, CHIEF,
)  # fmt: skip
DOCUMENT = "示例统计公报（2025年）第三章"


def entry(**changes: Any) -> Entry:
    told = {"series": "24", "period": "2025", "figure": Decimal("35.5"), "document": DOCUMENT}
    return Entry(**(told | changes))


def entered(actor: Actor = DEPARTMENT_OFFICER, **changes: Any) -> Value:
    return work(actor, lambda w: values.enter(w, entry(**changes)))


def moved(row: Value, actor: Actor, what: Move) -> Value:
    return work(actor, lambda w: values.move(w, code=row.code, what=what))


def published(**changes: Any) -> Value:
    """Return a figure that a department entered, a colleague checked and the district published."""
    who = DISTRICT_OFFICER if changes.get("series", "24") != "24" else DEPARTMENT_OFFICER
    row = moved(entered(who, **changes), CHIEF, Move.CHECK)
    return moved(row, CHIEF, Move.PUBLISH)


def computed(period: str = "2026-11", run: str = "test") -> int:
    return work(SYSTEM, lambda w: computing.compute(w, period=read_period(period), run=run))


def rows(series: str = "") -> list[Value]:
    """Return every value in the order in which they were written."""
    reading().rollback()
    reading().expire_all()
    wanted = select(Value).where(Value.series == series) if series else select(Value)
    return list(reading().scalars(wanted.order_by(Value.id)))
