"""A wave's figures as a paper to print: the indicators, every question, by group, how it was done.

Made of the same plain data as page, workbook and API, so that no figure can differ.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from wufei_public.infra.papers import Cell, Table, Whisker, as_pdf
from wufei_public.surveys.documents import pictures, tables
from wufei_public.surveys.documents.pictures import Labels
from wufei_public.surveys.rules.waves import BY_CHANCE

_SHARES = (52, 14, 16, 24, 40, 36)


def wave_pdf(title: str, figures: Mapping[str, Any], labels: Labels) -> bytes:
    """Return the paper of a wave."""
    how = _("概率样本") if figures["mode"] in BY_CHANCE else _("非概率样本，只代表回答的人")
    facts = {"how": how, "n": figures["n"], "level": round(figures["level"] * 100)}
    if figures["floor"]:
        source = _(
            "%(how)s。%(n)s 份有效回答；区间的置信水平 %(level)s%%。少于 %(floor)s 份的数不公布。",
            **facts,
            floor=figures["floor"],
        )
    else:
        source = _("%(how)s。%(n)s 份有效回答；区间的置信水平 %(level)s%%。", **facts)
    return as_pdf(title, source, [*wave_tables(title, figures, labels)], apart=False)


def wave_tables(title: str, figures: Mapping[str, Any], labels: Labels) -> Iterator[Table]:
    """Yield the tables of the paper in order."""
    heads = pictures.heads(figures, labels)
    yield _of(_("指标"), heads)
    if scales := pictures.scales(figures, labels):
        yield _of(_("满意或很满意的"), scales, "40%–100%")
    if derived := pictures.derived(figures, labels):
        yield _of(_("由几道题合成的"), derived)
    for question, rows in pictures.choices_of(figures, labels):
        yield _of(question, rows)
    for head in heads:
        for group, rows in pictures.by_group(figures, labels, head["column"]):
            yield _of(_("%(what)s，按%(group)s", what=head["label"], group=group), rows)
    yield _method(title, figures, labels)


def _of(heading: str, rows: Sequence[Mapping[str, Any]], axis: str = "0%–100%") -> Table:
    columns = ["", _("回答"), _("加权"), _("区间"), axis, _("不公布的原因")]
    return Table(heading, columns, [_row(row) for row in rows], _SHARES)


def _row(row: Mapping[str, Any]) -> list[Cell]:
    drawn = None
    if row["at"] is not None and row["reach"]:
        low, high = row["reach"]
        drawn = Whisker(low / 100, row["at"] / 100, high / 100)
    return [row["label"], counted(row), row["value"], row["interval"], drawn, row["hidden"]]


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
