"""What the dependency audit makes of pip-audit's answers, of a stage that could ask nobody too."""

from typing import Any

import pytest

from tests.audit import verdict
from tests.stages import PLANS

FINE = {"name": "flask", "version": "3.1.2", "vulns": []}
FAULT = {"id": "PYSEC-2023-62", "fix_versions": ["2.2.5", "2.3.2"]}
SILENT = {"name": "segno", "skip_reason": "Dependency not found on PyPI"}


@pytest.mark.parametrize(
    ("packages", "says"),
    [
        ([FINE], []),
        ([FINE | {"vulns": [FAULT]}], ["flask 3.1.2: PYSEC-2023-62, mended in 2.2.5 or 2.3.2"]),
        (
            [FINE | {"vulns": [FAULT | {"fix_versions": []}]}],
            ["flask 3.1.2: PYSEC-2023-62, mended in no version yet"],
        ),
        ([], ["the report names no package at all"]),
    ],
)
def test_a_known_fault_is_named_with_its_cure(packages: list[Any], says: list[str]) -> None:
    assert list(verdict({"dependencies": packages})) == says


def test_silence_is_no_answer() -> None:
    (words,) = verdict({"dependencies": [FINE, SILENT]})
    assert "1 of 2 packages (the first: segno)" in words
    assert "public index" in words


def test_only_the_long_stages_ask_the_network() -> None:
    plans = {
        plan
        for plan, groups in PLANS.items()
        if any("tests.audit" in stage.argv for group in groups for stage in group)
    }
    assert plans == {"long"}
