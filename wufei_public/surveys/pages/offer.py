"""What surveys put into the shell: a card on 首页 and 公示, a menu entry for officials."""

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import pgettext

from wufei_public.common.actor import Actor
from wufei_public.common.clock import district_day
from wufei_public.common.text import N_
from wufei_public.infra.web.shell import Card, Door, Offer
from wufei_public.infra.web.view import MenuItem
from wufei_public.infra.work import house, reading
from wufei_public.people.rules.permissions import PERMISSIONS
from wufei_public.surveys.documents.open import line
from wufei_public.surveys.queries import waves

NEWEST = 3


def home(_actor: Actor) -> Card | None:
    rows = waves.open_for_all(reading(), district_day(house().clock()))[:NEWEST]
    return Card("surveys/_home.html", {"rows": [line(row) for row in rows]}) if rows else None


def doors(_actor: Actor) -> list[Door]:
    return [Door(url_for("surveys.listing"), "survey", pgettext("door", "问卷"))]


def notices(_actor: Actor) -> Card | None:
    rows = waves.published(reading())[:NEWEST]
    return Card("surveys/_notices.html", {"rows": [line(row) for row in rows]}) if rows else None


def menu(actor: Actor) -> list[MenuItem]:
    if actor.has_role(*PERMISSIONS["surveys:answers:open"]):
        url = url_for("survey_answers.listing")
        return [MenuItem(url, "survey", _("调查的全部回答"), here=request.path == url)]
    if not actor.has_role(*PERMISSIONS["surveys:wave:view"]):
        return []
    url = url_for("survey_desk.listing")
    return [MenuItem(url, "survey", _("调查"), here=request.path.startswith(url))]


OFFER = Offer(doors=doors, home=home, notices=notices, menu={N_("办事"): menu})
