"""The lists of the officers and the office as plain values, with the positions of their pages."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import url_for
from sqlalchemy import Row
from sqlalchemy.orm import Session

from wufei_public.cells.documents import shown
from wufei_public.cells.queries.lists import Ranked
from wufei_public.cells.rules.stages import State
from wufei_public.common.scores import written
from wufei_public.infra.web.paging import bad_position, pack, unpack, whole


def queue_rows(session: Session, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    """Return lines of the desk; no statement of its own, however many lines."""
    return [
        {
            "code": row.code,
            "unit": row.unit,
            "kind": shown.kind_label(row.kind),
            "place": shown.place_name(session, row.division),
            "chip": shown.chip_of(row.state),
            "due_at": row.due_at,
            "url": url_for("cells_desk.one", code=row.code),
        }
        for row in rows
    ]


def ranking_rows(
    session: Session, rows: Sequence[Row[Any]], after: Ranked | None
) -> list[dict[str, Any]]:
    """Return lines of a ranking, each with its place counted from the first page."""
    first = after.place + 1 if after else 1
    lines = enumerate(zip(queue_rows(session, rows), rows, strict=True), start=first)
    return [
        line
        | {
            "place_no": at,
            "total": written(row.total),
            "stars": row.stars or 0,
            "stars_words": shown.stars_words(row.stars or 0),
        }
        for at, (line, row) in lines
    ]


def ranked_json(
    session: Session, rows: Sequence[Row[Any]], after: Ranked | None
) -> list[dict[str, Any]]:
    """Return lines of a ranking as JSON has them."""
    wanted = ("code", "unit", "kind", "total", "stars")
    lines = ranking_rows(session, rows, after)
    return [
        {name: line[name] for name in wanted} | {"place": line["place_no"], "state": row.state}
        for line, row in zip(lines, rows, strict=True)
    ]


def ranked_of(position: str) -> Ranked | None:
    """Return the position in a ranking behind its text, None for the first page; Invalid."""
    if not position:
        return None
    total, at, row_id, place = unpack(position, 4)
    try:
        found = Ranked(Decimal(total), -whole(at), whole(row_id), whole(place))
    except InvalidOperation as error:
        raise bad_position() from error
    if not found.total.is_finite():
        raise bad_position()
    return found


def ranked_text(found: Ranked | None) -> str:
    """Return a position in a ranking as text for a URL, empty where there is nothing more."""
    if found is None:
        return ""
    return pack(str(found.total), str(-found.earliness), str(found.id), str(found.place))


def naming_rows(rows: Sequence[Row[Any]]) -> list[tuple[str, str, str]]:
    """Return the units that can be named now, as choices of a form."""
    return [
        (row.code, row.unit, f"{shown.kind_label(row.kind)} · {shown.stars_words(row.stars or 0)}")
        for row in rows
    ]


def chosen_rows(rows: Sequence[Row[Any]], state: State) -> list[tuple[str, str, str]]:
    """Return the units of a ranking that stand in `state` with stars, as choices of a form."""
    return [
        (row.code, row.unit, f"{written(row.total)} · {shown.stars_words(row.stars)}")
        for row in rows
        if row.state == state and row.stars
    ]
