"""What is shown at an instant, and what an instant allows: nothing here waits for a job."""

from datetime import datetime

from wufei_public.redblack.rules.facts import ListingFacts
from wufei_public.redblack.rules.states import SHOWN


def is_shown(facts: ListingFacts, now: datetime) -> bool:
    """Say whether the public sees the entry now: published, and its end still ahead."""
    return facts.state in SHOWN and facts.ends_at is not None and now < facts.ends_at


def is_heard(facts: ListingFacts, now: datetime) -> bool:
    """Say whether the time to answer is over, or nothing more is to come."""
    return facts.waived or (facts.respond_until is not None and facts.respond_until < now)


def may_be_repaired(facts: ListingFacts, now: datetime) -> bool:
    """Say whether the least term is over, so that credit repair may be asked for."""
    return is_shown(facts, now) and facts.repair_from is not None and facts.repair_from <= now
