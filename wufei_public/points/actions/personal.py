"""What becomes of points when an account moves or ends."""

from sqlalchemy import delete, select, update

from wufei_public.infra.audit import forget
from wufei_public.infra.work import Work
from wufei_public.points.actions import ledger, rewards
from wufei_public.points.models import PointAccount, PointEntry, PointNotice, Redemption
from wufei_public.points.queries import ledger as queries
from wufei_public.points.rules.redeeming import State
from wufei_public.points.rules.worth import MERGE


def absorb(w: Work, account: int, into: int) -> None:
    """Book what `account` has over to `into`, and give it the redemptions that still wait."""
    points = queries.balance(w.session, account)
    if points:
        ledger.move(w, account, into, MERGE, points)
    w.session.execute(
        update(Redemption)
        .where(Redemption.account == account, Redemption.state == State.WAITING.value)
        .values(account=into)
    )


def erase(w: Work, account: int) -> None:
    """Forget what the account earned and spent; what was handed out stays for the shop's count."""
    waiting = (Redemption.account == account, Redemption.state == State.WAITING.value)
    rewards.put_in_stock(w, w.session.scalars(select(Redemption.id).where(*waiting)).all())
    cancelled = update(Redemption).where(*waiting)
    w.session.execute(cancelled.values(state=State.CANCELLED.value, settled_at=w.now))
    own = select(PointEntry.id).where(PointEntry.account == account)
    forget(w, [f"points/{entry}" for entry in w.session.scalars(own)])
    w.session.execute(delete(PointEntry).where(PointEntry.account == account))
    w.session.execute(delete(PointNotice).where(PointNotice.account == account))
    w.session.execute(delete(PointAccount).where(PointAccount.account == account))
