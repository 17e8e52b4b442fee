"""首页, 我的, 公示, staff home, and the switches for text size, language and theme."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from wufei_public.common.clock import district_day
from wufei_public.infra.i18n import CHINESE, COOKIE, ENGLISH
from wufei_public.infra.web import addresses
from wufei_public.infra.web.access import access
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.web.shell import cards
from wufei_public.infra.web.view import MODE_COOKIE, THEME_COOKIE
from wufei_public.infra.work import house

blueprint = Blueprint("portal", __name__)

YEAR = 365 * 24 * 3600
LANGUAGES = {"zh": CHINESE, "en": ENGLISH}


@blueprint.get("/")
@access("public")
def home() -> str:
    today = district_day(house().clock())
    return render_template("portal/home.html", cards=cards("home", current_actor()), today=today)


@blueprint.get("/mine")
@access("public")
def mine() -> str:
    return render_template("portal/mine.html", cards=cards("mine", current_actor()))


@blueprint.get("/notices")
@access("public")
def notices() -> str:
    return render_template("portal/notices.html", cards=cards("notices", current_actor()))


@blueprint.get("/staff")
@access("staff")
def staff_home() -> str:
    return render_template("portal/staff_home.html", cards=cards("staff", current_actor()))


@blueprint.get("/privacy")
@access("public")
def privacy() -> str:
    return render_template("portal/privacy.html")


@blueprint.get("/accessibility")
@access("public")
def accessibility() -> str:
    return render_template("portal/accessibility.html")


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
    response = redirect(own_address(request.form.get("next", "")), 303)
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
