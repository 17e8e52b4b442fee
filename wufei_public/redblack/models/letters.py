"""Each step after the notice, as the enterprise was told of it: in its account, or on paper."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.infra.guards import STAYS, differs, guard
from wufei_public.infra.tables import Base, BigKey, Key, UtcDateTime
from wufei_public.redblack.models.listings import Listing, among
from wufei_public.redblack.rules.states import Way

# Written out, not bound: a partial index serves only a statement that repeats its words.
IS_UNSERVED = "way = ''"


class ListingLetter(Base):
    """One step that an enterprise is told of; `way` is '' until a letter was served."""

    __tablename__ = "listing_letter"
    __table_args__ = (
        CheckConstraint(among("way", ["", *Way]), name="way_known"),
        CheckConstraint("(way = '') = (served_at IS NULL)", name="service_has_time"),
        CheckConstraint("(way IN ('', 'account')) = (served_by IS NULL)", name="paper_has_server"),
        CheckConstraint("way IN ('', 'account') OR proofs > 0", name="service_has_proof"),
        CheckConstraint("way <> 'post' OR tracking <> ''", name="post_has_number"),
        Index(None, "listing_id", "id"),
        Index(
            "ix_listing_letter_unserved",
            "written_at",
            "listing_id",
            sqlite_where=text(IS_UNSERVED),
            postgresql_where=text(IS_UNSERVED),
        ),
    )

    id: Mapped[Key]
    listing_id: Mapped[int] = mapped_column(BigKey, ForeignKey("listing.id"))
    # In which round of the proposal: what was sent back is decided and told anew.
    round: Mapped[int] = mapped_column(Integer)
    step: Mapped[str] = mapped_column(String(12))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    way: Mapped[str] = mapped_column(String(12))
    tracking: Mapped[str] = mapped_column(String(60))
    proofs: Mapped[int] = mapped_column(Integer)
    served_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("account.id"))
    served_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


guard(
    ListingLetter,
    "listing_letter_begins_unserved",
    "INSERT",
    "(NEW.way NOT IN ('', 'account') OR (NEW.way = 'account' AND NOT EXISTS (SELECT 1"
    " FROM membership JOIN listing ON listing.organisation_id = membership.organisation_id"
    " WHERE listing.id = NEW.listing_id AND membership.state IN ('handing_over', 'proven'))))",
    "only who has an account is told in it",
)
guard(
    ListingLetter,
    "listing_letter_stays",
    "UPDATE",
    f"(OLD.way <> '' OR NEW.way = 'account'"
    f" OR {differs(('id', 'listing_id', 'round', 'step', 'written_at'))})",
    STAYS,
)
guard(ListingLetter, "listing_letter_is_kept", "DELETE", "1 = 1", STAYS)
# Nobody reads of an enterprise what it was not told itself, nor on the word of who signs it.
guard(
    Listing,
    "listing_decision_is_served",
    "UPDATE",
    "(NEW.kind = 'black' AND OLD.published_at IS NULL AND NEW.published_at IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM listing_letter WHERE listing_letter.listing_id = NEW.id"
    " AND listing_letter.step = 'decide' AND listing_letter.round = NEW.round"
    " AND listing_letter.way <> '' AND (listing_letter.served_by IS NULL"
    " OR NEW.approved_by IS NULL OR listing_letter.served_by <> NEW.approved_by)))",
    "a decision is with the enterprise before everyone reads of it",
)
