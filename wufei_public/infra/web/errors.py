"""One table from refusal to status; problem details under /api/, a page elsewhere."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import structlog
from flask import Flask, Response, current_app, g, render_template, request
from flask_babel import gettext
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from wufei_public.common.errors import (
    Conflict,
    DomainError,
    FieldError,
    Gone,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    TooMany,
    WrongState,
)
from wufei_public.common.text import N_

log = structlog.get_logger()

STATUS: Mapping[type[DomainError], int] = {
    NotFound: 404,
    NotSignedIn: 401,
    NotAllowed: 403,
    Invalid: 422,
    WrongState: 409,
    Conflict: 409,
    Gone: 410,
    TooMany: 429,
}
TITLES: Mapping[int, str] = {
    400: N_("请求有误"),
    401: N_("请先登录"),
    403: N_("没有权限"),
    404: N_("没有找到"),
    405: N_("不支持这种请求"),
    409: N_("状态已变"),
    410: N_("已经撤下"),
    413: N_("内容太大"),
    415: N_("不支持这种格式"),
    422: N_("填写有误"),
    429: N_("太频繁了"),
    500: N_("系统出错了"),
    503: N_("暂时不可用"),
}
HTTP_SENTENCES: Mapping[int, str] = {
    400: N_("请求的内容看不懂，请返回上一页再试。"),
    404: N_("没有这个页面，或者它已经撤下。"),
    405: N_("这个地址不能这样访问。"),
    413: N_("发来的内容太大了。照片每张不超过 20 MB，一次最多 9 张。"),
    415: N_("这个地址不接受这种格式的内容。"),
}
OOPS = N_("系统出错了，您填的内容没有丢。请稍后再试。")


def as_invalid(error: ValidationError, *, query: bool = False) -> Invalid:
    """Turn marshmallow's messages into an Invalid with one pointer per fault."""
    messages = error.messages if isinstance(error.messages, dict) else {"": error.messages}
    faults = _walk("", messages)
    if query:
        faults = [FieldError(f"?{fault.pointer}", fault.message) for fault in faults]
    return Invalid("invalid", N_("有几处需要改一下。"), tuple(faults))


def _walk(prefix: str, messages: Mapping[Any, Any]) -> list[FieldError]:
    found: list[FieldError] = []
    for key, value in messages.items():
        step = str(key).replace("~", "~0").replace("/", "~1")
        pointer = prefix if key == "_schema" else f"{prefix}/{step}" if prefix else step
        if isinstance(value, Mapping):
            found += _walk(pointer, value)
        else:
            found += [FieldError(pointer, str(sentence)) for sentence in value]
    return found


def sentence(message: str, facts: Mapping[str, object]) -> str:
    """Translate a marked sentence and fill in its facts (marked facts are translated too)."""
    words = {
        name: gettext(value) if isinstance(value, str) and value else value
        for name, value in facts.items()
    }
    # gettext substitutes only when there are values, so a bare % stays a %.
    translated: str = gettext(message, **words) if words else gettext(message)
    return translated


def field_sentences(error: Invalid) -> list[dict[str, str]]:
    """Return the faults as `{pointer, message}`, translated."""
    return [
        {"pointer": fault.pointer, "message": sentence(fault.message, fault.facts)}
        for fault in error.errors
    ]


def row_faults(error: Invalid) -> list[dict[str, str]]:
    """Return the faults of a sheet that stand in a row, with row and column."""
    found = []
    for fault in field_sentences(error):
        row, _slash, column = fault["pointer"].partition("/")[2].partition("/")
        if row.isdigit():
            said = sentence(column, {}) if column else ""
            found.append({"row": row, "column": said, "text": fault["message"]})
    return found


def placed(place: str) -> dict[str, str]:
    """Return where a fault is: the query's parameter, else RFC 6901 in a URI fragment."""
    if place.startswith("?"):
        return {"parameter": place[1:]}
    return {"pointer": f"#/{quote(place, safe='/~')}" if place else "#"}


def problem(
    status: int,
    code: str,
    detail: str,
    errors: list[dict[str, str]] | None = None,
    **further: Any,
) -> Response:
    """Return RFC 9457 problem details with our stable `code`, `errors` and `further` members."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": gettext(TITLES.get(status, TITLES[400])),
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": g.get("request_id", ""),
        **further,
    }
    if errors:
        body["errors"] = [
            placed(fault["pointer"]) | {"message": fault["message"]} for fault in errors
        ]
    return Response(
        current_app.json.dumps(body), status=status, mimetype="application/problem+json"
    )


def _page(status: int, detail: str, **values: Any) -> Response:
    html = render_template(
        "errors/error.html",
        status=status,
        title=gettext(TITLES.get(status, TITLES[400])),
        detail=detail,
        request_id=g.get("request_id", ""),
        **({"errors": [], "retry_after": 0, "sign_in": ""} | values),
    )
    return Response(html, status=status, mimetype="text/html")


# How the faults of one part of the site are told: a status and its sentences.
Shape = Callable[[int, list[str]], Response]


def _own_shape() -> Shape | None:
    """Return the shape of faults that this address has of its own, None for most."""
    shapes: Mapping[str, Shape] = current_app.extensions.get("fault_shapes", {})
    return next((one for head, one in shapes.items() if request.path.startswith(head)), None)


def wants_json() -> bool:
    """Say whether this request's answer is JSON: everything under /api/ and the probes."""
    return request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json"


def answer_refusal(error: DomainError) -> Response:
    """Answer a refusal in the shape that this request understands."""
    status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
    detail = sentence(error.message, error.facts)
    errors = field_sentences(error) if isinstance(error, Invalid) else []
    retry = error.retry_after if isinstance(error, TooMany) else 0
    sign_in = error.sign_in if isinstance(error, NotSignedIn) else ""
    own = _own_shape()
    if own is not None:
        told = [f"{fault['pointer']}: {fault['message']}" for fault in errors]
        response = own(status, told or [detail])
    elif wants_json():
        response = problem(status, error.code, detail, errors)
    else:
        response = _page(status, detail, errors=errors, retry_after=retry, sign_in=sign_in)
    if retry:
        response.headers["Retry-After"] = str(retry)
    if sign_in:
        # A 401 must name a scheme (RFC 9110 §15.5.2); ours is a form that sets a cookie.
        response.headers["WWW-Authenticate"] = f'Cookie form-action="{sign_in}"'
    return response


def _answer_http(error: HTTPException) -> Response:
    status = error.code or 500
    if isinstance(error, RequestEntityTooLarge):
        status = 413
    if error.response is not None or status < 400:  # noqa: PLR2004  redirects are no faults
        return current_app.make_response(error.get_response())
    detail = gettext(HTTP_SENTENCES.get(status, HTTP_SENTENCES[400]))
    answer = _plain(status, f"http_{status}", detail)
    if status == 405 and (allow := error.get_headers()):  # noqa: PLR2004
        answer.headers.extend([pair for pair in allow if pair[0] == "Allow"])
    return answer


def _answer_crash(error: Exception) -> Response:
    log.error("crash", endpoint=request.endpoint, exc_info=error)
    detail = gettext(OOPS)
    return _plain(500, "crash", detail)


def _plain(status: int, code: str, detail: str) -> Response:
    own = _own_shape()
    if own is not None:
        return own(status, [detail])
    return problem(status, code, detail) if wants_json() else _page(status, detail)


def init_errors(app: Flask, shapes: Mapping[str, Shape]) -> None:
    """Register the one table of answers to faults; `shapes` are those of addresses that begin so.

    (GeoReport prescribes another shape than RFC 9457.)
    """
    app.extensions["fault_shapes"] = shapes
    app.register_error_handler(DomainError, answer_refusal)
    app.register_error_handler(ValidationError, lambda error: answer_refusal(as_invalid(error)))
    app.register_error_handler(HTTPException, _answer_http)
    if not app.testing:
        app.register_error_handler(Exception, _answer_crash)
