"""/api/v1/surveys: the same as the pages, for other programs."""

from collections.abc import Sequence
from typing import Any

from flask import url_for

from wufei_public.common.clock import district_day
from wufei_public.common.errors import FieldError, Invalid, WrongState
from wufei_public.common.text import N_
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import shared
from wufei_public.infra.web.api import ApiBlueprint
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.media.pages import receive_one
from wufei_public.surveys.actions import answering
from wufei_public.surveys.documents.asked import screens
from wufei_public.surveys.documents.open import public_wave, published_wave, title_of
from wufei_public.surveys.queries import forms, waves
from wufei_public.surveys.schemas import (
    FiguresOut,
    PhotoOut,
    QuestionsOut,
    ReplyIn,
    ReplyOut,
    WavesOut,
)

blueprint = ApiBlueprint("surveys_api", __name__, url_prefix="/api/v1/surveys", tag=N_("调查"))

REPLY = ReplyIn()


@blueprint.operation(
    "GET",
    "/waves",
    access="public",
    summary=N_("现在能答的调查，和已公布结果的调查"),
    answer=WavesOut(),
)
@shared
def list_waves() -> dict[str, Any]:
    today = district_day(house().clock())
    return {
        "open": [_row(row, "open") for row in waves.open_for_all(reading(), today)],
        "published": [_row(row, "published") for row in waves.published(reading())],
    }


def _row(row: Any, state: str) -> dict[str, Any]:
    return {
        "code": row.code,
        "title": title_of(row),
        "closes_on": row.closes_on.isoformat(),
        "state": state,
        "address": url_for("surveys.landing", code=row.code),
    }


@blueprint.operation(
    "GET",
    "/waves/<code>/questions",
    access="public",
    summary=N_("一次调查的题目，带跳题条件"),
    answer=QuestionsOut(),
    refuses=(404,),
)
def list_questions(code: str) -> dict[str, Any]:
    wave = public_wave(code)
    form = forms.questionnaire(reading(), wave.form_key)
    questions = [
        {
            name: screen[name]
            for name in ("name", "kind", "label", "hint", "required", "when", "rule", "choices")
        }
        for screen in screens(form, english=is_english())
    ]
    return {"code": code, "title": title_of(wave), "questions": questions}


@blueprint.operation(
    "POST",
    "/waves/<code>/replies",
    access="public",
    summary=N_("交一份回答；同一个 client_key 再交，结果不变"),
    body=REPLY,
    answer=ReplyOut(),
    status=201,
    refuses=(403, 404, 409, 429),
)
def create_reply(code: str, body: dict[str, Any]) -> dict[str, Any]:
    limit("submit")
    sent = answering.Sent(
        client_key=body["client_key"],
        fields={name: _values(name, value) for name, value in body["answers"].items()},
        seconds=float(body["seconds"]),
        # A program holds no device: it answers for a signed-in resident or with a code.
        device="",
        code=body["code"],
        unit=body["unit"],
        english=is_english(),
    )
    public_wave(code)
    outcome = work(current_actor(), lambda w: answering.submit(w, wave_code=code, sent=sent))
    return {"outcome": outcome}


@blueprint.operation(
    "POST",
    "/waves/<code>/photos",
    access="public",
    summary=N_("先传一张照片题的照片，换一个凭证"),
    answer=PhotoOut(),
    status=201,
    refuses=(404, 409, 413, 422, 429),
    consumes="multipart/form-data",
)
def create_photo(code: str) -> dict[str, Any]:
    limit("upload")
    wave = waves.wave(reading(), code)
    if not wave.identifiable or not wave.facts.takes_answers(district_day(house().clock())):
        raise WrongState("no_photos_here", N_("这次调查现在不收照片。"))
    return {"token": receive_one("photo")}


def _values(name: str, value: object) -> Sequence[str]:
    found = value if isinstance(value, list) else [value]
    if not all(isinstance(one, str | int | float) for one in found):
        sentence = N_("回答要是文字，或者文字的列表。")
        raise Invalid("bad_answer", sentence, [FieldError(f"answers/{name}", sentence)])
    return [str(one) for one in found]


@blueprint.operation(
    "GET",
    "/waves/<code>/results",
    access="public",
    summary=N_("一次调查公布的全部数字，带人数、区间和算法"),
    answer=FiguresOut(),
    refuses=(404,),
)
def show_results(code: str) -> dict[str, Any]:
    wave = published_wave(code)
    return {"code": code, "title": title_of(wave), "figures": wave.figures}
