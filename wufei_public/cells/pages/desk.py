"""The officers' desk: the queue, one application, one form per move."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from marshmallow import Schema
from werkzeug.wrappers import Response as Answer

from wufei_public.cells import policy, schemas
from wufei_public.cells.actions import (
    charging,
    deciding,
    delays,
    moderating,
    objecting,
    panels,
    removing,
    reviewing,
    standing,
    tasks,
)
from wufei_public.cells.actions.steps import inspection_owner, owner_of, story_owner
from wufei_public.cells.documents import desk, shown
from wufei_public.cells.documents import lists as listed
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.certificates import CellCertificate
from wufei_public.cells.queries import aftercare, certificates, lists, reviews
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.rules.deciding import read_votes
from wufei_public.cells.rules.stages import State
from wufei_public.common.errors import Conflict, Invalid, NotAllowed, WrongState
from wufei_public.infra.web.access import access
from wufei_public.infra.web.forms import Form, failed, load_form, parts, typed
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import reading, work
from wufei_public.media.pages import paper_response, photo_response, receive

blueprint = Blueprint("cells_desk", __name__, url_prefix="/staff/cells")

_QUERY, _DECIDE = schemas.DeskQuery(), schemas.DecideIn()
_LISTS = frozenset({"experts"})
VOTES = ("in_favour", "against", "abstained")
# In the order of the work.
TABS = (
    State.SUBMITTED, State.SECTOR, State.EXPERTS, State.SCORED, State.REINSPECTING,
    State.PROPOSED, State.NOTICED, State.HELD, State.CLEARED, State.APPEALED, State.NAMED,
)  # fmt: skip
Page = str | Answer | tuple[str, int]


@blueprint.get("")
@access("cells:application:view")
def queue() -> str:
    query = _QUERY.load({name: value for name, value in request.args.items() if value})
    actor, session = current_actor(), reading()
    rows, following = lists.queue(session, actor, query["state"], query["after"])
    counts = lists.counts(session, actor)
    return render_template(
        "cells/queue.html",
        rows=listed.queue_rows(session, rows),
        tabs=[(state, shown.chip_of(state), counts.get(state, 0)) for state in TABS],
        all_count=sum(counts.values()),
        state=query["state"],
        first=query["after"] is None,
        next_url=url_for("cells_desk.queue", state=query["state"], after=following)
        if following
        else "",
        leads=policy.may_lead(actor).allowed,
    )


def _case(code: str) -> CellApplication:
    """Return the application if it is on the actor's desk; a stranger's looks like none."""
    row = queries.application(reading(), code)
    if not policy.may_open(current_actor(), queries.facts_of(reading(), row)).allowed:
        raise queries.missing()
    return row


@blueprint.get("/<code>")
@access("cells:application:view")
def one(code: str) -> str:
    return _page(_case(code), Form(), "")


def _page(row: CellApplication, form: Form, opened: str) -> str:
    return render_template(
        "cells/desk.html",
        form=form,
        opened=opened,
        part=parts(form, opened),
        done=request.args.get("done", ""),
        **desk.values(reading(), row, current_actor()),
    )


def with_votes(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a form with its three counts as votes, where it has any."""
    counts = {name: values.pop(name) for name in VOTES if name in values}
    return values | ({"votes": read_votes(**counts)} if counts else {})


@dataclass(frozen=True, slots=True)
class MoveForm:
    """One form of the page: its schema and the action that it leads to."""

    schema: Schema
    do: Callable[..., Any]
    photos: bool = False


MOVES: Mapping[str, MoveForm] = {
    "check": MoveForm(schemas.WordsIn(), reviewing.pass_check),
    "opine": MoveForm(schemas.OpinionIn(), reviewing.give_opinion),
    "assign": MoveForm(schemas.AssignIn(), panels.assign),
    "extend": MoveForm(schemas.TextIn(), delays.extend),
    "release": MoveForm(schemas.ReleaseIn(), delays.release),
    "moderate": MoveForm(schemas.TextIn(), moderating.moderate),
    "rectify": MoveForm(schemas.TextIn(), reviewing.rectify),
    "inspect": MoveForm(schemas.InspectIn(), reviewing.inspect, photos=True),
    "rescore": MoveForm(schemas.WordsIn(), reviewing.rescore),
    "propose": MoveForm(schemas.ProposeIn(), deciding.propose),
    "confirm": MoveForm(schemas.WordsIn(), deciding.confirm),
    "disagree": MoveForm(schemas.TextIn(), deciding.disagree),
    "refuse": MoveForm(schemas.RefuseIn(), reviewing.refuse),
    "confirm_charge": MoveForm(schemas.WordsIn(), charging.confirm),
    "drop_charge": MoveForm(schemas.TextIn(), charging.drop),
}


@blueprint.post(
    "/<code>/<any(check,opine,assign,extend,release,moderate,rectify,inspect,rescore,propose,confirm,disagree,"
    "refuse,confirm_charge,drop_charge):move>"
)
@access("cells:application:view")
def make_move(code: str, move: str) -> Page:
    row, wanted = _case(code), MOVES[move]

    def do() -> None:
        values = with_votes(load_form(wanted.schema, lists=_LISTS))
        if wanted.photos:
            values["photo"] = receive("photos")
        work(current_actor(), lambda w: wanted.do(w, code=code, **values))

    return _done(row, move, do)


@blueprint.post("/<code>/return")
@access("cells:application:view")
def send_back(code: str) -> Page:
    """Return it: the remarks stand in fields called remark-<item>."""
    row = _case(code)

    def do() -> None:
        values = load_form(schemas.WordsIn())
        remarks = {
            name.removeprefix("remark-"): text.strip()[:500]
            for name, text in typed(request.form).items()
            if name.startswith("remark-")
        }
        work(
            current_actor(),
            lambda w: reviewing.send_back(w, code=code, remarks=remarks, **values),
        )

    return _done(row, "return", do)


STANDING: Mapping[str, MoveForm] = {
    "suspend": MoveForm(schemas.ReasonIn(), standing.suspend),
    "restore": MoveForm(schemas.ReasonIn(), standing.restore),
    "propose_removal": MoveForm(schemas.ReasonIn(), removing.propose_removal),
    "confirm_removal": MoveForm(schemas.MaySayIn(), removing.confirm_removal),
    "decline_removal": MoveForm(schemas.SayIn(), removing.decline_removal),
    "review": MoveForm(schemas.SayIn(), tasks.order_review),
}


@blueprint.post(
    "/<code>/<any(suspend,restore,propose_removal,confirm_removal,decline_removal,review):act>"
)
@access("cells:certificate:manage")
def stand(code: str, act: str) -> Page:
    row, wanted = _case(code), STANDING[act]
    held = certificates.of_application(reading(), row.id)
    if held is None:
        raise certificates.missing()
    number = held.code

    def do() -> None:
        values = load_form(wanted.schema)
        work(current_actor(), lambda w: wanted.do(w, code=number, **values))

    return _done(row, act, do)


@blueprint.post("/tasks/<code>")
@access("cells:certificate:manage")
def conclude(code: str) -> Page:
    found = aftercare.task(reading(), code)
    held = reading().get_one(CellCertificate, found.certificate_id)
    row = _case(reading().get_one(CellApplication, held.application_id).code)

    def do() -> None:
        values = load_form(schemas.ConcludeIn())
        work(current_actor(), lambda w: tasks.conclude(w, code=code, **values))

    return _done(row, f"task-{found.code}", do)


@blueprint.post("/objections/<code>")
@access("cells:application:view")
def decide(code: str) -> Page:
    found = reviews.objection(reading(), code)
    row = _case(reading().get_one(CellApplication, found.application_id).code)

    def do() -> None:
        values = load_form(_DECIDE)
        work(current_actor(), lambda w: objecting.decide(w, code=code, **values))

    return _done(row, f"objection-{found.code}", do)


def _done(row: CellApplication, what: str, do: Callable[[], None]) -> Page:
    """Run `do`; what was typed stays in its form when it is refused."""
    try:
        do()
    except Invalid as error:
        return _page(row, failed(error, lists=_LISTS), what), 422
    except (WrongState, NotAllowed, Conflict) as error:
        form = Form(typed(request.form, _LISTS), notice=_(error.message, **error.facts))
        return _page(_case(row.code), form, what), 409
    return redirect(
        url_for("cells_desk.one", code=row.code, done=what.split("-", maxsplit=1)[0]), 303
    )


@blueprint.get("/<code>/photos/<int:photo_id>/<size>")
@access("cells:application:view")
def photo(code: str, photo_id: int, size: str) -> Response:
    row = _case(code)
    owners = [
        owner_of(row.code),
        story_owner(row.code),
        inspection_owner(row.code),
        *desk.task_owners(reading(), row),
        *desk.visits(reading(), row, current_actor()),
    ]
    return photo_response(photo_id, owners, size, queries.missing())


@blueprint.get("/objections/<code>/photos/<int:photo_id>/<size>")
@access("cells:application:view")
def objection_photo(code: str, photo_id: int, size: str) -> Response:
    found = reviews.objection(reading(), code)
    _case(reading().get_one(CellApplication, found.application_id).code)
    return photo_response(photo_id, [objecting.owner_of(found.code)], size, queries.missing())


@blueprint.get("/<code>/papers/<int:paper_id>")
@access("cells:application:view")
def paper(code: str, paper_id: int) -> Response:
    return paper_response(paper_id, [owner_of(_case(code).code)], queries.missing())
