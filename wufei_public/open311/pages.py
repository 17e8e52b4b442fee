"""接口应用: which programs may report, with a key that is shown once."""

from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.actor import Actor
from wufei_public.common.errors import Invalid
from wufei_public.common.text import N_
from wufei_public.infra.web.access import access
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.web.shell import Offer
from wufei_public.infra.web.view import MenuItem
from wufei_public.infra.work import reading, work
from wufei_public.open311 import actions, queries
from wufei_public.open311.schemas import ApplicationIn
from wufei_public.people.rules.permissions import PERMISSIONS

blueprint = Blueprint("open311_desk", __name__, url_prefix="/staff/open311")

APPLICATION = ApplicationIn()


@blueprint.get("")
@access("open311:application:manage")
def listing() -> str:
    return _page(Form({"per_hour": 60}))


def _page(form: Form, key: str = "") -> str:
    return render_template(
        "open311/applications.html",
        form=form,
        key=key,
        done=_("停用了。它的密钥从现在起打不开任何东西。") if request.args.get("done") else "",
        rows=queries.applications(reading()),
        address=url_for("open311.discovery", edition="v2", fmt="xml", _external=True),
    )


@blueprint.post("")
@access("open311:application:manage")
def issue() -> str | tuple[str, int]:
    try:
        values = load_form(APPLICATION)
    except Invalid as error:
        return _page(failed(error)), 422
    key = work(current_actor(), lambda w: actions.issue(w, **values))
    return _page(Form({"per_hour": 60}), key)


@blueprint.post("/<code>/revoke")
@access("open311:application:manage")
def revoke(code: str) -> Answer:
    work(current_actor(), partial(actions.revoke, code=code))
    return redirect(url_for("open311_desk.listing", done=1), 303)


def menu(actor: Actor) -> list[MenuItem]:
    if not actor.has_role(*PERMISSIONS["open311:application:manage"]):
        return []
    url = url_for("open311_desk.listing")
    return [MenuItem(url, "key", _("接口应用"), here=request.path.startswith(url))]


OFFER = Offer(
    menu={N_("管理"): menu},
    audit_words={
        "open311/": N_("接口应用"),
        "open311:application:issue": N_("发接口密钥"),
        "open311:application:revoke": N_("停用接口密钥"),
        "per_hour": N_("一小时最多几件"),
        "on_trial": N_("试用"),
        "contact": N_("出了问题找谁"),
    },
)
