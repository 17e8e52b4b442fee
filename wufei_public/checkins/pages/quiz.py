"""每日问答: five questions, an answer to each, and why."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from wufei_public.checkins.actions import quiz as actions
from wufei_public.checkins.queries import own as queries
from wufei_public.checkins.rules.schemes import Scheme
from wufei_public.common.clock import district_day
from wufei_public.common.errors import Invalid
from wufei_public.infra.web.access import access
from wufei_public.infra.web.forms import Form, failed
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.learning.queries.quiz import round_of
from wufei_public.learning.rules.quiz import questions, unpacked
from wufei_public.points.rules.worth import worth_of

blueprint = Blueprint("quiz", __name__, url_prefix="/checkin/quiz")


def _scheme() -> Scheme:
    place = queries.home(reading(), current_actor().id or 0)
    return place.scheme if place else Scheme.FOUR


@blueprint.get("")
@access("resident")
def page() -> str:
    return _page(Form())


def _page(form: Form) -> str:
    today = district_day(house().clock())
    played = round_of(reading(), current_actor().id or 0, today)
    if played is not None:
        return render_template("checkins/quiz_done.html", played=played, lines=_lines(played))
    return render_template(
        "checkins/quiz.html",
        form=form,
        asked=[
            {
                "id": one.id,
                "words": one.words,
                "choices": [(name, words, "") for name, words in one.options.items()],
            }
            for one in actions.asked_on(today, _scheme())
        ],
        worth=worth_of("quiz", today),
    )


def _lines(played: Any) -> list[dict[str, Any]]:
    known = {one.id: one for one in questions()}
    return [
        {
            "words": known[name].words,
            "chosen": known[name].options.get(choice, ""),
            "right": known[name].options[known[name].answer],
            "good": choice == known[name].answer,
            "why": known[name].why,
        }
        for name, choice in unpacked(played.answers).items()
        if name in known
    ]


@blueprint.post("")
@access("resident")
def answer() -> Answer | tuple[str, int]:
    chosen, scheme = request.form.to_dict(), _scheme()
    try:
        work(current_actor(), lambda w: actions.play(w, scheme=scheme, chosen=chosen))
    except Invalid as error:
        return _page(failed(error)), 422
    return redirect(url_for("quiz.page"), 303)
