"""What a reporter comes back for: all own reports, and to say whether a result is good."""

from contextlib import suppress

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from wufei_public.common.errors import Invalid, WrongState
from wufei_public.dumping.actions import placing, withdrawing
from wufei_public.dumping.actions.rating import rate
from wufei_public.dumping.documents.own import own_lines
from wufei_public.dumping.pages.own import RATING as RATED
from wufei_public.dumping.pages.own import own_page, sent_back
from wufei_public.dumping.queries import desk as desks
from wufei_public.dumping.schemas.doors import proven
from wufei_public.dumping.schemas.ratings import RatingIn
from wufei_public.dumping.schemas.shapes import SayPlaceIn
from wufei_public.dumping.schemas.uploads import (
    receive_files,
    require_whole,
    sent_tokens,
)
from wufei_public.infra.web.access import access
from wufei_public.infra.web.forms import failed, load_form
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.paging import pack_moment, unpack_moment
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import reading, work

blueprint = Blueprint("following", __name__)

RATING, LISTS = RatingIn(), frozenset({"photo"})
PLACE = SayPlaceIn(only=["division"])


@blueprint.post("/r/<code>/<secret>/rating")
@access("public")
def give_rating(code: str, secret: str) -> Answer | Response:
    limit("secret", known=proven(code, secret).code)
    kept, faults = receive_files()
    tokens = [*sent_tokens(), *(photo["token"] for photo in kept)]
    try:
        require_whole(faults)
        values = load_form(RATING, lists=LISTS) | {"photo": tokens, "secret": secret}
        work(current_actor(), lambda w: rate(w, code=code, **values))
    except (Invalid, WrongState) as error:
        return sent_back(code, secret, tokens, kept, error, under=RATED)
    return redirect(url_for("own.case", code=code, secret=secret), 303)


@blueprint.post("/r/<code>/<secret>/place")
@access("public")
def say_place(code: str, secret: str) -> Answer | Response:
    limit("secret", known=proven(code, secret).code)
    try:
        values = load_form(PLACE)
        work(current_actor(), lambda w: placing.say_place(w, code=code, secret=secret, **values))
    except Invalid as error:
        return own_page(code, secret, failed(error), 422)
    return redirect(url_for("own.case", code=code, secret=secret), 303)


@blueprint.post("/r/<code>/<secret>/withdraw")
@access("public")
def take_back(code: str, secret: str) -> Answer | Response:
    limit("secret", known=proven(code, secret).code)
    with suppress(WrongState):  # a second tap finds done what it asks for
        work(current_actor(), lambda w: withdrawing.withdraw(w, code=code, secret=secret))
    return redirect(url_for("own.case", code=code, secret=secret), 303)


@blueprint.get("/mine/reports")
@access("resident")
def mine() -> str:
    position = request.args.get("after", "")
    after = unpack_moment(position) if position else None
    rows, following = desks.of_reporter(reading(), current_actor().id or 0, after)
    next_url = url_for("following.mine", after=pack_moment(following)) if following else ""
    return render_template(
        "dumping/mine.html", rows=own_lines(reading(), rows), first=after is None, next_url=next_url
    )
