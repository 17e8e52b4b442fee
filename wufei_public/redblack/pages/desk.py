"""The officials' desk of the list: what waits, an entry's file, one form per step."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from marshmallow import Schema
from werkzeug.wrappers import Response as Answer

from wufei_public.common.clock import DISTRICT_ZONE
from wufei_public.common.errors import Conflict, Invalid, NotAllowed, WrongState
from wufei_public.dumping.queries.cases import results
from wufei_public.infra.i18n import day as written_day
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import sentence
from wufei_public.infra.web.forms import Form, failed, load_form, typed
from wufei_public.infra.web.paging import pack_moment, unpack_moment
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.media.pages import photo_response, receive
from wufei_public.organisations.policy import may_see
from wufei_public.organisations.queries import cards
from wufei_public.people.rules.permissions import PERMISSIONS
from wufei_public.redblack import policy, schemas
from wufei_public.redblack.actions import answering, letters, officer, releasing, serving
from wufei_public.redblack.actions import reading as reading_aloud
from wufei_public.redblack.actions.basis import Proposal
from wufei_public.redblack.actions.enterprise import paper_of
from wufei_public.redblack.actions.enterprise import receive as receive_letter
from wufei_public.redblack.documents import assessed, files
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.queries import assessments
from wufei_public.redblack.queries import listings as queries
from wufei_public.redblack.rules.clocks import CLOCKS, MOST_RED_MONTHS, SEVERITIES
from wufei_public.redblack.rules.facts import owner_of
from wufei_public.redblack.rules.showing import is_heard, is_held
from wufei_public.redblack.rules.states import (
    LABELS,
    LIST_LABELS,
    OUTCOME_LABELS,
    PAPER_LABELS,
    TRIED_LABELS,
    WAY_LABELS,
    ListKind,
    Outcome,
    Way,
)

blueprint = Blueprint("listings", __name__, url_prefix="/staff/listings")

_QUERY, _PROPOSAL = schemas.DeskQuery(), schemas.ProposalIn()
_QUERY_CARDS, _LETTER = schemas.ChooseQuery(), schemas.LetterQuery()
Page = str | Answer | tuple[str, int]


@blueprint.get("")
@access("redblack:listing:view")
def listed() -> str:
    query = _QUERY.load({name: value for name, value in request.args.items() if value})
    position = query.pop("after")
    wanted = queries.DeskFilter(**query, after=unpack_moment(position) if position else None)
    rows, following = queries.desk(reading(), current_actor(), wanted)
    kept = {name: value for name, value in query.items() if value}
    return render_template(
        "redblack/desk.html",
        rows=files.lines(reading(), rows, house().clock()),
        counts=queries.counts(reading(), current_actor(), house().clock()),
        query=query,
        may_propose=current_actor().has_role(*PERMISSIONS["redblack:listing:propose"]),
        first_url=url_for("listings.listed", **kept) if position else "",
        next_url=_next(kept, following),
        states=[(state.value, _(label)) for state, label in LABELS.items()],
        kinds=[(kind.value, _(label)) for kind, label in LIST_LABELS.items()],
    )


def _next(kept: Mapping[str, Any], following: queries.Position | None) -> str:
    if following is None:
        return ""
    return url_for("listings.listed", **kept, after=pack_moment(following))


@blueprint.get("/new")
@access("redblack:listing:propose")
def new() -> str:
    """Choose about whom, then say what."""
    if "organisation" not in request.args:
        return _choose(_QUERY_CARDS.load(request.args.to_dict())["words"])
    return _new_page(request.args["organisation"], Form({"months": 12}), [])


def _choose(words: str) -> str:
    rows: Sequence[Any] = ()
    if words:
        rows, _more = cards.page(reading(), current_actor(), cards.CardFilter(words))
    return render_template("redblack/choose.html", rows=rows, words=words)


def _new_page(organisation: str, form: Form, tokens: list[str]) -> str:
    card = cards.organisation(reading(), organisation)
    if not may_see(current_actor(), card.facts).allowed:
        raise cards.missing()
    return render_template(
        "redblack/new.html",
        form=form,
        tokens=tokens,
        card=card,
        most_red=MOST_RED_MONTHS,
        assessments=_assessments(card.id),
        cases=_cases(card.id),
        kinds=[(kind.value, _(label), "") for kind, label in LIST_LABELS.items()],
        severities=[("", _("红榜不用选")), *((c, _degree(c)) for c in SEVERITIES)],
    )


def _assessments(organisation_id: int) -> list[tuple[str, str]]:
    """Return the assessments that a proposal may rest on."""
    return [
        (
            row["code"],
            _("%(period)s，%(total)s 分，%(list)s", period=row["period"], total=row["total"],
              list=row["chip"][1]),
        )
        for row in assessed.of_firm(reading(), organisation_id)
        if row["suggests"] and row["closed"] and not row["used"]
    ]  # fmt: skip


def _cases(organisation_id: int) -> list[tuple[str, str]]:
    """Return the closed cases that stand as evidence against the enterprise."""
    found = assessments.cases_of(reading(), organisation_id)
    closed = results(reading(), [row.report for row in found])
    rows = [row for row in found if row.stands and row.report in closed]
    return [
        (row["report"], _("%(kind)s，%(where)s，%(day)s 办结", kind=row["kind"],
                          where=row["where"], day=written_day(row["closed_on"])))
        for row in assessed.cases(reading(), rows)
    ]  # fmt: skip


def _degree(code: str) -> str:
    one = SEVERITIES[code]
    words: str = _(
        "%(label)s（%(least)s 到 %(most)s 个月）",
        label=_(one.label),
        least=max(1, one.least_months),
        most=one.most_months,
    )
    return words


@blueprint.post("/new")
@access("redblack:listing:propose")
def propose() -> Page:
    organisation, tokens = request.form.get("organisation", ""), []
    try:
        tokens = receive("photo")
        proposal = Proposal(**load_form(_PROPOSAL))
        made = work(current_actor(), lambda w: officer.propose(w, proposal, tokens))
    except Invalid as error:
        return _new_page(organisation, failed(error), tokens), 422
    except (Conflict, NotAllowed) as error:
        form = Form(typed(request.form), notice=sentence(error.message, error.facts))
        return _new_page(organisation, form, tokens), 409
    return redirect(url_for("listings.one", code=made.code), 303)


# ---- one file -------------------------------------------------------------------


def _listing(code: str) -> Listing:
    """Return the entry if the actor reads its file; a stranger's looks like none."""
    row = queries.listing(reading(), code)
    if not policy.may_read(current_actor(), row.known).allowed:
        raise queries.missing()
    return row


@blueprint.get("/<code>")
@access("redblack:listing:view")
def one(code: str) -> str:
    return _page(_listing(code), Form(), "")


def _page(row: Listing, form: Form, opened: str) -> str:
    actor, now = current_actor(), house().clock()
    may = files.moves_for(actor, row, now)
    served_on = now.astimezone(DISTRICT_ZONE).strftime("%Y-%m-%dT%H:%M")
    begun = {
        "serve": Form({"served_on": served_on}),
        "letter": Form({"served_on": served_on}),
        "attempt": Form({"tried_at": served_on}),
    }
    return render_template(
        "redblack/file.html",
        form=form,
        forms={
            name: replace(form if name == opened else begun.get(name, Form()), under=f"{name}-")
            for name in MOVES
        },
        opened=opened,
        may=may,
        may_answer=policy.may_answer(actor, row.known).allowed,
        may_release=policy.may_release(actor, row.known).allowed and row.over_at is None,
        **files.unread_values(reading(), row, actor, now),
        letters=[
            (paper.value, _(PAPER_LABELS[paper]), "")
            for paper in files.letters_for(actor, row, now)
        ],
        against=files.against_words(),
        ways=[(way.value, _(WAY_LABELS[way]), "") for way in Way if way is not Way.ACCOUNT],
        tries=[(way.value, _(TRIED_LABELS[way]), "") for way in TRIED_LABELS],
        outcomes=[
            (outcome.value, _(OUTCOME_LABELS[outcome]), "")
            for outcome in (Outcome.REJECTED, Outcome.UPHELD)
        ],
        heard=is_heard(row.known, now),
        wait=CLOCKS["before_announcement"].amount,
        held=is_held(row.known, now),
        **files.file_values(reading(), row),
    )


@blueprint.get("/<code>/letter")
@access("redblack:listing:view")
def letter(code: str) -> str:
    """Show the notice to print: as everyone may read it, or whole for the enterprise."""
    row, whole = _listing(code), _LETTER.load(request.args.to_dict())["whole"]
    if row.kind != ListKind.BLACK:
        raise queries.missing()
    return render_template(
        "redblack/letter.html",
        clocks=CLOCKS,
        words=row.facts if whole else row.public_facts,
        **files.file_values(reading(), row),
    )


@dataclass(frozen=True, slots=True)
class MoveForm:
    """One form of the file: its schema and the action that it leads to."""

    schema: Schema
    do: Callable[..., Listing]
    files: bool = False


MOVES: Mapping[str, MoveForm] = {
    "serve": MoveForm(schemas.ServeIn(), serving.serve, files=True),
    "attempt": MoveForm(schemas.AttemptIn(), serving.note_attempt, files=True),
    "notify": MoveForm(schemas.PublishIn(), officer.notify),
    "drop": MoveForm(schemas.ReasonIn(), officer.drop),
    "decide": MoveForm(schemas.ReasonIn(), officer.decide),
    "return": MoveForm(schemas.ReasonIn(), officer.send_back),
    "publish": MoveForm(schemas.PublishIn(), officer.publish),
    "withdraw": MoveForm(schemas.ReasonIn(), officer.withdraw),
    "receive": MoveForm(schemas.ReceiveIn(), receive_letter, files=True),
    "answer": MoveForm(schemas.AnswerIn(), answering.answer),
    "read": MoveForm(schemas.ReadWordsIn(), reading_aloud.read),
    "read_answer": MoveForm(schemas.ReadIn(), reading_aloud.read_answer),
    "letter": MoveForm(schemas.LetterIn(), letters.serve, files=True),
    "release": MoveForm(schemas.ReleaseIn(), releasing.release),
    "review": MoveForm(schemas.ReviewIn(), answering.review_repair),
}


@blueprint.post("/<code>/<move>")
@access("redblack:listing:move")
def make_move(code: str, move: str) -> Page:
    if move not in MOVES:
        raise queries.missing()
    row, wanted, tokens = _listing(code), MOVES[move], []
    try:
        tokens = receive("photo") if wanted.files else []
        values = _values(wanted) | ({"photo": tokens} if wanted.files else {})
        work(current_actor(), lambda w: wanted.do(w, code=code, **values))
    except Invalid as error:
        form = failed(error)
        return _page(row, Form({**form.values, "photo_token": tokens}, form.errors), move), 422
    except (Conflict, WrongState, NotAllowed) as error:
        notice = sentence(error.message, error.facts)
        form = Form({**typed(request.form), "photo_token": tokens}, notice=notice)
        return _page(_listing(code), form, move), 409
    return redirect(url_for("listings.one", code=code), 303)


def _values(wanted: MoveForm) -> dict[str, Any]:
    """Return what was typed; a time on the form is the district's."""
    values = load_form(wanted.schema, lists=frozenset({"shown"}))
    times = {name: values[name] for name in ("served_on", "tried_at") if name in values}
    return values | {name: at.replace(tzinfo=DISTRICT_ZONE) for name, at in times.items()}


@blueprint.get("/<code>/photos/<int:photo_id>/<size>")
@access("redblack:listing:view")
def photo(code: str, photo_id: int, size: str) -> Response:
    row = _listing(code)
    owner = owner_of(row.code)
    papers = [paper_of(paper.code) for paper in queries.papers(reading(), row.id)]
    served = [f"{owner}/proof", serving.tried_of(row.code), letters.letters_of(row.code)]
    owners = [owner, *served, *papers]
    return photo_response(photo_id, owners, size, queries.missing())
