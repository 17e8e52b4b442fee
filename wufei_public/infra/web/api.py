"""JSON operations: declared once, for the router, the permission table and the OpenAPI document.

A body is loaded by its marshmallow schema (kept, not made per call). An answer is plain
data: rows go out as they were read. Under test every answer is checked against the
schema that documents it, so that the document cannot drift from the code.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Blueprint, Response, current_app, request
from marshmallow import Schema, ValidationError

from wufei_public.common.errors import Invalid
from wufei_public.common.text import N_
from wufei_public.infra.web.access import access as declare
from wufei_public.infra.web.errors import as_invalid
from wufei_public.infra.web.kept import kept_page

View = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """What the document says of one operation."""

    endpoint: str
    summary: str
    tag: str
    body: Schema | None
    query: Schema | None
    answer: Schema | None
    status: int
    refuses: Sequence[int]
    access: str
    consumes: str = "application/json"
    produces: str = "application/json"


class ApiBlueprint(Blueprint):
    """A blueprint whose views are Operations."""

    def __init__(self, name: str, import_name: str, *, url_prefix: str, tag: str) -> None:
        super().__init__(name, import_name, url_prefix=url_prefix)
        self.tag = tag
        self.operations: list[Operation] = []

    def operation(
        self,
        method: str,
        rule: str,
        *,
        access: str,
        summary: str,
        body: Schema | None = None,
        query: Schema | None = None,
        answer: Schema | None = None,
        status: int = 200,
        refuses: Sequence[int] = (),
        consumes: str = "application/json",
        produces: str = "application/json",
    ) -> Callable[[View], View]:
        """Route `method rule` to a view that gets `body` and `query` loaded."""

        def wrap(view: View) -> View:
            @wraps(view)
            def run(**path: Any) -> Response:
                if body is not None:
                    path["body"] = body.load(_json_body())
                if query is not None:
                    path["query"] = _load_query(query)
                result = view(**path)
                return result if isinstance(result, Response) else _send(result, answer, status)

            self.operations.append(
                Operation(
                    f"{self.name}.{view.__name__}",
                    summary,
                    self.tag,
                    body,
                    query,
                    answer,
                    status,
                    tuple(refuses),
                    access,
                    consumes,
                    produces,
                )
            )
            self.add_url_rule(rule, view.__name__, declare(access)(run), methods=[method])
            return run

        return wrap


def _load_query(query: Schema) -> Any:
    try:
        return query.load(request.args)
    except ValidationError as error:
        raise as_invalid(error, query=True) from error


def _json_body() -> Any:
    try:
        data = request.get_json(silent=True)
    except RecursionError:
        data = None  # thousands of brackets are no object either
    if not isinstance(data, Mapping):
        raise Invalid("not_json", N_("请求的内容不是 JSON 对象。"))
    return data


def kept_answer(content: Hashable, make: Callable[[], Any], answer: Schema) -> Response:
    """Return `make()` as JSON, or what it gave to another guest for the same `content`."""
    body = kept_page(content, lambda: _written(make(), answer))
    return Response(body, mimetype="application/json")


def _send(result: Any, answer: Schema | None, status: int) -> Response:
    return Response(_written(result, answer), status=status, mimetype="application/json")


def _written(result: Any, answer: Schema | None) -> str:
    body: str = current_app.json.dumps(result)
    if current_app.testing and answer is not None:
        _check(answer, current_app.json.loads(body))
    return body


def _check(answer: Schema, result: Any) -> None:
    try:
        answer.load(result)
    except ValidationError as error:
        raise AssertionError(f"the answer is not what {answer} documents: {error}") from error
