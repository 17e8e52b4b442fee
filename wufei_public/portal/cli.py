"""The site as a whole: serve it, prepare it, run its jobs, look after its health."""

import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import FrameType

import click
import segno
from flask import Flask, current_app
from flask.cli import ScriptInfo, with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from wufei_public.calendar import actions as calendar
from wufei_public.cells.actions import rubrics as cell_rubrics
from wufei_public.common.actor import SYSTEM
from wufei_public.common.clock import utc_now
from wufei_public.config import Mode, Settings
from wufei_public.divisions import actions as divisions
from wufei_public.divisions import queries as places
from wufei_public.infra import rotation
from wufei_public.infra.checks import Finding, Level, findings
from wufei_public.infra.db import db
from wufei_public.infra.forgetting import is_marked
from wufei_public.infra.jobs import Job, run_once, slot_of
from wufei_public.infra.keyfile import bring_back, make_keys, open_keys, sealed_keys, write_keys
from wufei_public.infra.keyring import GROUPS
from wufei_public.infra.lan import lan_addresses
from wufei_public.infra.metrics import init_metrics, serve_metrics
from wufei_public.infra.migrations import upgrade
from wufei_public.infra.resealing import waiting
from wufei_public.infra.serving import Child, Supervisor, listen, serve_alone, serve_web
from wufei_public.infra.upkeep import analyse
from wufei_public.infra.warm import warm
from wufei_public.infra.web.session import COOKIE
from wufei_public.infra.work import Work, house, reading, work
from wufei_public.learning.actions import dictionary
from wufei_public.notices import actions as notices
from wufei_public.portal.queries import GAUGES
from wufei_public.surveys.actions import forms as surveys
from wufei_public.wechat import queries as wechat

# What each feature brings as package data; a load changes nothing where it is not new.
SEEDS: Mapping[str, Callable[[Work], object]] = {
    "divisions": divisions.seed,
    "calendar": calendar.seed,
    "learning": dictionary.seed,
    "surveys": surveys.seed,
    "cells": cell_rubrics.seed,
    "notices": notices.seed,
}
# Those of the groups of keys that rotate.
ROTATE = [name for name, group in GROUPS.items() if group.rests is not None]
JOBS_COMMAND = (sys.executable, "-m", "flask", "jobs", "run")
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
# What is answered before the fork: a page with everything that pages have, and the least.
WARM = ("/", "/healthz")
EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104  compared with, not bound


@click.command()
@click.option("--prepare", is_flag=True, help="First migrate, load the seed data, greet.")
@click.option("--jobs/--no-jobs", default=True, help="Run the jobs in a process beside.")
@click.pass_context
def serve(ctx: click.Context, prepare: bool, jobs: bool) -> None:
    """Answer requests on WUFEI_HOST:WUFEI_PORT until told to stop."""
    app = ctx.ensure_object(ScriptInfo).load_app()
    settings: Settings = app.extensions["house"].settings
    if is_marked(settings.var):
        words = "a backup was put back that holds what was erased since: flask backup forget-again"
        raise click.ClickException(words)
    listener = _listen(settings)
    if prepare:
        _prepare(ctx, app, settings)
    if not hasattr(os, "fork"):
        ctx.exit(serve_alone(app, listener, settings, JOBS_COMMAND))
    if settings.metrics_port:
        init_metrics(app, settings.var / "metrics")
    warm(app, WARM, f"{COOKIE}=nobody")
    with app.app_context():
        db.engine.dispose()  # a connection must not cross a fork
    ctx.exit(Supervisor(listener, _children(app, listener, settings, jobs=jobs)).run())


def _listen(settings: Settings) -> socket.socket:
    try:
        return listen(settings.host, settings.port)
    except OSError as error:
        raise click.ClickException(
            f"{settings.host}:{settings.port} cannot be had ({error.strerror}); "
            "choose another port with PORT=8001 make run, or WUFEI_PORT."
        ) from error


def _children(
    app: Flask, listener: socket.socket, settings: Settings, *, jobs: bool
) -> list[Child]:
    web = [
        Child(f"web-{number}", lambda: serve_web(app, listener, settings))
        for number in range(1, settings.web_processes + 1)
    ]
    beside = [Child("jobs", lambda: _run_timetable(app, listener))] if jobs else []
    if settings.metrics_port:
        beside.append(Child("metrics", lambda: _tell_figures(app, listener, settings.metrics_port)))
    return [*web, *beside]


def _tell_figures(app: Flask, listener: socket.socket, port: int) -> None:
    listener.close()
    serve_metrics(app, port, GAUGES)


def _run_timetable(app: Flask, listener: socket.socket) -> None:
    listener.close()  # this child answers nobody; the port must be free when the others end
    _keep_time(app)


def _keep_time(app: Flask) -> None:
    # Only here: what a web process never does, it does not load either.
    from wufei_public.infra.scheduler import run_jobs  # noqa: PLC0415

    run_jobs(app, app.extensions["jobs"])


def _prepare(ctx: click.Context, app: Flask, settings: Settings) -> None:
    """Do what an operator does by hand: flask db upgrade, flask seed, flask staff bootstrap."""
    with app.app_context():
        upgrade()
    _command(ctx, app, "seed")
    if settings.mode is Mode.DEMO and "demo" in app.cli.commands:
        _command(ctx, app, "demo", "fill")
    with app.app_context():
        analyse()
    _greet(settings)
    _command(ctx, app, "staff", "bootstrap")


def _command(ctx: click.Context, app: Flask, *words: str) -> None:
    found: click.Command | None = app.cli
    for word in words:
        found = found.get_command(ctx, word) if isinstance(found, click.Group) else None
    if found is None:
        raise click.ClickException(f"there is no command: flask {' '.join(words)}")
    with app.app_context():
        ctx.invoke(found)


def _greet(settings: Settings) -> None:
    here = "127.0.0.1" if settings.host in EVERYWHERE else settings.host
    click.echo(f"\n  The site is up:  http://{here}:{settings.port}/     (stop it with Ctrl-C)")
    if settings.host in LOOPBACK:
        click.echo("  For a phone in the same network:  make run HOST=0.0.0.0\n")
        return
    outside = lan_addresses() if settings.host in EVERYWHERE else [settings.host]
    if not outside:
        click.echo("  No network card has an IPv4 address, so no phone can reach it.\n")
        return
    address = settings.public_url or f"http://{outside[0]}:{settings.port}"
    click.echo(f"  From a phone in the same network:  {address}/\n")
    segno.make(f"{address}/", micro=False).terminal(compact=True)


@click.command()
@with_appcontext
def seed() -> None:
    """Load the lists that the package brings; a second time changes nothing."""
    for name, load in SEEDS.items():
        changes = work(SYSTEM, load)
        if changes:
            click.echo(f"seed: {name}: {changes}")


@click.group()
def jobs() -> None:
    """Run the jobs: all of them, or one once."""


@jobs.command("run")
@click.pass_context
def jobs_run(ctx: click.Context) -> None:
    """Run the timetable in this process until told to stop."""
    app = ctx.ensure_object(ScriptInfo).load_app()
    signal.signal(signal.SIGTERM, _leave)
    _keep_time(app)


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


@jobs.command("list")
@with_appcontext
def jobs_list() -> None:
    """Name every job and when it runs."""
    for job in current_app.extensions["jobs"]:
        click.echo(f"{job.name:32} {job.cron or f'every {job.every:g} s'}")


@jobs.command("once")
@click.argument("name")
@click.option("--period", default="", help="Such as 2026-10; the present minute by default.")
@click.pass_context
def jobs_once(ctx: click.Context, name: str, period: str) -> None:
    """Run one job for one period, unless that was done."""
    app = ctx.ensure_object(ScriptInfo).load_app()
    found: dict[str, Job] = {job.name: job for job in app.extensions["jobs"]}
    if name not in found:
        raise click.ClickException(f"there is no job {name}; there are: {', '.join(found)}")
    ran = run_once(app, found[name], period or slot_of(utc_now()))
    click.echo("done" if ran else "was done already")


@click.group(invoke_without_command=True)
@click.pass_context
def keys(ctx: click.Context) -> None:
    """Look after the keys; alone it lists them."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(keys_list)


@keys.command("list")
@with_appcontext
def keys_list() -> None:
    """List the groups of keys, their versions, and what still waits under an old one."""
    for name, group in GROUPS.items():
        click.echo(f"{name}: {group.about}")
        for version in house().keys.ring.groups[name]:
            click.echo(f"  {rotation.describe(version)}")
        if rotation.is_under_way(house(), name):
            left = {place: count for place, count in waiting(house().keys, name).items() if count}
            click.echo(f"  waiting under an old version: {sum(left.values())}")
            for place, count in left.items():
                click.echo(f"    {place}: {count}")


@keys.command("rotate")
@click.argument(
    "group", type=click.Choice([name for name, one in GROUPS.items() if one.rests is not None])
)
@click.option("--new", is_flag=True, help="One more version, though the last one is not done.")
@click.option("--at-once", is_flag=True, help="End the old ones now; stop the site before.")
@with_appcontext
def keys_rotate(group: str, new: bool, at_once: bool) -> None:
    """Make a new version of GROUP, bring everything under it, end the old one.

    Cut short, it goes on from where it was when it is called again; so do the jobs.
    """
    done = rotation.rotate(house(), group, new=new, at_once=at_once)
    click.echo(f"{group}: version {done.version}; {done.renewed} values brought under it")
    for words in done.stuck:
        click.echo(f"  stays under an old version: {words}")
    click.echo(f"  {done.words()}")
    click.echo("Take the keys out again: flask keys backup FILE")
    if done.stuck:
        raise click.exceptions.Exit(1)


@keys.command("make")
@with_appcontext
def keys_make() -> None:
    """Make the key file unless it is there; lost keys make what they sealed unreadable."""
    path = house().settings.keys_path
    click.echo(f"{path}: {'made' if make_keys(path) else 'is there'}. Keep a copy elsewhere.")


_PASSPHRASE = click.option(
    "--passphrase",
    envvar="WUFEI_PASSPHRASE",
    prompt=True,
    hide_input=True,
    help="Asked for; or in the environment as WUFEI_PASSPHRASE.",
)
_LEAST = 12


@keys.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_PASSPHRASE
@with_appcontext
def keys_backup(file: Path, passphrase: str) -> None:
    """Write the keys to FILE under a passphrase; keep it apart from the backups."""
    if len(passphrase) < _LEAST:
        raise click.ClickException(f"a passphrase has at least {_LEAST} characters")
    if file.exists():
        raise click.ClickException(f"{file} is there; choose another name")
    write_keys(file, sealed_keys(house().settings.keys_path, passphrase))
    click.echo(f"{file}: written. Without file and passphrase both, a backup cannot be read.")


@keys.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_PASSPHRASE
@with_appcontext
def keys_restore(file: Path, passphrase: str) -> None:
    """Put the keys of FILE in place, or beside those that are there, if they are this house's.

    Keys of another house are set aside, never lost.
    """
    try:
        data = open_keys(file.read_bytes(), passphrase)
    except ValueError as error:
        raise click.ClickException(f"nothing was changed: {error}") from error
    path = house().settings.keys_path
    if path.exists() and bring_back(path, data):
        click.echo(f"{path}: it holds every version of both; flask keys lists them")
        return
    if path.exists() and path.read_bytes() != data:
        aside = path.with_name(f"{path.name}.until-{utc_now():%Y%m%dT%H%M%SZ}")
        path.rename(aside)
        click.echo(f"the keys that were there lie in {aside}")
    if not path.exists():
        write_keys(path, data)
    click.echo(f"{path}: restored")


def _district() -> Iterator[Finding]:
    """Say whether the district that is set is among those that are loaded."""
    wanted = house().settings.district
    try:
        loaded = [place.code for place in places.directory(reading()).districts]
    except SQLAlchemyError:  # said by the database's own finding
        return
    if not loaded:
        yield Finding(Level.NOTE, "WUFEI_DISTRICT", "nothing is loaded yet; run: flask seed")
    elif wanted and wanted not in loaded:
        words = f"{wanted} is not loaded; run: flask divisions load, or set one of {loaded}"
        yield Finding(Level.BAD, "WUFEI_DISTRICT", words)
    else:
        yield Finding(Level.OK, "WUFEI_DISTRICT", wanted or "not set: the first that is loaded")


def _wechat() -> Iterator[Finding]:
    """Say whether WeChat gave what was asked for the last time."""
    app_id = house().settings.wechat_app_id
    try:
        faults = wechat.faults(reading(), app_id) if app_id else []
    except SQLAlchemyError:  # said by the database's own finding
        return
    for kind, why in faults:
        yield Finding(Level.BAD, "WUFEI_WECHAT_APP_ID", f"no {kind} from WeChat: {why}")


@click.command()
@with_appcontext
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Check the configuration and what it points at; exit code 1 if anything is bad."""
    found = [*findings(), *_district(), *_wechat()]
    for finding in found:
        click.echo(f"{finding.level.value:5} {finding.about}: {finding.words}")
    ctx.exit(any(finding.level is Level.BAD for finding in found))


COMMANDS = (serve, seed, jobs, keys, doctor)
