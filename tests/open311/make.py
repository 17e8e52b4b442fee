"""Keys and requests for tests; nothing surprising."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.dumping import make
from wufei_public.infra.work import work
from wufei_public.open311 import actions

HERE = {"lat": "34.7", "long": "112.8"}


def key(*, per_hour: int = 60, on_trial: bool = False, name: str = "城管随手报") -> str:
    """Return the key of a new application; `make.DISTRICT_OFFICER` has an account."""
    values: dict[str, Any] = {"per_hour": per_hour, "on_trial": on_trial}
    return work(
        make.DISTRICT_OFFICER,
        lambda w: actions.issue(w, name=name, contact="信息科 0379-1", **values),
    )


def post(client: FlaskClient, fmt: str = "json", edition: str = "v2", **form: Any) -> TestResponse:
    """Post a request of construction waste, unless `form` says otherwise."""
    values = {"service_code": "construction", **HERE, "description": "路边一堆砖。"} | form
    sent = {name: value for name, value in values.items() if value is not None}
    return client.post(f"/open311/{edition}/requests.{fmt}", data=sent)
