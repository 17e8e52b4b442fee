"""A wave's figures as sheets: every figure a row, with its n, interval and method."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from wufei_public.common.sheets import harmless
from wufei_public.common.suppression import Hidden
from wufei_public.surveys.documents.desk import FLAG_WORDS
from wufei_public.surveys.documents.estimates import HIDDEN_NAMES, MEASURE_NAMES
from wufei_public.surveys.documents.pictures import Labels, note_words
from wufei_public.surveys.rules.estimates import Measure
from wufei_public.surveys.rules.waves import MODES, Mode

_NUMBERS = ("unweighted", "weighted", "se")


def head() -> list[str]:
    """Return the names of the columns of `rows`."""
    return [
        _("列"), _("题目"), _("指标"), _("分组"), _("类别"), _("回答"), _("未答"), _("未加权"),
        _("加权"), _("标准误"), _("区间下限"), _("区间上限"), _("区间算法"), _("设计效应"),
        _("相当于几份"), _("不公布的原因"),
    ]  # fmt: skip


def rows(figures: Mapping[str, Any], labels: Labels) -> Iterator[list[Any]]:
    """Yield every figure: for all, and for each level of each group."""
    for one in figures["measures"]:
        start = [one["column"], labels.measure(one), _(MEASURE_NAMES[Measure(one["measure"])])]
        yield [*start, "", _("全部"), *_cells(one)]
        for group, levels in one["by"].items():
            for level in levels:
                words = labels.choice(group, level["level"])
                yield [*start, labels.question(group), words, *_cells(level)]


def _cells(one: Mapping[str, Any]) -> list[Any]:
    low, high = one["interval"] or (None, None)
    why = _(HIDDEN_NAMES[Hidden(one["hidden"])]) if one["hidden"] else ""
    numbers = [one[name] for name in _NUMBERS]
    counts = [one["n"], one["missing"]]
    rest = [one["method"] or "", one["design_effect"], one["effective_n"], why]
    return [*counts, *numbers, low, high, *rest]


def excluded_words(figures: Mapping[str, Any]) -> str:
    """Return which marked answers were left out by decision; empty for none."""
    return str(_("；")).join(_(FLAG_WORDS[flag]) for flag in figures["excluded"])


def method_rows(title: str, figures: Mapping[str, Any], labels: Labels) -> list[Sequence[Any]]:
    """Return how the figures came about, as pairs."""
    weights, raking, design = figures["weights"], figures["raking"], figures["design"]
    pairs = [
        (_("调查"), title),
        (_("怎么找人答"), _(MODES[Mode(figures["mode"])])),
        (_("收集数据的单位"), figures["collector"]),
        (_("有效回答"), figures["n"]),
        (_("代表的总体"), round(figures["N"])),
        (_("层"), design["strata"]),
        (_("最先抽的单位（例如村）"), design["units"] if design["clustered"] else ""),
        (_("置信水平"), figures["level"]),
        (_("加权轮数"), raking["rounds"]),
        (_("与边际最大相差"), raking["largest_deviation"]),
        (_("到权数上限的人"), raking["trimmed"]),
        (_("最小权数"), weights["min"]),
        (_("最大权数"), weights["max"]),
        (_("加权的设计效应"), weights["design_effect"]),
        (_("相当于几份"), weights["effective_n"]),
        (_("少于几份不公布"), figures["floor"]),
        (_("排除的标记"), excluded_words(figures)),
        (_("总体边际"), _("有推算的数") if figures["assumed"] else ""),
        (_("声明的抽法"), figures.get("stated_design", "")),
    ]
    notes = [(_("说明"), note_words(note, labels)) for note in figures["notes"]]
    return [*pairs, *notes]


def sheets(title: str, figures: Mapping[str, Any], labels: Labels) -> dict[str, list[Any]]:
    """Return the sheets of the workbook: figures, method."""
    return {
        _("数字"): [head(), *rows(figures, labels)],
        _("方法"): method_rows(title, figures, labels),
    }


def as_csv(figures: Mapping[str, Any], labels: Labels) -> bytes:
    """Return the figures as CSV for Excel: UTF-8 with its mark, nothing a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for line in (head(), *rows(figures, labels)):
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in line])
    return text.getvalue().encode("utf-8-sig")
