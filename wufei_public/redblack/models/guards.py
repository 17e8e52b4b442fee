"""What the triggers of the lists say (`infra.guards` makes them)."""

TOOK_PART = "who took part decides and answers nothing"


def no_party(column: str, listing: str) -> str:
    """Return what says that `column` gets somebody who took part in the making of the entry."""
    asked = "NEW.{0} IS DISTINCT FROM OLD.{0} AND EXISTS (SELECT 1 FROM listing_party"
    its = " WHERE listing_party.listing_id = NEW.{1} AND listing_party.account_id = NEW.{0})"
    return f"({asked}{its})".format(column, listing)
