"""A wave's figures as a paper to print: the indicators, every question, by group, how it was done.

Made of the same plain data as page, workbook and API, so that no figure can differ.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from wufei_public.infra.papers import Cell, Table, Whisker, as_pdf
from wufei_public.surveys.documents import pictures, tables
from wufei_public.surveys.documents.pictures import Labels
from wufei_public.surveys.documents.results import by_chance

_SHARES = (50, 14, 16, 24, 20, 36, 22)
_SCALES = (46, 14, 16, 24, 20, 14, 28, 20)
_NUMBERS = (62, 24, 22, 22, 32, 20)
_TREND = (70, 22, 34, 26, 30)


def wave_pdf(
    title: str,
    figures: Mapping[str, Any],
    labels: Labels,
    trend: Sequence[Mapping[str, Any]] = (),
) -> bytes:
    """Return the paper of a wave; `trend` is what `pictures.trend` gives, as the page has it."""
    how = _how(figures)
    facts = {"how": how, "n": figures["n"], "level": round(figures["level"] * 100)}
    if figures["floor"]:
        source = _(
            "%(how)s。%(n)s 份有效回答；区间的置信水平 %(level)s%%。少于 %(floor)s 份的数不公布。",
            **facts,
            floor=figures["floor"],
        )
    else:
        source = _("%(how)s。%(n)s 份有效回答；区间的置信水平 %(level)s%%。", **facts)
    return as_pdf(title, source, [*wave_tables(title, figures, labels, trend)], apart=False)


def _how(figures: Mapping[str, Any]) -> str:
    if figures.get("stated_design"):
        return str(_("概率样本（%(who)s声明，抽法见后）", who=figures["collector"]))
    return str(_("概率样本") if by_chance(figures) else _("非概率样本，只代表回答的人"))


def wave_tables(
    title: str,
    figures: Mapping[str, Any],
    labels: Labels,
    trend: Sequence[Mapping[str, Any]] = (),
) -> Iterator[Table]:
    """Yield the tables of the paper in order."""
    heads = pictures.heads(figures, labels)
    yield _of(_("指标"), heads)
    for row in trend:
        yield _trend(row)
    if scales := pictures.scales(figures, labels):
        yield _scales(scales)
    if derived := pictures.derived(figures, labels):
        yield _of(_("由几道题合成的"), derived)
    for question, rows in pictures.choices_of(figures, labels):
        yield _of(question, rows)
    yield from _of_numbers(figures, labels)
    for head in heads:
        for group, rows in pictures.by_group(figures, labels, head["column"]):
            yield _of(_("%(what)s，按%(group)s", what=head["label"], group=group), rows)
    yield _method(title, figures, labels)


def _of(heading: str, rows: Sequence[Mapping[str, Any]]) -> Table:
    columns = ["", _("回答"), _("加权"), _("区间"), _("算法"), "0%–100%", _("不公布的原因")]
    cells = [[*_said(row), _drawn(row), row["hidden"]] for row in rows]
    return Table(heading, columns, cells, _SHARES)


def _scales(rows: Sequence[Mapping[str, Any]]) -> Table:
    columns = [
        "", _("回答"), _("加权"), _("区间"), _("算法"), _("均值"), "40%–100%", _("不公布的原因"),
    ]  # fmt: skip
    cells = [[*_said(row), row["mean"], _drawn(row), row["hidden"]] for row in rows]
    return Table(_("满意或很满意的"), columns, cells, _SCALES)


def _of_numbers(figures: Mapping[str, Any], labels: Labels) -> Iterator[Table]:
    for words, rows, groups in pictures.numbers(figures, labels):
        yield _numbers(words, rows)
        for group, parts in groups:
            yield _numbers(_("%(what)s，按%(group)s", what=words, group=group), parts)


def _numbers(heading: str, rows: Sequence[Mapping[str, Any]]) -> Table:
    columns = ["", _("回答"), _("加权"), _("标准误"), _("区间"), _("算法")]
    cells = [
        [
            row["label"], counted(row), row["value"] or row["hidden"], row["error"],
            row["interval"], row["method"],
        ]
        for row in rows
    ]  # fmt: skip
    return Table(heading, columns, cells, _NUMBERS)


def _trend(row: Mapping[str, Any]) -> Table:
    heading = _("%(what)s，和以前几次比", what=row["label"])
    columns = [_("以前"), _("占比"), _("区间"), _("这次比它"), _("纯属偶然的可能")]
    cells = [
        [past["title"], past["value"], past["interval"], past["change"], past["p"]]
        for past in row["past"]
    ]
    return Table(heading, columns, cells, _TREND)


def _said(row: Mapping[str, Any]) -> list[Cell]:
    return [row["label"], counted(row), row["value"], row["interval"], row["method"]]


def _drawn(row: Mapping[str, Any]) -> Whisker | None:
    if row["at"] is None or not row["reach"]:
        return None
    low, high = row["reach"]
    return Whisker(low / 100, row["at"] / 100, high / 100)


def counted(row: Mapping[str, Any]) -> str:
    """Return how many answered, and how many did not; nothing where the figure is hidden."""
    if row["n"] is None:
        return "—"
    return _("%(n)s（未答 %(missing)s）", **row) if row["missing"] else str(row["n"])


def _method(title: str, figures: Mapping[str, Any], labels: Labels) -> Table:
    pairs = tables.method_rows(title, figures, labels)
    rows = [[str(name), _plain(value)] for name, value in pairs]
    return Table(_("方法"), ["", ""], rows, (40, 142))


def _plain(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
