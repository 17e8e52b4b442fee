"""Fixed cost of a request, memory, and the first answer after a start."""

import json

from bench import people, servers
from bench.plan import PROXY, Plan
from bench.processes import memory_mib, private_mib, tree
from bench.rounds import Spread, Target, Verdict, compare
from bench.servers import Server


def measure(plan: Plan) -> list[Verdict]:
    folder = plan.place("hello")
    cookie = json.loads(servers.run(["bench.seed", "20"], folder, PROXY))["cookie"]
    database = {"WUFEI_DATABASE": f"sqlite:///{folder / 'wufei.sqlite3'}"} | PROXY
    with (
        servers.floor(plan.place("hello-floor"), database) as floor,
        servers.product(folder, PROXY) as product,
    ):
        found = [*_fixed(plan, floor, product, cookie), _memory(floor, product)]
    return [*found, _start(plan, database)]


def _fixed(plan: Plan, floor: Server, product: Server, cookie: str) -> list[Verdict]:
    known = people.signed_in(cookie)
    targets = [
        Target("Flask hello", floor.port, people.get("/hello"), [floor.pid]),
        Target(
            "product hello, signed out",
            product.port,
            people.get("/hello"),
            [product.pid],
            "Flask hello",
        ),
        Target(
            "product hello, signed in",
            product.port,
            people.get("/hello/me", **known),
            [product.pid],
            "Flask hello",
        ),
    ]
    table = compare(targets, plan.rounds, plan.seconds)
    table.show("hello: what every request costs (2 web processes)")
    out, within = (table.over(target.name, "Flask hello") for target in targets[1:])
    return [
        Verdict("hello: signed out, over hello", out.middle, 0.6, f"{out:.2f}"),
        Verdict("hello: signed in, over hello", within.middle, 1.6, f"{within:.2f}"),
    ]


def _memory(floor: Server, product: Server) -> Verdict:
    """Compare the memory after each has answered; the parent's share is included."""
    own, least = tree(product.pid), tree(floor.pid)
    print("\nmemory after the rounds above (MiB)")
    for name, pids in (("floor", least), ("product", own)):
        print(
            f"  {name:10} proportional {memory_mib(pids):6.1f}   private {private_mib(pids):6.1f}"
        )
    ratio = memory_mib(own) / memory_mib(least)
    return Verdict("hello: memory of two web processes × floor", ratio, 1.25)


def _start(plan: Plan, database: dict[str, str]) -> Verdict:
    """Time from the start to the first answer, floor and product in turn."""
    floors, products = [], []
    for _ in range(3 if plan.quick else 7):
        with servers.floor(plan.place("hello-floor"), database) as floor:
            floors.append(floor.started)
        with servers.product(plan.place("hello"), PROXY) as product:
            products.append(product.started)
    print("\nfirst answer after a start (seconds)")
    print(f"  floor      {Spread.of(floors):.2f}\n  product    {Spread.of(products):.2f}")
    ratio = Spread.of(products).middle / Spread.of(floors).middle
    return Verdict("hello: first answer after a start × floor", ratio, 2.0)
