"""The file of responses: one row a person, `id`, the margins' columns, answers.

Optional columns say how the person was drawn: `_stratum`, `_psu`, `_weight`, `_stratum_n`.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite

from wufei_public.common.sheets import Columns, Faults, read_columns
from wufei_public.common.text import N_
from wufei_public.surveys.rules.margins import positive
from wufei_public.surveys.rules.sample import (
    MISSING,
    Codes,
    Kind,
    Margin,
    Numbers,
    Question,
    Sample,
    numbered,
)

ID, STRATUM, PSU, WEIGHT, STRATUM_N = "id", "_stratum", "_psu", "_weight", "_stratum_n"
DESIGN_COLUMNS = (STRATUM, PSU, WEIGHT, STRATUM_N)
_ANSWERS = {"": MISSING, "0": 0, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5}
_OF_KIND = {Kind.SHARE: {0, 1}, Kind.SCALE: {1, 2, 3, 4, 5}}
_EMPTY = N_("这一项不能为空。")
_NUMBER = N_("“%(value)s”要是大于 0 的数。")
_NO_NUMBER = N_("“%(value)s”不是数；没有回答就留空。")
_NO_COLUMN = N_("缺少这一列。")
_NOT_AN_ANSWER = N_("“%(value)s”不是回答：要是 0 或 1，或者 1 到 5；没有回答就留空。")
# A file with the wrong separator or coding has a fault in every row; so many are told.
_MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Reading:
    """What to read from the file: tables `by` columns, columns whose kind is said outright."""

    by: Sequence[str] = ()
    shares: Collection[str] = ()
    scales: Collection[str] = field(default_factory=tuple)
    numbers: Collection[str] = ()


def read_responses(
    data: bytes,
    margins: Sequence[Margin],
    reading: Reading = Reading(),
    name: str = "responses.csv",
) -> Sample:
    """Return the sample in the CSV `data`; Invalid names each fault by row and column."""
    faults = Faults(name)
    known = {margin.variable: margin.levels for margin in margins}
    sheet = read_columns(name, data, (ID, *known))
    _check_columns(sheet, known, reading, faults)
    faults.check()
    _check_ids(sheet, faults)
    groups = {name: _codes(sheet, name, levels, faults) for name, levels in known.items()}
    groups |= {name: _labels(sheet, name, faults) for name in reading.by if name not in known}
    questions = [
        _question(sheet, column, reading, faults)
        for column in sheet.cells
        if column not in {ID, *groups, *DESIGN_COLUMNS, *reading.numbers}
    ]
    numbers = [_column_of_numbers(sheet, column, faults) for column in reading.numbers]
    sample = _drawn(sheet, groups, [item for item in questions if item], faults)
    faults.check()
    return replace(sample, numbers=numbers)


def _column_of_numbers(sheet: Columns, column: str, faults: Faults) -> Numbers:
    cells = sheet.cells[column]
    values = [_as_number(cell) for cell in cells]
    if "" in values:
        _name_rows(sheet, column, (value == "" for value in values), _NO_NUMBER, faults)
    return Numbers(column, [value if isinstance(value, float) else None for value in values])


def _as_number(cell: str) -> float | str | None:
    """Return the number that stands in a cell, None for no answer, "" for what is no number."""
    if not cell:
        return None
    try:
        found = float(cell)
    except ValueError:
        return ""
    return found if isfinite(found) else ""


def _check_columns(
    sheet: Columns, known: Collection[str], reading: Reading, faults: Faults
) -> None:
    for column in (*reading.by, *reading.shares, *reading.scales, *reading.numbers):
        if column not in sheet.cells:
            faults.add(1, column, _NO_COLUMN)
    for column in sheet.cells:
        if not column:
            faults.add(1, column, N_("有一列没有名字。"))
        if column.startswith("_") and column not in DESIGN_COLUMNS:
            faults.add(1, column, N_("没有叫这个名字的列。"))
    _check_said(known, reading, faults)
    if not sheet.numbers:
        faults.add(1, "", N_("文件里没有一行内容。"))
    if not set(sheet.cells) - {ID, *DESIGN_COLUMNS, *known, *reading.by}:
        faults.add(1, "", N_("文件里没有一列回答。"))


def _check_said(known: Collection[str], reading: Reading, faults: Faults) -> None:
    """Note what was said of columns that cannot be so."""
    said = {*reading.shares, *reading.scales, *reading.numbers}
    for column in sorted(said & {ID, *DESIGN_COLUMNS, *known, *reading.by}):
        faults.add(1, column, N_("这一列不是回答。"))
    for column in sorted({*reading.by} & {ID, *DESIGN_COLUMNS}):
        faults.add(1, column, N_("不能按这一列分组。"))
    for column in sorted(set(reading.shares) & set(reading.scales)):
        faults.add(1, column, N_("这一列不能既是占比又是量表。"))
    for column in sorted(set(reading.numbers) & {*reading.shares, *reading.scales}):
        faults.add(1, column, N_("这一列不能既是占比或量表又是数。"))


def _check_ids(sheet: Columns, faults: Faults) -> None:
    ids = sheet.cells[ID]
    counts = Counter(ids)
    if len(counts) == len(ids) and "" not in counts:
        return
    seen: set[str] = set()
    bad = [
        (row, value)
        for row, value in zip(sheet.numbers, ids, strict=True)
        if not value or value in seen or seen.add(value)  # type: ignore[func-returns-value]
    ]
    for row, value in bad[:_MOST_FAULTS]:
        faults.add(row, ID, N_("“%(value)s”前面已经出现过。") if value else _EMPTY, value=value)


def _codes(sheet: Columns, column: str, levels: Sequence[str], faults: Faults) -> Codes:
    numbers = {level: number for number, level in enumerate(levels)}
    codes = [numbers.get(cell, -1) for cell in sheet.cells[column]]
    if -1 in codes:
        message = N_("“%(value)s”不在总体边际的“%(variable)s”里。")
        _name_rows(sheet, column, (code == -1 for code in codes), message, faults)
    return Codes(tuple(levels), codes)


def _labels(sheet: Columns, column: str, faults: Faults) -> Codes:
    cells = sheet.cells[column]
    if "" in cells:
        _name_rows(sheet, column, (not cell for cell in cells), _EMPTY, faults)
    return _codes(sheet, column, sorted(set(cells)), faults)


def _name_rows(
    sheet: Columns, column: str, bad: Iterable[bool], message: str, faults: Faults
) -> None:
    """Note a fault in each row where `bad` holds, up to as many as one can read."""
    rows = [place for place, is_bad in enumerate(bad) if is_bad]
    for place in rows[:_MOST_FAULTS]:
        sentence = message if sheet.cells[column][place] else _EMPTY
        value = sheet.cells[column][place]
        faults.add(sheet.numbers[place], column, sentence, value=value, variable=column)
    if len(rows) > _MOST_FAULTS:
        faults.add(
            sheet.numbers[rows[_MOST_FAULTS]],
            column,
            N_("从这一行起还有 %(count)s 行同样的错误。"),
            count=len(rows) - _MOST_FAULTS,
        )


def _question(sheet: Columns, column: str, reading: Reading, faults: Faults) -> Question | None:
    cells = sheet.cells[column]
    codes = [_ANSWERS.get(cell, -1) for cell in cells]
    found = set(codes) - {MISSING}
    if -1 in found:
        _name_rows(sheet, column, (code == -1 for code in codes), _NOT_AN_ANSWER, faults)
        return None
    kind = _kind(column, found, reading)
    if isinstance(kind, str) and not isinstance(kind, Kind):
        faults.add(1, column, kind)
        return None
    odd = found - _OF_KIND[kind]
    if odd:
        message = N_("“%(value)s”与这一列别的回答不合：占比只有 0 和 1，量表只有 1 到 5。")
        _name_rows(sheet, column, (code in odd for code in codes), message, faults)
        return None
    return Question(column, kind, bytes(codes))


def _kind(column: str, found: set[int], reading: Reading) -> Kind | str:
    """Return what the answers are, or the sentence that says why nobody can tell."""
    if column in reading.shares:
        return Kind.SHARE
    if column in reading.scales:
        return Kind.SCALE
    if not found:
        return N_("这一列没有一个回答，请删去，或用 --share、--scale 说明。")
    if found == {1}:
        return N_("这一列只有 1，看不出是占比还是量表，请用 --share 或 --scale 说明。")
    return Kind.SHARE if found <= {0, 1} else Kind.SCALE


def _drawn(
    sheet: Columns, groups: dict[str, Codes], questions: Sequence[Question], faults: Faults
) -> Sample:
    """Read how the persons were drawn, and put the sample together."""
    size = len(sheet.numbers)
    strata = _labels(sheet, STRATUM, faults) if STRATUM in sheet.cells else Codes(("",), [0] * size)
    clusters: list[int] | None = None
    if PSU in sheet.cells:
        _labels(sheet, PSU, faults)
        clusters = numbered(zip(strata.of, sheet.cells[PSU], strict=True))
    units = _units(strata, clusters)
    frame_sizes = _frame_sizes(sheet, strata, units, faults) if STRATUM_N in sheet.cells else None
    _check_pairs(sheet, strata, units, frame_sizes, faults)
    if WEIGHT in sheet.cells:
        base = _numbers(sheet, WEIGHT, faults)
    elif frame_sizes:
        chances = [size / units[h] for h, size in enumerate(frame_sizes)]
        base = [chances[h] for h in strata.of]
    else:
        base = [1.0] * size
    return Sample(size, groups, strata, clusters, base, frame_sizes, questions)


def _units(strata: Codes, clusters: Sequence[int] | None) -> Counter[int]:
    """Return how many units were drawn in each stratum: persons, or clusters if there are any."""
    if clusters is None:
        return Counter(strata.of)
    return Counter(stratum for stratum, _ in set(zip(strata.of, clusters, strict=True)))


def _numbers(sheet: Columns, column: str, faults: Faults) -> list[float]:
    numbers = [positive(cell) for cell in sheet.cells[column]]
    if None in numbers:
        _name_rows(sheet, column, (number is None for number in numbers), _NUMBER, faults)
    return [number or 1.0 for number in numbers]


def _frame_sizes(sheet: Columns, strata: Codes, units: Counter[int], faults: Faults) -> list[float]:
    sizes: dict[int, float] = {}
    odd = []
    for stratum, size in zip(strata.of, _numbers(sheet, STRATUM_N, faults), strict=True):
        odd.append(sizes.setdefault(stratum, size) != size)
    if any(odd):
        message = N_("“%(value)s”与同一层前面的数不同。")
        _name_rows(sheet, STRATUM_N, odd, message, faults)
    for stratum, row in _first_rows(sheet, strata).items():
        if sizes[stratum] < units[stratum]:
            message = N_("这一层抽了 %(drawn)s 个，总数却只有 %(size)s 个。")
            whole = f"{sizes[stratum]:g}"
            faults.add(row, STRATUM_N, message, drawn=units[stratum], size=whole)
    return [sizes[stratum] for stratum in range(len(strata.levels))]


def _check_pairs(
    sheet: Columns,
    strata: Codes,
    units: Counter[int],
    frame_sizes: Sequence[float] | None,
    faults: Faults,
) -> None:
    """Refuse a stratum with one unit: it says nothing of the spread, unless it is all there is."""
    for stratum, row in _first_rows(sheet, strata).items():
        whole = frame_sizes is not None and frame_sizes[stratum] == units[stratum]
        if units[stratum] == 1 and not whole:
            faults.add(
                row,
                STRATUM,
                N_("“%(stratum)s”层只抽了一个单位，算不出误差，请与相近的层合并。"),
                stratum=strata.levels[stratum],
            )


def _first_rows(sheet: Columns, strata: Codes) -> dict[int, int]:
    rows: dict[int, int] = defaultdict(int)
    for stratum, row in zip(strata.of, sheet.numbers, strict=True):
        rows.setdefault(stratum, row)
    return rows
