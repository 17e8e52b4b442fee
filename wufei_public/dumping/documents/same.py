"""Cases of one heap: what an official may merge, what was merged, who else saw it."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from wufei_public.common.actor import Actor
from wufei_public.common.codes import grouped
from wufei_public.common.geo import Point, distance
from wufei_public.common.redact import redact
from wufei_public.divisions import queries as places
from wufei_public.dumping import policy
from wufei_public.dumping.documents import shown
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import cases as queries
from wufei_public.dumping.queries import near
from wufei_public.dumping.rules.states import OPEN
from wufei_public.infra.i18n import gettext as _
from wufei_public.infra.i18n import is_english


def same_heap(
    session: Session, report: Report, actor: Actor, *, whole: bool = False
) -> dict[str, Any]:
    """Return the candidates for merging, the merged cases, and who else saw the heap."""
    into = queries.code_by_id(session, report.merged_into) if report.merged_into else ""
    able = policy.may_place(actor, report.facts).allowed and report.facts.state in OPEN
    return {
        "candidates": _candidates(session, report, actor) if able else [],
        "merged": [
            {"shown": grouped(row.code), "url": url_for("desk.case", code=row.code)}
            for row in near.merged_reporters(session, report.id)
        ],
        "into": {"shown": grouped(into), "url": url_for("desk.case", code=into)} if into else None,
        "seen": [
            {
                "at": row.at,
                "photos": row.photos,
                "words": row.words if whole else redact(row.words),
            }
            for row in near.confirmations(session, report.id)
        ],
    }


def _candidates(session: Session, report: Report, actor: Actor) -> list[dict[str, Any]]:
    return [
        {
            "code": one.row.code,
            "shown": grouped(one.row.code),
            "url": url_for("desk.case", code=one.row.code),
            "likeness": one.likeness,
            "kind": shown.kind_label(one.row.official_kind),
            "state": shown.chip_of(one.row.state),
            "words": redact(one.row.words)[:40],
            "metres": _metres(report, one.row),
            "at": one.row.submitted_at,
        }
        for one in near.candidates(session, report, actor)
    ]


def _metres(report: Report, row: Any) -> str:
    if report.point is None or row.lat is None:
        return str(_("同一个村或社区"))
    metres = round(distance(report.point, Point(row.lat, row.lon)))
    return str(_("相距 %(metres)s 米", metres=metres))


def near_lines(session: Session, found: Sequence[near.Near]) -> list[dict[str, Any]]:
    """Return what a resident sees of released cases near by: picture, place, rough distance."""
    names = places.directory(session).called(english=is_english())
    return [
        shown.public_row(one.row, names)
        | {
            "metres": one.metres,
            "chip": shown.chip_of(one.row.state),
            "url": url_for("witness.seen", code=one.row.public_code),
            "icon": shown.kind_icon(one.row.official_kind),
        }
        for one in found
    ]
