"""Which language, and how dates read in it."""

from datetime import date, datetime

from flask import Flask, g, request
from flask_babel import Babel, get_locale, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from wufei_public.common.clock import DISTRICT_ZONE, district_day
from wufei_public.infra.work import house

CHINESE = "zh_Hans_CN"
ENGLISH = "en"
COOKIE = "wf_lang"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

babel = Babel()


def choose_locale() -> str:
    """Return the reader's choice, else English for a browser that puts English first."""
    if "locale" not in g:
        chosen = request.cookies.get(COOKIE) if request else None
        g.locale = chosen if chosen in {CHINESE, ENGLISH} else _by_browser()
    locale: str = g.locale
    return locale


def _by_browser() -> str:
    # best_match gives English for `zh-CN,zh;q=0.9,en;q=0.8`; the first preference decides.
    first = request.headers.get("Accept-Language", "").split(",")[0].strip().lower()
    return ENGLISH if first.split("-")[0].split(";")[0] == "en" else CHINESE


def init_i18n(app: Flask) -> None:
    """Choose the locale per request; the catalogues lie in the package."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    babel.init_app(
        app,
        default_locale=CHINESE,
        default_timezone=str(DISTRICT_ZONE),
        locale_selector=choose_locale,
    )
    app.jinja_env.globals |= {"gettext": _in_template, "_": _in_template}
    app.jinja_env.filters.update(day=day, moment=moment, iso=iso)


def gettext(sentence: str, **facts: object) -> str:
    """Return `sentence` in the reader's language.

    The same as flask-babel's, which looks for the request, its language and the catalogue
    anew for each of the hundred sentences of a page (bench/README.md).
    """
    catalogue = g.get("catalogue") if g else None
    if catalogue is None:
        catalogue = get_translations()
        if g:
            g.catalogue = catalogue
    found: str = catalogue.ugettext(sentence)
    return found % facts if facts else found


@pass_eval_context
def _in_template(context: EvalContext, sentence: str, /, **facts: object) -> str:
    """Return `sentence` for a template: safe itself, its facts escaped."""
    found = gettext(sentence)
    if not context.autoescape:
        return found % facts
    # Without facts it is a format too, as Jinja has it: %% gives %.
    return Markup(found) % facts if facts else Markup(found % facts)  # noqa: S704  our own words


def is_english() -> bool:
    """Say whether the reader gets English."""
    locale = get_locale()
    return locale is not None and locale.language == "en"


def day(value: date | datetime) -> str:
    """Return 11月23日, or 23 Nov; with its year where that is not this one."""
    if isinstance(value, datetime):
        value = value.astimezone(DISTRICT_ZONE).date()
    other_year = value.year != district_day(house().clock()).year
    if is_english():
        year = f" {value.year}" if other_year else ""
        return f"{value.day} {MONTHS[value.month - 1]}{year}"
    year = f"{value.year}年" if other_year else ""
    return f"{year}{value.month}月{value.day}日"


def moment(value: datetime) -> str:
    """Return 11月23日 08:05, or 23 Nov, 08:05, in the district's time."""
    local = value.astimezone(DISTRICT_ZONE)
    return f"{day(local.date())}{', ' if is_english() else ' '}{local:%H:%M}"


def iso(value: date | datetime) -> str:
    """Return the machine-readable form for `<time datetime>`."""
    if isinstance(value, datetime):
        return value.astimezone(DISTRICT_ZONE).isoformat(timespec="minutes")
    return value.isoformat()


__all__ = ["CHINESE", "COOKIE", "ENGLISH", "choose_locale", "init_i18n"]
