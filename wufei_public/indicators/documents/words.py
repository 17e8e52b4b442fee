"""How figures, periods and targets read, in the reader's language."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from flask_babel import gettext as _

from wufei_public.divisions.queries import departments
from wufei_public.indicators.models.values import Value
from wufei_public.indicators.rules.lineage import without_extensions
from wufei_public.indicators.rules.plans import Words, english, words
from wufei_public.indicators.rules.series import PERCEIVED
from wufei_public.indicators.rules.states import Source
from wufei_public.infra.i18n import is_english
from wufei_public.infra.work import reading

_SHOWN, _TENTH = Decimal("0.01"), Decimal("0.1")
_MONTH_AT, _LONG_KEY = 5, 7


def told(text: Words) -> str:
    """Return the plan's words in the reader's language."""
    return text.told(english=is_english())


def translated(text: str) -> str:
    """Return words of the plan in the reader's language."""
    return told(words(text))


def number(figure: Decimal) -> str:
    """Return a figure with two digits after the point at most, the exact one is in the data.

    Of one below a tenth three digits that count: 0.0141 is not 0.01 where 0.014 is the target.
    """
    small = figure != 0 and abs(figure) < _TENTH
    finest = Decimal(1).scaleb(figure.adjusted() - 2) if small else _SHOWN
    rounded = figure.quantize(finest, ROUND_HALF_UP) if figure != figure.to_integral() else figure
    plain = f"{rounded:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def amount(figure: Decimal, unit: str) -> str:
    """Return a figure with its unit: 85.5 % is written 85.5%, others with a space."""
    if unit == "%":
        return f"{number(figure)}%"
    return f"{number(figure)} {unit}".strip()


def written(text: str, unit: str = "") -> str:
    """Return a target or baseline as the plan writes it, with its unit if it is a number."""
    if text in english():
        return translated(text)
    bare = text.lstrip("≥≤").rstrip("%")
    shown = f"{text[0]} {bare}" if text[:1] in {"≥", "≤"} else bare
    if text.endswith("%") or unit == "%":
        return f"{shown}%"
    return f"{shown} {unit}".strip()


def period(key: str) -> str:
    """Return how a period reads: 2026年, 2026年第3季度, 2026年10月."""
    year, rest = key[:4], key[_MONTH_AT:]
    found: str = key
    if not rest:
        found = _("%(year)s年", year=year)
    elif rest.startswith("Q"):
        found = _("%(year)s年第%(quarter)s季度", year=year, quarter=rest[1:])
    elif len(key) == _LONG_KEY:
        found = _("%(year)s年%(month)s月", year=year, month=int(rest))
    return found


def offices(names: tuple[str, ...]) -> list[str]:
    """Return the departments that the plan names, under the names that they have today."""
    known = departments(reading())
    found = []
    for name in names:
        office = known.named(name)
        if office is None:
            found.append(translated(name))
        else:
            found.append(office.name_en if is_english() else office.name)
    return found


def said(row: Value, unit: str) -> str:
    """Return what a value says: its figure with the unit, its statement, or why there is none."""
    if row.figure is not None:
        return amount(row.figure, unit)
    return _(row.statement) if row.run else row.statement


def in_short(row: Value, unit: str) -> str:
    """Return what a value says where there is no room for reasons.

    A survey from outside is told as such, since we have surveys too.
    """
    if row.figure is None and row.run:
        return str(_("暂无数据"))
    if row.series in PERCEIVED and row.source == Source.EXTERNAL:
        return str(_("%(said)s（外部）", said=said(row, unit)))
    return said(row, unit)


def interval(row: Value) -> str:
    """Return a value's interval, empty where it has none."""
    if row.low is None or row.high is None:
        return ""
    return f"{number(row.low)}–{number(row.high)}"


def without(inputs: Mapping[str, Any]) -> str:
    """Return the closing rate as if nobody had been given more time, empty for other series."""
    rate = without_extensions(inputs)
    return f"{number(rate)}%" if rate is not None else ""
