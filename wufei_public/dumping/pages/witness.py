"""Somebody saw a heap that is reported already: what is near by, and saying so."""

import secrets
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from wufei_public.common.actor import ActorKind
from wufei_public.common.codes import grouped
from wufei_public.common.errors import Invalid, WrongState
from wufei_public.common.geo import crs_named, to_wgs84
from wufei_public.dumping.actions.confirming import confirm
from wufei_public.dumping.actions.rating import vote
from wufei_public.dumping.documents import shown
from wufei_public.dumping.documents.own import rating_of
from wufei_public.dumping.documents.same import near_lines
from wufei_public.dumping.pages.public import line_of
from wufei_public.dumping.queries import cases, near
from wufei_public.dumping.queries import public as queries
from wufei_public.dumping.rules.ratings import DOUBTS
from wufei_public.dumping.rules.states import OPEN, State
from wufei_public.dumping.schemas import shapes
from wufei_public.dumping.schemas.ratings import VoteIn
from wufei_public.dumping.schemas.uploads import (
    gone_of,
    photos_again,
    receive_files,
    require_whole,
    sent_tokens,
)
from wufei_public.infra.web.access import access
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.media.rules.limits import MOST_PER_POST

blueprint = Blueprint("witness", __name__)

VOTE = VoteIn()
NEAR, SEEN, LISTS = shapes.NearQuery(), shapes.SeenIn(), frozenset({"photo"})


@blueprint.get("/report/near")
@access("public")
def near_by() -> str:
    """Draw the open cases near by, for the form of a new report to show."""
    limit("look_up")
    query = NEAR.load({name: value for name, value in request.args.items() if value})
    here = to_wgs84(query["lon"], query["lat"], crs_named(query["datum"]))
    found = near.near_released(reading(), query["kind"], here, house().clock())
    return render_template("dumping/_near.html", rows=near_lines(reading(), found))


@blueprint.get("/cases/<code>/seen")
@access("public")
def seen(code: str) -> str:
    return _page(code, Form({"client_key": secrets.token_urlsafe(24)}))


def _page(code: str, form: Form) -> str:
    row = queries.public_detail(reading(), code)
    case = line_of(shown.public_case(reading(), row, house().settings.hotline))
    tokens = [token for token in form.value("photo", []) if token]
    account = current_actor().id if current_actor().kind is ActorKind.RESIDENT else None
    said = near.confirmation_of(reading(), row.id, account) if account else None
    return render_template(
        "dumping/seen.html",
        rating=_rating(row.id, said) if said else {"open": False},
        form=form,
        case=case,
        shown_code=grouped(case["code"]),
        tokens=tokens,
        room=MOST_PER_POST - len(tokens),
        done=request.args.get("done") == "1",
        open=State(row.state) in OPEN,
        others=near.seen_count(reading(), row.id),
    )


def _rating(report_id: int, seen: int) -> dict[str, Any]:
    """Return how somebody who saw the heap can rate its result."""
    heap = cases.report_by_id_as_is(reading(), report_id)
    said = near.vote_of(reading(), heap, confirmation_id=seen)
    return rating_of(heap, said, house().clock()) | {"doubts": DOUBTS}


@blueprint.post("/cases/<code>/seen/rating")
@access("resident")
def rate(code: str) -> Answer | tuple[str, int]:
    limit("submit")
    try:
        values = load_form(VOTE)
        work(current_actor(), lambda w: vote(w, code=code, **values))
    except (Invalid, WrongState) as error:
        form = failed(error if isinstance(error, Invalid) else Invalid(error.code, error.message))
        return _page(code, form), 422 if isinstance(error, Invalid) else 409
    return redirect(url_for("witness.seen", code=code), 303)


@blueprint.post("/cases/<code>/seen")
@access("public")
def send(code: str) -> Answer | Response | tuple[str, int]:
    limit("submit")
    kept, faults = receive_files()
    tokens = [*sent_tokens(), *(photo["token"] for photo in kept)]
    try:
        require_whole(faults)
        values = load_form(SEEN, lists=LISTS) | {"photo": tokens}
        work(current_actor(), lambda w: confirm(w, code=code, **values))
    except Invalid as error:
        form = failed(error, lists=LISTS)
        values = {**form.values, **photos_again(tokens, kept, gone_of(tokens, error))}
        return _page(code, Form(values, form.errors)), 422
    return redirect(url_for("witness.seen", code=code, done=1), 303)
