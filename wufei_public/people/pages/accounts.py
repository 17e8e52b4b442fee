"""Accounts of staff: the list, one account, and what administrators do to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import get_locale, gettext

from wufei_public.common.errors import Conflict, Invalid, NotAllowed
from wufei_public.divisions.queries import departments, directory
from wufei_public.divisions.rules.departments import Departments
from wufei_public.divisions.rules.directory import Directory
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import sentence
from wufei_public.infra.web.forms import Form, failed, load_form, typed
from wufei_public.infra.web.paging import pack, unpack
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import Work, house, reading, work
from wufei_public.people import policy
from wufei_public.people.actions.accounts import Invited, disable_account, invite_staff
from wufei_public.people.actions.roles import end_role, grant_role
from wufei_public.people.actions.sessions import end_sessions
from wufei_public.people.actions.setup import reset_totp
from wufei_public.people.models import Account
from wufei_public.people.pages.devices import devices_of
from wufei_public.people.queries import accounts as queries
from wufei_public.people.queries.accounts import PAGE, HeldRole, StaffRow
from wufei_public.people.rules.accounts import AccountFacts, State
from wufei_public.people.rules.links import LIFE
from wufei_public.people.rules.roles import ROLES, SCOPE_WORDS, Role, RoleFacts
from wufei_public.people.schemas import AccountsIn, GrantIn, InviteIn, ReasonIn

blueprint = Blueprint("accounts", __name__, url_prefix="/staff/accounts")

_ACCOUNTS, _INVITE, _GRANT, _REASON = AccountsIn(), InviteIn(), GrantIn(), ReasonIn()
Page = str | Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role in words, with the code by which it is ended."""

    code: str
    label: str
    scope: str
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class AccountLine:
    """A row of the list, in words."""

    url: str
    name: str
    user_name: str
    roles: str
    tone: str
    state: str
    seen_at: datetime | None


@blueprint.get("")
@access("people:account:list")
def listed() -> str:
    query = _ACCOUNTS.load(request.args.to_dict())
    after = unpack(query["after"], 1)[0] if query["after"] else ""
    rows = queries.staff_page(reading(), query["q"], after)
    lines = _lines([row.roles for row in rows[:PAGE]])
    return render_template(
        "people/accounts.html",
        accounts=[_line(row, held) for row, held in zip(rows, lines, strict=False)],
        words=query["q"],
        first=bool(after),
        next=pack(rows[PAGE - 1].facts.user_name) if len(rows) > PAGE else "",
        may_invite=policy.may_invite(current_actor()).allowed,
    )


@blueprint.get("/new")
@access("people:account:invite")
def new() -> str:
    return render_template("people/invite.html", form=Form())


@blueprint.post("/new")
@access("people:account:invite")
def invite() -> Page:
    try:
        body = load_form(_INVITE)
        invited = work(current_actor(), lambda w: invite_staff(w, **body))
    except Invalid as error:
        return render_template("people/invite.html", form=failed(error)), 422
    return _link_page(invited, new=True)


@blueprint.get("/<code>")
@access("people:account:list")
def one(code: str) -> str:
    return _page(code, Form())


@blueprint.post("/<code>/roles")
@access("people:role:grant")
def grant(code: str) -> Page:
    try:
        body = load_form(_GRANT) | {"code": code}
        body["role"] = Role(body["role"])
        work(current_actor(), lambda w: grant_role(w, **body))
    except Invalid as error:
        return _page(code, failed(error)), 422
    except (Conflict, NotAllowed) as error:
        notice = sentence(error.message, error.facts)
        return _page(code, Form(typed(request.form), notice=notice)), 409
    return _back(code)


@blueprint.post("/<code>/roles/<held>/end")
@access("people:role:end")
def end_one_role(code: str, held: str) -> Page:
    body = load_form(_REASON)
    work(current_actor(), lambda w: end_role(w, code=held, reason=body["reason"]))
    return _back(code)


@blueprint.post("/<code>/reset")
@access("people:account:reset")
def reset(code: str) -> Page:
    def do(w: Work) -> Invited:
        token = reset_totp(w, code=code)
        return Invited(code, queries.staff_account(w.session, code).user_name or "", token)

    return _link_page(work(current_actor(), do), new=False)


@blueprint.post("/<code>/disable")
@access("people:account:disable")
def disable(code: str) -> Page:
    body = load_form(_REASON)
    work(current_actor(), lambda w: disable_account(w, code=code, reason=body["reason"]))
    return _back(code)


@blueprint.post("/<code>/sessions/end")
@access("people:session:end")
def end_all_sessions(code: str) -> Page:
    work(
        current_actor(),
        lambda w: end_sessions(w, account=queries.staff_account(w.session, code, locked=True)),
    )
    return _back(code)


def _back(code: str) -> Response:
    return make_response(redirect(url_for("accounts.one", code=code), 303))


def _link_page(invited: Invited, *, new: bool) -> str:
    base = house().settings.public_url or request.host_url.rstrip("/")
    return render_template(
        "people/link.html",
        invited=invited,
        new=new,
        address=base + url_for("people.set_up", token=invited.token),
        days=LIFE.days,
    )


def _page(code: str, form: Form) -> str:
    account = queries.staff_account(reading(), code)
    facts = queries.facts_of(reading(), account)
    return render_template(
        "people/account.html",
        account=account,
        form=form,
        state=_state(facts),
        roles=_lines([queries.roles_of(reading(), [account.id])[account.id]])[0],
        devices=devices_of(account.id),
        may=_may(account, facts),
        **_choices(),
    )


def _may(account: Account, facts: AccountFacts) -> dict[str, bool]:
    """Return which buttons to draw; the action asks again."""
    actor, usable = current_actor(), account.state == State.ACTIVE
    return {
        "grant": any(policy.may_grant(actor, facts, role).allowed for role in Role),
        "end_role": policy.may_end_role(actor, facts, last_of_its_kind=False).allowed,
        "reset": policy.may_reset(actor, facts).allowed,
        "disable": policy.may_disable(actor, facts, last_of_its_kind=False).allowed,
        "end_sessions": usable and policy.may_end_sessions(actor, facts).allowed,
    }


def _choices() -> dict[str, Any]:
    places, offices = directory(reading()), departments(reading())
    english = _english()
    towns = (*places.districts, *places.towns)
    nothing = ("", gettext("不限"))
    return {
        "role_choices": [(role.value, _role_choice(facts)) for role, facts in ROLES.items()],
        "division_choices": [
            nothing,
            *((t.code, t.name_en if english else t.name) for t in towns),
            *((unit.code, places.path(unit.code, english=english)) for unit in places.units),
        ],
        "department_choices": [
            nothing,
            *((o.code, o.name_en if english else o.name) for o in offices.active),
        ],
    }


def _english() -> bool:
    locale = get_locale()
    return locale is not None and locale.language == "en"


def _line(row: StaffRow, held: Sequence[RoleLine]) -> AccountLine:
    tone, state = _state(row.facts)
    roles = [f"{line.label} {line.scope}".strip() for line in held]
    return AccountLine(
        url_for("accounts.one", code=row.facts.code),
        row.facts.display_name,
        row.facts.user_name,
        gettext("、").join(roles),
        tone,
        state,
        row.seen_at,
    )


def _state(facts: AccountFacts) -> tuple[str, str]:
    if facts.state is State.DISABLED:
        return "none", gettext("已停用")
    return ("done", gettext("可登录")) if facts.enrolled else ("soon", gettext("等本人设置"))


def _lines(held: Sequence[Sequence[HeldRole]]) -> list[list[RoleLine]]:
    """Return the roles of several accounts in words; two statements, however many."""
    places, offices = directory(reading()), departments(reading())
    return [[_role_line(role, places, offices) for role in roles] for roles in held]


def _role_line(role: HeldRole, places: Directory, offices: Departments) -> RoleLine:
    label = gettext(ROLES[role.role].label)
    return RoleLine(role.code, label, _scope(role, places, offices), role.granted_at)


def _scope(role: HeldRole, places: Directory, offices: Departments) -> str:
    english, office = _english(), offices.get(role.department)
    words = [places.path(role.division, english=english)] if role.division else []
    if office is not None:
        words.append(office.name_en if english else office.name)
    return " · ".join(words)


def _role_choice(facts: RoleFacts) -> str:
    """Return a role as it is offered, with what the grant asks for beside it."""
    return f"{gettext(facts.label)} · {gettext(SCOPE_WORDS[facts.scope])}"
