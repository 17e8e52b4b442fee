"""Builds the application; the only module that knows every feature."""

# First of all: a schema copies marshmallow's sentences when its class is made.
import wufei_public.infra.web.sentences  # noqa: F401  its import is the effect

# isort: split
from urllib.parse import urlsplit

from flask import Flask, g, has_request_context, request, url_for

from wufei_public.backups import cli as backups_cli
from wufei_public.backups import jobs as backups_jobs
from wufei_public.calendar import cli as calendar_cli
from wufei_public.cells import api as cells_api
from wufei_public.cells import jobs as cells_jobs
from wufei_public.cells.actions import listed as cells_listed
from wufei_public.cells.pages import applying as cells_applying
from wufei_public.cells.pages import desk as cells_desk
from wufei_public.cells.pages import drafts as cells_drafts
from wufei_public.cells.pages import offer as cells_offer
from wufei_public.cells.pages import office as cells_office
from wufei_public.cells.pages import public as cells_public
from wufei_public.cells.pages import replies as cells_replies
from wufei_public.cells.pages import rubrics as cells_rubrics
from wufei_public.cells.pages import scoring as cells_scoring
from wufei_public.cells.pages import spots as cells_spots
from wufei_public.checkins import api as checkins_api
from wufei_public.checkins import cli as checkins_cli
from wufei_public.checkins import jobs as checkins_jobs
from wufei_public.checkins.pages import boards as checkins_boards
from wufei_public.checkins.pages import bringing as checkins_bringing
from wufei_public.checkins.pages import children as checkins_children
from wufei_public.checkins.pages import classes as checkins_classes
from wufei_public.checkins.pages import coverage as checkins_coverage
from wufei_public.checkins.pages import daily as checkins_daily
from wufei_public.checkins.pages import offer as checkins_offer
from wufei_public.checkins.pages import photos as checkins_photos
from wufei_public.checkins.pages import places as checkins_places
from wufei_public.checkins.pages import quiz as checkins_quiz
from wufei_public.checkins.pages import roads as checkins_roads
from wufei_public.checkins.pages import splits as checkins_splits
from wufei_public.checkins.pages import spots as checkins_spots
from wufei_public.config import SHARE, BadSettings, Mode, Settings
from wufei_public.divisions import api as divisions_api
from wufei_public.divisions import cli as divisions_cli
from wufei_public.dumping import jobs as dumping_jobs
from wufei_public.dumping.api import officials as desk_api
from wufei_public.dumping.api import reports as dumping_api
from wufei_public.dumping.pages import (
    awards,
    bulk,
    calendar,
    cases,
    departments,
    entering,
    exporting,
    following,
    importing,
    offer,
    own,
    paying,
    public,
    redacting,
    reporting,
    routing,
    weeks,
    witness,
)
from wufei_public.indicators import api as indicators_api
from wufei_public.indicators import cli as indicators_cli
from wufei_public.indicators import jobs as indicators_jobs
from wufei_public.indicators.pages import desk as indicators_desk
from wufei_public.indicators.pages import offer as indicators_offer
from wufei_public.indicators.pages import public as indicators_public
from wufei_public.indicators.pages import runs as indicators_runs
from wufei_public.indicators.pages import sheets as indicators_sheets
from wufei_public.indicators.pages import towns as indicators_towns
from wufei_public.infra import rotation, upkeep
from wufei_public.infra.db import init_db
from wufei_public.infra.i18n import init_i18n
from wufei_public.infra.keyfile import keys_from, make_keys
from wufei_public.infra.late import LateGroup
from wufei_public.infra.logs import configure_logs
from wufei_public.infra.migrations import init_migrations
from wufei_public.infra.storage import store_from
from wufei_public.infra.turns import turns_for
from wufei_public.infra.web import assets
from wufei_public.infra.web.access import init_access
from wufei_public.infra.web.assets import init_assets
from wufei_public.infra.web.errors import init_errors
from wufei_public.infra.web.flask_app import WebApp
from wufei_public.infra.web.headers import init_headers
from wufei_public.infra.web.hosts import init_hosts
from wufei_public.infra.web.kept import init_kept
from wufei_public.infra.web.limits import init_limits
from wufei_public.infra.web.session import init_session
from wufei_public.infra.web.shell import init_shell, staff_menu, tabs
from wufei_public.infra.web.view import init_view
from wufei_public.infra.work import House
from wufei_public.learning import api as learning_api
from wufei_public.learning import jobs as learning_jobs
from wufei_public.learning.pages import articles, sorting
from wufei_public.learning.pages import desk as sorting_desk
from wufei_public.learning.pages import offer as learning_offer
from wufei_public.learning.pages import training as learning_training
from wufei_public.media import jobs as media_jobs
from wufei_public.messages import jobs as messages_jobs
from wufei_public.messages.actions import letters as messages_letters
from wufei_public.messages.pages import dead as messages_dead
from wufei_public.messages.pages import inbox as messages_pages
from wufei_public.messages.pages import texts as messages_texts
from wufei_public.notices.pages import desk as notices_desk
from wufei_public.notices.pages import offer as notices_offer
from wufei_public.notices.pages import public as notices_public
from wufei_public.open311 import api as open311_api
from wufei_public.open311 import pages as open311_pages
from wufei_public.organisations.pages import cards as organisations_cards
from wufei_public.organisations.pages import deciding as organisations_deciding
from wufei_public.organisations.pages import importing as organisations_importing
from wufei_public.organisations.pages import mine as organisations_mine
from wufei_public.organisations.pages import offer as organisations_offer
from wufei_public.organisations.pages import proving as organisations_proving
from wufei_public.people import api as people_api
from wufei_public.people import cli as people_cli
from wufei_public.people import jobs as people_jobs
from wufei_public.people.pages import accounts, demo, devices, signing, ways
from wufei_public.people.pages import importing as people_importing
from wufei_public.people.pages import offer as people_offer
from wufei_public.people.pages import reviewing as people_reviewing
from wufei_public.people.pages.signing import load_session
from wufei_public.people.rules.permissions import PERMISSIONS
from wufei_public.points import api as points_api
from wufei_public.points import jobs as points_jobs
from wufei_public.points.pages import desk as points_desk
from wufei_public.points.pages import entries as point_entries
from wufei_public.points.pages import offer as points_offer
from wufei_public.points.pages import own as points_own
from wufei_public.points.pages import shops as points_shops
from wufei_public.portal import api as portal_api
from wufei_public.portal import cli as portal_cli
from wufei_public.portal import pages as portal_pages
from wufei_public.redblack import api as redblack_api
from wufei_public.redblack import jobs as redblack_jobs
from wufei_public.redblack.actions import register as redblack_register
from wufei_public.redblack.pages import assessing as redblack_assessing
from wufei_public.redblack.pages import auditing as redblack_auditing
from wufei_public.redblack.pages import desk as redblack_desk
from wufei_public.redblack.pages import errors as redblack_errors
from wufei_public.redblack.pages import grading as redblack_grading
from wufei_public.redblack.pages import mine as redblack_mine
from wufei_public.redblack.pages import offer as redblack_offer
from wufei_public.redblack.pages import public as redblack_public
from wufei_public.surveys import api as surveys_api
from wufei_public.surveys import cli as surveys_cli
from wufei_public.surveys import jobs as surveys_jobs
from wufei_public.surveys.pages import answering as surveys_answering
from wufei_public.surveys.pages import answers as surveys_answers
from wufei_public.surveys.pages import authoring as surveys_authoring
from wufei_public.surveys.pages import calls as surveys_calls
from wufei_public.surveys.pages import comments as surveys_comments
from wufei_public.surveys.pages import desk as surveys_desk
from wufei_public.surveys.pages import files as surveys_files
from wufei_public.surveys.pages import interviews as surveys_interviews
from wufei_public.surveys.pages import lines as surveys_lines
from wufei_public.surveys.pages import offer as surveys_offer
from wufei_public.surveys.pages import pointing as surveys_pointing
from wufei_public.surveys.pages import results as surveys_results
from wufei_public.surveys.pages import samples as surveys_samples
from wufei_public.trail import cli as trail_cli
from wufei_public.trail import jobs as trail_jobs
from wufei_public.trail import pages as trail_pages
from wufei_public.wechat import jobs as wechat_jobs
from wufei_public.wechat import pages as wechat_pages

# Nine photos of 20 MB and the form around them.
MOST_BYTES = 190 * 1024 * 1024
MOST_FORM_BYTES = 1024 * 1024

BLUEPRINTS = (
    assets.blueprint,
    portal_pages.blueprint,
    portal_api.blueprint,
    wechat_pages.blueprint,
    signing.blueprint,
    ways.blueprint,
    devices.blueprint,
    accounts.blueprint,
    people_reviewing.blueprint,
    people_importing.blueprint,
    demo.blueprint,
    messages_pages.blueprint,
    messages_dead.blueprint,
    messages_texts.blueprint,
    trail_pages.blueprint,
    people_api.blueprint,
    divisions_api.blueprint,
    reporting.blueprint,
    own.blueprint,
    following.blueprint,
    witness.blueprint,
    awards.blueprint,
    paying.counter,
    paying.ledger,
    awards.desk,
    public.blueprint,
    entering.blueprint,
    bulk.blueprint,
    weeks.blueprint,
    importing.blueprint,
    exporting.blueprint,
    exporting.desk,
    cases.blueprint,
    redacting.blueprint,
    routing.blueprint,
    calendar.blueprint,
    departments.blueprint,
    dumping_api.blueprint,
    open311_api.blueprint,
    open311_pages.blueprint,
    organisations_cards.blueprint,
    organisations_deciding.blueprint,
    organisations_mine.blueprint,
    organisations_proving.blueprint,
    organisations_importing.blueprint,
    sorting.blueprint,
    sorting_desk.blueprint,
    articles.blueprint,
    learning_api.blueprint,
    learning_training.blueprint,
    notices_public.blueprint,
    notices_desk.blueprint,
    surveys_answering.blueprint,
    surveys_desk.blueprint,
    surveys_answers.blueprint,
    surveys_authoring.blueprint,
    surveys_lines.blueprint,
    surveys_comments.blueprint,
    surveys_results.blueprint,
    surveys_samples.blueprint,
    surveys_files.blueprint,
    surveys_interviews.blueprint,
    surveys_pointing.blueprint,
    surveys_calls.blueprint,
    surveys_api.blueprint,
    points_own.blueprint,
    points_desk.blueprint,
    point_entries.blueprint,
    points_shops.blueprint,
    points_api.blueprint,
    checkins_daily.blueprint,
    checkins_boards.blueprint,
    checkins_bringing.blueprint,
    checkins_quiz.blueprint,
    checkins_places.blueprint,
    checkins_spots.blueprint,
    checkins_photos.blueprint,
    checkins_coverage.blueprint,
    checkins_children.blueprint,
    checkins_classes.blueprint,
    checkins_roads.blueprint,
    checkins_splits.blueprint,
    checkins_api.blueprint,
    cells_public.blueprint,
    cells_applying.blueprint,
    cells_replies.blueprint,
    cells_office.blueprint,
    cells_desk.blueprint,
    cells_rubrics.blueprint,
    cells_drafts.blueprint,
    cells_scoring.blueprint,
    cells_spots.blueprint,
    cells_api.blueprint,
    redblack_public.blueprint,
    redblack_mine.blueprint,
    redblack_desk.blueprint,
    redblack_auditing.blueprint,
    redblack_assessing.blueprint,
    redblack_grading.blueprint,
    redblack_grading.desk,
    redblack_errors.blueprint,
    redblack_errors.desk,
    redblack_api.blueprint,
    indicators_public.blueprint,
    indicators_runs.blueprint,
    indicators_sheets.blueprint,
    indicators_towns.blueprint,
    indicators_desk.blueprint,
    indicators_api.blueprint,
    desk_api.blueprint,
)
COMMANDS = (
    divisions_cli.group,
    calendar_cli.group,
    people_cli.group,
    LateGroup("demo", "wufei_public.demo.cli:group", "Fill the database of a demonstration."),
    trail_cli.group,
    surveys_cli.group,
    checkins_cli.group,
    indicators_cli.group,
    backups_cli.group,
    *portal_cli.COMMANDS,
)
JOBS = (
    *media_jobs.JOBS,
    *messages_jobs.JOBS,
    *people_jobs.JOBS,
    *wechat_jobs.JOBS,
    *trail_jobs.JOBS,
    *dumping_jobs.JOBS,
    *learning_jobs.JOBS,
    *surveys_jobs.JOBS,
    *cells_jobs.JOBS,
    *points_jobs.JOBS,
    *redblack_jobs.JOBS,
    *checkins_jobs.JOBS,
    *indicators_jobs.JOBS,
    *backups_jobs.JOBS,
    *upkeep.JOBS,
    *rotation.JOBS,
)
# What an upper feature does in the transaction of a lower one, in this order.
SEQUELS = {
    "redblack.black": (cells_listed.suspend_listed,),
    "redblack.clear": (cells_listed.restore_listed,),
    "people.by_wechat": (messages_letters.forget_unwilling,),
    "organisations.renamed": (redblack_register.follow_name,),
    "organisations.recoded": (redblack_register.keep_code,),
    "organisations.voices": (redblack_register.keep_voices,),
    "organisations.silenced": (redblack_register.note_silence,),
}
# In the order in which 首页, 我的 and 公示 show them.
OFFERS = (
    checkins_offer.OFFER,
    points_offer.OFFER,
    offer.OFFER,
    open311_pages.OFFER,
    organisations_offer.OFFER,
    learning_offer.OFFER,
    notices_offer.OFFER,
    surveys_offer.OFFER,
    cells_offer.OFFER,
    redblack_offer.OFFER,
    indicators_offer.OFFER,
    messages_pages.OFFER,
    people_offer.OFFER,
    trail_pages.OFFER,
)


def request_id() -> str:
    """Return the request's id for audit rows; empty outside a request."""
    found: str = g.get("request_id", "") if has_request_context() else ""
    return found


def sign_in_address(permission: str) -> str:
    """Return where a guest signs in before seeing a page that needs `permission`."""
    endpoint = (
        "people.sign_in" if permission in {"resident", "signed_in"} else "people.staff_sign_in"
    )
    return url_for(endpoint, next=page_asked_for())


def page_asked_for() -> str:
    """Return the page to come back to: this one, or the one whose form was sent."""
    if request.path.startswith("/api/"):
        return ""
    if request.method in {"GET", "HEAD"}:
        return request.full_path.rstrip("?")
    source = urlsplit(request.headers.get("Referer", ""))
    same = source.netloc == request.host
    return f"{source.path}?{source.query}".rstrip("?") if same else ""


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


def _open_folder(settings: Settings) -> None:
    """Make the folder of everything that this site keeps, for its own user only."""
    try:
        settings.var.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        why = f"“{settings.var}” cannot be made: {error.strerror}"
        raise BadSettings({"WUFEI_VAR": why}) from error


def _build_technique(app: Flask, settings: Settings) -> None:
    configure_logs(settings.log_level)
    _open_folder(settings)
    if settings.mode is not Mode.PRODUCTION:
        make_keys(settings.keys_path)
    init_db(app, settings)
    init_migrations(app)
    app.extensions["house"] = House(
        settings=settings,
        keys=keys_from(settings.keys_path),
        store=store_from(settings),
        turns=turns_for(settings.database_url),
        request_id=request_id,
        sequels=SEQUELS,
    )
    init_hosts(app, settings)
    # Order matters: the request id first, so that every refusal has one.
    init_headers(app, settings)
    init_session(app, load_session)
    init_limits(app, settings)
    init_access(app, PERMISSIONS, sign_in_address)
    init_errors(app, {"/open311/": open311_api.faults})
    init_i18n(app)
    init_assets(app)
    init_view(app, settings, staff_menu, tabs)
    init_kept(app)


def _build_features(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for group in COMMANDS:
        app.cli.add_command(group)
    app.extensions["jobs"] = JOBS
    init_shell(app, OFFERS)
