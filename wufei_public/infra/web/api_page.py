"""The OpenAPI document as lines that a page can show: every field of what goes in and comes out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_DEEPEST = 5
# What limits a value, in the document's own words.
_LIMITS = ("enum", "format", "minLength", "maxLength", "minimum", "maximum", "pattern", "default")


@dataclass(frozen=True, slots=True)
class Line:
    """One field: its path, its type, whether it must be there, what else is known of it."""

    name: str
    type: str
    required: bool
    note: str


@dataclass(frozen=True, slots=True)
class Answer:
    status: str
    description: str
    media: str
    fields: list[Line]


@dataclass(frozen=True, slots=True)
class Entry:
    """One operation as the page shows it."""

    id: str
    method: str
    path: str
    summary: str
    permission: str
    media: str
    parameters: list[Line]
    body: list[Line]
    answers: list[Answer]


def entries(document: Mapping[str, Any]) -> list[Entry]:
    """Return every operation of an OpenAPI document, in its order."""
    return [
        _entry(document, path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in {"get", "post", "put", "patch", "delete"}
    ]


def schema_fields(document: Mapping[str, Any], name: str) -> list[Line]:
    """Return the fields of one shape of the document."""
    return list(_lines(document, document["components"]["schemas"][name]))


def _entry(document: Mapping[str, Any], path: str, method: str, item: Mapping[str, Any]) -> Entry:
    media, schema = _content(item.get("requestBody", {}))
    return Entry(
        id=item["operationId"],
        method=method.upper(),
        path=path,
        summary=item["summary"],
        permission=item.get("x-permission", ""),
        media=media,
        parameters=[_parameter(document, one) for one in item["parameters"]],
        body=list(_lines(document, schema)),
        answers=[_answer(document, *answer) for answer in item["responses"].items()],
    )


def _parameter(document: Mapping[str, Any], item: Mapping[str, Any]) -> Line:
    found = _line(document, item["name"], item["schema"], required=item.get("required", False))
    notes = (item["in"], found.note, item.get("description", ""))
    note = " · ".join(one for one in notes if one)
    return Line(found.name, found.type, found.required, note)


def _answer(document: Mapping[str, Any], status: str, item: Mapping[str, Any]) -> Answer:
    media, schema = _content(item)
    # Every refusal has the one shape; it is told once, not at each operation.
    fields = [] if media == "application/problem+json" else list(_lines(document, schema))
    return Answer(status, item["description"], media, fields)


def _content(item: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    for media, found in item.get("content", {}).items():
        schema: Mapping[str, Any] = found["schema"]
        return media, schema
    return "", {}


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    for one in schema.get("anyOf", schema.get("allOf", ())):
        if one.get("type") != "null":
            return _resolved(document, one)
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        found: Mapping[str, Any] = document["components"]["schemas"][name]
        return found
    return schema


def _lines(
    document: Mapping[str, Any], schema: Mapping[str, Any], prefix: str = "", depth: int = 0
) -> Iterator[Line]:
    """Give a line for each property, those of nested objects after their own."""
    whole = _resolved(document, schema)
    if depth > _DEEPEST:
        return
    if "items" in whole:
        yield from _lines(document, whole["items"], f"{prefix}[]", depth + 1)
    required = set(whole.get("required", ()))
    for name, inner in whole.get("properties", {}).items():
        path = f"{prefix}.{name}" if prefix else name
        yield _line(document, path, inner, required=name in required)
        yield from _lines(document, inner, path, depth + 1)


def _line(
    document: Mapping[str, Any], name: str, schema: Mapping[str, Any], *, required: bool
) -> Line:
    whole = _resolved(document, schema)
    limits = [f"{limit} {_plain(whole[limit])}" for limit in _LIMITS if limit in whole]
    note = whole.get("description", "")
    return Line(name, _type(whole, schema), required, " · ".join([*limits, *([note] * bool(note))]))


def _type(whole: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    kinds = whole.get("type", "object")
    found = [kinds] if isinstance(kinds, str) else [str(kind) for kind in kinds]
    if any(one.get("type") == "null" for one in schema.get("anyOf", ())) and "null" not in found:
        found.append("null")
    return " | ".join(found)


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ", ".join("null" if one is None else str(one) for one in value)
    return str(value)
