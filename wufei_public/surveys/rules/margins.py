"""The file of margins: `variable,level,population`, other columns ignored."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.sheets import Columns, Faults, read_columns
from wufei_public.common.text import N_
from wufei_public.surveys.rules.columns import GROUPS
from wufei_public.surveys.rules.questions import LAST, Questionnaire
from wufei_public.surveys.rules.replies import ELSEWHERE, MINORS
from wufei_public.surveys.rules.sample import Margin

VARIABLE, LEVEL, POPULATION = "variable", "level", "population"
# Numbers of persons are rounded to whole ones: totals may differ by half a person per level.
_ROUNDING = 0.5
_LEAST, _MOST = 1e-12, 1e15
_EMPTY = N_("这一项不能为空。")
_NO_ROWS = N_("文件里没有一行内容。")


def read_margins(data: bytes, name: str = "margins.csv") -> tuple[Margin, ...]:
    """Return the margins in the order of the file, all to the total of the first."""
    faults = Faults(name)
    sheet = read_columns(name, data, (VARIABLE, LEVEL, POPULATION))
    found: dict[str, dict[str, float]] = {}
    first_rows: dict[str, int] = {}
    columns = (sheet.cells[VARIABLE], sheet.cells[LEVEL])
    for place, (variable, level) in enumerate(zip(*columns, strict=True)):
        row = sheet.numbers[place]
        _check_names(variable, level, row, faults)
        levels = found.setdefault(variable, {})
        first_rows.setdefault(variable, row)
        if level in levels:
            faults.add(row, LEVEL, N_("“%(value)s”前面已经出现过。"), value=level)
        levels[level] = _population(sheet, place, faults)
    if not found:
        faults.add(1, "", _NO_ROWS)
    faults.check()
    margins = [Margin(name, tuple(of), tuple(of.values())) for name, of in found.items()]
    _check_totals(margins, first_rows, faults)
    faults.check()
    return tuple(_to_total(margin, margins[0].total) for margin in margins)


def margins_of(rows: Iterable[Sequence[Any]]) -> tuple[Margin, ...]:
    """Return the margins that a wave keeps as rows: variable, level, population, and the rest."""
    found: dict[str, list[tuple[str, float]]] = {}
    for variable, level, population, *_ in rows:
        found.setdefault(variable, []).append((level, float(population)))
    return tuple(
        Margin(name, tuple(level for level, _ in of), tuple(n for _, n in of))
        for name, of in found.items()
    )


def check_fit(form: Questionnaire, margins: Sequence[Margin]) -> None:
    """Raise Invalid at `margins` for what a questionnaire's answers cannot be weighted to.

    Its variables are questions by which is weighted, its levels their choices, all of them but
    those who say nothing or live elsewhere.
    """
    faults = [fault for margin in margins for fault in _unfit(form, margin)]
    if faults:
        errors = [FieldError("margins", sentence, facts) for sentence, facts in faults]
        raise Invalid("margins_unfit", faults[0][0], errors, **faults[0][1])


def _unfit(form: Questionnaire, margin: Margin) -> Iterator[tuple[str, dict[str, str]]]:
    name = margin.variable
    if name not in GROUPS or name not in form.by_name:
        yield N_("问卷里没有“%(variable)s”，不能按它加权。"), {"variable": name}
        return
    known = {choice.name for choice in form.by_name[name].choices}
    lacking = known - set(margin.levels) - {*LAST, ELSEWHERE.get(name), MINORS.get(name)}
    for level in sorted(set(margin.levels) - known):
        facts = {"variable": name, "level": level}
        yield N_("“%(variable)s”的选项里没有“%(level)s”。"), facts
    for level in sorted(lacking):
        facts = {"variable": name, "level": level}
        yield N_("总体边际“%(variable)s”缺“%(level)s”。"), facts


def _check_names(variable: str, level: str, row: int, faults: Faults) -> None:
    if not level:
        faults.add(row, LEVEL, _EMPTY)
    if not variable:
        faults.add(row, VARIABLE, _EMPTY)
    elif variable.startswith("_") or variable == "id":
        faults.add(row, VARIABLE, N_("“%(value)s”另有用处，不能作变量名。"), value=variable)


def _population(sheet: Columns, place: int, faults: Faults) -> float:
    value = sheet.cells[POPULATION][place]
    number = positive(value)
    if number is None:
        faults.add(
            sheet.numbers[place], POPULATION, N_("“%(value)s”要是大于 0 的数。"), value=value
        )
    return number or 1.0


def positive(value: str) -> float | None:
    """Return the number above zero that `value` writes, else None; none that a sum would lose."""
    try:
        number = float(value)
    except ValueError:
        return None
    return number if _LEAST <= number <= _MOST else None


def _check_totals(margins: list[Margin], first_rows: dict[str, int], faults: Faults) -> None:
    first = margins[0]
    for margin in margins[1:]:
        if abs(margin.total - first.total) > _ROUNDING * (len(margin.levels) + len(first.levels)):
            faults.add(
                first_rows[margin.variable],
                POPULATION,
                N_("“%(one)s”合计 %(one_total)s，“%(other)s”合计 %(other_total)s，两者应当相同。"),
                one=margin.variable,
                one_total=f"{margin.total:g}",
                other=first.variable,
                other_total=f"{first.total:g}",
            )


def _to_total(margin: Margin, total: float) -> Margin:
    if margin.total == total:
        return margin
    factor = total / margin.total
    return Margin(margin.variable, margin.levels, tuple(n * factor for n in margin.populations))
