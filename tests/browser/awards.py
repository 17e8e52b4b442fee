"""Awards for the pages: one that waits for a decision, one for its reporter, one that was paid."""

from collections.abc import Mapping

from tests.dumping import awards as make
from wufei_public.common.actor import Actor
from wufei_public.dumping.actions.receipts import Receipt
from wufei_public.people.rules.roles import Role


def fill(actors: Mapping[Role, Actor], cases: Mapping[str, Receipt]) -> dict[str, str]:
    """Put grades in force and give three awards; return their codes by how they stand."""
    district, cashier = actors[Role.DISTRICT_OFFICER], actors[Role.AWARD_CASHIER]
    town = actors[Role.TOWN_OFFICER]
    make.in_force(district)
    found = {}
    for name, case in (("approved", "closed"), ("paid", "uncleared")):
        found[f"award-{name}"] = make.proposed(cases[case], town)
        make.decided(found[f"award-{name}"], district)
    make.paid(cases["uncleared"], cashier)
    return found | {"award-proposed": make.proposed(cases["tidied"], district)}
