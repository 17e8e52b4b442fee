"""The dumping report beside its floors, on SQLite at two durabilities and on PostgreSQL."""

import http.client
import json
import re
from contextlib import AbstractContextManager
from dataclasses import replace
from html import escape
from pathlib import Path

from bench import databases, people, servers
from bench.databases import Pair
from bench.load import Make
from bench.plan import Plan
from bench.rounds import Target, Verdict, compare
from bench.servers import Server

API = "/api/v1/dumping/reports"
OWN_SITE = {"Sec-Fetch-Site": "same-origin"}
POST_BAR = {"SQLite": 1.1, "PostgreSQL": 1.6}


def measure(plan: Plan) -> list[Verdict]:
    found: list[Verdict] = []
    if "sqlite" in plan.databases:
        found += _on(plan, "SQLite FULL", databases.sqlite(plan, "FULL"))
        found += _on(plan, "SQLite NORMAL", databases.sqlite(plan, "NORMAL"))
    if "postgresql" in plan.databases:
        found += _on(plan, "PostgreSQL", databases.postgresql(plan))
    return found


def _on(plan: Plan, where: str, opened: AbstractContextManager[Pair]) -> list[Verdict]:
    with opened as pair, servers.product(pair.product.folder, pair.product.env) as own:
        page = pair.floor.folder / "page.html"
        page.write_text(page_template(own.port))
        with servers.floor(pair.floor.folder, {**pair.floor.env, "BENCH_PAGE": str(page)}) as floor:
            targets = _targets(pair, own, floor, POST_BAR[where.partition(" ")[0]])
            if where != "SQLite NORMAL":
                _same_bytes(pair, own.port, floor.port)
            else:
                targets = [target for target in targets if "POST" in target.name]
            table = compare(targets, plan.rounds, plan.seconds)
    table.show(f"reports on {where} ({plan.rows} released cases)")
    return table.verdicts(where)


def _targets(pair: Pair, own: Server, floor: Server, bar: float) -> list[Target]:
    known = people.signed_in(pair.cookie) | OWN_SITE
    posts = _on_floor("floor POST, the same rows", people.reports("/rows"), pair, floor)
    rows = _on_floor("floor list", people.get("/list"), pair, floor)
    page = _on_floor("floor page", people.get("/page"), pair, floor)
    detail = _on_floor("floor detail", people.get(f"/detail/{pair.floor_code}"), pair, floor)
    post = _on_product("POST report", people.reports(API), pair, own, posts.name, bar)
    return [
        _on_floor("floor POST, one row", people.reports("/one"), pair, floor),
        posts,
        post,
        replace(post, name="POST report, signed in", make=people.reports(API, **known), bar=0),
        rows,
        _on_product("list of 20, JSON", people.get(API), pair, own, rows.name, 1.75),
        page,
        _on_product("list of 20, page", people.get("/cases"), pair, own, page.name, 1.5),
        detail,
        _on_product("detail", people.get(f"{API}/{pair.code}"), pair, own, detail.name, 1.6),
        _on_product("detail, page", people.get(f"/cases/{pair.code}"), pair, own, detail.name, 0),
    ]


def _on_floor(name: str, make: Make | bytes, pair: Pair, floor: Server) -> Target:
    return Target(name, floor.port, make, [floor.pid, *pair.floor.pids])


def _on_product(
    name: str, make: Make | bytes, pair: Pair, own: Server, floor: str, bar: float
) -> Target:
    return Target(name, own.port, make, [own.pid, *pair.product.pids], floor, bar)


# ---- the floor renders the same bytes ------------------------------------------


def fetch(port: int, path: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers=people.headers())
        answer = connection.getresponse()
        body = answer.read().decode()
    finally:
        connection.close()
    assert answer.status == 200, f"{path}: {answer.status} {body[:300]}"
    return body


def page_template(port: int) -> str:
    """Return the product's page of the list as one plain template: a loop over the rows."""
    html, rows = fetch(port, "/cases"), json.loads(fetch(port, API))["reports"]
    found = re.search(r'(?s)(.*<ul class="wf-cases">)(.*?)(</ul>.*)', html)
    assert found is not None, "the page of the list has no list"
    head, items, tail = found.groups()
    item = items[: items.index("</li>") + len("</li>")]
    for name in ("photo", "code", "kind_label", "spot", "state_label", "place", "town"):
        item = item.replace(escape(rows[0][name]), f"{{{{ row.{name} }}}}")
    raw = "{{% raw %}}{}{{% endraw %}}".format
    return f"{raw(head)}{{% for row in rows %}}{item}{{% endfor %}}{raw(tail)}"


def _same_bytes(pair: Pair, own: int, floor: int) -> None:
    """Say where the floor's answers differ from the product's in size."""
    for path, other in (
        (API, "/list"),
        ("/cases", "/page"),
        (f"{API}/{pair.code}", f"/detail/{pair.floor_code}"),
    ):
        mine, least = fetch(own, path), fetch(floor, other)
        if len(mine) != len(least):
            Path(pair.floor.folder / "differs.txt").write_text(f"{mine}\n\n{least}\n")
            print(f"  {path}: {len(mine)} characters, floor {len(least)}")
