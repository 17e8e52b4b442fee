"""The site as a whole: serve it, prepare it, run its jobs, look after its health."""

import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from types import FrameType

import click
import segno
from flask import Flask, current_app
from flask.cli import ScriptInfo, with_appcontext

from wufei_public.calendar import actions as calendar
from wufei_public.cells.actions import rounds as cell_rounds
from wufei_public.common.actor import SYSTEM
from wufei_public.common.clock import utc_now
from wufei_public.config import Mode, Settings
from wufei_public.divisions import actions as divisions
from wufei_public.infra.checks import Level, findings
from wufei_public.infra.db import db
from wufei_public.infra.jobs import Job, run_once, slot_of
from wufei_public.infra.keys import make_keys
from wufei_public.infra.lan import lan_addresses
from wufei_public.infra.migrations import upgrade
from wufei_public.infra.serving import Child, Supervisor, listen, serve_alone, serve_web
from wufei_public.infra.upkeep import analyse
from wufei_public.infra.warm import warm
from wufei_public.infra.web.session import COOKIE
from wufei_public.infra.work import Work, house, work
from wufei_public.learning.actions import dictionary
from wufei_public.surveys.actions import forms as surveys

# What each feature brings as package data; a load changes nothing where it is not new.
SEEDS: Mapping[str, Callable[[Work], object]] = {
    "divisions": divisions.seed,
    "calendar": calendar.seed,
    "learning": dictionary.seed,
    "surveys": surveys.seed,
    "cells": cell_rounds.seed,
}
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
    listener = _listen(settings)
    if prepare:
        _prepare(ctx, app, settings)
    if not hasattr(os, "fork"):
        ctx.exit(serve_alone(app, listener, settings, JOBS_COMMAND))
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
    timetable = Child("jobs", lambda: _run_timetable(app, listener))
    return [*web, timetable] if jobs else web


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


@click.group()
def keys() -> None:
    """Look after the master key."""


@keys.command("make")
@with_appcontext
def keys_make() -> None:
    """Make the key file unless it is there; lost keys make what they sealed unreadable."""
    path = house().settings.keys_path
    click.echo(f"{path}: {'made' if make_keys(path) else 'is there'}. Keep a copy elsewhere.")


@click.command()
@with_appcontext
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Check the configuration and what it points at; exit code 1 if anything is bad."""
    found = findings()
    for finding in found:
        click.echo(f"{finding.level.value:5} {finding.about}: {finding.words}")
    ctx.exit(any(finding.level is Level.BAD for finding in found))


COMMANDS = (serve, seed, jobs, keys, doctor)
