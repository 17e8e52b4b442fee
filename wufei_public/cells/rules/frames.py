"""What stands around the items of a rubric: what words mean, who is barred, which sources."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

# What a version takes along from the file that it came from.
KEYS = (
    "source_note", "source_note_en", "definitions", "scoring", "barred", "barred_en",
    "barred_basis", "standards",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """A standard or a rule that the items name; `verified` where somebody has read it."""

    number: str
    name: str
    verified: bool
    note: str


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence in both languages; the English may be empty."""

    chinese: str
    english: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What holds for every item: who is barred and why, how points add up, what words mean."""

    barred: Said
    barred_basis: str
    scoring: tuple[Said, ...]
    definitions: tuple[tuple[str, Said], ...]
    sources: tuple[Source, ...]
    note: Said


@cache
def packaged() -> Mapping[str, Any]:
    """Return the package's file of rubrics."""
    file = resources.files("wufei_public.cells") / "data" / "rubrics.json"
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def kept(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a version keeps of its frame, the package's for what an older one left out."""
    return {key: content.get(key, packaged()[key]) for key in KEYS}


def read_frame(content: Mapping[str, Any]) -> Frame:
    """Return the frame of a version; of the sources those that its own rows name.

    KeyError or TypeError for a file that cannot be read.
    """
    found, kind = kept(content), content["kind"]
    rows = (*kind["items"], *kind["bonus"], *kind["vetoes"])
    named = "\n".join(row.get("basis", "") for row in rows)
    return Frame(
        _said(found, "barred"),
        found["barred_basis"],
        tuple(_said(found["scoring"], key) for key in ("steps", "na", "section_min", "bonus")),
        tuple((one["term"], _said(one, "text")) for one in found["definitions"]),
        tuple(
            Source(one["number"], one["name"], one["verified"] == "yes", one.get("note", ""))
            for one in found["standards"]
            if one["number"] in named
        ),
        _said(found, "source_note"),
    )


def _said(row: Mapping[str, Any], key: str) -> Said:
    found = Said(row[key], row[f"{key}_en"])
    if not (isinstance(found.chinese, str) and isinstance(found.english, str)):
        raise TypeError(key)
    return found
