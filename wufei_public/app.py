"""Builds the application; the only module that knows every feature."""

from flask import Flask, g, has_request_context, request, url_for

import wufei_public.calendar.cli
import wufei_public.divisions.api
import wufei_public.divisions.cli
import wufei_public.dumping.api
import wufei_public.dumping.jobs
import wufei_public.dumping.pages.cases
import wufei_public.dumping.pages.offer
import wufei_public.dumping.pages.public
import wufei_public.dumping.pages.reporting
import wufei_public.media.jobs
import wufei_public.messages.jobs
import wufei_public.people.api
import wufei_public.people.cli
import wufei_public.people.pages.sign_in
import wufei_public.people.pages.staff
import wufei_public.portal.api
import wufei_public.portal.cli
import wufei_public.portal.pages
from wufei_public import calendar, divisions, dumping, media, messages, people, portal
from wufei_public.config import SHARE, Mode, Settings
from wufei_public.infra.db import init_db
from wufei_public.infra.i18n import init_i18n
from wufei_public.infra.keys import keys_from, make_keys
from wufei_public.infra.logs import configure_logs
from wufei_public.infra.storage import store_from
from wufei_public.infra.turns import turns_for
from wufei_public.infra.web import assets
from wufei_public.infra.web.access import init_access
from wufei_public.infra.web.assets import init_assets
from wufei_public.infra.web.errors import init_errors
from wufei_public.infra.web.flask_app import WebApp
from wufei_public.infra.web.headers import init_headers
from wufei_public.infra.web.limits import init_limits
from wufei_public.infra.web.sentences import use_our_sentences
from wufei_public.infra.web.session import init_session
from wufei_public.infra.web.shell import init_shell, staff_menu
from wufei_public.infra.web.view import init_view
from wufei_public.infra.work import House
from wufei_public.people.queries import load_session
from wufei_public.people.rules.permissions import PERMISSIONS

use_our_sentences()

# Nine photos of 20 MB and the form around them.
MOST_BYTES = 190 * 1024 * 1024
MOST_FORM_BYTES = 1024 * 1024

BLUEPRINTS = (
    assets.blueprint,
    portal.pages.blueprint,
    portal.api.blueprint,
    people.pages.sign_in.blueprint,
    people.pages.staff.blueprint,
    people.api.blueprint,
    divisions.api.blueprint,
    dumping.pages.reporting.blueprint,
    dumping.pages.public.blueprint,
    dumping.pages.cases.blueprint,
    dumping.api.blueprint,
)
COMMANDS = (
    divisions.cli.group,
    calendar.cli.group,
    people.cli.group,
    *portal.cli.COMMANDS,
)
SEEDS = (divisions.cli.seed, calendar.cli.seed)
JOBS = (*media.jobs.JOBS, *messages.jobs.JOBS, *dumping.jobs.JOBS)
OFFERS = (dumping.pages.offer.OFFER, people.pages.staff.OFFER)


def request_id() -> str:
    """Return the request's id for audit rows; empty outside a request."""
    found: str = g.get("request_id", "") if has_request_context() else ""
    return found


def sign_in_address(permission: str) -> str:
    """Return where a guest signs in before seeing a page that needs `permission`."""
    endpoint = "people.sign_in" if permission in {"resident", "signed_in"} else "people.staff_sign_in"
    return url_for(endpoint, next=request.full_path.rstrip("?"))


def create_app(settings: Settings, *, testing: bool = False) -> Flask:
    """Build the application for `settings`; `testing` lets faults through and checks answers."""
    app = WebApp(
        "wufei_public",
        template_folder=str(SHARE / "templates"),
        static_folder=str(SHARE / "static"),
    )
    app.testing = testing
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = MOST_FORM_BYTES
    _build_technique(app, settings)
    _build_features(app)
    return app


def _build_technique(app: Flask, settings: Settings) -> None:
    configure_logs(settings.log_level)
    settings.var.mkdir(parents=True, exist_ok=True)
    if settings.mode is not Mode.PRODUCTION:
        make_keys(settings.keys_path)
    init_db(app, settings)
    app.extensions["house"] = House(
        settings=settings,
        keys=keys_from(settings.keys_path),
        store=store_from(settings),
        turns=turns_for(settings.database_url),
        request_id=request_id,
    )
    # Order matters: the request id first, so that every refusal has one.
    init_headers(app, settings)
    init_session(app, load_session)
    init_limits(app, settings)
    init_access(app, PERMISSIONS, sign_in_address)
    init_errors(app)
    init_i18n(app)
    init_assets(app)
    init_view(app, settings, staff_menu)


def _build_features(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for group in COMMANDS:
        app.cli.add_command(group)
    app.extensions["jobs"] = JOBS
    app.extensions["seeds"] = SEEDS
    init_shell(app, OFFERS)
