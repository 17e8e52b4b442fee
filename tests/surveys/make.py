"""Builders of files and samples for the surveys' tests."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from wufei_public.surveys.rules.margins import read_margins
from wufei_public.surveys.rules.responses import Reading, read_responses
from wufei_public.surveys.rules.sample import Margin, Sample

ORACLE = Path(__file__).parent / "oracle"
PLAIN = Reading()
MARGINS = "variable,level,population\ntown,A,600\ntown,B,400\nsex,f,520\nsex,m,480\n"


def oracle() -> dict[str, Any]:
    """What R's survey package says; see oracle/oracle.R."""
    found: dict[str, Any] = json.loads((ORACLE / "oracle.json").read_text())
    return found


def oracle_rows() -> list[dict[str, str]]:
    with (ORACLE / "sample.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def csv_of(rows: Sequence[Mapping[str, object]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def margins(text: str = MARGINS) -> tuple[Margin, ...]:
    return read_margins(text.encode())


def people(*groups: tuple[str, str, int, object]) -> list[dict[str, object]]:
    """Rows from (town, sex, how many, answer)."""
    rows: list[dict[str, object]] = []
    for town, sex, count, answer in groups:
        for _ in range(count):
            rows.append({"id": len(rows) + 1, "town": town, "sex": sex, "q": answer})
    return rows


def sample(
    rows: Sequence[Mapping[str, object]],
    known: Sequence[Margin] | None = None,
    reading: Reading = PLAIN,
) -> Sample:
    return read_responses(csv_of(rows), margins() if known is None else known, reading)
