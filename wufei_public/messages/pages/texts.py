"""How messages read: the district words them anew, as versions, in both languages."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.errors import Invalid, NotFound
from wufei_public.common.text import N_
from wufei_public.infra.i18n import ENGLISH, is_english
from wufei_public.infra.web.access import access
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.web.shell import MessageKind, message_kind, offers
from wufei_public.infra.work import reading, work
from wufei_public.messages import queries
from wufei_public.messages.actions import texts as actions
from wufei_public.messages.models import MessageText
from wufei_public.messages.rules import placeholders
from wufei_public.messages.schemas import TextIn
from wufei_public.people.queries.accounts import names_of

blueprint = Blueprint("message_texts", __name__, url_prefix="/staff/messages/texts")

TEXT = TextIn()


@blueprint.get("")
@access("messages:text:edit")
def listed() -> str:
    kinds = {name: kind for offer in offers() for name, kind in offer.messages.items()}
    versions = queries.texts(reading(), sorted(kinds))
    rows = [_row(name, kind, versions.get(name, ())) for name, kind in sorted(kinds.items())]
    done = _("存好了。") if request.args.get("done") else ""
    return render_template("messages/texts.html", rows=rows, done=done)


def _row(name: str, kind: MessageKind, versions: Any) -> dict[str, Any]:
    title, words = _read(kind, versions[-1] if versions else None)
    return {"name": name, "title": title, "words": words, "number": len(versions)}


def _read(kind: MessageKind, text: MessageText | None) -> tuple[str, str]:
    if text is None:
        return _(kind.title), _(kind.text)
    return (text.title_en, text.words_en) if is_english() else (text.title, text.words)


def _kind(name: str) -> MessageKind:
    found = message_kind(name)
    if found is None:
        raise NotFound("no_such_template", N_("没有这种消息。"))
    return found


@blueprint.get("/<name>")
@access("messages:text:edit")
def one(name: str) -> str:
    return _page(name, None)


def _page(name: str, form: Form | None) -> str:
    kind = _kind(name)
    versions = queries.texts(reading(), [name]).get(name, ())
    names = names_of(reading(), {one.written_by for one in versions})
    title, words = _read(kind, versions[-1] if versions else None)
    return render_template(
        "messages/text.html",
        name=name,
        title=title,
        words=words,
        form=form or Form(_typed(kind, versions)),
        facts=sorted(placeholders(kind.text)),
        versions=[(one, names.get(one.written_by, "")) for one in reversed(versions)],
    )


def _typed(kind: MessageKind, versions: Any) -> Mapping[str, str]:
    if not versions:
        with force_locale(ENGLISH):
            english = {"title_en": _(kind.title), "words_en": _(kind.text)}
        return {"title": kind.title, "words": kind.text} | english
    return {name: getattr(versions[-1], name) for name in actions.FIELDS}


@blueprint.post("/<name>")
@access("messages:text:edit")
def write(name: str) -> Answer | tuple[str, int]:
    kind = _kind(name)
    try:
        body = load_form(TEXT)
        work(
            current_actor(),
            lambda w: actions.write_text(w, template=name, shipped=kind.text, words=body),
        )
    except Invalid as error:
        return _page(name, failed(error)), 422
    return redirect(url_for("message_texts.listed", done=1), 303)
