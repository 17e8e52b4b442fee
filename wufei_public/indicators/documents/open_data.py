"""Published series as open data: CSV and JSON with a dictionary, exact to the last digit."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from wufei_public.common.text import N_
from wufei_public.indicators.models.values import Value
from wufei_public.indicators.rules.lineage import without_extensions

# Column → what it says; the order is that of the file.
DICTIONARY = {
    "plan": N_("方案代号"),
    "series": N_("指标序号，或活动数的名字"),
    "component": N_("分项，多数指标没有"),
    "period": N_("期间：2026、2026-Q3、2026-10 或 2026-10-05"),
    "division": N_("区划代码"),
    "version": N_("第几版，更正会出新的一版"),
    "state": N_("published 是现行的，superseded 是被代替的旧版"),
    "figure": N_("数值，一位不少；百分率按百分数写"),
    "statement": N_("没有数值的，这里是一句话：情况，或者为什么没有数"),
    "low": N_("置信区间（百分之九十五）的下限"),
    "high": N_("置信区间（百分之九十五）的上限"),
    "n": N_("多少份有效回答"),
    "without_extensions": N_("指标 50：不算延长的办结率，按百分数写；别的指标空着"),
    "source": N_(
        "来源：wave 调查，cells 细胞名册，cases 案件，checkins 打卡，register 分类登记表，"
        "grades 信用等级，quiz 答题，trainings 培训，people 账号，units 单位，external 外部"
    ),
    "method": N_("算法，或外部数字的说明"),
    "method_version": N_("算法的版本"),
    "collector": N_("外部数字是谁做的"),
    "document": N_("外部数字的文件"),
    "cut_off": N_("算到什么时刻（UTC）"),
    "rows": N_("用了多少行数据"),
    "digest": N_("输入的摘要（SHA-256），重算用"),
    "published_at": N_("公布时刻（UTC）"),
}
_INSTANTS = frozenset({"cut_off", "published_at"})
_FIGURES = frozenset({"figure", "low", "high"})


def dictionary() -> list[dict[str, str]]:
    """Return every column with what it says."""
    return [{"column": name, "meaning": _(meaning)} for name, meaning in DICTIONARY.items()]


def row_of(row: Value) -> dict[str, Any]:
    """Return one version as plain data; figures are text, so that no digit is lost."""
    found: dict[str, Any] = {name: getattr(row, name, None) for name in DICTIONARY}
    rate = without_extensions(row.inputs)
    found["without_extensions"] = f"{rate:f}" if rate is not None else None
    for name in _FIGURES:
        found[name] = f"{found[name]:f}" if found[name] is not None else None
    for name in _INSTANTS:
        found[name] = found[name].isoformat() if found[name] else None
    return found


def as_csv(rows: Sequence[Value]) -> str:
    """Return the versions as CSV with a header; nothing in it begins like a formula."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(DICTIONARY), lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _harmless(value) for name, value in row_of(row).items()})
    return text.getvalue()


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in set("=+@\t") else value
