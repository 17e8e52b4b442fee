"""What is shown at an instant, and what an instant allows: nothing here waits for a job."""

from datetime import datetime, timedelta

from wufei_public.redblack.rules.clocks import CLOCKS
from wufei_public.redblack.rules.facts import ListingFacts
from wufei_public.redblack.rules.states import DECIDED, LATE, OPEN, SHOWN, Against, State

LAPSE = timedelta(days=CLOCKS["lapse"].amount)


def is_shown(facts: ListingFacts, now: datetime) -> bool:
    """Say whether the public sees the entry now: published, and its end still ahead."""
    return facts.state in SHOWN and facts.ends_at is not None and now < facts.ends_at


def is_on_notice(facts: ListingFacts, now: datetime) -> bool:
    """Say whether a red entry is before everyone now, who may say what speaks against it."""
    until = facts.respond_until
    return facts.state is State.NOTICED and until is not None and now <= until


def is_heard(facts: ListingFacts, now: datetime) -> bool:
    """Say whether the time to answer is over, or the enterprise wants to add nothing more."""
    waived = facts.waived_from is not None and facts.waived_from <= now
    return waived or (facts.respond_until is not None and facts.respond_until < now)


def is_held(facts: ListingFacts, now: datetime) -> bool:
    """Say whether something that was said against the entry waits for its answer, and holds it."""
    return holds(facts.holding, facts.held_until, now)


def holds(holding: int, until: datetime | None, now: datetime) -> bool:
    """Say whether so many objections, or reports with an end, hold an entry now."""
    return holding > 0 and (until is None or now <= until)


def claim_of(facts: ListingFacts, against: Against, now: datetime) -> str:
    """Return for what an objection would hold publication: in a round it does so once for each.

    Within the time to answer for what it is against, after it for being late, and then for the
    decision: nine times in a round, whoever objects, however often; '' once it is published.
    """
    if facts.state in SHOWN:
        return ""
    if facts.state is State.DECIDED:
        return DECIDED
    heard = facts.respond_until is not None and facts.respond_until < now
    return LATE if heard else against


def may_be_repaired(facts: ListingFacts, now: datetime) -> bool:
    """Say whether the least term is over, so that credit repair may be asked for."""
    return is_shown(facts, now) and facts.repair_from is not None and facts.repair_from <= now


def has_lapsed(facts: ListingFacts, now: datetime) -> bool:
    """Say whether nobody decided for so long that the proposal is void: it hangs over nobody.

    The time runs from the end of the time to decide, or from the proposal while it is not served.
    """
    return facts.state in OPEN and now > (facts.decide_until or facts.proposed_at) + LAPSE
