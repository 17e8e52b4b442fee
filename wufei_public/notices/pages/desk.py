"""The editors' desk: write a version, look at it, publish it now or later, take it back."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.errors import Conflict, Invalid, WrongState
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import sentence
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import Work, house, reading, work
from wufei_public.notices import actions, documents, policy, queries, schemas
from wufei_public.notices.models import Notice
from wufei_public.notices.queries import Piece
from wufei_public.notices.rules.versions import KINDS, STATES, TEXTS, Draft, Kind, is_fixed
from wufei_public.people.queries.accounts import names_of

blueprint = Blueprint("notices_desk", __name__, url_prefix="/staff/notices")

DRAFT, SAVES, DESK = schemas.DraftIn(), schemas.SavesIn(), schemas.DeskIn()
PUBLISH, WITHDRAW = schemas.PublishIn(), schemas.WithdrawIn()
CHIPS = {"draft": "none", "scheduled": "soon", "shown": "done", "withdrawn": "bad"}
NO_FORM = Form()


@blueprint.get("")
@access("notices:notice:edit")
def listing() -> str:
    asked: dict[str, Any] = DESK.load(request.args)
    kind = asked["kind"]
    found = queries.pieces(reading(), kind, before=asked["before"])
    shown = found[: queries.PAGE]
    last = shown[-1].notice.id if len(found) > queries.PAGE else None
    return render_template(
        "notices/desk.html",
        rows=[_row(piece) for piece in shown],
        kind=kind,
        kinds=[(one.value, _(words)) for one, words in KINDS.items()],
        next_url=url_for("notices_desk.listing", kind=kind, before=last) if last else "",
        first_url=url_for("notices_desk.listing", kind=kind) if asked["before"] else "",
    )


def _row(piece: Piece) -> dict[str, Any]:
    newest, state = piece.versions[-1], piece.state(house().clock())
    return {
        "url": url_for("notices_desk.one", code=piece.notice.code),
        "title": documents.chosen(newest.draft).title,
        "tone": CHIPS[state],
        "state": _(STATES[state]),
        "number": newest.number,
        "at": newest.publish_at or newest.written_at,
    }


@blueprint.get("/new")
@access("notices:notice:edit")
def new() -> str:
    return _new_page(NO_FORM, _kind())


def _kind() -> Kind:
    return Kind.ARTICLE if request.args.get("kind") == Kind.ARTICLE else Kind.NOTICE


def _new_page(form: Form, kind: Kind) -> str:
    return render_template("notices/new.html", form=form, kind=kind, name=_(KINDS[kind]))


@blueprint.post("/new")
@access("notices:notice:edit")
def add() -> Answer | tuple[str, int]:
    kind = _kind()
    try:
        draft: Any = load_form(DRAFT)
        notice = work(current_actor(), lambda w: actions.write(w, kind=kind, draft=draft))
    except Invalid as error:
        return _new_page(failed(error), kind), 422
    return redirect(url_for("notices_desk.one", code=notice.code, done=1), 303)


@blueprint.get("/<code>")
@access("notices:notice:edit")
def one(code: str) -> str:
    return _page(code)


def _page(code: str, forms: Mapping[str, Form] | None = None, refused: str = "") -> str:
    piece, now = queries.piece(reading(), code), house().clock()
    newest, shown, notice = piece.versions[-1], piece.shown(now), piece.notice
    names = names_of(reading(), {one.written_by for one in piece.versions if one.written_by})
    state = piece.state(now)
    given = {"write": _written(newest.draft), "publish": NO_FORM, "withdraw": NO_FORM}
    return render_template(
        "notices/desk_one.html",
        code=notice.code,
        saves=notice.saves,
        kind=notice.kind,
        name=_(TEXTS[notice.slug]) if notice.slug else _(KINDS[Kind(notice.kind)]),
        title=documents.chosen(newest.draft).title,
        tone=CHIPS[state],
        state=_(STATES[state]),
        reason=notice.withdrawn_reason if state == "withdrawn" else "",
        forms=given | dict(forms or {}),
        may=policy.may_write(current_actor(), Kind(notice.kind), notice.division).allowed,
        fixed=is_fixed(newest.facts, now),
        publishable=newest is not shown,
        shown=shown is not None or state == "scheduled",
        public_url=_public(notice) if shown else "",
        refused=refused,
        done=_("存好了。") if request.args.get("done") else "",
        versions=[
            {
                "number": one.number,
                "who": names.get(one.written_by or 0, "") or _("随软件来的"),
                "written_at": one.written_at,
                "publish_at": one.publish_at,
                "shown": one is shown,
                "url": url_for("notices_desk.preview", code=notice.code, number=one.number),
            }
            for one in reversed(piece.versions)
        ],
    )


def _written(draft: Draft) -> Form:
    return Form(asdict(draft))


def _public(notice: Notice) -> str:
    return url_for(f"news.{notice.slug}") if notice.slug else url_for("news.one", code=notice.code)


@blueprint.get("/<code>/versions/<int:number>")
@access("notices:notice:edit")
def preview(code: str, number: int) -> str:
    piece = queries.piece(reading(), code)
    found = next((one for one in piece.versions if one.number == number), piece.versions[-1])
    return render_template(
        "notices/preview.html",
        code=piece.notice.code,
        number=found.number,
        piece=documents.drawn(found.draft, house().settings),
    )


@blueprint.post("/<code>")
@access("notices:notice:edit")
def rewrite(code: str) -> Answer | tuple[str, int]:
    def load() -> Callable[[Work], object]:
        draft: Any = load_form(DRAFT)
        saves = load_form(SAVES)["saves"]
        return lambda w: actions.rewrite(w, code=code, draft=draft, saves=saves)

    return _do(code, "write", load)


@blueprint.post("/<code>/publish")
@access("notices:notice:publish")
def publish(code: str) -> Answer | tuple[str, int]:
    def load() -> Callable[[Work], object]:
        body = load_form(PUBLISH)
        return lambda w: actions.publish(w, code=code, saves=body["saves"], at=body["publish_at"])

    return _do(code, "publish", load)


@blueprint.post("/<code>/withdraw")
@access("notices:notice:publish")
def withdraw(code: str) -> Answer | tuple[str, int]:
    def load() -> Callable[[Work], object]:
        body = load_form(WITHDRAW)
        return lambda w: actions.withdraw(w, code=code, **body)

    return _do(code, "withdraw", load)


def _do(
    code: str, form: str, load: Callable[[], Callable[[Work], object]]
) -> Answer | tuple[str, int]:
    """Do what the form asks; what is refused comes back with all that was typed."""
    try:
        work(current_actor(), load())
    except Invalid as error:
        return _page(code, {form: failed(error)}), 422
    except (Conflict, WrongState) as error:
        typed = Form(dict(request.form))
        return _page(code, {form: typed}, sentence(error.message, error.facts)), 409
    return redirect(url_for("notices_desk.one", code=code, done=1), 303)
