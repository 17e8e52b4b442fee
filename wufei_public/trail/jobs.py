"""Every few seconds seals, each hour a signed head that leaves the house, at night a full look."""

from sqlalchemy.exc import IntegrityError

from wufei_public.common.actor import SYSTEM
from wufei_public.infra.jobs import Job
from wufei_public.infra.work import house, reading, work
from wufei_public.trail import actions, gateway, queries


def seal(_slot: str) -> int:
    """Seal what was written since the last tick; it looks first, so that idling locks nothing."""
    if not queries.unsealed(reading(), 1):
        return 0
    try:
        return work(SYSTEM, actions.seal_waiting)
    except IntegrityError:  # another jobs process wrote these numbers
        return 0


def seal_late(_slot: str) -> int:
    """Seal what came so late that the quick look missed it; it looks first, too."""
    since = house().clock() - queries.LATE
    if not queries.unsealed(reading(), 1, since):
        return 0
    return work(SYSTEM, lambda w: actions.seal_waiting(w, since=since))


def export_head(_slot: str) -> str:
    """Sign the head of the chain and send it out of the house."""
    signed = work(SYSTEM, actions.sign_head)
    if signed is None:
        return "nothing new"
    head, signature = signed
    home = house()
    text = gateway.head_text(head, signature, home.keys.public_key(actions.PURPOSE))
    gateway.write_head(home.settings.var / "heads", head, text)
    if home.settings.audit_heads_url:
        gateway.post_head(home.settings.audit_heads_url, text)
    return f"head {head.number}"


JOBS = (
    Job("trail.seal", seal, every=5),
    Job("trail.head", export_head, cron="7 * * * *"),
    Job("trail.seal_late", seal_late, cron="29 2 * * *"),
)
