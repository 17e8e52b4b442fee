"""What the triggers of the lists say (`infra.guards` makes them)."""

from collections.abc import Sequence

from wufei_public.organisations.rules.memberships import SILENCING
from wufei_public.redblack.rules.clocks import CLOCKS
from wufei_public.redblack.rules.states import ADVERSE

TOOK_PART = "who took part decides and answers nothing"
# No report made the entry follow the register, or it says something else than the register.
UNREGISTERED = (
    "NOT EXISTS (SELECT 1 FROM listing_error"
    " JOIN organisation ON organisation.id = NEW.organisation_id"
    " WHERE listing_error.listing_id = NEW.id AND listing_error.field = 'place'"
    " AND listing_error.outcome = 'upheld' AND organisation.division = NEW.division"
    " AND organisation.town = NEW.town AND organisation.kind = NEW.trade)"
)


_SIGNED = (
    "listing.proposed_by",
    "coalesce(listing.decided_by, 0)",
    "coalesce(listing.approved_by, 0)",
)
_ADVERSE = ", ".join(sorted(repr(str(part)) for part in ADVERSE))
_SILENCING = ", ".join(sorted(repr(str(move)) for move in SILENCING))


def _against(official: str, at: str, others: Sequence[str]) -> str:
    return (
        f"({official} IN ({', '.join((*_SIGNED, *others))})"  # noqa: S608  no words of a person
        " OR EXISTS (SELECT 1 FROM listing_party WHERE listing_party.listing_id = listing.id"
        f" AND listing_party.account_id = {official}"
        f" AND listing_party.part IN ({_ADVERSE}))"
        " OR EXISTS (SELECT 1 FROM membership_event JOIN membership AS taken"
        " ON taken.id = membership_event.membership_id"
        " WHERE taken.organisation_id = listing.organisation_id"
        " AND membership_event.actor_kind = 'staff'"
        f" AND membership_event.actor_id = {official}"
        f" AND membership_event.move IN ({_SILENCING})"
        f" AND DAYS(membership_event.at, {at}) <= {CLOCKS['look_back'].amount}))"
    )


def proved_by_the_other_side(account: str, listing: str, at: str, *others: str) -> str:
    """Return what says that `account` represents the enterprise on the word of who is against it.

    As `policy.may_speak`: who made or signed the entry, who took away who speaks for the enterprise
    in the year before `at`, and `others`; a peer's word is that of whoever proved the peer, and
    who lets a disputed one go on gives theirs.
    """
    return (
        "EXISTS (WITH RECURSIVE voice (account_id) AS"  # noqa: S608  no words of a person
        f" (SELECT {account} UNION SELECT peer.proven_by FROM membership AS peer"
        " JOIN voice ON voice.account_id = peer.account_id"
        f" JOIN listing AS its ON its.id = {listing}"
        " WHERE peer.organisation_id = its.organisation_id AND peer.proof = 'peer')"
        " SELECT 1 FROM membership JOIN voice ON voice.account_id = membership.account_id"
        " JOIN listing ON listing.organisation_id = membership.organisation_id"
        f" WHERE listing.id = {listing} AND ((membership.proof <> 'peer'"
        f" AND {_against('membership.proven_by', at, others)})"
        " OR EXISTS (SELECT 1 FROM membership_event AS upheld"
        " WHERE upheld.membership_id = membership.id AND upheld.move = 'uphold'"
        " AND upheld.actor_kind = 'staff'"
        f" AND {_against('upheld.actor_id', at, others)})))"
    )


def no_party(column: str, listing: str) -> str:
    """Return what says that `column` gets somebody who took part in the making of the entry."""
    asked = "NEW.{0} IS DISTINCT FROM OLD.{0} AND EXISTS (SELECT 1 FROM listing_party"
    its = " WHERE listing_party.listing_id = NEW.{1} AND listing_party.account_id = NEW.{0})"
    return f"({asked}{its})".format(column, listing)


def judged(column: str) -> str:
    """Return what says that `column` gets somebody who answered or read what was said before."""
    asked = (
        "(NEW.{0} IS DISTINCT FROM OLD.{0} AND (EXISTS (SELECT 1 FROM listing_paper"
        " WHERE listing_paper.listing_id = NEW.id AND listing_paper.kind = 'objection'"
        " AND listing_paper.answered_by = NEW.{0}) OR EXISTS (SELECT 1 FROM listing_reading"
        " WHERE listing_reading.listing_id = NEW.id AND listing_reading.paper_id IS NOT NULL"
        " AND listing_reading.part = 'words' AND listing_reading.account_id = NEW.{0}"
        # But for whoever publishes, who reads it all in that instant and hides nothing.
        " AND (NEW.published_at IS NULL OR listing_reading.at <> NEW.published_at"
        " OR listing_reading.words <> listing_reading.replaced))))"
    )
    return asked.format(column)


def no_attempt(way: str) -> str:
    """Return what says that nobody tried to serve in that way in the round that runs."""
    asked = "NOT EXISTS (SELECT 1 FROM listing_attempt WHERE listing_attempt.listing_id = NEW.id"
    return asked + f" AND listing_attempt.round = NEW.round AND listing_attempt.way = '{way}')"


def tried_within(days: int) -> str:
    """Return what says that an attempt of the round was recorded less than so many days before."""
    asked = "EXISTS (SELECT 1 FROM listing_attempt WHERE listing_attempt.listing_id = NEW.id"
    late = f" AND DAYS(listing_attempt.noted_at, NEW.served_at) < {days})"
    return asked + " AND listing_attempt.round = NEW.round" + late


def uncorrected(field: str, column: str) -> str:
    """Return what says that `column` changes without a report in `field` that two persons upheld.

    The report says what stood there, and what is to stand there instead.
    """
    asked = (
        "(NEW.{0} IS DISTINCT FROM OLD.{0} AND NOT EXISTS (SELECT 1 FROM listing_error"
        " WHERE listing_error.listing_id = NEW.id AND listing_error.outcome = 'upheld'"
        " AND listing_error.field = '{1}' AND listing_error.correction = NEW.{0}"
        " AND listing_error.replaced = OLD.{0}))"
    )
    return asked.format(column, field)
