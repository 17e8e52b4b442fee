"""The migration widens the roles in place: grants stay, and so does every check on them."""

from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from wufei_public.infra.db import db
from wufei_public.people.rules.roles import ROLES

GRANT = {
    "code": "A", "account": 1, "role": "town_officer", "division": "410307106", "department": "",
    "at": "2026-11-24 00:00:00+00",
}  # fmt: skip


def write(statement: str, values: Mapping[str, Any] | None = None) -> None:
    with db.engine.begin() as connection:
        connection.execute(text(statement), values or {})


def grant(**changes: Any) -> None:
    write(
        "INSERT INTO account_role (code, account, role, division, department, granted_at)"
        " VALUES (:code, :account, :role, :division, :department, :at)",
        GRANT | changes,
    )


def roles() -> list[str]:
    with db.engine.connect() as connection:
        return list(connection.scalars(text("SELECT role FROM account_role ORDER BY code")))


def indexes() -> set[str]:
    return {str(index["name"]) for index in inspect(db.engine).get_indexes("account_role")}


def test_grants_and_their_checks_survive_up_and_down(empty_app: Flask) -> None:
    upgrade(revision="0012")
    before = indexes()
    for number in (1, 2):
        write(
            "INSERT INTO account (code, kind, display_name, user_name, state, created_at)"
            " VALUES (:code, 'staff', '', :code, 'active', '2026-11-24 00:00:00+00')",
            {"code": f"S{number}"},
        )
    grant()
    with pytest.raises(IntegrityError):
        grant(code="B", role="expert", division="410307")
    upgrade(revision="0013")
    grant(code="B", role="expert", division="410307")
    assert roles() == ["town_officer", "expert"]
    refused: list[dict[str, Any]] = [
        {"role": "expert"},
        {"role": "castellan"},
        {"role": "town_officer", "division": "410307"},
        {},
    ]
    for changes in refused:
        with pytest.raises(IntegrityError):
            grant(**({"code": "C"} | changes))
    grant(code="D", account=2, role="auditor", division="")
    with pytest.raises(IntegrityError):
        grant(code="E", account=2, role="system_admin", division="")
    assert indexes() == before
    downgrade(revision="0012")
    assert roles() == ["town_officer", "auditor"]
    with pytest.raises(IntegrityError):
        grant(code="F", role="expert", division="410307")


def test_the_migrated_table_knows_every_role_and_scope(migrated_app: Flask) -> None:
    checks = {str(one["name"]) for one in inspect(db.engine).get_check_constraints("account_role")}
    assert {f"ck_account_role_{role}_scope" for role in ROLES} <= checks
