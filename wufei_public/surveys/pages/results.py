"""Results: for officials while a wave is worked on, for everybody once it is published."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.clock import district_day
from wufei_public.common.errors import Invalid
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import sentence
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.infra.workbooks import write_book
from wufei_public.surveys.actions import looking
from wufei_public.surveys.actions import waves as actions
from wufei_public.surveys.documents import maps, pictures, tables
from wufei_public.surveys.documents import results as documents
from wufei_public.surveys.documents.open import published_wave, title_of
from wufei_public.surveys.documents.paper import wave_pdf
from wufei_public.surveys.documents.pictures import Labels, note_words
from wufei_public.surveys.documents.whole import whole_digest
from wufei_public.surveys.models import Wave
from wufei_public.surveys.pages.answering import blueprint as public
from wufei_public.surveys.pages.desk import EXCEL, file_of
from wufei_public.surveys.queries import forms, looks, released, waves
from wufei_public.surveys.rules.assembling import Assembled
from wufei_public.surveys.rules.columns import GROUPS
from wufei_public.surveys.rules.indicators import I54
from wufei_public.surveys.rules.looking import Step
from wufei_public.surveys.rules.waves import MODES, Mode
from wufei_public.surveys.schemas import ResultsQuery

blueprint = Blueprint("survey_results", __name__, url_prefix="/staff/surveys")

QUERY = ResultsQuery()


def look(code: str, at: str, *, everything: bool = False) -> Wave:
    """Return a wave whose results may be looked at; the look stands in the trail."""
    wanted = {"code": code, "at": at, "everything": everything}
    work(current_actor(), lambda w: looking.look(w, **wanted))  # type: ignore[arg-type]
    return waves.wave(reading(), code)


def step_of(wave: Wave) -> Step | None:
    """Return up to when answers are shown while they still come in; None for all there are."""
    if not wave.facts.comes_in:
        return None
    return looks.interim(reading(), wave, district_day(house().clock()))


def labels_of(wave: Wave) -> Labels:
    """Return the words of a wave's questionnaire in the reader's language."""
    form = forms.questionnaire(reading(), wave.form_key)
    return Labels(form, english=is_english())


def _worked_out(wave: Wave, everything: bool) -> tuple[Assembled, dict[str, Any]]:
    """Return the sample and its figures, with the answers that were excluded or without."""
    step = step_of(wave)
    without = () if everything or step else waves.excluded(reading(), wave.id)
    found = documents.assembled(reading(), wave, without, step.until if step else None)
    return found, documents.figures_of(wave, found, without)


@blueprint.get("/<code>/results")
@access("surveys:wave:view")
def page(code: str) -> str | tuple[str, int]:
    query = QUERY.load({name: value for name, value in request.args.items() if value})
    wave = look(code, "page", everything=query["all"])
    try:
        found, figures = _worked_out(wave, query["all"])
    except Invalid as error:
        words = sentence(error.message, error.facts)
        return render_template("surveys/no_results.html", wave=wave, words=words), 422
    labels = labels_of(wave)
    return render_template(
        "surveys/results.html",
        wave=wave,
        all=query["all"],
        **_two_ways(wave),
        **values_of(wave, figures, labels, query["measure"]),
        **_crossed(wave, found, labels, query),
        trend=_trend(wave, figures, labels),
    )


def _two_ways(wave: Wave) -> dict[str, Any]:
    """Return how the figures with and without excluded answers lie to each other."""
    step, out = step_of(wave), waves.excluded(reading(), wave.id)
    apart = looks.differing(reading(), wave.id, out, ())
    floor, counted = waves.floor_of(wave), waves.counted(reading(), wave.id)
    return {
        "step": step,
        "floor": floor,
        "left_out": out if not step else (),
        "apart": apart,
        "may_compare": not looks.too_near(reading(), wave, ()),
        # A share can not move further by leaving out so many.
        "reach": 100 * apart / max(counted - apart, 1),
    }


def values_of(
    wave: Wave, figures: dict[str, Any], labels: Labels, measure: str = ""
) -> dict[str, Any]:
    """Return what both pages of results draw."""
    choices = pictures.measures_to_choose(figures, labels)
    column = measure if measure in dict(choices) else I54
    return {
        "title": title_of(wave),
        "mode": _(MODES[Mode(wave.mode)]),
        "by_chance": documents.by_chance(figures),
        "figures": figures,
        "heads": pictures.heads(figures, labels),
        "scales": pictures.scales(figures, labels),
        "derived": pictures.derived(figures, labels),
        "choices": pictures.choices_of(figures, labels),
        "numbers": pictures.numbers(figures, labels),
        "groups": pictures.by_group(figures, labels, column),
        "measures": choices,
        "measure": column,
        "map": maps.town_map(reading(), figures, column),
        "measure_words": dict(choices).get(column, ""),
        "notes": [*_left_out(figures), *(note_words(one, labels) for one in figures["notes"])],
    }


def _left_out(figures: dict[str, Any]) -> list[str]:
    """Return the sentence that says whose answers were left out by decision, if any were."""
    words = tables.excluded_words(figures)
    return [_("按决定排除了有这些标记的回答：%(words)s。", words=words)] if words else []


def _trend(wave: Wave, figures: dict[str, Any], labels: Labels) -> list[dict[str, Any]]:
    past = waves.published_before(reading(), wave)
    return pictures.trend([(title_of(old), old.figures or {}) for old in past], figures, labels)


def _crossed(wave: Wave, found: Assembled, labels: Labels, query: dict[str, Any]) -> dict[str, Any]:
    groups = [name for name in GROUPS if name in found.sample.groups]
    axes = (query["rows"] or groups[0], query["columns"] or groups[-1]) if groups else ("", "")
    column = query["measure"] or I54
    table = documents.cross_of(wave, found, column, axes)
    return {
        "axes": axes,
        "axis_choices": [(name, labels.question(name)) for name in groups],
        "cross": pictures.cross_table(table, labels, axes) if table else None,
    }


@blueprint.get("/<code>/results.<any(xlsx, csv, pdf):kind>")
@access("surveys:wave:view")
def download(code: str, kind: str) -> Response:
    everything = request.args.get("all") == "1"
    wave = look(code, kind, everything=everything)
    _found, figures = _worked_out(wave, everything)
    return _file(wave, figures, kind)


def _file(wave: Wave, figures: dict[str, Any], kind: str) -> Response:
    labels, name = labels_of(wave), f"survey-{wave.code}.{kind}"
    if kind == "pdf":
        paper = wave_pdf(title_of(wave), figures, labels, _trend(wave, figures, labels))
        return file_of(paper, "application/pdf", name)
    if kind == "csv":
        return file_of(tables.as_csv(figures, labels), "text/csv", name)
    return file_of(write_book(tables.sheets(title_of(wave), figures, labels)), EXCEL, name)


@blueprint.post("/<code>/publish")
@access("surveys:wave:manage")
def publish(code: str) -> Answer:
    wave = waves.wave(reading(), code)
    _found, figures = _worked_out(wave, everything=False)
    form = forms.questionnaire(reading(), wave.form_key)
    figures["answers_digest"] = whole_digest(reading(), wave, form)
    work(current_actor(), lambda w: actions.publish(w, code=code, figures=figures))
    return redirect(url_for("survey_desk.wave", code=code), 303)


# ---- published ----------------------------------------------------------------------


@public.get("/<code>/results")
@access("public")
def results(code: str) -> str:
    wave = published_wave(code)
    figures = wave.figures or {}
    values = values_of(wave, figures, labels_of(wave))
    return render_template(
        "surveys/public.html",
        wave=wave,
        **values,
        i53=documents.indicator_53(reading()),
        file=released.live(reading(), wave.id),
    )


@public.get("/<code>/results.<any(xlsx, csv, pdf):kind>")
@access("public")
def file_for_all(code: str, kind: str) -> Response:
    wave = published_wave(code)
    return _file(wave, wave.figures or {}, kind)
