"""Every route says who may use it, and the one table knows every permission."""

import pytest
from flask import Flask

from wufei_public.infra.web.access import (
    LIBRARY_VIEWS,
    PUBLIC,
    RESIDENT,
    SIGNED_IN,
    STAFF,
    access_of,
)
from wufei_public.people.rules.permissions import PERMISSIONS
from wufei_public.people.rules.roles import Role


def test_every_route_declares_its_access(whole_app: Flask) -> None:
    bare = [
        rule.rule
        for rule in whole_app.url_map.iter_rules()
        if access_of(whole_app, rule.endpoint) is None
    ]
    assert bare == []


def test_every_declared_permission_stands_in_the_table(whole_app: Flask) -> None:
    declared = {access_of(whole_app, rule.endpoint) for rule in whole_app.url_map.iter_rules()}
    assert declared - {PUBLIC, RESIDENT, SIGNED_IN, STAFF} <= set(PERMISSIONS)


def test_library_views_are_few_and_named() -> None:
    assert LIBRARY_VIEWS == {"static": PUBLIC}


@pytest.mark.parametrize("permission", sorted(PERMISSIONS))
def test_every_permission_has_a_role_that_exists(permission: str) -> None:
    roles = PERMISSIONS[permission]
    assert roles
    assert all(isinstance(role, Role) for role in roles)


def test_a_stranger_gets_nothing_that_is_not_public(whole_app: Flask, app: Flask) -> None:
    client = app.test_client()
    open_to_all = []
    for rule in whole_app.url_map.iter_rules():
        if access_of(whole_app, rule.endpoint) == PUBLIC:
            continue
        url = rule.rule
        for name in rule.arguments:
            url = url.replace(f"<{name}>", "1").replace(f"<int:{name}>", "1")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            answer = client.open(url, method=method)
            if answer.status_code not in {302, 403, 404, 405}:
                open_to_all.append((method, rule.rule, answer.status_code))
    assert open_to_all == []
