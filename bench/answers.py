"""One answer of a survey beside a bare insert of its rows: `python -m bench.answers [COUNT]`.

The bar (issue 8): at most 1.5 times the CPU of Flask and SQLAlchemy writing the same rows
without any of the product's decisions. Both run in this process on SQLite files of their own,
in turns, so that whatever else the machine does meets both alike.
"""

import json
import secrets
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from flask import Flask, request
from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session

from tests.surveys import waves as make
from wufei_public.app import create_app
from wufei_public.config import Mode, Settings
from wufei_public.infra.db import db
from wufei_public.infra.replay import ReplayRow
from wufei_public.infra.tables import Base
from wufei_public.surveys.models import Device, Response, Token

COUNT, TURN, BAR = 600, 50, 1.5


def product(folder: Path) -> Callable[[], None]:
    settings = Settings(
        mode=Mode.TRIAL,
        var=folder,
        database=f"sqlite:///{folder}/product.sqlite3",
        district="410307",
        site_name="Bench",
        log_level="error",
    )
    app = create_app(settings)
    with app.app_context():
        Base.metadata.create_all(db.engine)
        make.seed()
        today = datetime.now(UTC).date()  # noqa: TID251  a bench lives in the real day
        wave = make.wave(opens_on=today - timedelta(days=1), closes_on=today + timedelta(days=9))
        code = wave.code
    app.extensions["limiter"].hit = lambda *_: True
    client = app.test_client(use_cookies=False)

    def post() -> None:
        form = {**make.ANSWERS, "client_key": secrets.token_urlsafe(24), "seconds": "150"}
        cookie = f"wf_survey={secrets.token_urlsafe(24)}"
        answer = client.post(f"/surveys/{code}/form", data=form, headers={"Cookie": cookie})
        assert answer.status_code == 303, answer.status_code

    return post


def floor(folder: Path) -> Callable[[], None]:
    engine = create_engine(f"sqlite:///{folder}/floor.sqlite3")
    event.listen(engine, "connect", lambda c, _: c.execute("PRAGMA journal_mode=WAL"))
    Base.metadata.create_all(engine)
    app = Flask("floor")

    @app.post("/answer")
    def answer() -> tuple[str, int]:
        said = {name: request.form.getlist(name) for name in request.form}
        key, now = secrets.token_hex(32), datetime.now(UTC)  # noqa: TID251  as above
        with Session(engine) as session:
            session.add(ReplayRow(scope="s", key=key, answer={"outcome": "1.1"}, expires_at=now))
            session.add(Token(wave_id=1, token=key))
            session.add(Device(wave_id=1, device=key))
            session.add(
                Response(
                    id=secrets.randbits(62), wave_id=1, day=now.date(), outcome="1.1",
                    answers=said, pace="usual", straight=False, everything=False,
                    duplicate=False, stratum="", weight=None,
                )
            )  # fmt: skip
            session.commit()
        return json.dumps({"outcome": "1.1"}), 201

    client = app.test_client(use_cookies=False)

    def post() -> None:
        form = {**make.ANSWERS, "client_key": secrets.token_urlsafe(24), "seconds": "150"}
        assert client.post("/answer", data=form).status_code == 201

    return post


def turn(post: Callable[[], None]) -> float:
    began = time.process_time()
    for _ in range(TURN):
        post()
    return (time.process_time() - began) / TURN * 1000


def main(count: int = COUNT) -> int:
    with tempfile.TemporaryDirectory(prefix="wufei-bench-") as folder:
        bare, ours = floor(Path(folder)), product(Path(folder) / "var")
        turn(bare), turn(ours)
        times = [(turn(bare), turn(ours)) for _ in range(max(1, count // TURN))]
    ratio = median(own / plain for plain, own in times)
    plain, own = (median(column) for column in zip(*times, strict=True))
    print(
        f"bare {plain:.2f} ms, product {own:.2f} ms a post (CPU); ratio {ratio:.2f}, bar {BAR}"
        f"   {'holds' if ratio <= BAR else 'MISSED'}"
    )
    return 0 if ratio <= BAR else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
