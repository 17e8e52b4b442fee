"""A department's sheet: kept for the preview, written as drafts, checked and published whole."""

import hashlib
import secrets
from collections.abc import Collection, Sequence

from wufei_public.common.codes import new_code
from wufei_public.common.errors import Conflict, WrongState
from wufei_public.common.text import N_
from wufei_public.indicators.actions import values
from wufei_public.indicators.actions.values import Entry
from wufei_public.indicators.models.sheets import Sheet
from wufei_public.indicators.models.values import Value
from wufei_public.indicators.queries import sheets
from wufei_public.indicators.rules.plans import current
from wufei_public.indicators.rules.sheets import Told, read_sheet
from wufei_public.indicators.rules.states import WORKFLOW, Move, State
from wufei_public.infra import audit
from wufei_public.infra.work import Work


def keep(w: Work, *, name: str, data: bytes, lines: Sequence[Sequence[str]]) -> Sheet:
    """Keep a sheet for its preview; Invalid with every fault by row and column."""
    read_sheet(name, lines, current(), sheets.ours(w.session, w.actor))
    made = Sheet(
        code=new_code(secrets.token_bytes),
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        lines=[list(line) for line in lines],
        kept_by=w.actor.id,
        kept_at=w.now,
        written=[],
    )
    w.session.add(made)
    w.session.flush()
    after = {"name": name, "sha256": made.sha256}
    audit.record(w, "indicators:sheet:keep", f"indicators-sheet/{made.code}", after=after)
    return made


def write(w: Work, *, code: str) -> Sheet:
    """Write every row of a sheet as a draft, all or none; Conflict if that was done."""
    row = sheets.sheet(w.session, code, locked=True)
    if row.written:
        raise Conflict("sheet_written", N_("这张表已经写成草稿了。"))
    told = read_sheet(row.name, row.lines, current(), sheets.ours(w.session, w.actor))
    row.written = [_enter(w, row, one).code for one in told]
    after = {"rows": len(row.written)}
    audit.record(w, "indicators:sheet:write", f"indicators-sheet/{row.code}", after=after)
    return row


def _enter(w: Work, row: Sheet, told: Told) -> Value:
    entry = Entry(
        series=told.series,
        period=told.period,
        document=told.document,
        figure=told.figure,
        statement=told.statement,
        met=told.met,
        component=told.component,
        collector=told.collector,
        method=told.method,
        n=told.n,
        low=told.low,
        high=told.high,
    )
    made = values.enter(w, entry)
    made.digest, made.inputs = row.sha256, {"sheet": row.code, "row": told.row}
    return made


def move_all(w: Work, *, code: str, what: Move) -> int:
    """Check, publish or drop every value of a sheet that may be; return how many, all or none."""
    row = sheets.sheet(w.session, code)
    found = [one for one in sheets.values_of(w.session, row) if could(one, (what,))]
    if not found:
        raise WrongState("nothing_to_move", N_("这张表里没有可以这样做的数。"))
    for one in found:
        values.move(w, code=one.code, what=what)
    return len(found)


def could(row: Value, moves: Collection[Move]) -> bool:
    """Say whether there is such a step from where a value stands."""
    return any(step.move in moves for step in WORKFLOW.moves(State(row.state)))
