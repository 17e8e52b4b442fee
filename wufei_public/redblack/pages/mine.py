"""An enterprise's account: its notices, who decided what on which ground, and its answers."""

from dataclasses import replace

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from wufei_public.common.errors import Conflict, Invalid, NotAllowed, WrongState
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import sentence
from wufei_public.infra.web.forms import Form, failed, load_form, typed
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.media.pages import photo_response, receive
from wufei_public.organisations.queries import cards, memberships
from wufei_public.redblack.actions import drafting, grading
from wufei_public.redblack.actions import enterprise as actions
from wufei_public.redblack.actions.serving import tried_of
from wufei_public.redblack.documents import assessed, files, graded
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.queries import listings as queries
from wufei_public.redblack.queries import voices
from wufei_public.redblack.rules.clocks import CLOCKS
from wufei_public.redblack.rules.facts import owner_of
from wufei_public.redblack.rules.states import OPEN, Move, Paper
from wufei_public.redblack.schemas import GradeReplyIn, PaperIn

blueprint = Blueprint("my_listings", __name__, url_prefix="/mine/listings")

_PAPER, _GRADE_REPLY = PaperIn(), GradeReplyIn()
Page = str | Answer | tuple[str, int]


@blueprint.get("")
@access("resident")
def listed() -> str:
    own = memberships.represented_by(reading(), current_actor().id or 0)
    rows = queries.of_organisations(reading(), [row.id for row in own])
    lines = files.lines(reading(), rows, house().clock())
    return render_template("redblack/mine.html", rows=lines, firms=own)


@blueprint.get("/firms/<code>")
@access("resident")
def firm(code: str) -> str:
    """Show an enterprise its scores, with the ground of each, and its credit grades."""
    return _firm(code, Form())


def _firm(code: str, form: Form) -> str:
    card = cards.organisation(reading(), code)
    if not memberships.represents(reading(), current_actor().id, card.id):
        raise cards.missing()
    return render_template(
        "redblack/firm.html",
        card=card,
        assessments=assessed.of_firm(reading(), card.id),
        grades=graded.history(reading(), card.id, staff=True),
        form=form,
    )


@blueprint.post("/firms/<code>/grades/<grade>")
@access("resident")
def say(code: str, grade: str) -> Page:
    """Take what an enterprise says to a grade that is not published yet."""
    limit("submit")
    try:
        values = load_form(_GRADE_REPLY)
        work(current_actor(), lambda w: grading.reply(w, code=grade, **values))
    except Invalid as error:
        return _firm(code, failed(error)), 422
    except WrongState as error:
        notice = sentence(error.message, error.facts)
        return _firm(code, Form(typed(request.form), notice=notice)), 409
    return redirect(url_for("my_listings.firm", code=code), 303)


def _listing(code: str) -> Listing:
    """Return the entry if it is about an organisation that the actor represents."""
    row = queries.listing(reading(), code)
    if not memberships.represents(reading(), current_actor().id, row.organisation_id):
        raise queries.missing()
    return row


@blueprint.get("/<code>")
@access("resident")
def one(code: str) -> str:
    return _page(_listing(code), Form(), "")


def _page(row: Listing, form: Form, opened: str) -> str:
    now = house().clock()
    may = files.moves_for(current_actor(), row, now, enterprise=True)
    speaks = voices.may_speak(reading(), row, current_actor().id, now).allowed
    return render_template(
        "redblack/own.html",
        form=form,
        forms={
            kind: replace(form if kind == opened else Form(), under=f"{kind}-")
            for kind in map(str, Paper)
        },
        clocks=CLOCKS,
        opened=opened,
        may=may if speaks else may - {Move.STATE, Move.OBJECT},
        speaks=speaks,
        # Whole for who speaks for the enterprise, for as long as it is to answer.
        words=row.facts if speaks and row.state in OPEN else row.public_facts,
        against=files.against_words(),
        **files.file_values(reading(), row),
    )


@blueprint.post("/<code>/confirm")
@access("resident")
def confirm(code: str) -> Page:
    row = _listing(code)
    try:
        work(current_actor(), lambda w: actions.confirm(w, code=code))
    except (WrongState, NotAllowed) as error:
        return _page(row, Form(notice=sentence(error.message, error.facts)), ""), 409
    return redirect(url_for("my_listings.one", code=code), 303)


@blueprint.post("/<code>/drafts/<error>")
@access("resident")
def receive_draft(code: str, error: str) -> Page:
    """Take the word that the draft of a correction is here: the time to answer runs."""
    row = _listing(code)
    try:
        work(current_actor(), lambda w: drafting.receive(w, code=error))
    except (WrongState, NotAllowed) as failure:
        return _page(row, Form(notice=sentence(failure.message, failure.facts)), ""), 409
    return redirect(url_for("my_listings.one", code=code), 303)


@blueprint.post("/<code>/papers")
@access("resident")
def hand_in(code: str) -> Page:
    limit("submit")
    row, opened, tokens = _listing(code), request.form.get("kind", ""), []
    try:
        tokens = receive("photo")
        values = load_form(_PAPER)
        work(
            current_actor(),
            lambda w: actions.hand_in(w, code=code, **values, photo=tokens),
        )
    except Invalid as error:
        form = failed(error)
        return _page(row, Form({**form.values, "photo_token": tokens}, form.errors), opened), 422
    except (Conflict, WrongState, NotAllowed) as error:
        notice = sentence(error.message, error.facts)
        form = Form({**typed(request.form), "photo_token": tokens}, notice=notice)
        return _page(_listing(code), form, opened), 409
    return redirect(url_for("my_listings.one", code=code), 303)


@blueprint.get("/<code>/photos/<int:photo_id>/<size>")
@access("resident")
def photo(code: str, photo_id: int, size: str) -> Response:
    row = _listing(code)
    owner = owner_of(row.code)
    papers = [actions.paper_of(paper.code) for paper in queries.papers(reading(), row.id)]
    owners = [owner, f"{owner}/proof", tried_of(row.code), *papers]
    return photo_response(photo_id, owners, size, queries.missing())
