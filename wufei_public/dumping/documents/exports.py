"""Files of cases, written while they leave: for everyone what was released, for staff their own.

Both walk the very pages of the list that they stand under, so that file and list agree.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from wufei_public.common.actor import Actor
from wufei_public.common.clock import district_iso
from wufei_public.common.geo import Point
from wufei_public.common.redact import redact
from wufei_public.common.text import N_
from wufei_public.dumping.documents import outside, shown
from wufei_public.dumping.queries import desk, public
from wufei_public.dumping.queries.cases import Rows
from wufei_public.dumping.queries.public import Position
from wufei_public.dumping.rules.columns import COLUMNS
from wufei_public.dumping.rules.kinds import PLAIN
from wufei_public.dumping.rules.release import Release
from wufei_public.dumping.rules.states import SOURCE_LABELS, WORKFLOW, Source
from wufei_public.infra.exporting import (
    as_csv,
    as_geojson,
    as_json,
    as_xlsx,
    as_xml,
    blocks,
)

AT_ONCE = 500
Line = dict[str, object]
# A case's position and its columns.
Lines = Iterator[tuple[Point | None, Line]]
RELEASE_LABELS: Mapping[str, str] = {
    Release.PENDING: N_("待定公开"),
    Release.RELEASED: N_("已公开"),
    Release.WITHHELD: N_("不公开"),
}


# ---- what goes into a file ------------------------------------------------------


def open_lines(session: Session, wanted: public.PublicFilter) -> Lines:
    """Return the public list as GeoReport Bulk, the newest release first."""
    words = outside.words_for(session)

    def page(after: Position | None) -> tuple[Rows, Position | None]:
        asked = replace(wanted, after=after)
        return public.public_page(session, asked, AT_ONCE, whole=True)

    for row in _all(page):
        yield words.rough(row), _open_line(row, words)


def _all(page: Callable[[Position | None], tuple[Rows, Position | None]]) -> Iterator[Any]:
    after: Position | None = None
    while True:
        rows, after = page(after)
        yield from rows
        if after is None:
            return


def _open_line(row: Any, words: outside.Words) -> Line:
    here = words.rough(row)
    return {
        "service_request_id": row.public_code,
        "requested_datetime": district_iso(row.submitted_at),
        "updated_datetime": district_iso(row.closed_at or row.changed_at),
        "closed_date": _iso(row.closed_at),
        "status_description": outside.status_of(row.state),
        "status_notes": outside.notes_of(row),
        "source": _(SOURCE_LABELS[Source(row.source)]),
        "service_name": shown.kind_label(row.official_kind),
        "service_subtype": row.official_kind,
        "description": row.public_words,
        "agency_responsible": words.office(row.department),
        "address": words.address(row),
        "lat": here.lat if here else None,
        "long": here.lon if here else None,
    }


def staff_lines(
    session: Session, actor: Actor, wanted: desk.QueueFilter, now: datetime, *, whole: bool
) -> Lines:
    """Return the cases of the actor's queue as it is narrowed.

    `whole` they are those of every state, open or over, whatever is due.
    """
    words = outside.words_for(session)
    every = [replace(wanted, state=state, due=None) for state in (None, *sorted(WORKFLOW.finals))]
    for asked in every if whole else [wanted]:

        def page(
            after: Position | None, asked: desk.QueueFilter = asked
        ) -> tuple[Rows, Position | None]:
            asked = replace(asked, after=after)
            return desk.queue_page(session, actor, asked, now, AT_ONCE, whole=True)

        for row in _all(page):
            point = Point(row.lat, row.lon) if row.lat is not None else None
            yield point, _staff_line(row, words)


def _staff_line(row: Any, words: outside.Words) -> Line:
    at_town = row.division == row.town
    return {
        "code": row.code,
        "public_code": row.public_code or "",
        "source": _(SOURCE_LABELS[Source(row.source)]),
        "outside_number": row.outside_number or "",
        "state": shown.chip_of(row.state)[1],
        "release": _(RELEASE_LABELS[row.release]),
        "plain_kind": _(PLAIN[row.plain_kind].label),
        "official_kind": shown.kind_label(row.official_kind),
        "town": words.names.get(row.town, ""),
        "place": "" if at_town else words.names.get(row.division, ""),
        # Who takes a file along takes nobody's number with it.
        "spot": redact(row.spot),
        "words": redact(row.words),
        "lat": row.lat,
        "lon": row.lon,
        "accuracy": row.accuracy,
        "department": words.office(row.department),
        **{name: _iso(getattr(row, name)) for name in _INSTANTS},
        "returns": row.returns,
        "reopened": row.reopened,
        "outcome": row.outcome,
        "refuse_ground": shown.refuse_words(row.refuse_ground),
        "withhold_reason": shown.withhold_words(row.withhold_reason),
        "photos": row.photos,
    }


_INSTANTS = (
    "submitted_at", "accept_due", "legal_accept_due", "accepted_at", "transfer_due",
    "finish_due", "legal_finish_due", "closed_at",
)  # fmt: skip


def _iso(instant: datetime | None) -> str:
    return district_iso(instant) if instant else ""


# ---- the files ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: its MIME type, what it is called, and how it is written."""

    mime: str
    label: str
    write: Callable[[str, Lines], Iterator[bytes]]


def _csv(file: str, lines: Lines) -> Iterator[bytes]:
    return blocks(as_csv(_names(file), _plain(lines), bom=file == "staff"))


def _geojson(_file: str, lines: Lines) -> Iterator[bytes]:
    return blocks(as_geojson(lines))


def _json(_file: str, lines: Lines) -> Iterator[bytes]:
    return blocks(as_json(_plain(lines)))


def _xml(_file: str, lines: Lines) -> Iterator[bytes]:
    return blocks(as_xml("service_requests", "request", _plain(lines)))


def _xlsx(file: str, lines: Lines) -> Iterator[bytes]:
    return as_xlsx({_("案件"): _sheet(file, lines), _("字段说明"): dictionary_sheet(file)})


def _sheet(file: str, lines: Lines) -> Iterator[Sequence[object]]:
    yield [_(column.label) for column in COLUMNS[file]]
    for line in _plain(lines):
        yield [line[name] for name in _names(file)]


def dictionary_sheet(file: str) -> Iterator[Sequence[object]]:
    """Return the sheet that explains a file's columns."""
    yield [_("字段"), _("名称"), _("说明")]
    yield from dictionary(file)


def _names(file: str) -> list[str]:
    return [column.name for column in COLUMNS[file]]


def _plain(lines: Lines) -> Iterator[Line]:
    return (line for _point, line in lines)


FORMATS: Mapping[str, Format] = {
    "csv": Format("text/csv", "CSV", _csv),
    "xlsx": Format(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel", _xlsx
    ),
    "geojson": Format("application/geo+json", "GeoJSON", _geojson),
    "json": Format("application/json", "JSON", _json),
    "xml": Format("text/xml", "XML", _xml),
}


def dictionary(file: str) -> list[tuple[str, str, str]]:
    """Return each column of a file: its name, what it is called, what it means."""
    return [(column.name, _(column.label), _(column.meaning)) for column in COLUMNS[file]]
