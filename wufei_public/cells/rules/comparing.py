"""What one version of a rubric says otherwise than another, in the order of the newer one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from wufei_public.cells.rules.editing import PARTS, basics_fields, rows_of
from wufei_public.cells.rules.rubrics import BONUS

# A code that the page puts into words (photo, steps), and words that are as they are.
Line = tuple[str, str]
Lines = tuple[Line, ...]
_PLAIN = (
    "name", "name_en", "title", "title_en", "text", "text_en", "points", "requirement",
    "requirement_en", "basis",
)  # fmt: skip


class What(StrEnum):
    """What happened to a row."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Detail:
    """One field that is not what it was."""

    field: str
    before: Lines
    after: Lines


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that is not what it was; `basics` is what holds for the whole rubric."""

    part: str
    name: str
    what: What
    details: tuple[Detail, ...] = ()


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Return everything but the version that `new` says otherwise than `old`."""
    basics = _details(_plain(basics_fields(old)), _plain(basics_fields(new)))
    found = [Difference("basics", "", What.CHANGED, basics)] if basics else []
    for part in PARTS:
        found += _of_part(part, old, new)
    return tuple(found)


def _of_part(part: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    before = {row["id"]: row for row in rows_of(old, part)}
    after = {row["id"]: row for row in rows_of(new, part)}
    out_of_place = _moved(
        [one for one in before if one in after], [a for a in after if a in before]
    )
    for row_id, row in after.items():
        name = row.get("title") or row.get("name") or row_id
        said = _said(row, new)
        if row_id not in before:
            yield Difference(part, name, What.ADDED, _details({}, said))
        elif changed := _details(_said(before[row_id], old), said):
            yield Difference(part, name, What.CHANGED, changed)
        if row_id in out_of_place:
            yield Difference(part, name, What.MOVED)
    for row_id, row in before.items():
        if row_id not in after:
            name = row.get("title") or row.get("name") or row_id
            yield Difference(part, name, What.REMOVED, _details(_said(row, old), {}))


def _moved(before: Sequence[str], after: Sequence[str]) -> frozenset[str]:
    """Return what stands elsewhere among the others, as few as explain the new order."""
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    return frozenset(before) - {one for a, _b, n in blocks for one in before[a : a + n]}


def _details(before: Mapping[str, Lines], after: Mapping[str, Lines]) -> tuple[Detail, ...]:
    fields = [*after, *(one for one in before if one not in after)]
    pairs = [Detail(field, before.get(field, ()), after.get(field, ())) for field in fields]
    return tuple(one for one in pairs if one.before != one.after)


def _plain(fields: Mapping[str, str]) -> dict[str, Lines]:
    said: dict[str, Lines] = {
        field: (("", text),) for field, text in fields.items() if field != "version" and text
    }
    said["steps"] = tuple((one, "") for one in fields["steps"].split())
    return said | {"scoring": ((f"scoring.{fields['scoring']}", ""),)}


def _said(row: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, Lines]:
    """Return what a row says, field by field; empty fields left out."""
    said: dict[str, Lines] = {
        key: (("", str(row[key])),) for key in _PLAIN if row.get(key) not in (None, "")
    }
    if "section" in row:
        said["section"] = (_section(row["section"], content),)
        said["method"] = ((row["method"], ""),)
    if row.get("allows_na"):
        said["na_when"] = (("", row.get("na_when", "")),)
    said |= _lines("steps", ((str(one["score"]), one["when"]) for one in row.get("steps", ())))
    said |= _lines("evidence", ((one["kind"], one["label"]) for one in row.get("evidence", ())))
    if ratio := row.get("ratio"):
        scale = f"{ratio['zero_at']} → {ratio['full_at']} {ratio['unit']}"
        said["ratio"] = (("", ratio["measure"]), ("", scale))
    return said


def _lines(field: str, lines: Iterator[Line]) -> dict[str, Lines]:
    found = tuple(lines)
    return {field: found} if found else {}


def _section(section: str, content: Mapping[str, Any]) -> Line:
    if section == BONUS:
        return (BONUS, "")
    return ("", next((one["name"] for one in content["sections"] if one["id"] == section), section))
