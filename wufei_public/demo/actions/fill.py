"""The fill as a whole: begun once, written part by part, gone on with after a kill.

Each part is one transaction that ends with its own line in the audit, so a part is there
whole or not at all, and is never written twice.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from wufei_public.common.actor import SYSTEM
from wufei_public.common.errors import Conflict, NotAllowed
from wufei_public.common.text import N_
from wufei_public.config import Mode
from wufei_public.demo import queries
from wufei_public.demo.actions.asking import asking
from wufei_public.demo.actions.asking import parts as asking_parts
from wufei_public.demo.actions.cases import cases
from wufei_public.demo.actions.cases import parts as case_parts
from wufei_public.demo.actions.cells import cells
from wufei_public.demo.actions.cells import parts as cell_parts
from wufei_public.demo.actions.children import children
from wufei_public.demo.actions.classes import classes
from wufei_public.demo.actions.enterprises import enterprises, evidence
from wufei_public.demo.actions.figures import counted, figures
from wufei_public.demo.actions.figures import parts as figure_parts
from wufei_public.demo.actions.habits import habits
from wufei_public.demo.actions.habits import parts as habit_parts
from wufei_public.demo.actions.notices import notices, undelivered
from wufei_public.demo.actions.parts import Maker, Writer, nothing
from wufei_public.demo.actions.pictures import developed, pictures
from wufei_public.demo.actions.pictures import parts as picture_parts
from wufei_public.demo.actions.residents import parts as resident_parts
from wufei_public.demo.actions.residents import residents
from wufei_public.demo.actions.rounds import bins, looked_after
from wufei_public.demo.actions.sorting import sorting
from wufei_public.demo.actions.staff import staff
from wufei_public.demo.actions.units import parts as unit_parts
from wufei_public.demo.actions.units import units
from wufei_public.demo.actions.waves import parts as wave_parts
from wufei_public.demo.actions.waves import waves
from wufei_public.demo.rules.plan import Plan
from wufei_public.infra.audit import record
from wufei_public.infra.work import Work, reading, work
from wufei_public.trail.actions import seal_waiting


def sealed(_plan: Plan) -> Maker:
    """Seal the audit rows of the year, as the jobs process does from second to second."""
    while work(SYSTEM, seal_waiting):
        pass
    return nothing


@dataclass(frozen=True, slots=True)
class Filler:
    """One feature's share: how many parts there are, and what writes one.

    `start` gets ready for the plan and returns what prepares a part, outside of any
    transaction; that in its turn returns what is written in one.
    """

    name: str
    start: Callable[[Plan], Maker]
    parts: Callable[[Plan], int] = lambda _plan: 1


# In this order: cases need people and pictures. A new feature adds its share before the seal.
FILLERS: Sequence[Filler] = (
    Filler("staff", staff),
    Filler("residents", residents, resident_parts),
    Filler("pictures", pictures, picture_parts),
    Filler("enterprises", enterprises),
    Filler("developed", developed),
    Filler("reports", cases, case_parts),
    Filler("evidence", evidence),
    Filler("units", units, unit_parts),
    Filler("cells", cells, cell_parts),
    Filler("bins", bins),
    Filler("habits", habits, habit_parts),
    Filler("children", children),
    Filler("classes", classes),
    Filler("looked after", looked_after),
    Filler("sorting", sorting),
    Filler("notices", notices),
    Filler("undelivered", undelivered),
    Filler("waves", waves, wave_parts),
    Filler("asking", asking, asking_parts),
    Filler("figures", figures, figure_parts),
    Filler("counted", counted),
    Filler("sealed", sealed),
)
SEED = 2026


def begin(w: Work, *, residents: int, reports: int) -> Plan:
    """Return the plan of this database's fill, made now unless it was begun before.

    NotAllowed outside a demonstration, Conflict where somebody has used the database.
    """
    if w.settings.mode is not Mode.DEMO:
        raise NotAllowed("not_a_demonstration", N_("只有演示站才能装演示数据。"))
    begun = queries.plan_of(w.session)
    if begun is not None:
        return begun
    if queries.holds_rows(w.session):
        raise Conflict("holds_rows", N_("这个数据库里已经有数据，演示数据只能装进空的数据库。"))
    plan = Plan(SEED, w.now, residents, reports)
    size = {"residents": residents, "reports": reports}
    after = {"seed": plan.seed, "until": plan.until.isoformat()} | size
    record(w, "demo:fill:start", queries.STARTED, after=after)
    return plan


def fill(plan: Plan, fillers: Sequence[Filler] = FILLERS) -> Iterator[tuple[str, int, int]]:
    """Write what is still missing; give name, number and count after each part written."""
    for filler in fillers:
        count = filler.parts(plan)
        missing = [part for part in range(count) if not _is_done(filler, part)]
        if not missing:
            continue
        make = filler.start(plan)
        for part in missing:
            _write(_target(filler, part), make(part))
            yield filler.name, part + 1, count


def _target(filler: Filler, part: int) -> str:
    return f"demo/{filler.name}/{part}"


def _is_done(filler: Filler, part: int) -> bool:
    return queries.is_done(reading(), _target(filler, part))


def _write(target: str, write: Writer) -> None:
    def do(w: Work) -> None:
        write(w)
        record(w, "demo:fill:part", target)

    work(SYSTEM, do)
