"""A page for whoever is signed in beside the same page for a guest, and without a kept one."""

import json

from bench import people, servers
from bench.plan import PROXY, Plan
from bench.rounds import Target, Verdict, compare

BAR = 1.5
# Of each the guest's page is drawn anew, as the resident's is, or taken as it is kept.
PAGES = {
    "/report": "the form of a report",
    "/sorting?q=%E7%93%B6": "what goes where",
    "/cases": "the list of cases, kept for guests",
    "/": "home page, kept for guests; a resident's shows their own things",
}


def measure(plan: Plan) -> list[Verdict]:
    folder = plan.place("signed")
    cookie = json.loads(servers.run(["bench.seed", "20"], folder, PROXY))["cookie"]
    known = people.signed_in(cookie)
    with servers.product(folder, PROXY) as product:
        targets = [
            Target(
                f"{path} {who}",
                product.port,
                people.get(path, **more),
                [product.pid],
                "" if who == "out" else f"{path} out",
                0 if who == "out" else BAR,
            )
            for path in PAGES
            for who, more in (("out", {}), ("in", known))
        ]
        table = compare(targets, plan.rounds, plan.seconds)
    table.show("signed in and out (2 web processes)")
    return table.verdicts("signed in, SQLite")
