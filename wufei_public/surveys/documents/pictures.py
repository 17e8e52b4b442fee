"""Figures as a page draws them: words, bars, whiskers; from the plain data of results.py."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from wufei_public.common.charts import placed, stacked
from wufei_public.common.suppression import Hidden
from wufei_public.common.text import N_
from wufei_public.surveys.documents.estimates import HIDDEN_NAMES, MEASURE_NAMES, METHOD_NAMES
from wufei_public.surveys.documents.results import change_of, headlines
from wufei_public.surveys.rules.crosses import Cross
from wufei_public.surveys.rules.estimates import OF_NUMBERS, Figure, Measure
from wufei_public.surveys.rules.grouping import UNSAID
from wufei_public.surveys.rules.indicators import DERIVED, I54, I54_WORDS
from wufei_public.surveys.rules.intervals import Method
from wufei_public.surveys.rules.questions import SCALE, Kind, Questionnaire
from wufei_public.surveys.rules.waves import MODES, Mode

# What is said in per cent, and drawn from 0 to 100.
SHARES = frozenset({Measure.SHARE, Measure.TOP_TWO})
# A share of a step is written into the bar where it fits.
_WRITTEN = 0.07


class Labels:
    """Words for questions, choices and levels, in the reader's language."""

    def __init__(self, form: Questionnaire, *, english: bool) -> None:
        self._form = form.by_name
        self._english = english

    def question(self, name: str) -> str:
        """Return what a question or an indicator is called."""
        if name in DERIVED:
            return str(_(DERIVED[name][0]))
        return self._form[name].label.read(english=self._english) if name in self._form else name

    def choice(self, question: str, choice: str) -> str:
        """Return what a choice, or a level of a group, is called."""
        if choice == UNSAID:
            return str(_("没说"))
        asked = self._form.get(question)
        labels = {c.name: c.label for c in asked.choices} if asked else {}
        return labels[choice].read(english=self._english) if choice in labels else choice

    def asked(self, name: str) -> str:
        """Return what figures by choice are about: of a question of order, the first place."""
        words = self.question(name)
        ranks = name in self._form and self._form[name].kind is Kind.RANK
        return str(_("%(question)s（排在第一的）", question=words)) if ranks else words

    def measure(self, measure: Mapping[str, Any]) -> str:
        """Return what a figure is about."""
        name = self.asked(measure["question"])
        choice = self.choice(measure["question"], measure["choice"])
        return f"{name} · {choice}" if measure["choice"] else name


def note_words(note: Mapping[str, Any], labels: Labels) -> str:
    """Return a decision of the estimates as a sentence, levels by their names."""
    facts = dict(note["facts"])
    variable = str(facts.get("variable", ""))
    if "levels" in facts:
        facts["levels"] = _("、").join(labels.choice(variable, one) for one in facts["levels"])
    if variable:
        facts["variable"] = labels.question(variable)
    message = note["message"]
    return str(_(message)) % facts


def percent(value: float | None, digits: int = 1) -> str:
    """Return a share as per cent; empty for none."""
    return "" if value is None else f"{value * 100:.{digits}f}%"


def shown(figure: Mapping[str, Any], measure: str, low: float = 0.0) -> dict[str, Any]:
    """Return one figure as words and as a whisker on an axis from `low` to 1."""
    hidden = figure["hidden"]
    value, interval = figure["weighted"], figure["interval"]
    counted = measure in OF_NUMBERS
    plain = counted or measure == Measure.MEAN
    axis = (1.0, 5.0) if plain else (low, 1.0)
    write = (lambda number: f"{number:.2f}") if plain else percent
    return {
        "n": figure["n"],
        "missing": figure["missing"],
        "hidden": _(HIDDEN_NAMES[Hidden(hidden)]) if hidden else "",
        "value": write(value) if value is not None else "",
        "interval": " – ".join(write(end) for end in interval) if interval else "",
        "error": write(figure["se"]) if figure["se"] is not None else "",
        "effect": f"{figure['design_effect']:.2f}" if figure["design_effect"] else "",
        "method": _(METHOD_NAMES[Method(figure["method"])]) if figure["method"] else "",
        # Numbers have no axis that they share.
        "at": placed(value, *axis) if value is not None and not counted else None,
        "reach": [placed(end, *axis) for end in interval] if interval and not counted else None,
    }


def scales(figures: Mapping[str, Any], labels: Labels) -> list[dict[str, Any]]:
    """Return a row for each question of five steps: the bar, the rate and its whisker."""
    known = {(one["column"], one["measure"]): one for one in figures["measures"]}
    rows = []
    for (column, measure), one in known.items():
        if measure != Measure.TOP_TWO:
            continue
        steps = [known[f"{column}/{step}", Measure.SHARE]["weighted"] for step in SCALE]
        unsure = known.get((f"{column}/dk", Measure.SHARE))
        mean = known[column, Measure.MEAN]["weighted"]
        rows.append(
            {
                "label": labels.question(column),
                "bar": _bar(steps) if None not in steps else [],
                "unsure": percent(unsure["weighted"]) if unsure else "",
                "mean": f"{mean:.2f}" if mean is not None else "",
                **shown(one, measure, 0.4),
            }
        )
    return rows


def _bar(shares: Sequence[float]) -> list[dict[str, Any]]:
    return [
        {
            "step": step,
            "x": begin,
            "width": width,
            "words": f"{share * 100:.0f}" if share >= _WRITTEN else "",
            "share": percent(share),
        }
        for step, share, (begin, width) in zip(SCALE, shares, stacked(shares), strict=True)
    ]


def heads(figures: Mapping[str, Any], labels: Labels) -> list[dict[str, Any]]:
    """Return the indicators as large figures."""
    return [
        {
            "label": _(I54_WORDS) if one["column"] == I54 else labels.question(one["question"]),
            "column": one["column"],
            **shown(one, one["measure"], 0.0),
        }
        for one in headlines(figures)
    ]


def by_group(
    figures: Mapping[str, Any], labels: Labels, column: str
) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return one measure by the levels of each group."""
    wanted = [one for one in figures["measures"] if one["column"] == column]
    one = next((m for m in wanted if m["measure"] in SHARES), None)
    if one is None:
        return []
    return [
        (
            labels.question(group),
            [
                {"label": labels.choice(group, row["level"]), **shown(row, one["measure"])}
                for row in one["by"][group]
            ],
        )
        for group in figures["groups"]
    ]


def choices_of(
    figures: Mapping[str, Any], labels: Labels
) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the shares of every question that is chosen from a list, by question."""
    found: dict[str, list[dict[str, Any]]] = {}
    scale = {one["question"] for one in figures["measures"] if one["measure"] == Measure.MEAN}
    for one in figures["measures"]:
        if one["choice"] and one["question"] not in scale:
            label = labels.choice(one["question"], one["choice"])
            row = {"label": label, **shown(one, one["measure"])}
            found.setdefault(one["question"], []).append(row)
    return [(labels.asked(question), rows) for question, rows in found.items()]


def derived(figures: Mapping[str, Any], labels: Labels) -> list[dict[str, Any]]:
    """Return what the indicators are made of, each with its interval."""
    return [
        {"label": labels.question(one["question"]), **shown(one, one["measure"])}
        for one in figures["measures"]
        if one["question"] in DERIVED
    ]


def measures_to_choose(figures: Mapping[str, Any], labels: Labels) -> list[tuple[str, str]]:
    """Return the measures that tables can be made of."""
    return [
        (one["column"], labels.measure(one))
        for one in figures["measures"]
        if one["measure"] in SHARES
    ]


def numbers(
    figures: Mapping[str, Any], labels: Labels
) -> list[tuple[str, list[dict[str, Any]], list[tuple[str, list[dict[str, Any]]]]]]:
    """Return of every question of a number its words, mean and median, and both by group."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for one in figures["measures"]:
        if one["measure"] in OF_NUMBERS:
            found.setdefault(one["column"], []).append(one)
    return [
        (labels.question(column), [_named(one, one) for one in both], _both_by_group(both, labels))
        for column, both in found.items()
    ]


def _named(one: Mapping[str, Any], figure: Mapping[str, Any], level: str = "") -> dict[str, Any]:
    words = _(MEASURE_NAMES[Measure(one["measure"])])
    label = f"{level} · {words}" if level else words
    return {"label": label, **shown(figure, one["measure"])}


def _both_by_group(
    both: Sequence[Mapping[str, Any]], labels: Labels
) -> list[tuple[str, list[dict[str, Any]]]]:
    return [
        (
            labels.question(group),
            [
                _named(one, row, labels.choice(group, row["level"]))
                for pair in zip(*(one["by"][group] for one in both), strict=True)
                for one, row in zip(both, pair, strict=True)
            ],
        )
        for group in both[0]["by"]
    ]


def trend(
    earlier: Sequence[tuple[str, Mapping[str, Any]]],
    now: Mapping[str, Any],
    labels: Labels,
) -> list[dict[str, Any]]:
    """Return each indicator in earlier waves, and whether this one differs by more than chance."""
    rows = []
    for one in headlines(now):
        past = []
        for title, figures in earlier:
            same = [old for old in headlines(figures) if old["column"] == one["column"]]
            alike = _asked_alike(figures, now)
            change = change_of(same[0], one) if same and alike else None
            if same:
                past.append(
                    {
                        "title": title
                        if alike
                        else _(_OTHERWISE, title=title, mode=_mode(figures)),
                        **shown(same[0], one["measure"]),
                        "change": f"{change.difference * 100:+.1f}" if change else "",
                        "p": _chance(change.p) if change else "",
                    }
                )
        if past:
            words = _(I54_WORDS) if one["column"] == I54 else labels.question(one["question"])
            rows.append({"label": words, "past": past})
    return rows


# A change of how people are reached changes figures by itself.
_OTHERWISE = N_("%(title)s（%(mode)s，方式不同，不检验）")


def _asked_alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return bool(one["mode"] == other["mode"])


def _mode(figures: Mapping[str, Any]) -> str:
    return str(_(MODES[Mode(figures["mode"])]))


def _chance(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}"  # noqa: PLR2004  as it is written


def cross_table(found: Cross, labels: Labels, axes: tuple[str, str]) -> dict[str, Any]:
    """Return a two-way table as words."""
    return {
        "columns": [labels.choice(axes[1], level) for level in found.column_levels],
        "rows": [
            (
                labels.choice(axes[0], level),
                [_cell(figure) for figure in (*found.cells[place], found.rows[place])],
            )
            for place, level in enumerate(found.row_levels)
        ],
        "totals": [_cell(figure) for figure in (*found.columns, found.all)],
    }


def _cell(figure: Figure) -> dict[str, str]:
    if figure.hidden:
        return {"value": "—", "small": _(HIDDEN_NAMES[figure.hidden])}
    if figure.estimate is None:
        return {"value": "", "small": "0"}
    low_high = figure.estimate.interval
    ends = " – ".join(percent(end, 0) for end in low_high) if low_high else ""
    return {"value": percent(figure.estimate.value), "small": f"{ends} · {figure.n}"}
