"""flask backup: take, check and restore; keys leave apart, by flask keys backup."""

from pathlib import Path

import click
from flask.cli import AppGroup

from wufei_public.backups.actions import forgetting, restoring, taking
from wufei_public.backups.actions.refusing import Refused
from wufei_public.infra.web.shell import belongings
from wufei_public.infra.work import house

group = AppGroup("backup", help="Database and photos, taken while the site writes.")
FOLDER = click.Path(file_okay=False, path_type=Path)
BACKUP = click.Path(exists=True, file_okay=False, path_type=Path)


@group.command("take")
@click.argument("folder", type=FOLDER)
@click.option("--keep", type=click.IntRange(1), default=14, show_default=True)
def take(folder: Path, keep: int) -> None:
    """Take a backup into FOLDER and let all but the newest go."""
    try:
        name = taking.take(house(), folder, keep)
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"{folder / name}: taken. The keys are not in it: flask keys backup FILE")


@group.command("check")
@click.argument("backup", type=BACKUP)
def check(backup: Path) -> None:
    """Say whether BACKUP is whole and fits these keys; changes nothing."""
    try:
        manifest = restoring.check(backup, house().keys)
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"whole: taken {manifest.taken_at}, {manifest.count} photos, fits these keys")


@group.command("restore")
@click.argument("backup", type=BACKUP)
@click.option("--over", is_flag=True, help="Replace the database that is there.")
def restore(backup: Path, over: bool) -> None:
    """Put database and photos of BACKUP back; stop the site before."""
    try:
        manifest = restoring.restore(house(), backup, over=over)
    except Refused as refused:
        raise click.ClickException(f"nothing was changed: {refused}") from refused
    words = "flask db upgrade, flask backup forget-again, flask doctor"
    click.echo(f"restored as of {manifest.taken_at}; next: {words}")


@group.command("forget-again")
@click.option(
    "--from",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What was forgotten; by default the files beside the data and the backups.",
)
def forget_again(file: Path | None) -> None:
    """Erase again what people had erased since the backup that was put back."""
    erasers = [owned.erase for owned in belongings()]
    try:
        done, all_of_them = forgetting.forget_again(house(), file, erasers)
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"{all_of_them} erasures since then; {done} had to be done again")
