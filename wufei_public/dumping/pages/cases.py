"""The officials' desk: the queue, a case, and one form per move."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.codes import grouped
from wufei_public.common.errors import Conflict, Invalid, NotAllowed, WrongState
from wufei_public.common.text import N_
from wufei_public.divisions import queries as places
from wufei_public.dumping import policy
from wufei_public.dumping.actions import evidence
from wufei_public.dumping.actions.steps import owners_of, require
from wufei_public.dumping.documents import desk
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.pages.public import filters
from wufei_public.dumping.queries import cases as queries
from wufei_public.dumping.queries import desk as desks
from wufei_public.dumping.queries.filters import kept as filters_kept
from wufei_public.dumping.rules.states import LABELS, RATEABLE, Move, State
from wufei_public.dumping.schemas import shapes
from wufei_public.dumping.schemas.moves import DISPUTED, MOVES
from wufei_public.dumping.schemas.uploads import (
    gone_of,
    photos_again,
    receive_files,
    require_whole,
    sent_tokens,
)
from wufei_public.infra.web.access import access
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.paging import pack_moment, unpack_moment
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.web.shell import case_doors
from wufei_public.infra.work import Work, house, reading, work
from wufei_public.media.pages import photo_response
from wufei_public.people.rules.permissions import PERMISSIONS

blueprint = Blueprint("desk", __name__, url_prefix="/staff/cases")

QUERY, LISTS = shapes.QueueQuery(), frozenset({"photo", "proof"})


@blueprint.get("")
@access("dumping:case:view")
def queue() -> str:
    query = QUERY.load({name: value for name, value in request.args.items() if value})
    position = query.pop("after")
    after = unpack_moment(position) if position else None
    now, actor = house().clock(), current_actor()
    wanted = desks.QueueFilter(**query, after=after)
    rows, following = desks.queue_page(reading(), actor, wanted, now)
    return render_template(
        "dumping/queue.html",
        rows=desk.queue_rows(reading(), rows, now),
        counts=desks.queue_counts(reading(), actor, now),
        may_enter=actor.has_role(*PERMISSIONS["dumping:case:enter"]),
        may_export=actor.has_role(*PERMISSIONS["dumping:case:export"]),
        may_release=actor.has_role(*PERMISSIONS["dumping:case:release"]),
        query=query,
        narrowed=_narrowed(query),
        filters=filters_kept(reading(), actor.id),
        chosen=chosen_part(query),
        done=_done(),
        first=after is None,
        next_url=_next(query, following),
        searched=desks.SEARCHED if wanted.over and wanted.words else 0,
        **filters(),
    )


# What a queue narrowed to it is called.
_NARROWED: Mapping[str, str] = {
    **{str(state): label for state, label in LABELS.items()},
    desks.PLACELESS: N_("待定位置"),
    desks.UNRELEASED: N_("待定公开"),
    desks.ASKED: N_("待补充"),
    desks.LONGER: N_("申请延长"),
    "over": N_("已超期"),
    "today": N_("今天到期"),
    "soon": N_("快到期"),
}


def chosen_part(query: Mapping[str, Any]) -> str:
    """Return which part of the queue is looked at, nothing for all open cases."""
    name = query["state"] or query["due"]
    return str(_(_NARROWED[name])) if name in _NARROWED else ""


def _narrowed(query: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an address narrows the queue to, without the page."""
    return {name: value for name, value in query.items() if value}


def _next(query: Mapping[str, Any], following: Any) -> str:
    if following is None:
        return ""
    return url_for("desk.queue", after=pack_moment(following), **_narrowed(query))


def _report(code: str) -> Report:
    """Return the case if the actor handles it; a stranger's case looks like none."""
    report = queries.report(reading(), code)
    if not policy.may_handle(current_actor(), report.facts).allowed:
        raise queries.missing()
    return report


@blueprint.get("/<code>")
@access("dumping:case:view")
def case(code: str) -> str:
    return _case_page(_report(code), Form(), "")


def _case_page(
    report: Report, form: Form, opened: str, phone: str = "", *, whole: bool = False
) -> str:
    now, actor = house().clock(), current_actor()
    begun = {
        "release": Form({"public_words": report.public_words, "public_spot": report.public_spot}),
        "place": Form({"division": report.division or _proposed(report)}),
        "kind": Form({"kind": report.official_kind}),
        "close": Form({"cleared": "true", "text": queries.result_taken_back(reading(), report)}),
        "assign": Form({"department": report.department or "", "crew": str(report.crew_id or "")}),
    }
    return render_template(
        "dumping/desk_case.html",
        form=form,
        # Only the form that came back carries what was typed and its faults.
        forms={
            name: replace(form if name == opened else begun.get(name, Form()), under=f"{name}-")
            for name in MOVES
        },
        opened=opened,
        whole_phone=phone,
        done=_done(),
        shown_code=grouped(report.code),
        may_decide=actor.has_role(*PERMISSIONS["dumping:award:decide"]),
        onward=case_doors(actor, report.code) if report.state in RATEABLE else [],
        **desk.case_values(reading(), report, actor, now, house().keys, whole=whole),
    )


def _proposed(report: Report) -> str:
    """Return where a case without a place seems to be, for the official to confirm."""
    point = report.point
    if point is None:
        return ""
    found = places.propose(reading(), point.lat, point.lon, report.accuracy)
    return found.code if found else ""


# ---- moves ----------------------------------------------------------------------


def _make_move(code: str, move: str) -> Answer | tuple[str, int]:
    report = _report(code)
    wanted = MOVES[move]
    kept, faults = receive_files() if wanted.files else ([], [])
    tokens = [*sent_tokens(), *(photo["token"] for photo in kept)]
    try:
        require_whole(faults)
        values = load_form(wanted.schema, lists=LISTS) | ({"photo": tokens} if wanted.files else {})
        moved = work(current_actor(), lambda w: wanted.do(w, code=code, **values))
    except Invalid as error:
        form = failed(error, lists=LISTS)
        values = {**form.values, **photos_again(tokens, kept, gone_of(tokens, error))}
        return _case_page(report, Form(values, form.errors), move), 422
    except (WrongState, NotAllowed, Conflict) as error:
        # Somebody was faster: what was typed stays, the page shows the new state.
        form = failed(Invalid(error.code, error.message), lists=LISTS)
        notice = Form({**form.values, "photo": tokens}, {}, _(error.message))
        return _case_page(_report(code), notice, move), 409
    # The return that is one too many goes elsewhere, and is told so.
    done = Move.DISPUTE if moved.state == State.DISPUTED and move == "return" else move
    return redirect(_after(moved, done), 303)


# One route per move, so that each asks for its own permission.
for _name, _move in MOVES.items():
    blueprint.add_url_rule(
        f"/<code>/{_name}",
        f"move_{_name}",
        access(_move.access)(partial(_make_move, move=_name)),
        methods=["POST"],
    )


def _done() -> str:
    """Return what the move that led here did, nothing for any other visit."""
    name = request.args.get("done", "")
    move = MOVES.get(name)
    if name == Move.DISPUTE:
        return str(_(DISPUTED))
    return str(_(move.done)) if move else ""


def _after(report: Report, move: str) -> str:
    """Return where to go after a move: who gave the case away sees it no more."""
    if policy.may_handle(current_actor(), report.facts).allowed:
        return url_for("desk.case", code=report.code, done=move)
    return url_for("desk.queue", done=move)


# ---- photos ---------------------------------------------------------------------


@blueprint.get("/<code>/photos/<int:photo_id>/<size>")
@access("dumping:case:view")
def photo(code: str, photo_id: int, size: str) -> Response:
    report = _report(code)
    require(policy.may_see_words(current_actor(), report.facts))
    owners = owners_of(report.code)
    return photo_response(photo_id, owners, size, queries.missing())


@blueprint.post("/<code>/photos/<int:photo_id>/original")
@access("dumping:case:evidence")
def original(code: str, photo_id: int) -> Response | tuple[str, int]:
    report = _report(code)
    try:
        values = load_form(shapes.TextIn())
        opened = work(current_actor(), _opening(code, photo_id, values["text"]))
    except Invalid as error:
        return _case_page(report, failed(error), "evidence"), 422
    body = house().keys.decrypt("evidence", house().store.read(opened.name))
    disposition = f'attachment; filename="{report.code}-{photo_id}"'
    headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
    return Response(body, mimetype=opened.mime, headers=headers)


@blueprint.post("/<code>/contact")
@access("dumping:case:contact")
def contact(code: str) -> str | tuple[str, int]:
    report = _report(code)
    try:
        values = load_form(shapes.TextIn())
        phone = work(
            current_actor(),
            lambda w: evidence.open_contact(w, code=code, reason=values["text"]),
        )
    except Invalid as error:
        return _case_page(report, failed(error), "contact"), 422
    return _case_page(_report(code), Form(), "", phone)


@blueprint.post("/<code>/words")
@access("dumping:case:contact")
def words(code: str) -> str | tuple[str, int]:
    report = _report(code)
    try:
        reason = load_form(shapes.TextIn())["text"]
        work(current_actor(), lambda w: evidence.open_words(w, code=code, reason=reason))
    except Invalid as error:
        return _case_page(report, failed(error), "words"), 422
    return _case_page(_report(code), Form(), "", whole=True)


def _opening(code: str, photo_id: int, reason: str) -> Callable[[Work], evidence.Original]:
    return lambda w: evidence.open_original(w, code=code, photo_id=photo_id, reason=reason)
