"""Commands for check-ins."""

import click
from flask.cli import with_appcontext

from wufei_public.checkins.actions import figures
from wufei_public.common.actor import SYSTEM
from wufei_public.infra.work import work


@click.group("checkins")
def group() -> None:
    """Look after the figures of check-ins."""


@group.command("recount")
@with_appcontext
def recount() -> None:
    """Count every village-day anew from the check-ins themselves."""
    click.echo(f"{work(SYSTEM, figures.recount_all)} village-days were mended")
