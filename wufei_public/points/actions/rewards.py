"""Rewards: kept by officials, set aside by residents, handed out once by a clerk."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import update

from wufei_public.common.codes import new_code, normalise
from wufei_public.common.errors import Conflict, FieldError, Invalid, NotFound, WrongState
from wufei_public.common.text import N_
from wufei_public.infra import audit, replay
from wufei_public.infra.work import Work
from wufei_public.points.actions import ledger
from wufei_public.points.models import Redemption, Reward
from wufei_public.points.queries import rewards as queries
from wufei_public.points.queries import shops
from wufei_public.points.rules.redeeming import WAITS, State
from wufei_public.points.rules.worth import REDEEM

SCOPE = "points"


@dataclass(frozen=True, slots=True)
class Offer:
    """A reward as its keeper writes it."""

    name: str
    cost: int
    stock: int
    name_en: str = ""
    words: str = ""
    active: bool = True
    shop: str = ""


def add_reward(w: Work, offer: Offer) -> Reward:
    """Add a reward to the catalogue."""
    row = Reward(code=new_code(secrets.token_bytes), **_values(w, offer))
    w.session.add(row)
    w.session.flush()
    audit.record(w, "points:reward:add", f"points/reward/{row.code}", after=asdict(offer))
    return row


def _values(w: Work, offer: Offer) -> dict[str, Any]:
    """Return the columns of an offer; Invalid at `shop` for one that is not in use."""
    return asdict(offer) | {"shop": _shop(w, offer.shop) if offer.shop else None}


def _shop(w: Work, code: str) -> int:
    open_ones = (one for one in shops.shops(w.session) if one.retired_at is None)
    found = next((one.id for one in open_ones if one.code == normalise(code)), None)
    if found is None:
        sentence = N_("没有这个兑换点，请重新选。")
        raise Invalid("no_such_shop", sentence, [FieldError("shop", sentence)])
    return found


def change_reward(w: Work, *, code: str, offer: Offer) -> Reward:
    """Change a reward; what is set aside already keeps its price."""
    row = queries.reward(w.session, code)
    values = _values(w, offer)
    before = {name: getattr(row, name) for name in values}
    # By a statement, not by the row as it was read: somebody may be taking one meanwhile.
    w.session.execute(update(Reward).where(Reward.id == row.id).values(**values))
    target = f"points/reward/{row.code}"
    audit.record(w, "points:reward:change", target, before=before, after=values)
    return row


def redeem(w: Work, *, code: str, client_key: str) -> str:
    """Set a reward aside for the actor and take its points; return the redemption's code.

    The same key again gives the first code. Conflict where the stock or the points are out.
    """
    account = _resident(w)
    made = new_code(secrets.token_bytes)
    key = hashlib.sha256(f"{account} {client_key}".encode()).hexdigest()
    first = replay.claim(w, SCOPE, key, {"code": made})
    if first is not None:
        return str(first["code"])
    reward = queries.reward(w.session, code)
    _take_one(w, reward)
    ledger.spend(w, account, REDEEM, made, reward.cost)
    row = {
        "code": made,
        "account": account,
        "reward": reward.id,
        "cost": reward.cost,
        "state": State.WAITING.value,
        "made_at": w.now,
        "until": w.now + WAITS,
        "shop": reward.shop,
    }
    w.insert(Redemption, row)
    return made


def _resident(w: Work) -> int:
    if w.actor.id is None:
        raise NotFound("no_such_account", N_("没有这个账号。"))
    return w.actor.id


def _take_one(w: Work, reward: Reward) -> None:
    taken = w.session.connection().execute(
        update(Reward)
        .where(Reward.id == reward.id, Reward.active, Reward.stock > 0)
        .values(stock=Reward.stock - 1)
    )
    if taken.rowcount != 1:
        raise Conflict("sold_out", N_("这样东西换完了，请换别的。"))


def hand_over(w: Work, *, code: str) -> str:
    """Hand a redemption out, once; return its code. WrongState where it waits no more.

    NotFound for what waits in another's shop.
    """
    row = queries.redemption_for(w.session, w.actor, code)
    _settle(w, row.code, State.HANDED)
    audit.record(w, "points:redemption:hand_over", f"points/redemption/{row.code}")
    return str(row.code)


def cancel(w: Work, *, code: str) -> None:
    """Put a redemption back: the points return to the resident and the thing to the stock."""
    row = queries.redemption(w.session, code)
    if w.actor.id not in {None, row.account}:
        raise NotFound("no_such_redemption", N_("没有这个兑换码，请再看看有没有抄错。"))
    _settle(w, row.code, State.CANCELLED)
    put_in_stock(w, [row.id])
    ledger.refund(w, row.account, row.code, row.cost)


def put_in_stock(w: Work, redemptions: Sequence[int]) -> None:
    """Put the things of redemptions that are over back, one each."""
    for number in redemptions:
        reward = w.session.get_one(Redemption, number).reward
        w.session.execute(update(Reward).where(Reward.id == reward).values(stock=Reward.stock + 1))


def _settle(w: Work, code: str, state: State) -> None:
    """Bring a waiting redemption to its end; whoever comes second is told so."""
    waiting = [Redemption.code == normalise(code), Redemption.state == State.WAITING.value]
    if state is State.HANDED:
        waiting.append(Redemption.until >= w.now)
    done = w.session.connection().execute(
        update(Redemption)
        .where(*waiting)
        .values(state=state.value, settled_at=w.now, settled_by=w.actor.id)
    )
    if done.rowcount != 1:
        raise WrongState("redemption_over", N_("这个兑换码已经用过、退回或过期了。"))
