"""Shops where rewards wait: entered, retired, given their clerks by the town or the district."""

import secrets
from dataclasses import asdict

from sqlalchemy import delete, select, update

from wufei_public.common.actor import Verdict
from wufei_public.common.codes import new_code, normalise
from wufei_public.common.errors import FieldError, Invalid, NotAllowed, WrongState
from wufei_public.common.places import TOWN_DIGITS
from wufei_public.common.text import N_
from wufei_public.divisions.queries import directory
from wufei_public.divisions.rules.levels import UNIT_RANK
from wufei_public.infra import audit
from wufei_public.infra.work import Work
from wufei_public.people.queries.accounts import holders
from wufei_public.people.rules.roles import Role
from wufei_public.points import policy
from wufei_public.points.models import Reward, RewardShop, ShopClerk
from wufei_public.points.queries import shops as queries
from wufei_public.points.rules.shops import Entry


def _require(verdict: Verdict) -> None:
    if not verdict.allowed:
        raise NotAllowed(verdict.reason, N_("这个地方不归您管。"))


def enter(w: Work, entry: Entry) -> str:
    """Write a shop into the register, new or as it is now; a retired one opens again.

    Return its code; Invalid at `division` for a place that is no village or community.
    """
    place = directory(w.session).get(entry.division)
    if place is None or not place.active or place.rank != UNIT_RANK:
        sentence = N_("名单里没有这个地方，请重新选。")
        raise Invalid("no_place", sentence, [FieldError("division", sentence)])
    _require(policy.may_keep_shop(w.actor, entry.division))
    row = w.session.scalar(
        select(RewardShop)
        .where(RewardShop.division == entry.division, RewardShop.name == entry.name)
        .with_for_update()
    )
    if row is None:
        made = new_code(secrets.token_bytes)
        row = RewardShop(
            code=made, division=entry.division, name=entry.name, added_at=w.now, retired_at=None
        )
        w.session.add(row)
    row.address, row.hours, row.retired_at = entry.address, entry.hours, None
    w.session.flush()
    audit.record(w, "points:shop:enter", f"points/shop/{row.code}", after=asdict(entry))
    return row.code


def rename(w: Work, *, code: str, name: str) -> None:
    """Call a shop by another name; its code, clerks, rewards and what waits stay.

    Invalid at `name` where the place has another shop of that name, in use or retired.
    """
    row = queries.shop(w.session, code)
    _require(policy.may_keep_shop(w.actor, row.division))
    before = row.name
    if name == before:
        return
    if queries.has_name(w.session, row.division, name):
        sentence = N_("这个村或社区已经有叫这个名字的兑换点。")
        raise Invalid("name_taken", sentence, [FieldError("name", sentence)])
    row.name = name
    w.session.flush()
    target = f"points/shop/{row.code}"
    audit.record(w, "points:shop:rename", target, before={"name": before}, after={"name": name})


def retire(w: Work, *, code: str) -> None:
    """Retire a shop: its rewards leave the catalogue, what waits there can still be fetched."""
    row = queries.shop(w.session, code)
    _require(policy.may_keep_shop(w.actor, row.division))
    if row.retired_at is not None:
        raise WrongState("retired_before", N_("这个兑换点已经停用了。"))
    row.retired_at = w.now
    w.session.flush()
    w.session.execute(update(Reward).where(Reward.shop == row.id).values(active=False))
    audit.record(w, "points:shop:retire", f"points/shop/{row.code}")


def add_clerk(w: Work, *, code: str, clerk: str) -> None:
    """Let a shop clerk of the town hand out in a shop; Invalid at `clerk` for anybody else."""
    row = queries.shop(w.session, code)
    _require(policy.may_keep_shop(w.actor, row.division))
    of_town = holders(w.session, Role.SHOP_CLERK, division=row.division[:TOWN_DIGITS])
    found = next((one.id for one in of_town if one.code == normalise(clerk)), None)
    if found is None:
        sentence = N_("这个镇没有这位店员。")
        raise Invalid("no_such_clerk", sentence, [FieldError("clerk", sentence)])
    if found not in queries.clerks(w.session, [row.id])[row.id]:
        w.insert(ShopClerk, {"shop": row.id, "account": found})
    target = f"points/shop/{row.code}"
    audit.record(w, "points:shop:add_clerk", target, after={"account": found})


def remove_clerk(w: Work, *, code: str, account: int) -> None:
    """Let somebody hand out in a shop no more."""
    row = queries.shop(w.session, code)
    _require(policy.may_keep_shop(w.actor, row.division))
    mine = (ShopClerk.shop == row.id, ShopClerk.account == account)
    w.session.execute(delete(ShopClerk).where(*mine))
    target = f"points/shop/{row.code}"
    audit.record(w, "points:shop:remove_clerk", target, before={"account": account})
