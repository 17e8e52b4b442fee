"""The columns that a questionnaire gives to the estimates: 0 and 1, scales of 1 to 5, numbers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wufei_public.surveys.rules import sample
from wufei_public.surveys.rules.indicators import DERIVED, RIGHT
from wufei_public.surveys.rules.questions import SCALE, Kind, Question, Questionnaire
from wufei_public.surveys.rules.sample import MISSING

# Answered for weighting and grouping; no figures of their own.
GROUPS = ("town", "sex", "age", "unit_kind", "staff")
NO_FIGURES = frozenset({*GROUPS, "consent", "scope"})
Code = Callable[[Mapping[str, Any]], int]
COUNTED = frozenset({Kind.WHOLE, Kind.NUMBER})


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, the question and choice that it is about, and how answers become it."""

    name: str
    kind: sample.Kind
    question: str
    choice: str
    code: Code


def tells_who(question: Question) -> bool:
    """Say whether a question may tell who somebody is, such as what one does for a living.

    That is one choice of a list which is neither a scale nor a test of what people know; who
    answers alike in such questions is not counted together when a file of answers is made coarse.
    """
    plain = question.kind is Kind.ONE and not question.is_scale
    return plain and question.name not in RIGHT


def columns_of(form: Questionnaire) -> list[Column]:
    """Return the indicators first, then every question that is chosen, in order."""
    found = [
        Column(name, sample.Kind.SHARE, name, "", _of_rule(rule))
        for name, (_, needed, rule) in DERIVED.items()
        if needed in form.by_name
    ]
    for question in form:
        if question.name not in NO_FIGURES:
            found += _of_question(question)
    return found


def _of_question(question: Question) -> list[Column]:
    name = question.name
    if question.is_scale:
        steps = [_share(question, step, _among_steps(name, step)) for step in SCALE]
        rest = [choice.name for choice in question.choices if choice.name not in SCALE]
        others = [_share(question, other, _is(name, other)) for other in rest]
        return [Column(name, sample.Kind.SCALE, name, "", _step(name)), *steps, *others]
    if question.kind is Kind.ONE:
        return [_share(question, c.name, _is(name, c.name)) for c in question.choices]
    if question.kind is Kind.MANY:
        return [_share(question, c.name, _has(name, c.name)) for c in question.choices]
    if question.kind is Kind.RANK:
        return [_share(question, c.name, _is_first(name, c.name)) for c in question.choices]
    if question.kind in COUNTED:
        return [Column(name, sample.Kind.NUMBER, name, "", _answered(name))]
    return []


def _answered(name: str) -> Code:
    return lambda answers: int(bool(answers.get(name)))


def numbers_of(
    columns: Sequence[Column], answers: Sequence[Mapping[str, Any]]
) -> list[sample.Numbers]:
    """Return the columns of numbers filled with `answers`."""
    return [
        sample.Numbers(
            column.name,
            [float(one[column.name]) if one.get(column.name) else None for one in answers],
        )
        for column in columns
        if column.kind is sample.Kind.NUMBER
    ]


def _share(question: Question, choice: str, code: Code) -> Column:
    return Column(f"{question.name}/{choice}", sample.Kind.SHARE, question.name, choice, code)


def _of_rule(rule: Callable[[Mapping[str, Any]], bool | None]) -> Code:
    def code(answers: Mapping[str, Any]) -> int:
        found = rule(answers)
        return MISSING if found is None else int(found)

    return code


def _step(name: str) -> Code:
    steps = {step: int(step) for step in SCALE}
    return lambda answers: steps.get(answers.get(name, ""), MISSING)


def _among_steps(name: str, step: str) -> Code:
    """Return the share of one step among those who named a step."""
    known = {other: int(other == step) for other in SCALE}
    return lambda answers: known.get(answers.get(name, ""), MISSING)


def _is(name: str, choice: str) -> Code:
    return lambda answers: int(answers[name] == choice) if name in answers else MISSING


def _has(name: str, choice: str) -> Code:
    return lambda answers: int(choice in answers[name]) if answers.get(name) else MISSING


def _is_first(name: str, choice: str) -> Code:
    """Return the share of a choice in the first place, among those who put choices in order."""
    return lambda answers: int(answers[name][0] == choice) if answers.get(name) else MISSING


def questions_of(
    columns: Sequence[Column], answers: Sequence[Mapping[str, Any]]
) -> list[sample.Question]:
    """Return the columns of shares and scales filled with `answers`."""
    return [
        sample.Question(column.name, column.kind, bytes(map(column.code, answers)))
        for column in columns
        if column.kind is not sample.Kind.NUMBER
    ]
