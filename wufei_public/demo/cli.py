"""flask demo: fill the database of a demonstration."""

import time

import click
from flask.cli import AppGroup

from wufei_public.common.actor import SYSTEM
from wufei_public.common.errors import DomainError
from wufei_public.demo.actions.fill import begin, fill
from wufei_public.demo.rules.plan import Plan
from wufei_public.infra.work import work

group = AppGroup("demo", help="A made-up year of use, in a database of its own.")
RESIDENTS, REPORTS = 4000, 5000
_SILENCE = 5.0


@group.command("fill")
@click.option("--residents", default=RESIDENTS, help="How many residents.", show_default=True)
@click.option("--reports", default=REPORTS, help="How many reports.", show_default=True)
def fill_command(residents: int, reports: int) -> None:
    """Fill an empty database; again, or after a kill, only what is missing."""
    try:
        plan = work(SYSTEM, lambda w: begin(w, residents=residents, reports=reports))
    except DomainError as error:
        raise click.ClickException(error.message) from error
    if (plan.residents, plan.reports) != (residents, reports):
        click.echo(f"demo: keeps its size: {plan.residents} residents, {plan.reports} reports")
    written = _tell_progress(plan)
    click.echo(f"demo: a year until {plan.until:%Y-%m-%d}" + ("" if written else ", was there"))


def _tell_progress(plan: Plan) -> bool:
    """Fill, with a line every few seconds and at the end of each share; say if it wrote."""
    began = told = time.monotonic()
    written = False
    for name, number, count in fill(plan):
        now, written = time.monotonic(), True
        if number == count or now - told > _SILENCE:
            click.echo(f"demo: {name} {number}/{count}, {now - began:.0f} s")
            told = now
    return written
