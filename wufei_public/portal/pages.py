"""首页, 我的, 公示, staff home, and the switches for text size, language and theme."""

import json

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from wufei_public.common.clock import district_day
from wufei_public.infra.i18n import CHINESE, COOKIE, ENGLISH
from wufei_public.infra.web import addresses
from wufei_public.infra.web.access import access, shared
from wufei_public.infra.web.forms import Form
from wufei_public.infra.web.session import clear_session_cookie, current_actor
from wufei_public.infra.web.shell import belongings, cards, doors
from wufei_public.infra.web.shell import hero as first_hero
from wufei_public.infra.web.view import MODE_COOKIE, THEME_COOKIE
from wufei_public.infra.work import house, reading, work
from wufei_public.people.actions.personal import erase_account, withdraw

blueprint = Blueprint("portal", __name__)

YEAR = 365 * 24 * 3600
URGENCY = {"bad": 0, "soon": 1, "doing": 2}
LANGUAGES = {"zh": CHINESE, "en": ENGLISH}


@blueprint.get("/")
@access("public")
@shared
def home() -> str:
    actor = current_actor()
    hero = first_hero(actor)
    # What the hero leads to needs no second door.
    taken = hero.values.get("url") if hero else ""
    return render_template(
        "portal/home.html",
        first=hero,
        doors=[door for door in doors("doors", actor) if door.url != taken],
        cards=cards("home", actor),
        today=district_day(house().clock()),
    )


@blueprint.get("/mine")
@access("public")
def mine() -> str:
    actor = current_actor()
    return render_template(
        "portal/mine.html",
        doors=doors("mine_doors", actor),
        outbox=cards("outbox", actor),
        cards=cards("mine", actor),
    )


# ---- my data --------------------------------------------------------------------


@blueprint.get("/mine/data")
@access("resident")
def data() -> str:
    return _data_page(Form())


def _data_page(form: Form) -> str:
    kept = [_(owned.title) for owned in belongings()]
    return render_template("portal/data.html", form=form, kept=kept)


@blueprint.get("/mine/data.json")
@access("resident")
def copy_of_data() -> Response:
    """Give the resident a copy of everything, one list per feature (PIPL art. 45)."""
    account, keys = current_actor().id or 0, house().keys
    copy = {_(owned.title): owned.export(reading(), keys, account) for owned in belongings()}
    body = json.dumps(copy, ensure_ascii=False, indent=1)
    headers = {
        "Content-Disposition": 'attachment; filename="my-data.json"',
        "Cache-Control": "private, no-store",
    }
    return Response(body, mimetype="application/json", headers=headers)


@blueprint.post("/mine/data/withdraw")
@access("resident")
def withdraw_consent() -> Response:
    work(current_actor(), withdraw)
    return _signed_out()


@blueprint.post("/mine/data/erase")
@access("resident")
def erase() -> Response | tuple[str, int]:
    if request.form.get("sure") != "1":
        return _data_page(Form({}, {"sure": _("要注销，请先勾上这一项。")})), 422
    erasers = [owned.erase for owned in belongings()]
    work(current_actor(), lambda w: erase_account(w, erasers=erasers))
    return _signed_out()


def _signed_out() -> Response:
    response = make_response(redirect(url_for("portal.home"), 303))
    clear_session_cookie(response)
    return response


@blueprint.get("/notices")
@access("public")
@shared
def notices() -> str:
    return render_template("portal/notices.html", cards=cards("notices", current_actor()))


@blueprint.get("/staff")
@access("staff")
def staff_home() -> str:
    actor = current_actor()
    tasks = [task for task in doors("tasks", actor) if task.count]
    return render_template(
        "portal/staff_home.html",
        # sorted() keeps app.py's order among equals.
        tasks=sorted(tasks, key=lambda task: URGENCY.get(task.tone, len(URGENCY))),
        cards=cards("staff", actor),
        today=district_day(house().clock()),
    )


@blueprint.post("/mode")
@access("public")
def set_mode() -> Response:
    mode = "care" if request.form.get("mode") == "care" else "standard"
    return _remember(MODE_COOKIE, mode)


@blueprint.post("/theme")
@access("public")
def set_theme() -> Response:
    theme = request.form.get("theme", "")
    return _remember(THEME_COOKIE, theme if theme in {"light", "dark"} else "auto")


@blueprint.post("/language")
@access("public")
def set_language() -> Response:
    return _remember(COOKIE, LANGUAGES.get(request.form.get("language", ""), CHINESE))


def _remember(name: str, value: str) -> Response:
    response = make_response(redirect(own_address(request.form.get("next", "")), 303))
    response.set_cookie(
        name,
        value,
        max_age=YEAR,
        samesite="Lax",
        httponly=True,
        secure=house().settings.secure,
    )
    return response


def own_address(wanted: str) -> str:
    """Return `wanted` if it is a path of this site, else the home page (no open redirect)."""
    return addresses.own_address(wanted, url_for("portal.home"))
