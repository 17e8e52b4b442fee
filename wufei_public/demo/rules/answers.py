"""What a made-up resident or unit says in a questionnaire: content rather than not."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from wufei_public.demo.rules.plan import chance
from wufei_public.demo.rules.words import say
from wufei_public.surveys.rules.indicators import RIGHT
from wufei_public.surveys.rules.questions import Kind, Question, Questionnaire

# Of each level of a margin, how many there are: {"age": {"18_29": 73353, …}}.
Crowd = Mapping[str, Mapping[str, float]]
_YES = {"consent": "yes", "scope": "works"}
_SILENT = frozenset({"none", "dk", "refused"})
# Very content, content, so-so, not, not at all, does not know: for a good year.
_GOOD, _MIXED = (38, 44, 10, 4, 1, 3), (24, 40, 20, 9, 3, 4)
_RIGHT, _EACH, _WRITES = 0.82, 0.34, 0.15


def answers(rng: Random, form: Questionnaire, crowd: Crowd, *, good: bool) -> dict[str, Any]:
    """Return one set of answers; only what the questionnaire would have asked is in it."""
    said: dict[str, Any] = {}
    for question in form:
        if question.kind is not Kind.NOTE and question.asked(said):
            found = _answer(rng, question, crowd, good=good)
            if found is not None:
                said[question.name] = found
    return said


def _answer(rng: Random, question: Question, crowd: Crowd, *, good: bool) -> Any:
    names = [choice.name for choice in question.choices]
    if question.is_scale:
        return rng.choices(names, _GOOD if good else _MIXED)[0]
    if question.kind is Kind.ONE:
        return _one(rng, question.name, names, crowd)
    if question.kind is Kind.MANY:
        some = [name for name in names if name not in _SILENT and chance(rng, _EACH)]
        # As the questionnaire's conditions read several choices.
        return tuple(some) or (next((name for name in names if name in _SILENT), names[0]),)
    if question.kind is Kind.TEXT:
        return say(rng, "what", "house") if chance(rng, _WRITES) else None
    return rng.randrange(2, 60) if question.kind is Kind.WHOLE else None


def _one(rng: Random, name: str, names: Sequence[str], crowd: Crowd) -> str:
    if name in _YES and _YES[name] in names:
        return _YES[name]
    if name in RIGHT and chance(rng, _RIGHT):
        return RIGHT[name]
    known = [one for one in names if one in crowd.get(name, {})]
    if known:
        return rng.choices(known, [crowd[name][one] for one in known])[0]
    return rng.choice([one for one in names if one not in {"under_18", "elsewhere"}])
