"""The auditor's search, and the public page of signed heads."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request, stream_with_context, url_for
from flask_babel import gettext as _

from wufei_public.common.actor import Actor
from wufei_public.common.clock import DISTRICT_ZONE
from wufei_public.common.codes import grouped, is_valid
from wufei_public.common.errors import Invalid
from wufei_public.common.text import N_
from wufei_public.infra.web.access import access
from wufei_public.infra.web.paging import pack, unpack
from wufei_public.infra.web.shell import Offer, audit_word
from wufei_public.infra.web.view import MenuItem
from wufei_public.infra.work import house, reading, snapshot
from wufei_public.people.queries.accounts import staff_called
from wufei_public.people.rules.permissions import PERMISSIONS
from wufei_public.trail import documents, queries
from wufei_public.trail.actions import PURPOSE
from wufei_public.trail.schemas import TrailIn

blueprint = Blueprint("trail", __name__)

QUERY = TrailIn()
MOST_DIGITS = 18  # of an id
KEPT = frozenset({"who", "target", "action", "since", "until"})


@blueprint.get("/staff/audit")
@access("trail:row:list")
def listing() -> str:
    query = _query()
    rows = queries.search(reading(), _wanted(query))
    shown = rows[: queries.PAGE]
    last = shown[-1].id if len(rows) > queries.PAGE else None
    kept: dict[str, Any] = {name: v for name, v in request.args.items() if v and name in KEPT}
    return render_template(
        "trail/audit.html",
        lines=[_read(line) for line in documents.lines(reading(), house().keys, shown)],
        query=query,
        choices=[
            ("", _("全部")),
            *((name, audit_word(name)) for name in queries.actions(reading())),
        ],
        next_url=url_for("trail.listing", **kept, after=pack(str(last))) if last else "",
        first_url=url_for("trail.listing", **kept) if query["after"] else "",
        csv_url=url_for("trail.export", **kept),
    )


def _read(line: dict[str, Any]) -> dict[str, Any]:
    """Return a line in words; what no feature has a word for stays as it is stored."""
    feature, _stroke, code = line["target"].partition("/")
    kind = audit_word(f"{feature}/")
    known = kind != f"{feature}/"
    return line | {
        "done": audit_word(line["action"]),
        "kind": kind if known else "",
        "code": (grouped(code) if is_valid(code) else code) if known else line["target"],
        "changes": [tuple(audit_word(part) for part in parts) for parts in line["changes"]],
    }


@blueprint.get("/staff/audit.csv")
@access("trail:row:list")
def export() -> Response:
    wanted, keys = _wanted(_query()), house().keys

    def rows() -> Any:
        with snapshot() as session:
            yield from documents.as_csv(session, keys, wanted)

    headers = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return Response(stream_with_context(rows()), mimetype="text/csv", headers=headers)


@blueprint.get("/audit/heads")
@access("public")
def heads() -> str:
    return render_template(
        "trail/heads.html",
        heads=[
            (head, signature.hex()) for head, signature in queries.heads(reading(), queries.PAGE)
        ],
        keys=[
            {"key": one.key.hex(), "since": one.since, "until": one.until}
            for one in house().keys.public_keys(PURPOSE)
        ],
    )


def _query() -> dict[str, Any]:
    query: dict[str, Any] = QUERY.load({name: v for name, v in request.args.items() if v.strip()})
    return query


def _wanted(query: Mapping[str, Any]) -> queries.TrailFilter:
    return queries.TrailFilter(
        actor_id=_who(query["who"]),
        target=query["target"].strip(),
        action=query["action"],
        since=_midnight(query["since"]),
        until=_midnight(query["until"], days=1),
        before_id=_position(query["after"]),
    )


def _who(words: str) -> int | None:
    """Return the member of staff meant by a name, user name or number; -1 for nobody."""
    if not words.strip():
        return None
    return staff_called(reading(), words.strip()) or -1


def _midnight(day: Any, days: int = 0) -> datetime | None:
    if day is None:
        return None
    return datetime.combine(day + timedelta(days), time(), DISTRICT_ZONE).astimezone(UTC)


def _position(after: str) -> int | None:
    if not after:
        return None
    text = unpack(after, 1)[0]
    if not text.isdigit() or len(text) > MOST_DIGITS:
        raise Invalid("bad_position", N_("这个翻页地址不对，请从第一页看起。"))
    return int(text)


def menu(actor: Actor) -> list[MenuItem]:
    if not actor.has_role(*PERMISSIONS["trail:row:list"]):
        return []
    url = url_for("trail.listing")
    return [MenuItem(url, "shield", _("审计记录"), here=request.path.startswith(url))]


# Loads of lists have no feature above them that could give words.
WORDS = {
    "divisions/": N_("地方"),
    "divisions:load": N_("装入地方和部门"),
    "calendar/": N_("节假日"),
    "calendar:load": N_("装入节假日"),
    "demo:fill:start": N_("开始填演示数据"),
    "demo:fill:part": N_("填演示数据"),
}
OFFER = Offer(audit_words=WORDS, menu={N_("账号"): menu})
