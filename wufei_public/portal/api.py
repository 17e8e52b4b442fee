"""Probes for machines, and the OpenAPI document with its page."""

from typing import Any

from flask import Blueprint, Flask, Response, current_app, render_template
from flask_babel import gettext
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from wufei_public.common.text import N_
from wufei_public.infra.jobs import STALE, last_beat
from wufei_public.infra.web.access import access, shared
from wufei_public.infra.web.api_page import entries, schema_fields
from wufei_public.infra.web.kept import kept_page
from wufei_public.infra.web.openapi import openapi_document
from wufei_public.infra.work import house, reading

blueprint = Blueprint("probes", __name__)

TITLE = N_("无废城市公众服务接口")


@blueprint.get("/healthz")
@access("public")
def healthz() -> Response:
    return Response("ok\n", mimetype="text/plain", headers={"Cache-Control": "no-store"})


@blueprint.get("/readyz")
@access("public")
def readyz() -> Response:
    """Say whether database, store and jobs process do their part; 503 names what does not."""
    database = _database()
    parts = {
        "database": database,
        "store": house().store.ready(),
        "jobs": database and _jobs(),
    }
    body = current_app.json.dumps({"ready": all(parts.values()), **parts})
    return Response(
        body,
        status=200 if all(parts.values()) else 503,
        mimetype="application/json",
        headers={"Cache-Control": "no-store"},
    )


def _database() -> bool:
    try:
        return reading().execute(text("SELECT 1")).scalar() == 1
    except SQLAlchemyError:
        return False


def _jobs() -> bool:
    seen = last_beat(reading())
    return seen is not None and house().clock() - seen < STALE


@blueprint.get("/api/openapi.json")
@access("public")
@shared
def openapi() -> Response:
    return Response(current_app.json.dumps(_document()), mimetype="application/json")


def _document() -> dict[str, Any]:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    return openapi_document(app, gettext(TITLE))


@blueprint.get("/api/docs")
@access("public")
@shared
def docs() -> str:
    return kept_page("api_docs", _docs)


def _docs() -> str:
    document = _document()
    return render_template(
        "portal/api_docs.html",
        document=document,
        entries=entries(document),
        problem=schema_fields(document, "Problem"),
    )
