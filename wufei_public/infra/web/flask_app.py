"""Flask without what we do not use: its cookie session, slow JSON, second copies of uploads."""

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from flask import Flask, Request
from flask.json.provider import JSONProvider
from flask.sessions import NullSession, SessionInterface, SessionMixin
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.routing import IntegerConverter, Map, Rule, UnicodeConverter

from wufei_public.infra.work import house

# More than any form has: nine photos, and a field or two that stayed empty.
MOST_FILES = 20


class NoSession(SessionInterface):
    """Sessions live in our own table (`infra/web/session.py`); Flask's cookie is never made."""

    def open_session(self, app: Flask, request: Request) -> SessionMixin:  # noqa: ARG002
        return NullSession()

    def save_session(self, *_args: Any) -> None:
        """Save nothing."""


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not for JSON")


class Json(JSONProvider):
    """Chinese as it is, instants in ISO 8601 with their zone."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        kwargs.setdefault("ensure_ascii", False)
        kwargs.setdefault("separators", (",", ":"))
        return json.dumps(obj, default=_plain, **kwargs)

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        return json.loads(s, **kwargs)


class RowId(IntegerConverter):
    """A number in an address; one that no database can hold is an address that is not there."""

    def __init__(self, map: Map, **options: Any) -> None:  # noqa: A002  werkzeug's name
        super().__init__(map, **{"max": (1 << 63) - 1} | options)


class Words(UnicodeConverter):
    """Text in an address; with NUL, which no text in a database has, it is not there either."""

    def __init__(self, map: Map, **options: Any) -> None:  # noqa: A002  werkzeug's name
        super().__init__(map, **options)
        self.regex = self.regex.replace("[^/]", "[^/\x00]")


class LateRule(Rule):
    """A route that compiles what builds its address when first asked: 1 ms per route at a start."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compile_now = super()._compile_builder
        place = "_build_unknown" if append_unknown else "_build"

        def build_first(rule: Rule, /, **values: Any) -> tuple[str, str]:
            built = compile_now(append_unknown).__get__(rule)
            setattr(rule, place, built)
            found: tuple[str, str] = built(**values)
            return found

        return build_first


class WebRequest(Request):
    """A request whose files arrive where they are to stay: a photo is written once."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._arrived: list[IO[bytes]] = []

    def _get_file_stream(self, *_lengths_and_names: Any, **_more: Any) -> IO[bytes]:
        """Return a file for one that comes in; each holds a handle until the request is over."""
        if len(self._arrived) == MOST_FILES:
            for file in self._arrived:
                file.close()
            raise RequestEntityTooLarge
        self._arrived.append(house().store.arrive())
        return self._arrived[-1]


class WebApp(Flask):
    request_class = WebRequest
    url_rule_class = LateRule
    session_interface = NoSession()
    json_provider_class = Json

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.url_map.converters |= {"int": RowId, "default": Words, "string": Words}
