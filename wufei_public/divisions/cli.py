"""flask divisions …: load another district's lists, or boundaries."""

import json
from importlib import resources
from pathlib import Path

import click

from wufei_public.common.actor import SYSTEM
from wufei_public.common.geo import crs_named
from wufei_public.divisions import actions
from wufei_public.infra.work import Work, work

DATA = resources.files("wufei_public.divisions") / "data"


@click.group("divisions")
def group() -> None:
    """Places and departments."""


def _read(path: str | None, shipped: str) -> str:
    source = Path(path) if path else DATA / shipped
    return source.read_text(encoding="utf-8-sig")


def seed(w: Work) -> None:
    """Load the shipped lists, unless they are loaded."""
    actions.load_places(w, _read(None, "divisions.csv"), _pinyin())
    actions.load_tiles(w, _read(None, "towns.csv"))
    actions.load_offices(w, _read(None, "departments.csv"))


def _pinyin() -> dict[str, str]:
    lines = (DATA / "pinyin.csv").read_text(encoding="utf-8").splitlines()[1:]
    return dict(line.split(",", 1) for line in lines if "," in line)


@group.command("load")
@click.argument("divisions", type=click.Path(exists=True, dir_okay=False))
@click.option("--towns", type=click.Path(exists=True, dir_okay=False))
@click.option("--departments", type=click.Path(exists=True, dir_okay=False))
def load(divisions: str, towns: str | None, departments: str | None) -> None:
    """Load DIVISIONS (code,name,level,parent) and, if given, towns and departments."""

    def do(w: Work) -> None:
        actions.load_places(w, _read(divisions, ""), _pinyin())
        if towns:
            actions.load_tiles(w, _read(towns, ""))
        if departments:
            actions.load_offices(w, _read(departments, ""))

    work(SYSTEM, do)
    click.echo("loaded")


@group.command("boundaries")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--crs", required=True, help="EPSG:4326, EPSG:4490, EPSG:3857, GCJ-02, BD-09")
def boundaries(file: str, crs: str) -> None:
    """Replace all boundaries by those of a GeoJSON FILE whose features carry `code`."""
    document = json.loads(Path(file).read_text(encoding="utf-8"))
    count = work(SYSTEM, lambda w: actions.load_boundaries(w, document, crs_named(crs)))
    click.echo(f"{count} boundaries")
