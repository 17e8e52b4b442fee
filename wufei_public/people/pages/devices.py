"""Where I am signed in: each device, and a way to end it."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from flask_babel import gettext

from wufei_public.infra.web.access import RESIDENT, STAFF, access
from wufei_public.infra.web.session import clear_session_cookie, current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.people.actions.sessions import end_session
from wufei_public.people.pages.signing import present
from wufei_public.people.queries.sessions import open_sessions

blueprint = Blueprint("devices", __name__)


@dataclass(frozen=True, slots=True)
class Device:
    """One signed-in device, in words."""

    code: str
    name: str
    signed_in_at: datetime
    seen_at: datetime
    here: bool


@blueprint.get("/people/sessions")
@access(RESIDENT)
def of_resident() -> str:
    return render_template("people/sessions.html", devices=_mine())


@blueprint.get("/staff/sessions")
@access(STAFF)
def of_staff() -> str:
    return render_template("people/staff_sessions.html", devices=_mine())


@blueprint.post("/people/sessions/<code>/end")
@access(RESIDENT)
def end_of_resident(code: str) -> Response:
    return _end(code, "devices.of_resident", "portal.home")


@blueprint.post("/staff/sessions/<code>/end")
@access(STAFF)
def end_of_staff(code: str) -> Response:
    return _end(code, "devices.of_staff", "people.staff_sign_in")


def devices_of(account: int) -> list[Device]:
    """Return the devices of an account in words; `here` is the one that asks."""
    facts = present()
    return [
        Device(
            row.code,
            _name(row.program, row.system),
            row.created_at,
            row.seen_at,
            facts is not None and row.code == facts.code,
        )
        for row in open_sessions(reading(), account, house().clock())
    ]


def _name(program: str, system: str) -> str:
    words = gettext(program) if program else gettext("未知设备")
    return f"{words} · {system}" if system else words


def _mine() -> list[Device]:
    account = current_actor().id
    return devices_of(account) if account is not None else []


def _end(code: str, back: str, out: str) -> Response:
    facts = present()
    work(current_actor(), lambda w: end_session(w, code=code))
    if facts is None or facts.code != code:
        return make_response(redirect(url_for(back), 303))
    response = make_response(redirect(url_for(out), 303))
    clear_session_cookie(response)
    return response
