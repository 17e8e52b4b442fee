"""The page of the API: every field of every request and answer is there."""

from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from wufei_public.infra.web.api import ApiBlueprint
from wufei_public.infra.web.api_page import entries, schema_fields
from wufei_public.infra.web.openapi import openapi_document


def test_every_field_of_every_shape_is_a_line(app: Flask) -> None:
    with app.test_request_context():
        document = openapi_document(app, "t")
    found = {entry.id: entry for entry in entries(document)}
    operations = [
        operation
        for blueprint in app.blueprints.values()
        if isinstance(blueprint, ApiBlueprint)
        for operation in blueprint.operations
    ]
    assert len(found) == len(operations) > 20
    for operation in operations:
        entry = found[operation.endpoint.replace(".", "_")]
        body = {line.name for line in entry.body}
        assert set(getattr(operation.body, "load_fields", ())) <= body, entry.id
        query = {line.name for line in entry.parameters}
        assert set(getattr(operation.query, "load_fields", ())) <= query, entry.id
        answer = next(one for one in entry.answers if one.status == str(operation.status))
        names = {line.name for line in answer.fields}
        assert set(getattr(operation.answer, "load_fields", ())) <= names, entry.id
        assert [line.name for line in answer.fields if line.type == "object"] == [
            line.name for line in answer.fields
            if line.type == "object" and any(n.startswith(f"{line.name}.") for n in names)
        ], entry.id  # fmt: skip


def test_the_page_shows_them(client: FlaskClient) -> None:
    page = client.get("/api/docs").get_data(as_text=True)
    for word in ("photos[].thumb", "client_key", "rating.by_right"):
        assert f"<code>{word}</code>" in page


def test_nested_nullable_and_limited_values_are_said() -> None:
    inner = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 1}}}
    document: dict[str, Any] = {"components": {"schemas": {"In": inner}}}
    document["components"]["schemas"]["Out"] = {
        "type": "object",
        "required": ["one"],
        "properties": {
            "one": {"$ref": "#/components/schemas/In"},
            "two": {"anyOf": [{"$ref": "#/components/schemas/In"}, {"type": "null"}]},
            "many": {"type": "array", "items": {"$ref": "#/components/schemas/In"}},
            "word": {"type": ["string", "null"], "enum": ["a", None], "description": "which"},
        },
    }
    lines = [(line.name, line.type, line.required, line.note)
             for line in schema_fields(document, "Out")]  # fmt: skip
    assert lines == [
        ("one", "object", True, ""),
        ("one.n", "integer", False, "minimum 1"),
        ("two", "object | null", False, ""),
        ("two.n", "integer", False, "minimum 1"),
        ("many", "array", False, ""),
        ("many[].n", "integer", False, "minimum 1"),
        ("word", "string | null", False, "enum a, null · which"),
    ]


def test_what_a_parameter_means_is_said_in_the_readers_language(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        page = {entry.id: entry for entry in entries(openapi_document(app, "t"))}
    notes = " ".join(
        line.note for entry in page.values() for line in (*entry.parameters, *entry.body)
    )
    assert "Radius within which the position is good" in notes
    assert "定位的误差半径" not in notes
