"""For officials: what people wrote, searched, and sorted by what it is about."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.errors import Invalid
from wufei_public.infra.web.access import access
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import reading, work
from wufei_public.infra.workbooks import write_book
from wufei_public.surveys.actions import coding
from wufei_public.surveys.models import Wave
from wufei_public.surveys.pages.desk import EXCEL, file_of
from wufei_public.surveys.pages.results import labels_of, look, step_of
from wufei_public.surveys.queries import comments as queries
from wufei_public.surveys.queries import forms
from wufei_public.surveys.rules.comments import key_of, matching, tallied
from wufei_public.surveys.rules.questions import Kind
from wufei_public.surveys.schemas import CommentsQuery, TopicIn

blueprint = Blueprint("survey_comments", __name__, url_prefix="/staff/surveys")

PAGE = 50
QUERY, TOPIC = CommentsQuery(), TopicIn()


@blueprint.get("/<code>/comments")
@access("surveys:wave:view")
def page(code: str) -> str:
    return _page(look(code, "comments"), Form())


def _page(wave: Wave, form: Form) -> str:
    query = QUERY.load({name: value for name, value in request.args.items() if value})
    questions = _questions(wave)
    question = query["question"] if query["question"] in dict(questions) else ""
    question = question or (questions[0][0] if questions else "")
    step = step_of(wave)
    every = queries.comments(reading(), wave.id, question, step.until if step else None)
    coded = queries.codings(reading(), wave.id)
    wanted = {name: query[name] for name in ("words", "topic", "uncoded")}
    found = matching(every, coded, **wanted)
    start = (query["page"] - 1) * PAGE
    more = {"page": query["page"] + 1} if start + PAGE < len(found) else None
    return render_template(
        "surveys/comments.html",
        wave=wave,
        form=form,
        questions=questions,
        query=query | {"question": question},
        topics=queries.topics(reading(), wave.id),
        tally=tallied(every, coded),
        found=sum(one.times for one in found),
        comments=[(one, coded.get(one.key, ())) for one in found[start : start + PAGE]],
        address=_address(wave, query),
        next_url=_address(wave, query, **more) if more else "",
    )


def _questions(wave: Wave) -> list[tuple[str, str]]:
    form, labels = forms.questionnaire(reading(), wave.form_key), labels_of(wave)
    return [(q.name, labels.question(q.name)) for q in form if q.kind is Kind.TEXT]


def _address(wave: Wave, query: dict[str, Any], **changes: Any) -> str:
    said = {name: value for name, value in (query | {"page": 1} | changes).items() if value}
    said.pop("page", None) if said.get("page") == 1 else None
    return url_for("survey_comments.page", code=wave.code, **said)


@blueprint.post("/<code>/topics")
@access("surveys:wave:view")
def add(code: str) -> Answer | tuple[str, int]:
    try:
        label = load_form(TOPIC)["label"]
        work(current_actor(), lambda w: coding.add_topic(w, code=code, label=label))
    except Invalid as error:
        return _page(look(code, "comments"), failed(error)), 422
    return redirect(_here(code), 303)


@blueprint.post("/<code>/topics/<int:topic>/drop")
@access("surveys:wave:view")
def drop(code: str, topic: int) -> Answer:
    work(current_actor(), lambda w: coding.drop_topic(w, code=code, topic=topic))
    return redirect(url_for("survey_comments.page", code=code), 303)


@blueprint.post("/<code>/comments/<comment>")
@access("surveys:wave:view")
def assign(code: str, comment: str) -> Answer:
    chosen = [int(value) for value in request.form.getlist("topic") if value.isdigit()]
    work(
        current_actor(),
        lambda w: coding.assign(w, code=code, comment=comment[:32], topics=chosen),
    )
    return redirect(f"{_here(code)}#c-{comment[:32]}", 303)


def _here(code: str) -> str:
    """Return the address of the list as it was asked for."""
    asked: dict[str, Any] = request.args.to_dict()
    return url_for("survey_comments.page", **asked | {"code": code})


@blueprint.get("/<code>/comments.xlsx")
@access("surveys:wave:view")
def export(code: str) -> Response:
    """Take every comment with its topics away."""
    wave = look(code, "comments.xlsx")
    names = {topic.id: topic.label for topic in queries.topics(reading(), wave.id)}
    coded = queries.codings(reading(), wave.id)
    step = step_of(wave)
    rows: list[list[Any]] = [[_("题目"), _("留言"), _("几个人写的"), *names.values()]]
    for question, words in _questions(wave):
        for one in queries.comments(reading(), wave.id, question, step.until if step else None):
            mine = coded.get(key_of(question, one.text), ())
            rows.append([words, one.text, one.times, *(int(topic in mine) for topic in names)])
    return file_of(write_book({_("留言"): rows}), EXCEL, f"survey-{wave.code}-comments.xlsx")
