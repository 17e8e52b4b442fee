"""flask divisions: load another district's lists, load boundaries."""

import json
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from wufei_public.common.actor import SYSTEM
from wufei_public.common.errors import Invalid
from wufei_public.common.geo import Crs, crs_named
from wufei_public.common.sheets import fault_lines
from wufei_public.divisions import actions, queries
from wufei_public.divisions.rules.boundaries import read_boundaries
from wufei_public.divisions.rules.tables import read_departments, read_divisions, read_towns
from wufei_public.infra.work import reading, work

group = AppGroup("divisions", help="Load divisions, departments and boundaries.")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class CrsName(click.ParamType[Crs]):
    name = "crs"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Crs:
        try:
            return crs_named(str(value))
        except ValueError:
            self.fail("4326, 4490, 3857, gcj02 or bd09", param, ctx)


@group.command()
@click.argument("divisions", type=FILE)
@click.option("--towns", type=FILE, help="Tile map and rough centres of the towns.")
@click.option("--departments", type=FILE, help="Departments and their names in documents.")
def load(divisions: Path, towns: Path | None, departments: Path | None) -> None:
    """Load DIVISIONS (CSV: code,name,level,parent); what it lacks goes out of use."""
    try:
        rows = read_divisions(divisions.read_bytes(), divisions.name)
        tiles = read_towns(towns.read_bytes(), rows, towns.name) if towns else None
        offices = (
            read_departments(departments.read_bytes(), departments.name) if departments else None
        )
    except Invalid as error:
        raise click.ClickException(fault_lines(error)) from error
    changes = work(
        SYSTEM,
        lambda w: actions.load(w, divisions=rows, towns=tiles, departments=offices),
    )
    click.echo(changes)


@group.command()
@click.argument("file", type=FILE)
@click.option("--crs", type=CrsName(), required=True, help="4326, 4490, 3857, gcj02 or bd09.")
@click.option("--code-field", default="code", show_default=True, help="Property with the code.")
@click.option("--replace", is_flag=True, help="Remove the boundaries that FILE does not have.")
def boundaries(file: Path, crs: Crs, code_field: str, replace: bool) -> None:
    """Load the polygons of FILE (GeoJSON); nothing is kept if one of them is faulty."""
    known = queries.directory(reading())
    try:
        document = json.loads(file.read_bytes())
        rows = read_boundaries(
            document, crs, known.active_codes, name=file.name, code_field=code_field
        )
        changes = work(SYSTEM, lambda w: actions.load_boundaries(w, rows, crs, replace=replace))
    except ValueError as error:
        raise click.ClickException(f"{file.name}: not JSON ({error})") from error
    except Invalid as error:
        raise click.ClickException(fault_lines(error)) from error
    click.echo(changes)
