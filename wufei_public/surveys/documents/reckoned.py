"""The very table that a wave's figures were made from, in the columns of `flask surveys estimate`.

With what was drawn, put together and left out already done, so that whoever may hold it gets every
published figure again: value, error and interval.
"""

from collections.abc import Sequence

from flask_babel import gettext as _

from wufei_public.surveys.documents.answers import sheet
from wufei_public.surveys.rules.assembling import Assembled
from wufei_public.surveys.rules.columns import GROUPS
from wufei_public.surveys.rules.responses import ID, PSU, STRATUM, STRATUM_N, WEIGHT
from wufei_public.surveys.rules.sample import MISSING, Kind, Numbers, Question, Sample

# A margin's own column: its levels may be put together, and who kept silent stands in one.
_WEIGHS = "weigh"


def reckoned(found: Assembled, floor: int) -> dict[str, bytes]:
    """Return responses.csv, margins.csv and README.txt of a weighted sample, by name."""
    return {
        "responses.csv": sheet(_responses(found.sample)),
        "margins.csv": sheet(_margins(found)),
        "README.txt": (_about(found, floor) + "\n").encode("utf-8-sig"),
    }


def _name(variable: str) -> str:
    return _WEIGHS + variable if variable.startswith("_") else variable


def _responses(sample: Sample) -> list[list[str]]:
    """Return the rows, sorted by what they say, so that their order says nothing."""
    columns = {
        **{_name(name): _labels(codes.levels, codes.of) for name, codes in sample.groups.items()},
        **_design(sample),
        **{
            one.column: ["" if c == MISSING else str(c) for c in one.answers]
            for one in _met(sample)
        },
        **{one.column: list(map(_number, one.values)) for one in _counted(sample)},
    }
    rows = sorted(zip(*columns.values(), strict=True))
    return [[ID, *columns], *([str(number), *row] for number, row in enumerate(rows, 1))]


def _design(sample: Sample) -> dict[str, list[str]]:
    """Return how each was drawn; floats to their last digit."""
    found = {WEIGHT: [repr(weight) for weight in sample.base]}
    if len(sample.strata.levels) > 1 or sample.frame_sizes:
        numbers = [str(number) for number in range(1, len(sample.strata.levels) + 1)]
        found[STRATUM] = _labels(numbers, sample.strata.of)
    if sample.frame_sizes:
        found[STRATUM_N] = [repr(sample.frame_sizes[at]) for at in sample.strata.of]
    if sample.clusters is not None:
        found[PSU] = [str(cluster) for cluster in sample.clusters]
    return found


def _labels(levels: Sequence[str], of: Sequence[int]) -> list[str]:
    return [levels[at] for at in of]


def _met(sample: Sample) -> list[Question]:
    return [one for one in sample.questions if set(one.answers) != {MISSING}]


def _counted(sample: Sample) -> list[Numbers]:
    return [one for one in sample.numbers if any(value is not None for value in one.values)]


def _number(value: float | None) -> str:
    return "" if value is None else repr(value)


def _margins(found: Assembled) -> list[list[str]]:
    return [
        ["variable", "level", "population"],
        *(
            [_name(margin.variable), level, repr(people)]
            for margin in found.margins
            for level, people in zip(margin.levels, margin.populations, strict=True)
        ),
    ]


def _about(found: Assembled, floor: int) -> str:
    questions = {
        kind: [one.column for one in _met(found.sample) if one.kind is kind] for kind in Kind
    }
    by = [name for name in GROUPS if name in found.sample.groups]
    options = {
        "trim": f"{found.design.raking.bound:g}",
        "floor": str(floor),
        "by": ",".join(by),
        "share": ",".join(questions[Kind.SHARE]),
        "scale": ",".join(questions[Kind.SCALE]),
        "number": ",".join(one.column for one in _counted(found.sample)),
    }
    return "\n".join(
        [
            _("whole.csv 是收到的全部回答；responses.csv 和 margins.csv 是算出结果的那张表："),
            _(
                "去掉了决定不算的，没说的按抽到的加权，类别已经合并。用下面的命令能算出公布的每个数。"
            ),
            "",
            "flask surveys estimate responses.csv margins.csv"
            + "".join(f" --{name} {value}" for name, value in options.items() if value),
        ]
    )
