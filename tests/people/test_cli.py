import re

import pytest
from flask import Flask

from tests.people import make
from wufei_public.people.models import Account, GrantRow
from wufei_public.people.queries.accounts import staff_named
from wufei_public.people.rules.accounts import State
from wufei_public.people.rules.roles import Role

LINK = re.compile(r"http://127\.0\.0\.1:8000/staff/setup/(\S+)")


def run(app: Flask, *words: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["staff", *words])
    return result.exit_code, result.output


def test_bootstrap_prints_three_links_until_they_are_used(app: Flask) -> None:
    code, first = run(app, "bootstrap")
    assert code == 0
    assert len(LINK.findall(first)) == 3
    assert run(app, "bootstrap") == (0, first)


def test_invite_prints_a_link_that_opens_and_grants_the_role(app: Flask) -> None:
    make.places()
    code, output = run(
        app, "invite", "张丽", "zhang.li", "--role", "town_officer", "--division", make.TOWN
    )
    assert code == 0
    token = LINK.search(output)
    assert token is not None
    assert app.test_client().get(f"/staff/setup/{token[1]}").status_code == 200
    row = make.fresh().query(GrantRow).one()
    assert (row.role, row.division, row.granted_by) == (Role.TOWN_OFFICER, make.TOWN, None)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["invite", "张丽", "x"], "user_name"),
        (["invite", "张丽", "zhang.li", "--role", "town_officer"], "division"),
        (["invite", "张丽", "zhang.li", "--role", "king"], "king"),
        (["reset-totp", "nobody"], "nobody"),
        (["disable", "nobody"], "nobody"),
    ],
)
def test_a_fault_is_said_and_changes_nothing(app: Flask, words: list[str], said: str) -> None:
    code, output = run(app, *words)
    assert code != 0
    assert said in output
    assert "Traceback" not in output
    assert make.count(Account) == 0


def test_reset_and_disable_by_user_name(app: Flask) -> None:
    make.places()
    person = make.member("zhang.li", Role.TOWN_OFFICER)
    assert len(LINK.findall(run(app, "reset-totp", "Zhang.Li")[1])) == 1
    account = staff_named(make.fresh(), "zhang.li")
    assert account is not None
    assert account.password_hash is None
    assert run(app, "disable", "zhang.li", "--reason", "离岗")[0] == 0
    assert make.count(Account, Account.state == State.DISABLED) == 1
    assert make.audited(f"people/{person.code}")[-1] == "people:account:disable"


def test_the_last_administrator_is_not_disabled(app: Flask) -> None:
    make.member("admin.xi", Role.SYSTEM_ADMIN)
    code, output = run(app, "disable", "admin.xi")
    assert (code, "最后一位" in output) == (1, True)
