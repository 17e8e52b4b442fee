"""The officials' figures as files: the board as it stands, every village-day, what columns mean."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from wufei_public.checkins.documents import boards
from wufei_public.checkins.queries import boards as queries
from wufei_public.checkins.rules.boards import Span
from wufei_public.checkins.rules.columns import COLUMNS
from wufei_public.common.places import town_of
from wufei_public.divisions import queries as places
from wufei_public.infra.exporting import as_csv, as_xlsx, blocks

Line = Mapping[str, object]
MIMES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def day_lines(session: Session, span: Span, town: str) -> Iterator[Line]:
    """Give the village-days of a span, of one town or of all."""
    names = places.directory(session).names
    for row in queries.days(session, span):
        above = town_of(row.village) or ""
        if town in {"", above}:
            yield {
                "day": row.day.isoformat(),
                "town": names.get(above, ""),
                "village": row.village,
                "village_name": names.get(row.village, ""),
                "own": row.own,
                "for_others": row.proxies,
                "wet": row.wet,
                "dry": row.dry,
                "hazardous": row.hazardous,
            }


def place_lines(session: Session, span: Span, town: str) -> Iterator[Line]:
    """Give the lines of the officials' board, most check-ins first; nothing is hidden from them."""
    for line in boards.board(session, span, town, public=False)["lines"]:
        count = line["count"]
        yield {
            "code": line["code"],
            "name": line["name"],
            "own": count.own,
            "for_others": count.proxies,
            "wet": count.wet,
            "dry": count.dry,
            "hazardous": count.hazardous,
            "residents": line["living"],
            "per_head": float(line["per_head"]) if line["per_head"] else "",
        }


def csv_file(session: Session, span: Span, town: str) -> Iterator[bytes]:
    """Return the village-days as CSV."""
    return blocks(as_csv(_names("days"), day_lines(session, span, town), bom=True))


def xlsx_file(session: Session, span: Span, town: str) -> Iterator[bytes]:
    """Return a workbook: the board, the village-days, and what the columns mean."""
    return as_xlsx(
        {
            _("各地方"): _sheet("places", place_lines(session, span, town)),
            _("每天每村"): _sheet("days", day_lines(session, span, town)),
            _("字段说明"): [[_("字段"), _("名称"), _("说明")], *dictionary()],
        }
    )


WRITERS: Mapping[str, Callable[[Session, Span, str], Iterator[bytes]]] = {
    "csv": csv_file,
    "xlsx": xlsx_file,
}


def _sheet(file: str, lines: Iterator[Line]) -> Iterator[Sequence[object]]:
    yield [_(column.label) for column in COLUMNS[file]]
    for line in lines:
        yield [line[name] for name in _names(file)]


def _names(file: str) -> list[str]:
    return [column.name for column in COLUMNS[file]]


def dictionary() -> list[tuple[Any, ...]]:
    """Return each column of both sheets: its name, what it is called, what it means."""
    return [
        (column.name, _(column.label), _(column.meaning))
        for file in COLUMNS.values()
        for column in file
    ]
