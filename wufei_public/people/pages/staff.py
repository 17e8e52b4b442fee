"""Set-up links and staff accounts."""

import base64
from io import BytesIO
from typing import Any

import segno
from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.errors import Conflict, FieldError, Invalid, NotFound
from wufei_public.common.text import N_
from wufei_public.divisions import queries as places
from wufei_public.infra.web.access import access
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.web.shell import Offer
from wufei_public.infra.web.view import MenuItem
from wufei_public.infra.work import house, reading, work
from wufei_public.people import queries, schemas
from wufei_public.people.actions import roles, staff
from wufei_public.people.models import Account
from wufei_public.people.rules.permissions import PERMISSIONS
from wufei_public.people.rules.roles import LABELS, Role

blueprint = Blueprint("accounts", __name__)

SET_UP, INVITE, GRANT = schemas.SetUpIn(), schemas.InviteIn(), schemas.GrantIn()


# ---- setting up one's own account -----------------------------------------------


@blueprint.get("/staff/setup/<token>")
@access("public")
def setup(token: str) -> str:
    return _setup_page(token, Form())


def _setup_page(token: str, form: Form) -> str:
    issuer = house().settings.site_name
    uri, secret = work(
        current_actor(), lambda w: staff.provisioning_uri(w, token=token, issuer=issuer)
    )
    buffer = BytesIO()
    segno.make(uri, error="m").save(buffer, kind="png", scale=6, border=4)
    picture = "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
    return render_template(
        "people/setup.html", form=form, token=token, picture=picture, secret=secret
    )


@blueprint.post("/staff/setup/<token>")
@access("public")
def set_up(token: str) -> Answer | tuple[str, int]:
    limit("sign_in")
    try:
        values = load_form(SET_UP)
        work(current_actor(), lambda w: staff.set_up(w, token=token, **values))
    except Invalid as error:
        return _setup_page(token, failed(error)), 422
    return redirect(url_for("people.staff_sign_in", ready=1), 303)


# ---- accounts -------------------------------------------------------------------


@blueprint.get("/staff/accounts")
@access("people:account:see")
def accounts() -> str:
    return _accounts_page(Form())


def _accounts_page(form: Form, link: str = "") -> str:
    words, after = request.args.get("words", "").strip(), request.args.get("after", 0, type=int)
    rows = queries.staff_list(reading(), words, after)
    shown, more = rows[: queries.PAGE], len(rows) > queries.PAGE
    return render_template(
        "people/accounts.html",
        form=form,
        link=link,
        rows=[_account_row(row) for row in shown],
        words=words,
        after=shown[-1].id if more else None,
        may_create=_may("people:account:create"),
    )


def _account_row(row: Any) -> dict[str, Any]:
    names = places.directory(reading()).names
    held = queries.running_grants(reading(), [row.id])[row.id]
    return {
        "code": row.code,
        "name": row.name,
        "user_name": row.user_name,
        "active": row.state == "active",
        "ready": bool(row.ready),
        "last_seen_on": row.last_seen_on,
        "roles": [
            {
                "id": grant.id,
                "label": LABELS[Role(grant.role)],
                "scope": names.get(grant.division, "") or grant.department or "",
            }
            for grant in held
        ],
    }


def _may(permission: str) -> bool:
    return current_actor().has_role(*PERMISSIONS[permission])


@blueprint.post("/staff/accounts")
@access("people:account:create")
def invite() -> str | tuple[str, int]:
    try:
        values = load_form(INVITE)
        _account, token = work(current_actor(), lambda w: staff.invite(w, **values))
    except (Invalid, Conflict) as error:
        return _accounts_page(failed(_at_field(error))), 422
    return _accounts_page(Form(), url_for("accounts.setup", token=token, _external=True))


def _at_field(error: Invalid | Conflict) -> Invalid:
    if isinstance(error, Invalid):
        return error
    return Invalid(error.code, error.message, [FieldError("user_name", error.message)])


@blueprint.get("/staff/accounts/<code>")
@access("people:account:see")
def account(code: str) -> str:
    return _account_page(_account(code), Form())


def _account(code: str) -> Account:
    found = queries.staff_by_code(reading(), code)
    if found is None:
        raise NotFound("no_account", N_("没有这个账号。"))
    return found


def _account_page(found: Account, form: Form, link: str = "") -> str:
    session = reading()
    row = {
        "id": found.id,
        "code": found.code,
        "name": found.name,
        "user_name": found.user_name,
        "state": found.state,
        "ready": found.password_hash is not None,
        "last_seen_on": found.last_seen_on,
    }
    names = places.directory(session).names
    departments = {item.code: item.name for item in places.departments(session).active}
    return render_template(
        "people/account.html",
        account=row,
        form=form,
        link=link,
        grants=[
            {
                "id": grant.id,
                "label": LABELS[Role(grant.role)],
                "scope": names.get(grant.division, "") or departments.get(grant.department, ""),
                "granted_at": grant.granted_at,
            }
            for grant in queries.grants_of(session, found.id)
        ],
        sessions=len(queries.sessions_of(session, found.id, house().clock())),
        roles=[(role.value, _(LABELS[role])) for role in Role],
        towns=[(town.code, town.name) for town in places.directory(session).towns],
        departments=sorted(departments.items(), key=lambda pair: pair[1]),
        may_grant=_may("people:role:grant"),
        may_reset=_may("people:account:reset"),
        may_disable=_may("people:account:disable"),
    )


@blueprint.post("/staff/accounts/<code>/roles")
@access("people:role:grant")
def grant(code: str) -> Answer | tuple[str, int]:
    found = _account(code)
    try:
        values = load_form(GRANT)
        role = Role(values.pop("role"))
        work(current_actor(), lambda w: roles.grant(w, _reload(w, code), role=role, **values))
    except Invalid as error:
        return _account_page(found, failed(error)), 422
    return redirect(url_for("accounts.account", code=code), 303)


def _reload(w: Any, code: str) -> Account:
    found = queries.staff_by_code(w.session, code)
    if found is None:
        raise NotFound("no_account", N_("没有这个账号。"))
    return found


@blueprint.post("/staff/accounts/<code>/roles/<int:grant_id>/end")
@access("people:role:grant")
def end_grant(code: str, grant_id: int) -> Answer:
    work(current_actor(), lambda w: roles.end_grant(w, _reload(w, code), grant_id))
    return redirect(url_for("accounts.account", code=code), 303)


@blueprint.post("/staff/accounts/<code>/reset")
@access("people:account:reset")
def reset(code: str) -> str:
    token = work(current_actor(), lambda w: staff.reset(w, _reload(w, code)))
    link = url_for("accounts.setup", token=token, _external=True)
    return _account_page(_account(code), Form(), link)


def menu(actor: Any) -> list[MenuItem]:
    if not actor.has_role(*PERMISSIONS["people:account:see"]):
        return []
    url = url_for("accounts.accounts")
    return [MenuItem(url, "people", N_("工作人员账号"), here=request.path.startswith(url))]


OFFER = Offer(menu={N_("管理"): menu})
