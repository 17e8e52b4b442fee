"""What the triggers of the lists say (`infra.guards` makes them)."""

TOOK_PART = "who took part decides and answers nothing"
# No report made the entry follow the register, or it says something else than the register.
UNREGISTERED = (
    "NOT EXISTS (SELECT 1 FROM listing_error"
    " JOIN organisation ON organisation.id = NEW.organisation_id"
    " WHERE listing_error.listing_id = NEW.id AND listing_error.field = 'place'"
    " AND listing_error.outcome = 'upheld' AND organisation.division = NEW.division"
    " AND organisation.town = NEW.town AND organisation.kind = NEW.trade)"
)


def no_party(column: str, listing: str) -> str:
    """Return what says that `column` gets somebody who took part in the making of the entry."""
    asked = "NEW.{0} IS DISTINCT FROM OLD.{0} AND EXISTS (SELECT 1 FROM listing_party"
    its = " WHERE listing_party.listing_id = NEW.{1} AND listing_party.account_id = NEW.{0})"
    return f"({asked}{its})".format(column, listing)


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
