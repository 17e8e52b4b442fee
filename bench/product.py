"""The product as it is served, with two views more that say hello, and wider limits.

The limits count as ever; only their numbers are such that one machine can play a
district. `jobs` as an argument adds the jobs process.
"""

import sys
from functools import partial

from flask import Blueprint, Flask
from limits import parse

from wsgi import application as app
from wsgi import settings
from wufei_public.infra.db import db
from wufei_public.infra.serving import Child, Supervisor, listen, serve_web
from wufei_public.infra.warm import warm
from wufei_public.infra.web.access import access
from wufei_public.infra.web.limits import LIMITS

MANY = parse("100000000/hour")
blueprint = Blueprint("bench", __name__)


@blueprint.get("/hello")
@access("public")
def hello() -> str:
    return "hello"


@blueprint.get("/hello/me")
@access("signed_in")
def hello_me() -> str:
    return "hello"


def _keep_time(app: Flask) -> None:
    from wufei_public.infra.scheduler import run_jobs  # noqa: PLC0415  as in the product

    run_jobs(app, app.extensions["jobs"])


def main() -> int:
    LIMITS.update(dict.fromkeys(LIMITS, (MANY, MANY)))
    app.register_blueprint(blueprint)
    listener = listen(settings.host, settings.port)
    warm(app, ["/", "/hello", "/hello/me"], "wf_session=nobody")
    with app.app_context():
        db.engine.dispose()  # a connection must not cross a fork
    web = partial(serve_web, app, listener, settings)
    children = [Child(f"web-{n}", web) for n in (1, 2)]
    if "jobs" in sys.argv:
        children.append(Child("jobs", lambda: _keep_time(app)))
    return Supervisor(listener, children).run()


if __name__ == "__main__":
    sys.exit(main())
