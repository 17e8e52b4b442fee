"""Applications as plain values for templates: labels, progress, items, steps of a time line."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.rules.diffs import Entry
from wufei_public.cells.rules.kinds import LABELS as KIND_LABELS
from wufei_public.cells.rules.rubrics import BONUS, Item, Rubric
from wufei_public.cells.rules.scoring import (
    NOTHING,
    Answer,
    SectionScore,
    item_points,
    missing,
    score,
)
from wufei_public.cells.rules.stages import CHIPS, LABELS, State
from wufei_public.cells.rules.standing import SHOWN_CHIPS, SHOWN_LABELS, Shown
from wufei_public.common.clock import district_day
from wufei_public.common.codes import grouped
from wufei_public.common.scores import hundredths, written
from wufei_public.divisions import queries as places
from wufei_public.infra.i18n import gettext as _
from wufei_public.infra.i18n import is_english


def kind_label(kind: str) -> str:
    """Return the kind of unit in the reader's language."""
    return str(_(KIND_LABELS[kind]))


def chip_of(state: str) -> tuple[str, str]:
    """Return tone and words of a state's chip."""
    return CHIPS[State(state)], _(LABELS[State(state)])


def standing_chip(found: Shown) -> tuple[str, str]:
    """Return tone and words of how a certificate stands."""
    return SHOWN_CHIPS[found], _(SHOWN_LABELS[found])


def stars_words(stars: int) -> str:
    """Return a level in words."""
    return {3: _("三星"), 4: _("四星"), 5: _("五星")}.get(stars, _("未达到星级"))


def place_name(session: Session, division: str) -> str:
    """Return a place with its town in the reader's language."""
    return places.directory(session).path(division, english=is_english())


def local(chinese: str, english: str) -> str:
    """Return a rubric's words in the reader's language."""
    return english if is_english() and english else chinese


def chinese(text: str) -> str:
    """Return a rubric's words that exist in Chinese alone, marked as such for other readers."""
    return Markup('<span lang="zh-Hans">{}</span>').format(text) if is_english() else text


# A Chinese name or number inside an English sentence.
_CHINESE_RUN = re.compile(r"[\u3001-\u3017\u4e00-\u9fff]+(?:\d+[\u3001-\u3017\u4e00-\u9fff]+)*")


def mixed(chinese_words: str, english: str) -> str:
    """Return words in the reader's language, the Chinese runs of the English ones marked."""
    if not (is_english() and english):
        return chinese(chinese_words)
    marked = _CHINESE_RUN.sub(lambda run: chinese(run[0]), str(Markup.escape(english)))
    return Markup(marked)  # noqa: S704  escaped above


def section_names(rubric: Rubric) -> dict[str, str]:
    """Return the sections' names in the reader's language, the bonus among them."""
    names = {one.id: local(one.name, one.name_en) for one in rubric.sections}
    return names | {BONUS: _("创新加分")}


# ---- a form in parts ------------------------------------------------------------


def progress(rubric: Rubric, entries: Mapping[str, Entry]) -> dict[str, Any]:
    """Return how far a self-score is: what is missing, what each section came to."""
    answers = {item: entry.answer for item, entry in entries.items()}
    proven = {item: entry.proofs for item, entry in entries.items()}
    names, scored = section_names(rubric), score(rubric, answers)
    lacking = missing(rubric, answers, proven)
    required = [item for item in rubric.items if answers.get(item.id, NOTHING).given]
    return {
        "total": written(scored.total),
        "least": written(rubric.thresholds.least),
        "filled": len(required),
        "all": len(rubric.items),
        "missing": [_missing(rubric, names, item, what) for item, what in lacking],
        "sections": [
            section_line(names[one.id], one)
            | {
                "left": sum(
                    not answers.get(item.id, NOTHING).given for item in rubric.of_section(one.id)
                )
            }
            for one in scored.sections
        ],
        "bonus": written(scored.bonus),
    }


def _missing(rubric: Rubric, names: Mapping[str, str], item: str, what: str) -> dict[str, str]:
    found = rubric.item(item)
    title = local(found.title, found.title_en) if found else item
    section = names[found.section] if found else ""
    return {"item": item, "title": title, "section": section, "what": what}


def section_line(name: str, one: SectionScore) -> dict[str, Any]:
    """Return one bar: points, full points, share in percent and where the least share lies."""
    return {
        "name": name,
        "points": written(one.points),
        "full": written(one.full),
        "least": written(one.least),
        "percent": int(100 * one.points / one.full) if one.full else 0,
        "goal": int(100 * one.least / one.full) if one.full else 0,
        "reached": one.reached,
        "applies": one.applies,
    }


def item_view(item: Item, answer: Answer, note: str = "") -> dict[str, Any]:
    """Return one item with its choices, and what was answered."""
    return {
        "id": item.id,
        "section": item.section,
        "title": local(item.title, item.title_en),
        "requirement": local(item.requirement, item.requirement_en),
        "points": written(item.points),
        "choices": _choices(item),
        "ratio": _ratio(item),
        "evidence": [(one.kind, chinese(one.label)) for one in item.evidence],
        "uploads": [one.label for one in item.uploads],
        "chosen": chosen(answer),
        "value": "" if answer.value is None else written(answer.value),
        "note": note,
        "earned": written(hundredths(item_points(item, answer))),
        "given": answer.given,
        "answer": answer_words(item, answer),
    }


def _choices(item: Item) -> list[tuple[str, str, str]]:
    words = [chinese(step.when) if step.when else "" for step in item.steps]
    if words and not any(words):
        words = [_("做到了"), _("没有做到")]
    found = [
        (str(at), text, _("%(points)s 分", points=written(step.score)))
        for at, (step, text) in enumerate(zip(item.steps, words, strict=True))
    ]
    if item.allows_na and item.ratio:
        found.append(("", _("适用，按填的数算"), ""))
    if item.allows_na:
        why = {"when": chinese(item.na_when)}
        small = Markup.escape(_("不适用：%(when)s")) % why if item.na_when else _("不适用")
        found.append(("na", small, _("不计分")))
    return found


def _ratio(item: Item) -> dict[str, str] | None:
    if item.ratio is None:
        return None
    return {
        "measure": chinese(item.ratio.measure),
        "unit": chinese(item.ratio.unit),
        "full_at": written(item.ratio.full_at),
        "zero_at": written(item.ratio.zero_at),
    }


def chosen(answer: Answer) -> str:
    """Return an answer as its field has it."""
    if answer.na:
        return "na"
    return "" if answer.step is None else str(answer.step)


def answer_words(item: Item, answer: Answer) -> str:
    """Return an answer in words."""
    if not answer.given:
        return _("没有填")
    if answer.na:
        return _("不适用")
    if answer.value is not None and item.ratio:
        return Markup("{} {}").format(written(answer.value), chinese(item.ratio.unit))
    return next(text for value, text, _points in _choices(item) if value == chosen(answer))


def read_answer(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return step, value and na of a form's answer."""
    text: str = values["answer"]
    step = int(text) if text.isdecimal() else None
    value: Decimal | None = values["value"]
    return {"na": text == "na", "step": step, "value": None if text else value}


# ---- lists -------------------------------------------------------


def own_line(row: CellApplication, url: str) -> dict[str, Any]:
    """Return one application of the unit's list."""
    return {
        "unit": row.unit,
        "kind": kind_label(row.kind),
        "chip": chip_of(row.state),
        "due_at": row.due_at,
        "started_at": row.started_at,
        "url": url,
    }


def head(session: Session, row: CellApplication) -> dict[str, Any]:
    """Return what every page of one application begins with."""
    sites = queries.sites(session, row.id)
    return {
        "code": row.code,
        "shown_code": grouped(row.code),
        "unit": row.unit,
        "kind": row.kind,
        "kind_label": kind_label(row.kind),
        "place": place_name(session, row.division),
        "sites": [(site.name, place_name(session, site.division)) for site in sites],
        "state": row.state,
        "chip": chip_of(row.state),
        "due_at": row.due_at,
        "due_on": district_day(row.due_at) if row.due_at else None,
        "version": row.version,
        "story": row.story,
        "submissions": row.submissions,
        "submitted_at": row.submitted_at,
    }
