"""The file of single answers for everybody: coarse, checked, and enough to reckon anew."""

import csv
import io
import zipfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from wufei_public.common.errors import Invalid
from wufei_public.common.sheets import harmless
from wufei_public.common.text import N_
from wufei_public.surveys.documents.pictures import Labels, percent
from wufei_public.surveys.documents.results import assembled, headlines
from wufei_public.surveys.models import Wave
from wufei_public.surveys.queries import forms, waves
from wufei_public.surveys.rules.assembling import Assembled
from wufei_public.surveys.rules.columns import GROUPS, tells_who
from wufei_public.surveys.rules.designs import weigh
from wufei_public.surveys.rules.disclosure import (
    Coarse,
    K,
    Limits,
    coarse_margins,
    coarsen,
    even_weights,
    withheld_of,
)
from wufei_public.surveys.rules.estimates import Options, estimate
from wufei_public.surveys.rules.sample import MISSING, Codes, Margin, Sample
from wufei_public.surveys.rules.sample import Kind as Answered

_ALL = "all"
ASSUMPTION = "assumption"
# The same bytes for the same answers, whenever the file is made.
_AT = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that may be released: its bytes, and what a decision about it must know."""

    data: bytes
    checked: Mapping[str, Any]

    @property
    def digest(self) -> str:
        return sha256(self.data).hexdigest()


def prepare(session: Session, wave: Wave, labels: Labels) -> Prepared:
    """Return the coarse file of a wave; Invalid where too few answered to give any away."""
    # As the figures were published, whatever was decided since.
    excluded = (wave.figures or {}).get("excluded", waves.excluded(session, wave.id))
    found = assembled(session, wave, excluded)
    groups = {name: found.sample.groups[name] for name in GROUPS if name in found.sample.groups}
    floor = waves.floor_of(wave)
    withheld = withheld_of(groups, found.sample.questions, floor)
    coarse = coarsen(groups, found.sample.size, Limits(K, floor, withheld))
    if coarse is None:
        words = N_("不到 %(k)s 份有效回答，不能公开回答文件。")
        raise Invalid("too_few", words, k=max(K, floor))
    margins = _margins(waves.plan_of(wave).margins, groups, coarse, found)
    sample = _sample(found, coarse, margins, _telling(session, wave))
    checked = _checked(coarse, found.sample.size) | {
        "compared": _compared(wave, found, sample, margins, labels)
    }
    tables = {
        "responses.csv": sheet(_responses(sample)),
        "margins.csv": sheet(_of_margins(margins, _assumed(wave))),
        "README.txt": _about(sample, coarse, labels, found).encode("utf-8-sig"),
    }
    return Prepared(zipped(tables), checked)


def _telling(session: Session, wave: Wave) -> frozenset[str]:
    """Return the questions that may tell who a person is; organisations answer by name."""
    if not wave.facts.of_persons:
        return frozenset()
    form = forms.questionnaire(session, wave.form_key)
    return frozenset(question.name for question in form if tells_who(question))


def _margins(
    margins: Sequence[Margin], groups: Mapping[str, Codes], coarse: Coarse, found: Assembled
) -> list[Margin]:
    used = {margin.variable for margin in found.margins}
    weights = found.design.person_weights()
    known = [
        _of_table(margin, groups[margin.variable], weights)
        for margin in margins
        if f"_{margin.variable}" in used
    ]
    coarser = coarse_margins(known, coarse)
    return coarser or [Margin(_ALL, (_ALL,), (found.design.population,))]


def _of_table(margin: Margin, codes: Codes, weights: Sequence[float]) -> Margin:
    """Return a margin by the levels of the table: as estimated, where some did not say theirs."""
    if margin.levels == codes.levels:
        return margin
    totals = [0.0] * len(codes.levels)
    for level, weight in zip(codes.of, weights, strict=True):
        totals[level] += weight
    return Margin(margin.variable, codes.levels, tuple(totals))


def _sample(
    found: Assembled, coarse: Coarse, margins: Sequence[Margin], telling: frozenset[str]
) -> Sample:
    size = found.sample.size
    groups = dict(coarse.groups)
    if margins[0].variable == _ALL:
        groups[_ALL] = Codes((_ALL,), [0] * size)
    weights = even_weights(found.design.person_weights(), coarse)
    hidden = {column.name for column in found.columns if column.question in telling}
    questions = [
        one
        for one in found.sample.questions
        if set(one.answers) != {MISSING} and one.column not in hidden
    ]
    return Sample(size, groups, Codes(("",), [0] * size), None, weights, None, questions)


def _checked(coarse: Coarse, size: int) -> dict[str, Any]:
    together = {
        name: [level for level in codes.levels if "+" in level]
        for name, codes in coarse.groups.items()
    }
    return {
        "k": K,
        "n": size,
        "smallest": coarse.smallest,
        "combinations": coarse.combinations,
        "together": {name: levels for name, levels in together.items() if levels},
        "dropped": [*coarse.dropped],
    }


def _compared(
    wave: Wave, found: Assembled, sample: Sample, margins: Sequence[Margin], labels: Labels
) -> list[list[str]]:
    """Return each headline as published and as the file gives it."""
    told = {one["column"]: one for one in headlines(wave.figures or {})}
    wanted = [one for one in sample.questions if one.column in told]
    design = weigh(sample, margins, found.design.raking.bound)
    rows = []
    for result in estimate(design, wanted, Options(floor=waves.floor_of(wave))):
        one = told[result.column]
        if result.measure == one["measure"] and result.all.estimate is not None:
            words = labels.question(one["question"])
            value = percent(result.all.estimate.value)
            rows.append([words, percent(one["weighted"]), value])
    return rows


def _responses(sample: Sample) -> list[list[str]]:
    """Return the rows, sorted by what they say, so that their order says nothing."""
    groups = [[codes.levels[at] for at in codes.of] for codes in sample.groups.values()]
    weights = [f"{weight:.6g}" for weight in sample.base]
    answers = [[_cell(code) for code in one.answers] for one in sample.questions]
    rows = sorted(zip(*groups, weights, *answers, strict=True))
    head = ["id", *sample.groups, "_weight", *(one.column for one in sample.questions)]
    return [head, *([str(number), *row] for number, row in enumerate(rows, 1))]


def _cell(code: int) -> str:
    return "" if code == MISSING else str(code)


def _assumed(wave: Wave) -> frozenset[tuple[str, str]]:
    """Return the levels of which the population is no published figure."""
    return frozenset((row[0], row[1]) for row in wave.margins if row[3] == ASSUMPTION)


def _of_margins(margins: Sequence[Margin], assumed: Collection[tuple[str, str]]) -> list[list[str]]:
    """Return the margins with a mark where a level, or a part of it, is an assumption."""
    return [
        ["variable", "level", "population", "status"],
        *(
            [
                margin.variable,
                level,
                f"{people:g}",
                ASSUMPTION * any((margin.variable, one) in assumed for one in level.split("+")),
            ]
            for margin in margins
            for level, people in zip(margin.levels, margin.populations, strict=True)
        ),
    ]


def _about(sample: Sample, coarse: Coarse, labels: Labels, found: Assembled) -> str:
    """Return what stands in the file, column by column, and how to reckon with it."""
    told = {column.name: column for column in found.columns}
    shares = [q.column for q in sample.questions if q.kind is Answered.SHARE]
    scales = [q.column for q in sample.questions if q.kind is Answered.SCALE]
    lines = [
        _("一行一份回答，按内容排序，没有姓名、电话、日期和留言。"),
        _("每种人群组合至少 %(k)s 份；合在一起的类别用加号连着。", k=K),
        _("margins.csv 里 status 写 assumption 的人数是推算的，不是公布的统计数。"),
        _("_weight 是同一组合里的平均权数；0、1 是没选、选了，1 到 5 是五级，空的是没答。"),
        "",
        *(_about_group(name, codes, labels) for name, codes in coarse.groups.items()),
        *(
            f"{q.column}: {labels.question(told[q.column].question)}"
            + (f" = {labels.choice(told[q.column].question, told[q.column].choice)}")
            * bool(told[q.column].choice)
            for q in sample.questions
        ),
        "",
        "flask surveys estimate responses.csv margins.csv"
        f" --trim {found.design.raking.bound:g}"
        f" --share {','.join(shares)}" + f" --scale {','.join(scales)}" * bool(scales),
    ]
    return "\n".join(lines) + "\n"


def _about_group(name: str, codes: Codes, labels: Labels) -> str:
    levels = (
        f"{level} = {' + '.join(labels.choice(name, one) for one in level.split('+'))}"
        for level in codes.levels
    )
    return f"{name}: {labels.question(name)}\n  " + "\n  ".join(levels)


def sheet(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as CSV in UTF-8, nothing a formula."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(
        [harmless(cell) for cell in row] for row in rows
    )
    return text.getvalue().encode()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return files as one, the same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in files.items():
            book.writestr(zipfile.ZipInfo(name, _AT), data)
    return out.getvalue()
