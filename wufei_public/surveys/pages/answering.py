"""For who answers: the list, the first page of a survey, its questions, thanks, results."""

import secrets
from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answer

from wufei_public.common.clock import day_end, district_day
from wufei_public.common.codes import normalise
from wufei_public.common.errors import Conflict, FieldError, Invalid, WrongState
from wufei_public.common.text import N_
from wufei_public.infra.i18n import is_english
from wufei_public.infra.keys import Keys
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import field_sentences
from wufei_public.infra.web.forms import Form
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.media.pages import receive
from wufei_public.surveys.actions import answering
from wufei_public.surveys.documents.asked import end_words, screens, villages
from wufei_public.surveys.documents.open import line, public_wave, shown, state_of
from wufei_public.surveys.models import Wave
from wufei_public.surveys.queries import forms, quotas, units, waves
from wufei_public.surveys.rules.questions import Kind, Questionnaire
from wufei_public.surveys.rules.replies import COMPLETE, DECLINED, MOST_PHOTOS, is_counted
from wufei_public.surveys.rules.waves import Mode

blueprint = Blueprint("surveys", __name__, url_prefix="/surveys")

DEVICE = "wf_survey"
Photos = dict[str, list[str]]
LONGEST = 7 * 24 * 3600
_ENDED = "4.1"
_WORDS = (COMPLETE, DECLINED, answering.FULL, _ENDED)


@blueprint.get("")
@access("public")
def listing() -> str:
    today = district_day(house().clock())
    return render_template(
        "surveys/listing.html",
        open=[line(row) for row in waves.open_for_all(reading(), today)],
        published=[line(row) for row in waves.published(reading())],
    )


@blueprint.get("/<code>")
@access("public")
def landing(code: str) -> str:
    return _landing(code, Form({"code": request.args.get("c", "")}))


def _landing(code: str, form: Form) -> str:
    wave = public_wave(code)
    questionnaire = forms.questionnaire(reading(), wave.form_key)
    return render_template(
        "surveys/landing.html",
        wave=shown(wave),
        state=_state(wave),
        form=form,
        form_title=questionnaire.title.read(english=is_english()),
        count=len(screens(questionnaire, english=False)),
        units=_units(wave),
    )


def _state(wave: Wave) -> str:
    """Return how the wave stands for this reader: whoever has begun may end, full or not."""
    state = state_of(wave)
    begun = DEVICE in request.cookies
    return "full" if state == "open" and not begun and quotas.is_full(reading(), wave) else state


def _units(wave: Wave) -> list[dict[str, Any]]:
    """Return for which organisations the reader may answer, and which have answered."""
    mine = units.represented(reading(), current_actor())
    done = units.spent(reading(), wave.id, [one.id for one in mine])
    return [{"code": one.code, "name": one.name, "done": one.id in done} for one in mine]


@blueprint.post("/<code>/begin")
@access("public")
def begin(code: str) -> Answer | tuple[str, int]:
    limit("look_up")
    wave, invited = public_wave(code), normalise(request.form.get("code", ""))
    if wave.mode == Mode.INVITED and not invited:
        return _landing(code, Form({}, {"code": _("邀请信上的码要填。")})), 422
    unit = request.form.get("unit", "")[:12]
    answer = redirect(url_for("surveys.form", code=code, c=invited or None, u=unit or None), 303)
    if DEVICE not in request.cookies:
        work(current_actor(), lambda w: answering.start(w, wave_code=code))
        # Of this survey alone, and gone with it: it follows nobody anywhere else.
        answer.set_cookie(
            DEVICE,
            secrets.token_urlsafe(24),
            expires=day_end(wave.closes_on),
            secure=house().settings.secure,
            httponly=True,
            samesite="Lax",
            path=url_for("surveys.landing", code=code),
        )
    return answer


@blueprint.get("/<code>/form")
@access("public")
def form(code: str) -> str | Answer:
    wave = public_wave(code)
    if state_of(wave) != "open" or (wave.mode == Mode.LINK and DEVICE not in request.cookies):
        return redirect(url_for("surveys.landing", code=code))
    asked = {"code": request.args.get("c", ""), "unit": request.args.get("u", "")}
    begun = Form({**asked, **fresh(house().keys)})
    return _form_page(wave, begun)


def fresh(keys: Keys) -> dict[str, str]:
    """Return the key and the signed beginning of a new form."""
    return {"client_key": secrets.token_urlsafe(24), "began": signed_now(keys)}


def signed_now(keys: Keys) -> str:
    now = str(int(house().clock().timestamp()))
    return f"{now}.{keys.mac('surveys:began', now.encode()).hex()[:16]}"


def _form_page(wave: Wave, form: Form) -> str:
    questionnaire = forms.questionnaire(reading(), wave.form_key)
    return render_template(
        "surveys/form.html",
        wave=shown(wave),
        form=form,
        screens=asked_of(questionnaire, form),
        full=quotas.full(reading(), wave),
    )


def asked_of(questionnaire: Questionnaire, form: Form | None = None) -> list[dict[str, Any]]:
    """Return the screens in the reader's language, with the villages where one is asked for.

    `form` is what came back.
    """
    english = is_english()
    around = villages(reading(), questionnaire, english=english)
    names = questionnaire.by_name
    said = {name: form.value(name, []) for name in names} if form else None
    return screens(questionnaire, english=english, around=around, said=said)


@blueprint.post("/<code>/form")
@access("public")
def send(code: str) -> Answer | tuple[str, int]:
    limit("submit")
    photos: Photos = {}
    try:
        outcome = take(code, device=request.cookies.get(DEVICE, ""), photos=photos)
    except Invalid as error:
        return _form_page(public_wave(code), came_back(request.form, error, photos)), 422
    except (Conflict, WrongState) as error:
        notice = Form(came_back(request.form, None, photos).values, notice=_(error.message))
        return _form_page(public_wave(code), notice), 409
    return redirect(url_for("surveys.done", code=code, o=told_of(outcome)), 303)


def told_of(outcome: str) -> str:
    """Return what the address of the last page says: which words, not how far somebody came.

    Addresses stand in the logs of whatever lies in front of the site, beside network and instant.
    """
    if is_counted(outcome):
        return COMPLETE
    return outcome if outcome in _WORDS else _ENDED


def take(code: str, *, device: str, photos: Photos, case: int | None = None) -> str:
    """Hand what a form sent to the action; return its outcome.

    `photos` is filled with the tokens of the photos that came, for a form that goes back.
    """
    posted = request.form
    key = posted.get("client_key", "")
    if not 16 <= len(key) <= 64:  # noqa: PLR2004  as everywhere
        sentence = N_("提交标识不对，请刷新页面。")
        raise Invalid("no_key", sentence, [FieldError("client_key", sentence)])
    sent = answering.Sent(
        client_key=key,
        fields={name: posted.getlist(name) for name in posted} | _received(code, photos),
        seconds=_seconds(posted, house().keys),
        device=device,
        code=posted.get("code", ""),
        unit=posted.get("unit", ""),
        case=case,
        whole=posted.get("stop") != "1",
        full=posted.get("full") == "1",
        english=is_english(),
        began=_began(posted, house().keys),
    )
    return work(current_actor(), lambda w: answering.submit(w, wave_code=code, sent=sent))


def _received(code: str, photos: Photos) -> Photos:
    """Take the photos of the form into the quarantine; return their tokens by question."""
    # A crowd sends forms without any: they cost no look at the wave.
    if not request.files and not any(name.endswith("_token") for name in request.form):
        return photos
    wave = waves.wave(reading(), code)
    if not wave.identifiable:
        return photos
    for question in forms.questionnaire(reading(), wave.form_key).pointing:
        if question.kind is Kind.PHOTO:
            photos[question.name] = receive(
                question.name, most=MOST_PHOTOS, too_many=N_("最多 3 张照片。")
            )
    return photos


def _seconds(posted: MultiDict[str, str], keys: Keys) -> float:
    """Return how long somebody took: as the phone counted, at most as long as the form is old."""
    counted = posted.get("seconds", "")
    own = float(counted) if counted.isascii() and counted.isdigit() else float(LONGEST)
    return min(own, _age(posted.get("began", ""), keys))


def _age(began: str, keys: Keys) -> float:
    instant = _signed(began, keys)
    return max(0.0, house().clock().timestamp() - instant) if instant else 0.0


def _began(posted: MultiDict[str, str], keys: Keys) -> date | None:
    """Return the day on which a form was fetched; None where nobody of ours signed it."""
    instant = _signed(posted.get("began", ""), keys)
    return district_day(datetime.fromtimestamp(instant, UTC)) if instant else None


def _signed(began: str, keys: Keys) -> float:
    """Return the instant that the server signed, 0 for none."""
    instant, _, mac = began.partition(".")
    right = [one.hex()[:16].encode() for one in keys.macs("surveys:began", instant.encode())]
    known = any(secrets.compare_digest(mac.encode(), one) for one in right)
    return float(instant) if instant.isdigit() and known else 0.0


def came_back(posted: MultiDict[str, str], error: Invalid | None, photos: Photos) -> Form:
    """Return the form as it was sent, with the faults at their questions."""
    single = ("client_key", "began", "code", "unit")
    values: dict[str, Any] = {name: posted.getlist(name) for name in posted}
    values |= {name: posted.get(name, "") for name in single} | photos
    found = field_sentences(error) if error else []
    return Form(values, {fault["pointer"]: fault["message"] for fault in found})


@blueprint.get("/<code>/done")
@access("public")
def done(code: str) -> str:
    wave = public_wave(code)
    outcome = told_of(request.args.get("o", COMPLETE))
    questionnaire: Questionnaire = forms.questionnaire(reading(), wave.form_key)
    return render_template(
        "surveys/done.html",
        wave=shown(wave),
        counted=is_counted(outcome),
        words=_end(questionnaire, outcome),
    )


def _end(questionnaire: Questionnaire, outcome: str) -> str:
    if outcome == answering.FULL:
        return str(_("和您情况相近的人已经答够了，这次不用再答。什么也没有留下。"))
    return end_words(questionnaire, outcome, english=is_english())


@blueprint.get("/methods")
@access("public")
def methods() -> str:
    return render_template("surveys/methods.html")
