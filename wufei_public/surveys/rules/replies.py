"""From what somebody sent to what is kept: asked questions only, checked, with its outcome.

The outcome's codes and the 80 % and 50 % are those of the questionnaires' own README
(docs/surveys.md), after the AAPOR Standard Definitions.
"""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.places import VILLAGE_DIGITS
from wufei_public.common.redact import redact
from wufei_public.common.text import N_
from wufei_public.surveys.rules.expressions import Answer, holds
from wufei_public.surveys.rules.quality import (
    Pace,
    contradicts,
    pace,
    reading_seconds,
    straight_lined,
)
from wufei_public.surveys.rules.questions import CHOOSING, LAST, Kind, Question, Questionnaire

CONSENT, OVERALL = "consent", "sat_overall"
KNOWLEDGE = ("know_medicine", "know_kitchen", "know_pesticide")
CORE = (OVERALL, "contact", *KNOWLEDGE)
DEEDS = ("actions", "org_actions")
# What makes somebody not asked, by question.
ELSEWHERE = {"town": "elsewhere", "scope": "no"}
MINORS = {"age": "under_18"}
COMPLETE, PARTIAL, DECLINED, STOPPED, BEGUN = "1.1", "1.2", "2.11", "2.12", "3.2"
OUTSIDE, NOBODY = "4.1", "4.7"
# Outcomes after which the answers themselves are kept.
KEPT = frozenset({COMPLETE, PARTIAL, STOPPED})
_WHOLE_SHARE, _PART_SHARE = 0.8, 0.5
MOST_TEXT = 2000
MOST_PHOTOS = 3
_POSITION = re.compile(r"(-?\d{1,2}(?:\.\d{1,9})?),(-?\d{1,3}(?:\.\d{1,9})?)")
_POLE = 90
_MOST_DIGITS = 15
# None of these, don't know, refused: each stands alone.
_EXCLUSIVE = frozenset(LAST) - {"other"}


@dataclass(frozen=True, slots=True)
class Flags:
    """What may be wrong with an answer; marks, no verdicts."""

    pace: Pace
    straight: bool
    everything: bool
    impossible: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read what was sent: in which language faults are told, whether all must be there."""

    english: bool = False
    whole: bool = True
    # The villages and communities there are; None takes any code, as a collector's file has it.
    places: Container[str] | None = None


_PLAIN = Reading()


def given(
    form: Questionnaire, sent: Mapping[str, Sequence[str]], how: Reading = _PLAIN
) -> dict[str, Answer]:
    """Return the answers to what was asked, in the order of the form, cleaned.

    What was not asked is dropped, however it came. Invalid at each question whose answer is
    missing, unknown, or refused by the author's own rule; who stopped early misses nothing.
    """
    answers: dict[str, Answer] = {}
    # As it was written: the author's conditions see that, on the phone as here; nobody else does.
    written: dict[str, Answer] = {}
    errors: list[FieldError] = []
    known: dict[int, bool] = {}
    for question in form:
        if question.kind is Kind.NOTE or not question.asked(written, known):
            continue
        values = [one.strip() for one in sent.get(question.name, ()) if one.strip()]
        if not values:
            if question.required and how.whole:
                message = question.required_message.read(english=how.english)
                errors.append(FieldError(question.name, message or N_("请回答这一题。")))
            continue
        try:
            value = written[question.name] = _typed(question, values, how)
            _check_rule(question, value, written, how)
            answers[question.name] = _kept(question, value)
        except Invalid as error:
            errors += error.errors
    if errors:
        raise Invalid("bad_answers", N_("有几处需要改一下。"), errors)
    return answers


def _check_rule(
    question: Question, value: Answer, written: Mapping[str, Answer], how: Reading
) -> None:
    broken = question.constraint is not None and not holds(question.constraint, written, value)
    alone = isinstance(value, tuple) and question.kind is Kind.MANY and len(value) > 1
    if broken or (alone and _EXCLUSIVE & set(value)):
        message = question.constraint_message.read(english=how.english)
        raise _fault(question, message or N_("这个回答不合要求。"))


def _kept(question: Question, value: Answer) -> Answer:
    return redact(value) if question.kind is Kind.TEXT and isinstance(value, str) else value


def _typed(question: Question, found: Sequence[str], how: Reading) -> Answer:
    if question.kind is Kind.PHOTO:
        if len(found) > MOST_PHOTOS:
            raise _fault(question, N_("最多 3 张照片。"))
        return tuple(found)
    if question.kind is Kind.PLACE:
        return _place(question, found, how.places)
    if question.kind in CHOOSING:
        return _chosen(question, found)
    text = found[0][:MOST_TEXT]
    if question.kind is Kind.TEXT:
        return text
    return _number(question, text)


def _place(question: Question, found: Sequence[str], places: Container[str] | None) -> str:
    """Return the code of a village, and a position to about a kilometre where one was given."""
    code, *rest = found
    digits = code.isascii() and code.isdigit() and len(code) == VILLAGE_DIGITS
    if not digits or (places is not None and code not in places):
        raise _fault(question, N_("请从单子里选一个村或社区。"))
    if not rest:
        return code
    match = _POSITION.fullmatch(rest[0])
    if match is None or abs(float(match[1])) > _POLE or abs(float(match[2])) > 2 * _POLE:
        raise _fault(question, N_("位置不对，请再标一次，或者不标。"))
    return f"{code} {float(match[1]):.2f} {float(match[2]):.2f}"


def _chosen(question: Question, found: Sequence[str]) -> Answer:
    known = [choice.name for choice in question.choices]
    if any(value not in known for value in found):
        raise _fault(question, N_("没有这个选项。"))
    if question.kind is Kind.ONE:
        return found[0]
    if question.kind is Kind.RANK:
        return _ranked(question, found)
    return tuple(name for name in known if name in found)


def _ranked(question: Question, found: Sequence[str]) -> Answer:
    if len(set(found)) != len(question.choices) or len(found) != len(question.choices):
        raise _fault(question, N_("请给每一项排一个不同的名次。"))
    return tuple(found)


def _number(question: Question, text: str) -> str:
    digits = text.removeprefix("-")
    whole, _, rest = digits.partition(".")
    fine = (
        whole.isdigit()
        and (not rest or rest.isdigit())
        and all(part.isascii() for part in (whole, rest))
    )
    if not fine or len(digits) > _MOST_DIGITS or (question.kind is Kind.WHOLE and "." in digits):
        raise _fault(question, N_("请填数字。"))
    return text


def _fault(question: Question, message: str) -> Invalid:
    return Invalid("bad_answer", message, [FieldError(question.name, message)])


def asked_of(form: Questionnaire, answers: Mapping[str, Answer]) -> list[Question]:
    """Return the questions that somebody with these answers was asked."""
    known: dict[int, bool] = {}
    return [q for q in form if q.kind is not Kind.NOTE and q.asked(answers, known)]


def outcome(form: Questionnaire, answers: Mapping[str, Answer]) -> str:
    """Return the AAPOR code of what somebody answered."""
    if answers.get(CONSENT, "yes") == "no":
        return DECLINED
    if any(answers.get(name) == value for name, value in ELSEWHERE.items()):
        return OUTSIDE
    if any(answers.get(name) == value for name, value in MINORS.items()):
        return NOBODY
    if any(name in form.by_name and name not in answers for name in ("town", "age", "scope")):
        return BEGUN
    return _how_whole(form, answers)


def _how_whole(form: Questionnaire, answers: Mapping[str, Answer]) -> str:
    asked = [question.name for question in asked_of(form, answers) if question.required]
    share = sum(name in answers for name in asked) / len(asked) if asked else 1.0
    core = [name for name in (*CORE, *DEEDS) if name in form.by_name]
    if all(name in answers for name in core) and share >= _WHOLE_SHARE:
        return COMPLETE
    has_overall = OVERALL not in form.by_name or OVERALL in answers
    return PARTIAL if has_overall and share >= _PART_SHARE else STOPPED


def flags(form: Questionnaire, answers: Mapping[str, Answer], seconds: float) -> Flags:
    """Return the marks of an answer that took `seconds`; the seconds themselves are not kept."""
    asked = asked_of(form, answers)
    characters = sum(len(question.label.zh) + len(question.hint.zh) for question in asked)
    straight = any(straight_lined([_step(answers, q) for q in items]) for items in form.batteries)
    reading = reading_seconds(characters, len(asked))
    return Flags(
        pace(seconds, reading),
        straight,
        _everything(form, answers),
        _impossible(form, answers),
    )


def _impossible(form: Questionnaire, answers: Mapping[str, Answer]) -> bool:
    """Say whether answers cannot be so together, or count to less than nothing."""
    by_name = form.by_name
    overall = _step(answers, by_name[OVERALL]) if OVERALL in by_name else None
    parts = [q for q in form if q.is_scale and q.name.startswith("sat_") and q.name != OVERALL]
    below = any(
        str(answers.get(q.name, "")).startswith("-") and not q.constraint
        for q in form
        if q.kind is Kind.WHOLE
    )
    return below or contradicts(overall, [_step(answers, q) for q in parts])


def _step(answers: Mapping[str, Answer], question: Question) -> int | None:
    value = answers.get(question.name, "")
    return int(value) if isinstance(value, str) and value.isdigit() else None


def _everything(form: Questionnaire, answers: Mapping[str, Answer]) -> bool:
    """Say whether somebody ticked all there was, in every list of several."""
    lists = [q for q in form if q.kind is Kind.MANY and q.name in answers]
    return len(lists) > 1 and all(
        set(answers[q.name]) >= {c.name for c in q.choices} - set(LAST) for q in lists
    )


def is_counted(code: str) -> bool:
    """Say whether answers with this outcome go into the estimates."""
    return code in {COMPLETE, PARTIAL}
