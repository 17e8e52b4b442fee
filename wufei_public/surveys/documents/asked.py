"""A questionnaire as it is shown: one screen a question, words in the reader's language."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from wufei_public.divisions import queries as places
from wufei_public.surveys.rules.expressions import Answer, Tree
from wufei_public.surveys.rules.questions import (
    Kind,
    Page,
    Question,
    Questionnaire,
    ends_of,
    pages_of,
)
from wufei_public.surveys.rules.replies import DECLINED, is_counted

Villages = Sequence[tuple[str, Sequence[tuple[str, str]]]]


def villages(session: Session, form: Questionnaire, *, english: bool) -> Villages:
    """Return villages and communities by town, where the questionnaire asks for one."""
    if not any(question.kind is Kind.PLACE for question in form.pointing):
        return ()
    directory = places.directory(session)
    names = directory.called(english=english)
    return [
        (names[town.code], [(one.code, names[one.code]) for one in directory.children(town.code)])
        for town in directory.towns
    ]


def screens(
    form: Questionnaire,
    *,
    english: bool,
    around: Villages = (),
    said: Mapping[str, Sequence[str]] | None = None,
) -> list[dict[str, Any]]:
    """Return every question in order with all that a template, or the phone's script, needs.

    `around` are the villages by town, for a question that asks for one; `said` is what came
    back with a form: without a script a note with a condition is told when that is known.
    """
    answers = {name: tuple(values) for name, values in (said or {}).items() if any(values)}
    batteries = {items[0].page for items in form.batteries}
    return [
        _screen(page, question, at, answers, english=english)
        | {"battery": page.name if page.name in batteries else "", "around": around}
        for page in pages_of(form)
        for at, question in enumerate(page.questions)
    ]


def _screen(
    page: Page, question: Question, at: int, answers: Mapping[str, Answer], *, english: bool
) -> dict[str, Any]:
    hint = question.hint.read(english=english)
    return {
        "name": question.name,
        "kind": str(question.kind),
        "section": page.section.read(english=english),
        "page": page.label.read(english=english),
        "notes": [_note(one, answers, english=english) for one in page.notes] if at == 0 else [],
        "label": question.label.read(english=english),
        "hint": hint,
        "required": question.required,
        "required_message": question.required_message.read(english=english),
        "when": _when(question),
        "rule": _json(question.constraint) if question.constraint else "",
        "rule_message": question.constraint_message.read(english=english),
        "choices": [(c.name, c.label.read(english=english)) for c in question.choices],
        "scale": question.is_scale,
        "shuffled": question.shuffled,
        "reversed": question.reversed,
        "long": question.long,
        "whole": question.kind is Kind.WHOLE,
    }


def _note(note: Question, answers: Mapping[str, Answer], *, english: bool) -> dict[str, Any]:
    words, when = note.label.read(english=english), _when(note)
    return {"words": words, "when": when, "told": note.asked(answers)}


def _when(question: Question) -> str:
    return _json(["and", *question.conditions]) if question.conditions else ""


def _json(tree: Tree) -> str:
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":"))


def end_words(form: Questionnaire, outcome: str, *, english: bool) -> str:
    """Return the author's last words for somebody whom it ended early for; else none.

    The first end bids farewell to who answered, before the answers are sent; the others say
    why it ended, in the order in which consent and eligibility are asked.
    """
    ends = ends_of(form)[1:]
    if not ends or is_counted(outcome):
        return ""
    end = ends[0] if outcome == DECLINED else ends[-1]
    return end.label.read(english=english)
