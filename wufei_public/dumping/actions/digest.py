"""Once a week each official hears how the own cases went (system)."""

from wufei_public.common.actor import Actor, ActorKind, Grant
from wufei_public.dumping.queries.desk import queue_counts
from wufei_public.dumping.queries.weeks import RECEIVED, summed, week_by_town
from wufei_public.dumping.rules.states import Move
from wufei_public.dumping.rules.weeks import Week
from wufei_public.infra import replay
from wufei_public.infra.work import Work
from wufei_public.messages.actions import inbox
from wufei_public.people.queries.accounts import holders, roles_of
from wufei_public.people.rules.roles import OFFICERS

SCOPE = "dumping:digest"


def officials(w: Work) -> list[int]:
    """Return the accounts that hold an office of cases now."""
    found = (one.id for role in sorted(OFFICERS) for one in holders(w.session, role))
    return list(dict.fromkeys(found))


def tell_week(w: Work, *, account: int, week: Week) -> bool:
    """Tell one official of `week`, once, and only of something; say whether it was told."""
    held = roles_of(w.session, [account])[account]
    grants = tuple(Grant(one.role, one.division, one.department) for one in held)
    actor = Actor(ActorKind.STAFF, account, "", grants)
    counts = queue_counts(w.session, actor, w.now)
    sums = summed(week_by_town(w.session, actor, week))
    if not (counts["all"] or any(sums.values())):
        return False
    values = {
        "week": week.name,
        "received": sums[RECEIVED],
        "closed": sums[Move.CLOSE] + sums[Move.CLOSE_UNCLEARED],
        "open": counts["all"],
        "over": counts["over"],
    }
    if replay.claim(w, SCOPE, f"{account}:{week.name}", values) is not None:
        return False
    inbox.tell(w, account, "dumping.week", values)
    return True
