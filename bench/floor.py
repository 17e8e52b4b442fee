"""The floor: plain Flask and SQLAlchemy on the product's own server, without any of its care."""

import os
import sys
import uuid
from functools import partial
from pathlib import Path

from flask import Flask, request

from wufei_public.config import Settings, settings_from
from wufei_public.infra.serving import Child, Supervisor, listen, serve_web
from wufei_public.infra.warm import warm


def make_app(settings: Settings) -> Flask:
    """Return the floor's application; with a database when `settings` name one."""
    app = Flask("floor")

    @app.get("/hello")
    def hello() -> str:
        return "hello"

    kept = os.environ.get("BENCH_PHOTOS")
    if kept:
        add_photos(app, Path(kept))
    if settings.database:
        # Without a database the floor is Flask alone, in memory too.
        from bench import floor_database  # noqa: PLC0415

        floor_database.add_routes(app, settings)
    return app


def add_photos(app: Flask, folder: Path) -> None:
    """Keep what is uploaded as it came."""
    folder.mkdir(parents=True, exist_ok=True)

    @app.post("/photo")
    def photo() -> tuple[dict[str, str], int]:
        name = uuid.uuid4().hex
        request.files["photo"].save(folder / name)
        return {"token": name}, 201


def main() -> int:
    settings = settings_from(os.environ)
    listener = listen(settings.host, settings.port)
    app = make_app(settings)
    warm(app, ["/hello"])
    web = partial(serve_web, app, listener, settings)
    return Supervisor(listener, [Child(f"web-{n}", web) for n in (1, 2)]).run()


if __name__ == "__main__":
    sys.exit(main())
