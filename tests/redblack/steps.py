"""What the tests of the list do again and again: read a page, sign in, be refused."""

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.dumping.make import browser
from tests.media.make import jpeg
from tests.redblack import make
from wufei_public.common.actor import Actor
from wufei_public.common.errors import NotAllowed
from wufei_public.infra.work import reading
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.queries import public
from wufei_public.redblack.queries.public import PublicFilter


def text(answer: TestResponse) -> str:
    assert answer.status_code < 400, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def desk(app: Flask, actor: Actor) -> FlaskClient:
    return browser(app, actor)


def photo() -> dict[str, Any]:
    return {"photo": (io.BytesIO(jpeg(seed=4)), "proof.jpg")}


def shown(**wanted: Any) -> list[str]:
    make.fresh()
    rows, _more = public.page(reading(), PublicFilter(**wanted), make.now())
    return [row.code for row in rows]


def refused(code: str, actor: Actor, action: Any, row: Listing, **values: Any) -> None:
    with pytest.raises(NotAllowed) as error:
        make.do(actor, action, row, **values)
    assert error.value.code == code
