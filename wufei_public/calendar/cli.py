"""flask calendar: load the State Council's yearly notice."""

from pathlib import Path

import click
from flask.cli import AppGroup

from wufei_public.calendar import actions
from wufei_public.calendar.rules import read_holidays
from wufei_public.common.actor import SYSTEM
from wufei_public.common.errors import Invalid
from wufei_public.common.sheets import fault_lines
from wufei_public.infra.work import work

group = AppGroup("calendar", help="Load days off and weekend days worked instead.")


@group.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(file: Path) -> None:
    """Load FILE (CSV: year,day,kind,name,source,verified), replacing the years it holds."""
    try:
        years = read_holidays(file.read_bytes(), file.name)
    except Invalid as error:
        raise click.ClickException(fault_lines(error)) from error
    changed = work(SYSTEM, lambda w: actions.load(w, years))
    click.echo(f"changed: {', '.join(map(str, changed)) or 'nothing'}")
