"""flask staff: the first administrators, and what an operator must do without the site."""

from collections.abc import Callable
from typing import TypeVar

import click
from flask.cli import AppGroup

from wufei_public.common.actor import SYSTEM
from wufei_public.common.errors import DomainError, Invalid
from wufei_public.config import Settings
from wufei_public.infra.work import Work, house, work
from wufei_public.people.actions.accounts import bootstrap as first_administrators
from wufei_public.people.actions.accounts import disable_account, invite_staff
from wufei_public.people.actions.roles import grant_role
from wufei_public.people.actions.setup import reset_totp as reset
from wufei_public.people.queries.accounts import staff_named
from wufei_public.people.rules.names import plain_user_name
from wufei_public.people.rules.roles import Role

T = TypeVar("T")

group = AppGroup("staff", help="Accounts of staff: the first three, invite, reset, disable.")
ROLE = click.Choice([role.value for role in Role])


def _run(do: Callable[[Work], T]) -> T:
    try:
        return work(SYSTEM, do)
    except DomainError as error:
        faults = error.errors if isinstance(error, Invalid) else ()
        lines = [error.message % error.facts if error.facts else error.message]
        lines += [
            f"{fault.pointer}: {fault.message % fault.facts if fault.facts else fault.message}"
            for fault in faults
        ]
        raise click.ClickException("\n  ".join(lines)) from error


def _link(token: str) -> str:
    settings: Settings = house().settings
    here = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104
    base = settings.public_url or f"http://{here}:{settings.port}"
    return f"{base}/staff/setup/{token}"


def _code(w: Work, user_name: str) -> str:
    account = staff_named(w.session, plain_user_name(user_name))
    if account is None:
        raise click.ClickException(f"there is no member of staff with the user name {user_name}")
    return account.code


@group.command()
def bootstrap() -> None:
    """Make the three administrators once; print their set-up links until these are used."""
    waiting = _run(first_administrators)
    if waiting:
        click.echo("  Administrators who still have to choose a password (one link each):")
    for role, user_name, token in waiting:
        click.echo(f"    {role.value:15} {user_name:12} {_link(token)}")


@group.command()
@click.argument("name")
@click.argument("user")
@click.option("--role", type=ROLE, help="A role to grant at once.")
@click.option("--division", help="Code of the town or district that the role is for.")
@click.option("--department", help="Code of the department that the role is for.")
def invite(
    name: str, user: str, role: str | None, division: str | None, department: str | None
) -> None:
    """Make an account for NAME with the user name USER, and print its set-up link."""

    def do(w: Work) -> str:
        invited = invite_staff(w, user_name=user, display_name=name)
        if role:
            grant_role(
                w,
                code=invited.code,
                role=Role(role),
                division=division,
                department=department,
            )
        return invited.token

    click.echo(_link(_run(do)))


@group.command("reset-totp")
@click.argument("user")
def reset_totp(user: str) -> None:
    """Take password and authenticator from USER, and print a new set-up link."""
    click.echo(_link(_run(lambda w: reset(w, code=_code(w, user)))))


@group.command()
@click.argument("user")
@click.option("--reason", default="", help="Kept in the audit log.")
def disable(user: str, reason: str) -> None:
    """End the account of USER for good: sessions, roles and links at once."""
    facts = _run(lambda w: disable_account(w, code=_code(w, user), reason=reason))
    click.echo(f"{facts.user_name} ({facts.display_name}) is disabled")
