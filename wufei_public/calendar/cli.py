"""flask calendar …: load the notice of another year."""

from importlib import resources
from pathlib import Path

import click

from wufei_public.calendar import actions
from wufei_public.common.actor import SYSTEM
from wufei_public.infra.work import Work, work

DATA = resources.files("wufei_public.calendar") / "data"


@click.group("calendar")
def group() -> None:
    """Holidays and make-up working days."""


def seed(w: Work) -> None:
    """Load the shipped years, unless they are loaded."""
    actions.load_days(w, (DATA / "holidays.csv").read_text(encoding="utf-8"))


@group.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
def load(file: str) -> None:
    """Load a year's days from FILE (day,kind,name; kind is off or work)."""
    text = Path(file).read_text(encoding="utf-8-sig")
    count = work(SYSTEM, lambda w: actions.load_days(w, text))
    click.echo(f"{count} days")
