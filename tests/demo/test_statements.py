"""No argument of any address becomes part of a statement: it is bound, in every filter and sort."""

import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask
from marshmallow import Schema
from sqlalchemy import event
from werkzeug.routing import Rule

from tests.architecture.test_bad_input import NOT_ASKED
from tests.demo.records import targets
from tests.demo.test_pages import become
from tests.servers import POSTGRESQL
from wufei_public.common.actor import Actor, ActorKind, Grant
from wufei_public.infra.db import db
from wufei_public.infra.web.access import PUBLIC, access_of, permits
from wufei_public.infra.web.shapes import Input
from wufei_public.people.rules.permissions import PERMISSIONS
from wufei_public.people.rules.roles import Role

MARK = "onsql"
TRIED = f"x' OR 1=1) --{MARK}"
READ = re.compile(r"""args(?:\.get\(|\[)\s*["'](\w+)["']""")
# Statements are built by the same code on both databases: there the guest will do.
READERS = (None,) if POSTGRESQL else (None, Role.DISTRICT_OFFICER, Role.AUDITOR, Role.SYSTEM_ADMIN)
BOUND = 2 if POSTGRESQL else 15


def names(app: Flask, rule: Rule) -> set[str]:
    """Return the arguments that the module of a view reads, by itself or by its shapes."""
    module = sys.modules[inspect.unwrap(app.view_functions[rule.endpoint]).__module__]
    shapes = [one for one in vars(module).values() if isinstance(one, Input)]
    fields = (field for one in shapes for field in _keys(one))
    return {*READ.findall(inspect.getsource(module)), *fields}


def _keys(shape: Schema) -> Iterator[str]:
    for name, field in shape.fields.items():
        yield field.data_key or name


def test_no_argument_becomes_part_of_a_statement(copied: Flask) -> None:
    written, bound = set(), set()
    address = ""

    def see(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if MARK in statement:
            written.add(address)
        if MARK in repr(values):
            bound.add(address)

    event.listen(db.engine, "before_cursor_execute", see)
    with db.engine.connect() as connection:
        records = {one.rule: one.address for one in targets(copied, connection, 1)}
    failed = []
    for role in READERS:
        client = copied.test_client()
        if role is not None:
            become(client, role)
        for path, name in arguments(copied, role, records):
            address = f"{path}?{name}"
            with client.get(path, query_string={name: TRIED}) as answer:
                if answer.status_code >= 500:
                    failed.append(address)
    assert failed == []
    assert written == set()
    assert len(bound) > BOUND, sorted(bound)


def arguments(
    app: Flask, role: Role | None, records: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield every path that somebody of that role reads, with each of its arguments."""
    for rule in mine(app, role):
        for name in sorted(names(app, rule)):
            yield records.get(rule.rule, rule.rule), name


def mine(app: Flask, role: Role | None) -> Iterator[Rule]:
    """Yield what somebody of that role may read; what is open to all is the guest's."""
    who = Actor(ActorKind.STAFF, 1, "", (Grant(role),) if role else ())
    for rule in app.url_map.iter_rules():
        permission = access_of(app, rule.endpoint) or ""
        public = permission == PUBLIC
        wanted = public if role is None else not public and permits(PERMISSIONS, permission, who)
        if wanted and "GET" in (rule.methods or ()) and rule.rule not in NOT_ASKED:
            yield rule
