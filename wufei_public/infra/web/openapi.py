"""The OpenAPI document, made from the operations that the blueprints declare."""

import re
from collections.abc import Iterable
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import resolve_schema_cls
from flask import Flask
from flask_babel import gettext
from marshmallow import Schema, fields

from wufei_public import __version__
from wufei_public.common.text import N_
from wufei_public.infra.i18n import choose_locale
from wufei_public.infra.web.api import ApiBlueprint, Operation
from wufei_public.infra.web.errors import TITLES
from wufei_public.infra.web.shapes import Output

_PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
_PROBLEM = "application/problem+json"


class FaultOut(Output):
    pointer = fields.String(
        metadata={
            "description": N_("出错的地方：JSON 指针（RFC 6901），写成 URI 片段"),
            "example": "#/photo/0",
        },
    )
    parameter = fields.String(metadata={"description": N_("网址里出错的参数"), "example": "town"})
    message = fields.String(required=True)


class ProblemOut(Output):
    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    code = fields.String(required=True)
    request_id = fields.String(required=True)
    errors = fields.List(fields.Nested(FaultOut))
    first = fields.Raw(
        metadata={"description": N_("只在 key_used 里：用同一把钥匙先交的那一件的回执")}
    )
    taken = fields.List(
        fields.String(),
        metadata={"description": N_("只在 key_used 里：先交的那一件已经用掉的照片凭证")},
    )


def openapi_document(app: Flask, title: str) -> dict[str, Any]:
    """Return the document of every ApiBlueprint of `app` (OpenAPI 3.1), made once per language.

    Nobody changes what is returned: the routes stand once the application serves.
    """
    made: dict[str, dict[str, Any]] = app.extensions.setdefault("openapi", {})
    locale = choose_locale()
    if locale not in made:
        made[locale] = _document(app, title)
    return made[locale]


def _document(app: Flask, title: str) -> dict[str, Any]:
    plugin = MarshmallowPlugin(schema_name_resolver=_component)
    spec = APISpec(title=title, version=__version__, openapi_version="3.1.0", plugins=[plugin])
    if plugin.converter is not None:
        plugin.converter.add_attribute_function(_told)  # type: ignore[no-untyped-call]
    spec.components.schema("Problem", schema=ProblemOut)
    spec.components.security_scheme(
        "session", {"type": "apiKey", "in": "cookie", "name": "wf_session"}
    )
    by_endpoint = {item.endpoint: item for item in _operations(app)}
    for rule in app.url_map.iter_rules():
        found = by_endpoint.get(rule.endpoint)
        if found:
            methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
            path = _PARAMETER.sub(r"{\g<name>}", rule.rule)
            described = _describe(found, _PARAMETER.findall(rule.rule))
            spec.path(path, operations={method.lower(): described for method in methods})
    document: dict[str, Any] = spec.to_dict()
    return document


def _told(_converter: Any, field: fields.Field[Any], **_kwargs: Any) -> dict[str, str]:
    """Say in the reader's language what a field means."""
    told = field.metadata.get("description")
    return {"description": gettext(told)} if told else {}


def _component(schema: Any) -> str:
    """Return the document's name of a shape: two features may call theirs alike."""
    kind: type[Schema] = resolve_schema_cls(schema)  # type: ignore[assignment]
    feature = kind.__module__.split(".")[1]
    return f"{feature.title()}{kind.__name__}"


def _operations(app: Flask) -> Iterable[Operation]:
    for blueprint in app.blueprints.values():
        if isinstance(blueprint, ApiBlueprint):
            yield from blueprint.operations


def _describe(item: Operation, parameters: list[tuple[str, str]]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": item.endpoint.replace(".", "_"),
        "summary": gettext(item.summary),
        "tags": [gettext(item.tag)],
        "parameters": [_path_parameter(kind, name) for kind, name in parameters],
        "responses": _responses(item),
    }
    if item.query is not None:
        described["parameters"].append({"in": "query", "schema": item.query})
    if item.body is not None:
        described["requestBody"] = {
            "required": True,
            "content": {item.consumes: {"schema": item.body}},
        }
    elif item.consumes == "multipart/form-data":
        described["requestBody"] = _file_body()
    if item.access != "public":
        described["security"] = [{"session": []}]
        described["x-permission"] = item.access
    return described


def _path_parameter(kind: str, name: str) -> dict[str, Any]:
    schema = {"type": "integer"} if kind == "int" else {"type": "string"}
    return {"in": "path", "name": name, "required": True, "schema": schema}


def _file_body() -> dict[str, Any]:
    photo = {"type": "string", "format": "binary"}
    schema = {"type": "object", "properties": {"photo": photo}, "required": ["photo"]}
    return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}


def _responses(item: Operation) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if item.answer is not None:
        content = {item.produces: {"schema": item.answer}}
    elif item.produces != "application/json":
        content = {item.produces: {"schema": {"type": "string", "format": "binary"}}}
    found: dict[str, Any] = {str(item.status): {"description": "OK", "content": content}}
    refuses = set(item.refuses) | ({401, 403} if item.access != "public" else set())
    refuses |= {422} if item.body is not None or item.query is not None else set()
    for status in sorted(refuses):
        found[str(status)] = {
            "description": gettext(TITLES.get(status, TITLES[400])),
            "content": {_PROBLEM: {"schema": "Problem"}},
        }
    return found
