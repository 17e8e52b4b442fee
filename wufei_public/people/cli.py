"""flask staff …: the first administrators, and what the accounts page does too."""

import click

from wufei_public.common.actor import SYSTEM
from wufei_public.common.errors import DomainError
from wufei_public.infra.work import Work, house, reading, work
from wufei_public.people import queries
from wufei_public.people.actions import roles, staff
from wufei_public.people.models import Account
from wufei_public.people.rules.roles import LABELS, Role

FIRST = (
    ("sysadmin", Role.SYSTEM_ADMIN),
    ("secadmin", Role.SECURITY_ADMIN),
    ("auditor", Role.AUDITOR),
)


@click.group("staff")
def group() -> None:
    """Accounts of staff."""


def link_of(token: str) -> str:
    """Return the address of a set-up link on this server."""
    settings = house().settings
    base = settings.public_url or f"http://127.0.0.1:{settings.port}"
    return f"{base}/staff/setup/{token}"


def bootstrap_links() -> list[tuple[str, str]]:
    """Make the three administrators if there is no staff; return open links `(who, link)`."""

    def do(w: Work) -> list[tuple[str, str]]:
        found = []
        for user_name, role in FIRST:
            account = queries.staff_by_user_name(w.session, user_name)
            if account is None:
                account, token = staff.invite(w, name=LABELS[role], user_name=user_name)
                roles.grant(w, account, role=role)
                found.append((user_name, link_of(token)))
            elif account.password_hash is None and account.state == "active":
                found.append((user_name, link_of(staff.new_setup_link(w, account))))
        return found

    return work(SYSTEM, do)


@group.command("bootstrap")
def bootstrap() -> None:
    """Print the set-up links of administrators who have not set themselves up yet."""
    for who, link in bootstrap_links():
        click.echo(f"{who}\t{link}")


def _account(user_name: str) -> Account:
    found = queries.staff_by_user_name(reading(), user_name)
    if found is None:
        raise click.ClickException(f"no staff account {user_name}")
    return found


@group.command("invite")
@click.argument("name")
@click.argument("user_name")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--division", default=None)
@click.option("--department", default=None)
def invite(
    name: str, user_name: str, role: str, division: str | None, department: str | None
) -> None:
    """Create the account USER_NAME for NAME with a role; print its set-up link."""

    def do(w: Work) -> str:
        account, token = staff.invite(w, name=name, user_name=user_name)
        roles.grant(w, account, role=Role(role), division=division, department=department)
        return token

    try:
        click.echo(link_of(work(SYSTEM, do)))
    except DomainError as error:
        raise click.ClickException(error.message) from error


@group.command("reset-totp")
@click.argument("user_name")
def reset(user_name: str) -> None:
    """Take password and second factor of USER_NAME away; print a new set-up link."""
    code = _account(user_name).code
    token = work(SYSTEM, lambda w: staff.reset(w, _reload(w, code)))
    click.echo(link_of(token))


def _reload(w: Work, code: str) -> Account:
    found = queries.staff_by_code(w.session, code)
    if found is None:
        raise click.ClickException("the account is gone")
    return found
