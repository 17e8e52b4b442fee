"""flask indicators: compute a month, make published figures again, set the day of going live."""

from datetime import date, datetime
from decimal import Decimal

import click
from flask.cli import AppGroup

from wufei_public.common.actor import SYSTEM
from wufei_public.common.clock import district_day
from wufei_public.common.errors import Invalid
from wufei_public.indicators.actions import computing, tasks
from wufei_public.indicators.rules.periods import month_before, read_period
from wufei_public.indicators.rules.tasks import NOTICE_DAYS
from wufei_public.infra.work import house, reading, work

group = AppGroup("indicators", help="Indicators of the plan.")


@group.command()
@click.argument("period", default="")
def compute(period: str) -> None:
    """Compute PERIOD (2026-10; the last month if left out) as drafts for a person to publish."""
    try:
        found = read_period(period) if period else month_before(_today())
    except Invalid as error:
        raise click.ClickException(error.message) from error
    run = f"flask indicators compute {house().clock():%Y-%m-%dT%H:%M}"
    count = work(SYSTEM, lambda w: computing.compute(w, period=found, run=run))
    click.echo(f"{found.key}: {count} new values")


@group.command()
@click.argument("series", default="")
@click.option("--all", "everything", is_flag=True, help="Every published value.")
def recompute(series: str, everything: bool) -> None:
    """Make the published values of SERIES again from their rows; exit 1 if one differs.

    Rows that went with a person who ended the account are told, and are no difference.
    """
    if not series and not everything:
        raise click.UsageError("name a series, or --all")
    if series and series not in computing.made_here():
        known = ", ".join(computing.made_here())
        raise click.UsageError(f"no series {series!r} is computed here; these are: {known}")
    different = 0
    for again in computing.recompute(reading(), series):
        row = again.value
        head, was, now = (
            f"{row.series} {row.period} v{row.version}",
            _told(row.figure),
            again.figure,
        )
        if again.same:
            click.echo(f"{head}: {was} reproduced")
            continue
        if again.only_erased:
            what = f"inputs erased: {again.erased} rows"
            click.echo(f"{head}: published {was}, {what}; what is left gives {_told(now)}")
            continue
        different += 1
        click.echo(f"{head}: published {was}, its rows give {_told(now)}")
    if different:
        raise SystemExit(1)


@group.command("go-live")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--notice-days", default=NOTICE_DAYS, show_default=True, type=click.IntRange(1))
def go_live(day: datetime, notice_days: int) -> None:
    """State from which DAY departments are asked; before their notice nothing is overdue."""
    on_day = date(day.year, day.month, day.day)
    work(SYSTEM, lambda w: tasks.go_live(w, on_day=on_day, notice_days=notice_days))
    click.echo(f"tasks are asked for from {on_day} with {notice_days} days of notice")


def _told(figure: Decimal | None) -> str:
    return "no value" if figure is None else f"{figure:f}"


def _today() -> date:
    return district_day(house().clock())
