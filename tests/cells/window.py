"""Everybody's browsers, and photos to send with them."""

import io
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from tests.dumping import make as people
from tests.media.make import jpeg
from wufei_public.common.actor import Actor

UNIT, DESK, SHEET = "/mine/cells/{0}", "/staff/cells/{0}", "/staff/scoring/{0}"
NOTICE = "/cells/notices/{0}"


class Window:
    """A browser of each person."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.clients: dict[int | None, FlaskClient] = {}

    def of(self, actor: Actor | None) -> FlaskClient:
        key = actor.id if actor else None
        if key not in self.clients:
            found = people.browser(self.app, actor) if actor else self.app.test_client()
            found.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
            self.clients[key] = found
        return self.clients[key]

    def get(self, actor: Actor | None, path: str, status: int = 200) -> str:
        answer = self.of(actor).get(path)
        assert answer.status_code == status, (path, answer.status_code, answer.text[:2000])
        return answer.text

    def post(self, actor: Actor | None, path: str, status: int = 303, **form: Any) -> Any:
        answer = self.of(actor).post(path, data=form)
        assert answer.status_code == status, (path, answer.status_code, answer.text[:3000])
        return answer


def photo(seed: int = 1) -> tuple[io.BytesIO, str]:
    return io.BytesIO(jpeg(width=320, height=240, seed=seed)), "a.jpg"
