"""Commands for check-ins."""

from datetime import datetime

import click
from flask.cli import with_appcontext

from wufei_public.checkins.actions import figures
from wufei_public.checkins.queries import places
from wufei_public.checkins.rules.spots import differing
from wufei_public.common.actor import SYSTEM
from wufei_public.infra.work import reading, work


@click.group("checkins")
def group() -> None:
    """Look after the figures of check-ins."""


@group.command("draw-again")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@with_appcontext
def draw_again(day: datetime) -> None:
    """Repeat the draw of spot checks of a day by its seed, and say where it differs."""
    made = places.draw_of(reading(), day.date())
    among = places.numbers(reading(), made)
    wrong = differing(made.seed, made.per_mille, among)
    click.echo(f"{len(among)} check-ins, {sum(drawn for _one, drawn in among)} drawn")
    if wrong:
        raise click.ClickException(f"differs at {', '.join(map(str, wrong))}")
    click.echo("the same again")


@group.command("recount")
@with_appcontext
def recount() -> None:
    """Count every village-day anew from the check-ins themselves."""
    click.echo(f"{work(SYSTEM, figures.recount_all)} village-days were mended")
