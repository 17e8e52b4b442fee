"""A department's sheet of figures: its columns, and what each row means or what is wrong in it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from wufei_public.common.errors import Invalid
from wufei_public.common.sheets import Faults
from wufei_public.common.text import N_
from wufei_public.indicators.rules.checks import Told as Entered
from wufei_public.indicators.rules.checks import check_entry
from wufei_public.indicators.rules.periods import read_period
from wufei_public.indicators.rules.plans import Plan
from wufei_public.indicators.rules.series import PERCEIVED

# Field → heading; the template has them in this order, those with `_` are for people only.
COLUMNS = {
    "series": N_("序号"),
    "_name": N_("哪项指标"),
    "component": N_("分项"),
    "unit": N_("计量单位"),
    "_before": N_("上一次公布的"),
    "period": N_("期间"),
    "figure": N_("数值"),
    "statement": N_("没有数值的，写一句进展"),
    "met": N_("达到目标了吗（是或否）"),
    "document": N_("依据的文件：名称和文号"),
    "collector": N_("谁做的"),
    "method": N_("怎么算的"),
    "n": N_("有效回答"),
    "low": N_("区间下限"),
    "high": N_("区间上限"),
}
# Counted from rows of this site: nobody tells them.
COMPUTED = frozenset({"39", "50"})
_NEEDED = ("series", "period", "figure", "document")
_SAID = ("figure", "statement")
_MOST_ROWS, _LONG, _LONGEST = 500, 200, 500
_YES, _NO = frozenset({N_("是"), "yes"}), frozenset({N_("否"), "no"})
_NOT_A_NUMBER = N_("“%(value)s”不是一个数。")


@dataclass(frozen=True, slots=True)
class Told:
    """One row that says something: what a department tells of one period."""

    row: int
    series: str
    component: str
    period: str
    figure: Decimal | None
    statement: str
    met: bool | None
    document: str
    collector: str
    method: str
    n: int | None
    low: Decimal | None
    high: Decimal | None


def read_sheet(
    name: str, lines: Sequence[Sequence[str]], plan: Plan, ours: Collection[str]
) -> list[Told]:
    """Return the rows that say something; Invalid with every fault by row and column.

    `ours` are the series that this official may enter.
    """
    faults = Faults(name)
    fields = _fields(lines[0] if lines else (), faults)
    faults.check()
    found: list[Told] = []
    for number, line in enumerate(lines[1 : _MOST_ROWS + 1], 2):
        cells = {f: v.strip() for f, v in zip(fields, line, strict=False) if v.strip()}
        if any(cells.get(field) for field in _SAID):
            told = _Row(number, cells, faults).read(plan, ours)
            found += [told] if told else []
    _check_whole(found, len(lines), faults)
    faults.check()
    return found


def _fields(header: Sequence[str], faults: Faults) -> list[str]:
    known = {label: field for field, label in COLUMNS.items()}
    fields = [known.get(cell.strip(), "") for cell in header]
    for field in _NEEDED:
        if field not in fields:
            faults.add(1, COLUMNS[field], N_("缺少这一列。"))
    return fields


def _check_whole(found: Sequence[Told], count: int, faults: Faults) -> None:
    if count > _MOST_ROWS + 1:
        faults.add(_MOST_ROWS + 1, "", N_("这张表的行数太多。"))
    if not found and not faults.errors:
        faults.add(1, COLUMNS["figure"], N_("没有一行填了数值或进展。"))
    seen: set[tuple[str, str, str]] = set()
    for told in found:
        key = (told.series, told.component, told.period)
        if key in seen:
            faults.add(told.row, COLUMNS["series"], N_("同一项、同一期间写了两次。"))
        seen.add(key)


class _Row:
    """One row while it is read: its faults are noted, not raised."""

    def __init__(self, number: int, cells: Mapping[str, str], faults: Faults) -> None:
        self.number, self.cells, self.faults = number, cells, faults
        self.before = len(faults.errors)

    def read(self, plan: Plan, ours: Collection[str]) -> Told | None:
        indicator = plan.indicator(self.cells.get("series", ""))
        if indicator is None or indicator.series in COMPUTED or indicator.series not in ours:
            self._fault("series", N_("没有这个序号，或者不由您的部门填。"))
            return None
        if self.cells.get("component", "") not in indicator.components:
            self._fault("component", N_("这项指标没有这个分项。"))
        if self.cells.get("unit", indicator.unit.zh) != indicator.unit.zh:
            words = N_("计量单位要是“%(unit)s”。")
            self.faults.add(self.number, COLUMNS["unit"], words, unit=indicator.unit.zh)
        told = self._told(indicator.series)
        if len(self.faults.errors) == self.before:
            self._check(told, indicator.unit.zh)
        return told if len(self.faults.errors) == self.before else None

    def _told(self, series: str) -> Told:
        n = self._number("n")
        return Told(
            row=self.number,
            series=series,
            component=self.cells.get("component", ""),
            period=self._period(),
            figure=self._number("figure"),
            statement=self._text("statement", _LONGEST),
            met=self._met(),
            document=self._text("document", _LONG, needed=True),
            collector=self._text("collector", 80),
            method=self._text("method", _LONGEST),
            n=self._whole(n),
            low=self._number("low"),
            high=self._number("high"),
        )

    def _check(self, told: Told, unit: str) -> None:
        try:
            bounds = (told.low, told.high)
            survey = told.series in PERCEIVED
            own = (told.n, told.method, told.collector)
            check_entry(Entered(told.figure, told.statement, bounds, survey, *own), unit)
        except Invalid as error:
            for fault in error.errors:
                self._fault(fault.pointer, fault.message)

    def _fault(self, field: str, message: str, **facts: object) -> None:
        self.faults.add(self.number, COLUMNS[field], message, **facts)

    def _number(self, field: str) -> Decimal | None:
        text = self.cells.get(field, "").removesuffix("%")
        try:
            found = Decimal(text) if text else None
        except InvalidOperation:
            found = Decimal("NaN")
        if found is not None and not found.is_finite():
            self._fault(field, _NOT_A_NUMBER, value=text[:40])
            return None
        return found

    def _whole(self, n: Decimal | None) -> int | None:
        if n is not None and n != n.to_integral():
            self._fault("n", N_("有效回答要写大于零的整数。"))
        return int(n) if n is not None else None

    def _period(self) -> str:
        try:
            return read_period(self.cells.get("period", "")).key
        except Invalid as error:
            self._fault("period", error.message)
            return ""

    def _text(self, field: str, most: int, *, needed: bool = False) -> str:
        text = self.cells.get(field, "")
        if len(text) > most:
            self._fault(field, N_("最多 %(most)s 个字。"), most=most)
        if needed and not text:
            self._fault(field, N_("请写文件的名称和文号。"))
        return text

    def _met(self) -> bool | None:
        text = self.cells.get("met", "").lower()
        if text and text not in _YES | _NO:
            self._fault("met", N_("请写是或否。"))
        return text in _YES if text else None
