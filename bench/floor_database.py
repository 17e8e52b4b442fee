"""The floor's views with a database: the same rows and bytes as the product's, nothing else."""

import os
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from flask.json.provider import DefaultJSONProvider
from jinja2 import DictLoader
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

from bench import floor_rows
from wufei_public.config import Settings
from wufei_public.divisions.queries import read_directory
from wufei_public.dumping.models.events import ReportEvent
from wufei_public.dumping.models.photos import ReportPhoto
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.rules.kinds import OFFICIAL
from wufei_public.dumping.rules.states import LABELS
from wufei_public.infra.db import prepare_engine
from wufei_public.media.models import Photo

LISTED = (
    Report.id,
    Report.public_code,
    Report.official_kind,
    Report.state,
    Report.division,
    Report.town,
    Report.public_spot,
    Report.submitted_at,
    Report.released_at,
    Report.release_token,
    Report.cover_id,
    Report.closed_at,
    Report.reopened,
)
NEWEST = (
    select(*LISTED)
    .where(Report.release == "released")
    .order_by(Report.released_at.desc(), Report.id.desc())
    .limit(20)
)
DETAILED = (*LISTED, Report.public_words, Report.outcome, Report.finish_due)
SAID = (
    ReportEvent.move,
    ReportEvent.at,
    ReportEvent.public_text,
)


class PlainJson(DefaultJSONProvider):
    """Flask's own, told to write the same bytes as the product does."""

    ensure_ascii = False
    sort_keys = False
    compact = True


def engine_of(settings: Settings) -> Engine:
    """Return the engine: the product's pragmas and size of pool, so that durability is equal."""
    sqlite = settings.database_url.startswith("sqlite")
    pool = {} if sqlite else {"pool_size": settings.web_threads + 1}
    engine = create_engine(settings.database_url, **pool)
    prepare_engine(engine, settings.sqlite_synchronous)
    return engine


def add_routes(app: Flask, settings: Settings) -> None:
    engine = engine_of(settings)
    floor_rows.Own.metadata.create_all(engine)
    words = _words(engine)
    engine.dispose()  # a connection must not cross a fork
    page = Path(os.environ.get("BENCH_PAGE", "/dev/null")).read_text()
    app.jinja_loader = DictLoader({"page.html": page})
    app.json = PlainJson(app)
    _add_writes(app, engine)
    _add_reads(app, engine, words)


def _words(engine: Engine) -> dict[str, str]:
    """Return what the answers call places, kinds and states, by code."""
    with Session(engine) as session:
        places = read_directory(session).names
    kinds = {code: kind.label for code, kind in OFFICIAL.items()}
    return {**places, **kinds, **{str(state): label for state, label in LABELS.items()}}


def _add_writes(app: Flask, engine: Engine) -> None:
    @app.post("/one")
    def one() -> tuple[Response, int]:
        code = floor_rows.new_code()
        with Session(engine, expire_on_commit=False) as session:
            session.add(floor_rows.one_row(request.get_json(), code))
            session.commit()
        return jsonify(code=code), 201

    @app.post("/rows")
    def rows() -> tuple[Response, int]:
        posted, code, now = request.get_json(), floor_rows.new_code(), floor_rows.instant()
        with Session(engine, expire_on_commit=False) as session:
            report = floor_rows.report(posted, code, now, now.date())
            session.add(report)
            session.flush()
            session.add_all(floor_rows.others(posted, code, report.id, now))
            session.commit()
        receipt = {"submitted_at": now.isoformat(), "accept_due": now.isoformat()}
        address = f"/r/{code}/{code * 3}"
        return jsonify(code=code, secret=code * 3, pin="000000", address=address, **receipt), 201


def _add_reads(app: Flask, engine: Engine, words: dict[str, str]) -> None:
    @app.get("/list")
    def listing() -> Response:
        with engine.connect() as connection:
            rows = connection.execute(NEWEST).all()
        return jsonify(reports=[line(row, words) for row in rows], next=None)

    @app.get("/page")
    def page() -> str:
        with engine.connect() as connection:
            rows = connection.execute(NEWEST).all()
        return render_template("page.html", rows=[line(row, words) for row in rows])

    @app.get("/detail/<code>")
    def detail(code: str) -> Response:
        with engine.connect() as connection:
            found = select(*DETAILED).where(
                Report.public_code == code, Report.release == "released"
            )
            row = connection.execute(found).one()
            said = select(*SAID).where(ReportEvent.report_id == row.id).order_by(ReportEvent.number)
            events = connection.execute(said).all()
            photos = connection.execute(_photos_of(row.id)).all()
        return jsonify(
            **line(row, words),
            words=row.public_words,
            outcome=row.outcome,
            photos=[_photo(row.release_token, photo) for photo in photos],
            events=[_event(event) for event in events if event.move == "submit"],
        )


def line(row: Any, words: dict[str, str]) -> dict[str, Any]:
    """Return one line of the list, key by key as the product answers it."""
    town, place = words[row.town], words[row.division]
    return {
        "code": row.public_code,
        "kind": row.official_kind,
        "kind_label": words[row.official_kind],
        "state": row.state,
        "state_label": words[row.state],
        "town": town,
        "place": place,
        "spot": row.public_spot,
        "submitted_at": row.submitted_at.isoformat(),
        "released_at": row.released_at.isoformat(),
        "closed_at": row.closed_at,
        "reopened": row.reopened,
        "photo": f"/p/{row.release_token}/{row.cover_id}/thumb",
    }


def _photos_of(report_id: int) -> Any:
    return (
        select(Photo.id, Photo.thumb_width, Photo.thumb_height)
        .join(ReportPhoto, ReportPhoto.photo_id == Photo.id)
        .where(ReportPhoto.report_id == report_id, ReportPhoto.public, Photo.state == "ready")
    )


def _photo(token: str, photo: Any) -> dict[str, Any]:
    return {
        "which": "before",
        "thumb": f"/p/{token}/{photo.id}/thumb",
        "large": f"/p/{token}/{photo.id}/large",
        "width": photo.thumb_width,
        "height": photo.thumb_height,
    }


def _event(event: Any) -> dict[str, Any]:
    text = event.public_text
    return {"label": "有人举报", "tone": "done", "at": event.at.isoformat(), "text": text}
