"""The probes tell each missing part, and the OpenAPI document is one."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate
from sqlalchemy import create_engine

from tests.conftest import Clock
from wufei_public.infra.db import db
from wufei_public.infra.scheduler import beat
from wufei_public.infra.storage import DiskStore
from wufei_public.infra.work import House

FINE = {"ready": True, "database": True, "store": True, "jobs": True}


def ready(client: FlaskClient) -> tuple[int, dict[str, bool]]:
    answer = client.get("/readyz")
    assert answer.headers["Cache-Control"] == "no-store"
    body: dict[str, bool] = answer.get_json()
    return answer.status_code, body


def test_ready_is_everything_together(app: Flask, client: FlaskClient) -> None:
    beat(app)
    assert ready(client) == (200, FINE)


def test_a_jobs_process_not_seen_for_a_minute_is_missing(
    app: Flask, client: FlaskClient, clock: Clock
) -> None:
    beat(app)
    clock.move(seconds=59)
    assert ready(client) == (200, FINE)
    clock.move(seconds=2)
    assert ready(client) == (503, {**FINE, "ready": False, "jobs": False})


def test_a_broken_store_is_named(
    app: Flask, client: FlaskClient, tmp_path_factory: pytest.TempPathFactory
) -> None:
    beat(app)
    blocked = tmp_path_factory.mktemp("store") / "file"
    blocked.write_text("in the way")
    home: House = app.extensions["house"]
    app.extensions["house"] = replace(home, store=DiskStore(blocked / "photos"))
    assert ready(client) == (503, {**FINE, "ready": False, "store": False})


def test_a_lost_database_is_named_and_no_crash(
    own_app: Flask, tmp_path_factory: pytest.TempPathFactory
) -> None:
    beat(own_app)
    good = db.engines[None]
    db.session.remove()
    db.engines[None] = create_engine(f"sqlite:///{tmp_path_factory.mktemp('x')}/no/such/folder.db")
    try:
        found = ready(own_app.test_client())
    finally:
        db.session.remove()
        db.engines[None] = good
    assert found == (503, {"ready": False, "database": False, "store": True, "jobs": False})


def test_healthz_needs_nothing_but_the_process(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.get_data(as_text=True)) == (200, "ok\n")
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_openapi_document_is_valid_and_names_every_api_route(
    app: Flask, client: FlaskClient
) -> None:
    document = client.get("/api/openapi.json").get_json()
    validate(document)
    routes = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/v1/")}
    assert len(document["paths"]) == len(routes) > 5
    ids = [item["operationId"] for path in document["paths"].values() for item in path.values()]
    assert len(ids) == len(set(ids))


def test_the_docs_page_shows_every_operation(client: FlaskClient) -> None:
    document = client.get("/api/openapi.json").get_json()
    page = client.get("/api/docs").get_data(as_text=True)
    assert [path for path in document["paths"] if path not in page] == []
