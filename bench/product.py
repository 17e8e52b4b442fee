"""The product with two views more that say hello: one for all, one for who is signed in."""

import os
import sys
from functools import partial

from flask import Blueprint

from wufei_public.app import create_app
from wufei_public.config import settings_from
from wufei_public.infra.db import db
from wufei_public.infra.serving import Child, Supervisor, listen, serve_web
from wufei_public.infra.web.access import access

blueprint = Blueprint("bench", __name__)


@blueprint.get("/hello")
@access("public")
def hello() -> str:
    return "hello"


@blueprint.get("/hello/me")
@access("signed_in")
def hello_me() -> str:
    return "hello"


def main() -> int:
    settings = settings_from(os.environ)
    app = create_app(settings)
    app.register_blueprint(blueprint)
    listener = listen(settings.host, settings.port)
    with app.app_context():
        db.engine.dispose()  # a connection must not cross a fork
    web = partial(serve_web, app, listener, settings)
    return Supervisor(listener, [Child(f"web-{n}", web) for n in (1, 2)]).run()


if __name__ == "__main__":
    sys.exit(main())
