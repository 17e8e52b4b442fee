"""Estimates as JSON for programs and as a table for a terminal."""

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import Any
from unicodedata import east_asian_width

from wufei_public.common.suppression import Hidden
from wufei_public.common.text import N_
from wufei_public.surveys.rules.designs import Design
from wufei_public.surveys.rules.estimates import (
    OF_NUMBERS,
    Estimate,
    Figure,
    Measure,
    Options,
    Result,
)
from wufei_public.surveys.rules.intervals import Method

MEASURE_NAMES = {
    Measure.SHARE: N_("占比"),
    Measure.MEAN: N_("均值"),
    Measure.TOP_TWO: N_("满意率（4、5）"),
    Measure.AVERAGE: N_("平均数"),
    Measure.MEDIAN: N_("中位数"),
}
METHOD_NAMES = {
    Method.LOGIT: N_("对数几率"),
    Method.BETA: N_("Korn–Graubard"),
    Method.WALD: N_("正态"),
    Method.WOODRUFF: N_("Woodruff"),
    Method.EXACT: N_("没有抽样误差"),
}
HIDDEN_NAMES = {Hidden.SMALL: N_("回答太少，不公布"), Hidden.SECONDARY: N_("防止倒推，不公布")}
_HEAD = (
    N_("题目"),
    N_("指标"),
    N_("类别"),
    N_("回答"),
    N_("未答"),
    N_("未加权"),
    N_("加权"),
    N_("标准误"),
    N_("置信区间"),
)
_SUMMARY = N_(
    "样本 %(n)s 人，代表总体 %(population)s 人（%(strata)s 层，%(units)s 个抽样单位）。\n"
    "加权 %(rounds)s 轮，与总体边际最大相差 %(deviation)s；"
    "权数 %(least)s 到 %(most)s，到上限的 %(trimmed)s 人。\n"
    "加权的设计效应 %(effect)s，相当于 %(effective)s 份等权的回答。"
    "下面是 %(level)s %% 置信区间。"
)
_ALL = N_("全部")


def estimates_json(design: Design, results: Iterable[Result], options: Options) -> dict[str, Any]:
    """Return everything that a reader needs to judge and compare the figures."""
    weights, raking = design.weights, design.raking
    return {
        "n": design.size,
        "N": design.population,
        "level": options.level,
        "interval": str(options.method),
        "floor": options.floor,
        "design": {
            "strata": design.strata,
            "units": design.units,
            "clustered": design.cells.clusters is not None,
            "df": design.df,
        },
        "raking": {
            "rounds": raking.rounds,
            "largest_deviation": raking.deviation,
            "bound": raking.bound if isfinite(raking.bound) else None,
            "trimmed": weights.trimmed,
        },
        "weights": {
            "min": weights.least,
            "max": weights.most,
            "design_effect": weights.design_effect,
            "effective_n": weights.effective_n,
        },
        "measures": [_result_json(result) for result in results],
    }


def _result_json(result: Result) -> dict[str, Any]:
    by = {
        name: [{"level": level, **_figure_json(figure)} for level, figure in figures.items()]
        for name, figures in result.by.items()
    }
    missing_share = None if result.all.hidden else result.missing_share
    figure = {**_figure_json(result.all), "missing_share": missing_share}
    return {"column": result.column, "measure": str(result.measure), **figure, "by": by}


def _figure_json(figure: Figure) -> dict[str, Any]:
    found = figure.estimate
    return {
        "n": figure.n,
        "missing": figure.missing,
        "hidden": str(figure.hidden) if figure.hidden else None,
        "unweighted": found.unweighted if found else None,
        "weighted": found.value if found else None,
        "se": found.error if found else None,
        "interval": list(found.interval) if found and found.interval else None,
        "method": str(found.method) if found and found.method else None,
        "df": found.df if found else None,
        "design_effect": found.design_effect if found else None,
        "effective_n": found.effective_n if found else None,
    }


def estimates_text(design: Design, results: Iterable[Result], options: Options) -> str:
    """Return the same figures as a table to read."""
    rows: list[Sequence[str]] = [_HEAD]
    for result in results:
        rows.append(_row(result, _ALL, result.all))
        for name, figures in result.by.items():
            rows += [_row(result, f"{name}={level}", figure) for level, figure in figures.items()]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(map(_pad, row, widths)).rstrip() for row in rows]
    return "\n".join([_SUMMARY % _facts(design, options), "", *lines])


def _facts(design: Design, options: Options) -> Mapping[str, str]:
    weights = design.weights
    return {
        "n": str(design.size),
        "population": f"{design.population:.0f}",
        "strata": str(design.strata),
        "units": str(design.units),
        "rounds": str(design.raking.rounds),
        "deviation": f"{design.raking.deviation:.1e}",
        "least": f"{weights.least:.2f}",
        "most": f"{weights.most:.2f}",
        "trimmed": str(weights.trimmed),
        "effect": f"{weights.design_effect:.2f}",
        "effective": f"{weights.effective_n:.0f}",
        "level": f"{options.level * 100:g}",
    }


def _row(result: Result, level: str, figure: Figure) -> Sequence[str]:
    start = (result.column, MEASURE_NAMES[result.measure], level)
    if figure.hidden:
        return (*start, "", "", HIDDEN_NAMES[figure.hidden], "", "", "")
    counts = (str(figure.n), str(figure.missing))
    if figure.estimate is None:
        return (*start, *counts, "", "", "", "")
    return (*start, *counts, *_numbers(result.measure, figure.estimate))


def _numbers(measure: Measure, found: Estimate) -> Sequence[str]:
    plain = measure in {Measure.MEAN, *OF_NUMBERS}
    scale, digits, sign = (1, 2, "") if plain else (100, 1, "%")

    def number(value: float, more: int = 0) -> str:
        return f"{value * scale:.{digits + more}f}{sign}"

    error = number(found.error, 1) if found.error is not None else N_("无法估计")
    low_high = " – ".join(map(number, found.interval)) if found.interval else ""
    return number(found.unweighted), number(found.value), error, low_high


def _width(text: str) -> int:
    """Return how many columns of a terminal `text` takes; Chinese characters take two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
