"""What led to an entry once: a decision, however its number is written, and a dumping case."""

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.infra.guards import STAYS, differs, guard
from wufei_public.infra.tables import Base, BigKey
from wufei_public.redblack.models.listings import Listing, among
from wufei_public.redblack.rules.states import ListKind, Use


class ListingUse(Base):
    """A decision or case leads to one entry of a list; it comes free where that came to nothing.

    Where an objection was right, or the entry was published, it never comes free; where one waits,
    not before its answer.
    """

    __tablename__ = "listing_use"
    __table_args__ = (
        CheckConstraint(among("kind", ListKind), name="kind_known"),
        CheckConstraint(among("what", Use), name="what_known"),
        CheckConstraint("number <> ''", name="says_which"),
    )

    organisation_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("organisation.id"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    what: Mapped[str] = mapped_column(String(8), primary_key=True)
    # Normalised (`rules.numbers.keys_of`).
    number: Mapped[str] = mapped_column(String(160), primary_key=True)
    listing_id: Mapped[int] = mapped_column(BigKey, ForeignKey("listing.id"), index=True)


guard(
    ListingUse,
    "listing_use_stays",
    "UPDATE",
    differs(("organisation_id", "kind", "what", "number", "listing_id")),
    STAYS,
)
guard(
    ListingUse,
    "listing_use_comes_free_with_nothing",
    "DELETE",
    "(NOT EXISTS (SELECT 1 FROM listing WHERE listing.id = OLD.listing_id"
    " AND listing.state = 'dropped')"
    " OR EXISTS (SELECT 1 FROM listing_paper WHERE listing_paper.listing_id = OLD.listing_id"
    " AND listing_paper.kind = 'objection' AND listing_paper.outcome <> 'rejected'))",
    STAYS,
)
_UNUSED = "NOT EXISTS (SELECT 1 FROM listing_use WHERE listing_use.listing_id = NEW.id"
guard(
    Listing,
    "listing_uses_what_it_rests_on",
    "UPDATE",
    "(OLD.published_at IS NULL AND NEW.published_at IS NOT NULL AND"
    f" ((NEW.document <> '' AND {_UNUSED} AND listing_use.what = 'document'))"
    f" OR (NEW.report <> '' AND {_UNUSED} AND listing_use.what = 'case'"
    " AND listing_use.number = NEW.report))))",
    "one decision and one case lead to one entry",
)
