"""flask surveys: recompute published figures from plain files."""

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from wufei_public.common.errors import Invalid
from wufei_public.common.sheets import fault_lines
from wufei_public.surveys.documents import estimates as documents
from wufei_public.surveys.rules.designs import weigh
from wufei_public.surveys.rules.estimates import FLOOR, Options, estimate
from wufei_public.surveys.rules.intervals import Method
from wufei_public.surveys.rules.margins import read_margins
from wufei_public.surveys.rules.numbers import estimate_numbers
from wufei_public.surveys.rules.responses import Reading, read_responses
from wufei_public.surveys.rules.weights import TRIM

group = AppGroup("surveys", help="Estimates from survey responses.")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
METHODS = click.Choice((Method.LOGIT.value, Method.BETA.value))


class Names(click.ParamType[tuple[str, ...]]):
    """Columns with commas between them."""

    name = "columns"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """Return the names in order, each once."""
        del param, ctx
        parts = value if isinstance(value, tuple) else str(value).split(",")
        return tuple(dict.fromkeys(name.strip() for name in parts if name.strip()))


@group.command("estimate", with_appcontext=False)
@click.argument("responses", type=FILE)
@click.argument("margins", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")
@click.option("--by", type=Names(), default=(), help="Also by the levels of these columns: a,b.")
@click.option("--share", type=Names(), default=(), help="Columns of 0 and 1: a,b.")
@click.option("--scale", type=Names(), default=(), help="Columns of 1 to 5: c,d.")
@click.option("--number", type=Names(), default=(), help="Columns of numbers: e,f.")
@click.option("--interval", type=METHODS, default=Method.LOGIT.value, show_default=True)
@click.option(
    "--floor",
    type=click.IntRange(0),
    default=FLOOR,
    show_default=True,
    help="Hide figures from fewer answers; 0 hides none.",
)
@click.option(
    "--trim",
    type=click.FloatRange(1, min_open=True),
    default=TRIM,
    show_default=True,
    help="Most that raking may multiply a weight by; inf for no bound.",
)
def estimate_files(
    responses: Path,
    margins: Path,
    as_json: bool,
    interval: str,
    floor: int,
    trim: float,
    **named: tuple[str, ...],
) -> None:
    """Weight RESPONSES (CSV) to MARGINS (CSV) and estimate every answer."""
    options = Options(method=Method(interval), floor=floor, by=named["by"])
    try:
        known = read_margins(margins.read_bytes(), margins.name)
        reading = Reading(named["by"], named["share"], named["scale"], named["number"])
        sample = read_responses(responses.read_bytes(), known, reading, responses.name)
        design = weigh(sample, known, trim)
        results = estimate(design, sample.questions, options)
        results += estimate_numbers(design, sample.numbers, options)
    except Invalid as error:
        raise click.ClickException(fault_lines(error)) from error
    if as_json:
        click.echo(json.dumps(documents.estimates_json(design, results, options), indent=1))
    else:
        click.echo(documents.estimates_text(design, results, options))
