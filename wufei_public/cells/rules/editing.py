"""A rubric changed on pages, one part at a time; each step returns a new draft, none is changed.

What was typed comes as plain text by the names of the fields that `fields_of` gives. Whether
the whole can be used is another question (`rules.faults`), asked before it is published.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from decimal import Decimal
from typing import Any

from wufei_public.cells.rules.routes import WAYS, Scoring
from wufei_public.cells.rules.rubrics import BONUS, LEVELS, EvidenceKind, Method
from wufei_public.cells.rules.typed import Reader
from wufei_public.common.errors import Invalid, NotFound
from wufei_public.common.text import N_

Node = dict[str, Any]
# How many lines a page has for the steps and for the evidence of one item.
MOST_STEPS, MOST_EVIDENCE = 6, 5
NEW = "new"
PARTS = ("sections", "items", "bonus", "vetoes")


def rows_of(content: Mapping[str, Any], part: str) -> list[Node]:
    """Return the rows of one part of a rubric: `sections`, `items`, `bonus` or `vetoes`."""
    found: list[Node] = (content if part == "sections" else content["kind"])[part]
    return found


def found_in(content: Mapping[str, Any], row_id: str) -> tuple[str, Node]:
    """Return in which part the row `row_id` stands, and the row; NotFound."""
    for part in PARTS:
        for row in rows_of(content, part):
            if row["id"] == row_id:
                return part, row
    raise NotFound("no_rubric_row", N_("评分表里没有这一条。"))


# ---- what a page shows ----------------------------------------------------------


def basics_fields(content: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields of what holds for the whole rubric."""
    kind, route = content["kind"], content.get("route", {})
    limits = kind["thresholds"]
    return {
        "version": content["version"],
        "who": kind["who_can_apply"],
        "who_en": kind["who_can_apply_en"],
        "steps": " ".join(route.get("steps", ())),
        "scoring": route.get("scoring", ""),
        **{key: str(limits[key]) for key in ("pass", "section_min_percent", "bonus_max")},
        **{f"level{stars}": str(limits["levels"].get(str(stars), "")) for stars in LEVELS},
    }


def fields_of(row: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields of a section, a veto or an item."""
    flat = {key: str(value) for key, value in row.items() if isinstance(value, str | int)}
    flat["allows_na"] = "1" if row.get("allows_na") else ""
    for at, step in enumerate(row.get("steps", ())):
        flat |= {f"score{at}": str(step["score"]), f"when{at}": step["when"]}
    for at, one in enumerate(row.get("evidence", ())):
        flat |= {f"evidence{at}": one["kind"], f"label{at}": one["label"]}
    return flat | {key: str(value) for key, value in row.get("ratio", {}).items()}


# ---- what is typed --------------------------------------------------------------


def with_basics(content: Mapping[str, Any], typed: Mapping[str, str]) -> Node:
    """Return the draft with its new version, limits, levels, way, and who may apply."""
    new, read = deepcopy(dict(content)), Reader(typed)
    limits = new["kind"]["thresholds"]
    new["version"] = read.words("version", most=20)
    new["kind"] |= {
        "who_can_apply": read.words("who"),
        "who_can_apply_en": read.words("who_en", needed=False),
    }
    limits |= {key: read.number(key) for key in ("pass", "section_min_percent", "bonus_max")}
    limits["levels"] = {str(stars): read.number(f"level{stars}") for stars in LEVELS}
    new["route"] = {
        "steps": read.one_of("steps", [" ".join(way) for way in WAYS]).split(),
        "scoring": read.one_of("scoring", list(Scoring)),
    }
    read.check()
    return new


def with_section(content: Mapping[str, Any], row_id: str, typed: Mapping[str, str]) -> Node:
    """Return the draft with a section as it was typed; `new` adds one at the end."""
    read = Reader(typed)
    row = {
        "name": read.words("name", most=40),
        "name_en": read.words("name_en", most=80, needed=False),
        "points": read.number("points"),
    }
    read.check()
    return _put(content, "sections", row_id, row, "part")


def with_veto(content: Mapping[str, Any], row_id: str, typed: Mapping[str, str]) -> Node:
    """Return the draft with a veto as it was typed; `new` adds one at the end."""
    read = Reader(typed)
    row = {"title": read.words("title", most=40), "text": read.words("text")}
    row |= {key: read.words(key, needed=False) for key in ("title_en", "text_en", "basis")}
    read.check()
    return _put(content, "vetoes", row_id, row, f"{content['kind']['kind']}-veto")


def with_item(content: Mapping[str, Any], row_id: str, typed: Mapping[str, str]) -> Node:
    """Return the draft with an item as it was typed; `new` adds one at the end of its section."""
    read = Reader(typed)
    section = read.one_of("section", [one["id"] for one in content["sections"]] + [BONUS])
    method = read.one_of("method", list(Method))
    row: Node = {"section": section, "points": read.number("points"), "method": method}
    row |= {key: read.words(key) for key in ("title", "requirement")}
    row |= {key: read.words(key, needed=False) for key in ("title_en", "requirement_en", "basis")}
    row |= {"evidence": list(_evidence(read)), "allows_na": bool(typed.get("allows_na"))}
    row["na_when"] = read.words("na_when", needed=row["allows_na"])
    if method == Method.STEPS:
        row["steps"] = list(_steps(read))
    if method == Method.RATIO:
        row["ratio"] = _ratio(read)
    read.check()
    part = "bonus" if section == BONUS else "items"
    return _put(content, part, row_id, row, f"{content['kind']['kind']}-{section}")


def _steps(read: Reader) -> Iterator[Node]:
    for at in range(MOST_STEPS):
        if read.has(f"score{at}") or read.has(f"when{at}"):
            yield {"score": read.number(f"score{at}"), "when": read.words(f"when{at}")}


def _evidence(read: Reader) -> Iterator[Node]:
    for at in range(MOST_EVIDENCE):
        if read.has(f"label{at}"):
            kind = read.one_of(f"evidence{at}", list(EvidenceKind))
            yield {"kind": kind, "label": read.words(f"label{at}", most=100)}


def _ratio(read: Reader) -> Node:
    full, zero = read.number("full_at"), read.number("zero_at")
    higher = Decimal(full) >= Decimal(zero)
    words = {"measure": read.words("measure", most=100), "unit": read.words("unit", most=12)}
    return words | {"full_at": full, "zero_at": zero, "better": "higher" if higher else "lower"}


def _put(content: Mapping[str, Any], part: str, row_id: str, row: Node, stem: str) -> Node:
    """Return the draft with `row` in its place, or at the end of `part` under an id of its own."""
    new = deepcopy(dict(content))
    if row_id == NEW:
        rows_of(new, part).append({"id": _free(new, stem)} | row)
        return new
    was, old = found_in(new, row_id)
    if (was == "sections") != (part == "sections") or (was == "vetoes") != (part == "vetoes"):
        raise NotFound("no_rubric_row", N_("评分表里没有这一条。"))
    kept = {"id": row_id} | {key: old[key] for key in ("basis_status",) if key in old} | row
    if was == part:
        rows_of(new, part)[rows_of(new, part).index(old)] = kept
    else:
        rows_of(new, was).remove(old)
        rows_of(new, part).append(kept)
    return new


def _free(content: Mapping[str, Any], stem: str) -> str:
    """Return an id that nothing in the draft has."""
    taken = {row["id"] for part in PARTS for row in rows_of(content, part)}
    return next(name for n in range(1, 1000) if (name := f"{stem}-{n:02d}") not in taken)


# ---- what is moved and taken out ------------------------------------------------


def moved(content: Mapping[str, Any], row_id: str, step: int) -> Node:
    """Return the draft with a row one place up (-1) or down (1) among its own; an end is an end."""
    new = deepcopy(dict(content))
    part, row = found_in(new, row_id)
    rows = rows_of(new, part)
    own = [at for at, one in enumerate(rows) if one.get("section") == row.get("section")]
    here = own.index(rows.index(row))
    if 0 <= here + step < len(own):
        a, b = own[here], own[here + step]
        rows[a], rows[b] = rows[b], rows[a]
    return new


def without(content: Mapping[str, Any], row_id: str) -> Node:
    """Return the draft without a row; Invalid for a section that still holds items."""
    new = deepcopy(dict(content))
    part, row = found_in(new, row_id)
    if part == "sections" and any(one["section"] == row_id for one in rows_of(new, "items")):
        raise Invalid("section_not_empty", N_("这一部分里还有评分项，先把它们拿掉或者移走。"))
    rows_of(new, part).remove(row)
    return new
