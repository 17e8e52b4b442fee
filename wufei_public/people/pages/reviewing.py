"""Who may what: the security administrator's review of every running grant."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Row
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from wufei_public.common.errors import Invalid, NotAllowed
from wufei_public.common.sheets import harmless
from wufei_public.divisions.queries import departments, directory
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import sentence
from wufei_public.infra.web.forms import load_form
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.people.actions.reviewing import confirm_grant
from wufei_public.people.actions.roles import end_role
from wufei_public.people.queries import reviewing as queries
from wufei_public.people.rules.permissions import PERMISSIONS
from wufei_public.people.rules.reviewing import is_due
from wufei_public.people.rules.roles import ROLES, Role
from wufei_public.people.schemas import ReviewIn, WithdrawIn

blueprint = Blueprint("grant_review", __name__, url_prefix="/staff")

QUERY, REASON = ReviewIn(), WithdrawIn()
COLUMNS = (
    "user_name", "name", "role", "scope", "granted_at", "granted_by",
    "last_used_at", "reviewed_at", "reviewed_by", "due",
)  # fmt: skip
PART = 500


@blueprint.get("/access")
@access("people:access:view")
def listed() -> str:
    return _page("")


def _page(refused: str) -> str:
    query: Mapping[str, Any] = QUERY.load(request.args)
    rows = queries.grants(reading(), house().clock(), after=query["after"], only_due=query["due"])
    shown = rows[: queries.PAGE]
    due: dict[str, Any] = {"due": 1} if query["due"] else {}
    more = len(rows) > queries.PAGE
    return render_template(
        "people/review.html",
        rows=_lines(reading(), shown),
        only_due=query["due"],
        due_count=queries.due_count(reading(), house().clock()),
        may=current_actor().has_role(*PERMISSIONS["people:access:review"]),
        refused=refused,
        done=_("记下了。") if request.args.get("done") else "",
        here=due,
        next_url=url_for("grant_review.listed", after=shown[-1].id, **due) if more else "",
        first_url=url_for("grant_review.listed", **due) if query["after"] else "",
    )


def _lines(session: Session, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    places, offices = directory(session), departments(session)
    english, now, me = is_english(), house().clock(), current_actor().id
    lines = []
    for row in rows:
        office = offices.get(row.department) if row.department else None
        scope = [places.path(row.division, english=english)] if row.division else []
        scope += [office.name_en if english else office.name] if office else []
        lines.append(
            {
                "code": row.code,
                "account": row.account_code,
                "name": row.display_name,
                "user_name": row.user_name,
                "role": _(ROLES[Role(row.role)].label),
                "scope": " · ".join(scope),
                "granted_at": row.granted_at,
                "granted_by": row.giver or "",
                "seen_at": row.seen_at,
                "reviewed_at": row.reviewed_at,
                "reviewed_by": row.reviewer or "",
                "due": is_due(row.granted_at, row.reviewed_at, now),
                "own": row.account == me,
            }
        )
    return lines


@blueprint.get("/access.csv")
@access("people:access:view")
def export() -> Response:
    headers = {"Content-Disposition": 'attachment; filename="access.csv"'}
    return Response("".join(_csv(reading())), mimetype="text/csv", headers=headers)


def _csv(session: Session) -> Iterator[str]:
    yield "\ufeff" + _written([COLUMNS])
    after = 0
    while rows := queries.grants(session, house().clock(), after=after, limit=PART):
        yield _written(_cells(line) for line in _lines(session, rows))
        after = rows[-1].id


def _cells(line: Mapping[str, Any]) -> list[str]:
    instants = [line[name] for name in ("granted_at", "seen_at", "reviewed_at")]
    granted, seen, reviewed = (one.isoformat() if one else "" for one in instants)
    cells = (
        line["user_name"], line["name"], line["role"], line["scope"], granted,
        line["granted_by"], seen, reviewed, line["reviewed_by"], "1" if line["due"] else "0",
    )  # fmt: skip
    return [harmless(cell) for cell in cells]


def _written(rows: Any) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()


@blueprint.post("/access/<code>/confirm")
@access("people:access:review")
def confirm(code: str) -> Answer | tuple[str, int]:
    try:
        work(current_actor(), lambda w: confirm_grant(w, code=code))
    except NotAllowed as error:
        return _page(sentence(error.message, error.facts)), 403
    return _back()


@blueprint.post("/access/<code>/withdraw")
@access("people:access:review")
def withdraw(code: str) -> Answer | tuple[str, int]:
    try:
        reason = load_form(REASON)["reason"]
        work(current_actor(), lambda w: end_role(w, code=code, reason=reason))
    except Invalid as error:
        return _page(sentence(error.errors[0].message, {})), 422
    except NotAllowed as error:
        return _page(sentence(error.message, error.facts)), 403
    return _back()


def _back() -> Answer:
    due: dict[str, Any] = {"due": 1} if request.args.get("due") else {}
    return redirect(url_for("grant_review.listed", done=1, **due), 303)
