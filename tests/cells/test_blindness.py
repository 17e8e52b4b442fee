"""No page, export or API of the whole site tells of others' scores before the own one is in."""

import re
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from io import BytesIO
from itertools import product
from zipfile import ZipFile

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from tests.cells import make
from tests.cells.make import EXPERTS, OFFICE, OWNER, SECTOR, do
from tests.cells.window import Window
from tests.conftest import NOW, Browser
from tests.dumping import make as people
from wufei_public.cells.actions import panels, reviewing, rounds
from wufei_public.cells.models.rounds import CellRound
from wufei_public.cells.queries.certificates import forget_figures
from wufei_public.cells.rules.stages import State
from wufei_public.common.actor import Actor, Grant
from wufei_public.infra.work import House, reading, work
from wufei_public.people.rules.roles import Role


@pytest.fixture
def see(own_app: Flask) -> Window:
    """Return everybody's browsers on a site that commits: some pages take a snapshot."""
    house: House = own_app.extensions["house"]
    own_app.extensions["house"] = replace(house, clock=lambda: NOW)
    own_app.test_client_class = Browser
    forget_figures()
    people.places()
    make.everybody()
    return Window(own_app)


# On the panel and of the office, of a department, of the unit's own round: every role that may
# stand beside that of an expert.
BOTH = replace(
    EXPERTS[3],
    id=332,
    name="办公室兼专家",
    grants=(
        *EXPERTS[3].grants,
        Grant(Role.DISTRICT_OFFICER, division=make.DISTRICT),
        Grant(Role.DEPARTMENT_OFFICER, department="commerce"),
    ),
)


def addresses(app: Flask, case: make.Case, round_code: str) -> Iterator[str]:
    """Give an address under every route that is read, with the case's own codes."""
    item = make.rubric_of(case).items[0].id
    known = {"kind": "hotel", "version": "2026-1", "item": item, "size": "thumb", "row_id": item}
    with app.test_request_context():
        urls = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
                continue
            code = round_code if "round" in rule.rule or "/new/" in rule.rule else case.code
            plain = {name: known.get(name, code) for name in rule.arguments}
            for chosen in _choices(rule):
                yield str(urls.build(rule.endpoint, plain | chosen))


def _choices(rule: Rule) -> Iterator[dict[str, object]]:
    """Give every value of the arguments that take one of a few, and 1 for a number."""
    names = [name for name, one in rule._converters.items() if isinstance(one, AnyConverter)]
    numbers = {n: 1 for n, one in rule._converters.items() if isinstance(one, IntegerConverter)}
    for values in product(*(sorted(rule._converters[name].items) for name in names)):
        yield numbers | dict(zip(names, values, strict=True))


def view(see: Window, actor: Actor, paths: list[str]) -> dict[str, tuple[int, bytes]]:
    see.app.extensions["limiter"].storage.reset()
    found = {}
    for path in paths:
        answer = see.of(actor).get(path)
        # A refusal is the same page but for how many messages wait.
        refused = answer.status_code != HTTPStatus.OK
        found[path] = (answer.status_code, b"" if refused else _steady(answer.data))
    return found


# The number of a request, the key of a form that is sent once: chance, new each time.
_CHANCE = re.compile(rb'"request_id":"\w+"|name="client_key" value="[^"]+"')


def _steady(page: bytes) -> bytes:
    """Return what a page says; of a workbook its sheets, whose file has the time in it."""
    if not page.startswith(b"PK"):
        return _CHANCE.sub(b"", page)
    with ZipFile(BytesIO(page)) as book:
        return b"".join(book.read(one) for one in book.namelist() if "/worksheets/" in one)


def test_no_route_of_the_site_tells_who_scores_of_the_others(see: Window) -> None:
    """Two worlds that differ in what the others gave look the same, byte for byte.

    To an expert who has not scored and is an officer of the office and of the sector as well,
    and to the unit; under every route that there is.
    """
    people.account(BOTH)
    do(OFFICE, rounds.register_expert, account=BOTH.id or 0, about="外地专家")
    case = make.checked()
    do(SECTOR, reviewing.give_opinion, code=case.code, opinion="support")
    panel = (EXPERTS[1], EXPERTS[2], BOTH)
    do(OFFICE, panels.assign, code=case.code, experts=[one.id for one in panel])
    work(BOTH, make.marking(case))
    code = reading().get_one(CellRound, case.row.round_id).code
    paths = sorted(set(addresses(see.app, case, code)))
    assert len(paths) > 200
    people.develop()
    before = {}
    for actor in (BOTH, OWNER):
        found = view(see, actor, paths)  # what was looked at is read from then on
        shown = [path for path, (status, _page) in found.items() if status == HTTPStatus.OK]
        assert len(shown) > 20
        before[actor] = found | view(see, actor, shown)
    make.score(case, EXPERTS[1], low=4)
    make.score(case, EXPERTS[2], low=1)
    assert case.row.state == State.EXPERTS
    for actor, seen in before.items():
        after = view(see, actor, paths)
        assert [path for path in paths if after[path] != seen[path]] == []
