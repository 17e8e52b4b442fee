"""Who read a text for names and numbers of people before everyone could read it, and said so."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.infra.guards import guard, keep
from wufei_public.infra.tables import Base, BigKey, Key, UtcDateTime
from wufei_public.redblack.models.drafts import ListingDraft
from wufei_public.redblack.models.guards import TOOK_PART
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.rules.errors import COLUMNS
from wufei_public.redblack.rules.states import Read

# What an official writes of an entry for everyone.
TEXTS = tuple(COLUMNS.values())
_UNREAD = "nobody looked whether people are named"


class ListingReading(Base):
    """Somebody read these very words and said that nobody is named in them; of which paper, if any.

    Of a paper they say what stood there before, and why more is to be hidden: that stands when a
    second person says the same.
    """

    __tablename__ = "listing_reading"
    __table_args__ = (
        CheckConstraint("words <> ''", name="says_what"),
        CheckConstraint("replaced = words OR reason <> ''", name="hides_with_reason"),
        Index(None, "listing_id", "id"),
        Index(None, "paper_id"),
    )

    id: Mapped[Key]
    listing_id: Mapped[int] = mapped_column(BigKey, ForeignKey("listing.id"))
    paper_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("listing_paper.id"))
    # What of the paper: its words or its answer (`Read`).
    part: Mapped[str] = mapped_column(String(8), default=Read.WORDS, server_default=text("'words'"))
    account_id: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    words: Mapped[str] = mapped_column(Text)
    replaced: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(String(500))


keep(ListingReading)
guard(
    ListingReading,
    "listing_reading_by_no_party",
    "INSERT",
    "(NEW.part NOT IN ('words', 'answer') OR (NEW.part = 'answer' AND NOT EXISTS (SELECT 1"
    " FROM listing_paper WHERE listing_paper.id = NEW.paper_id AND listing_paper.outcome <> ''"
    " AND listing_paper.answered_by <> NEW.account_id))"
    " OR (NEW.paper_id IS NOT NULL AND NEW.part = 'words' AND (EXISTS (SELECT 1 FROM listing_party"
    " WHERE listing_party.listing_id = NEW.listing_id"
    " AND listing_party.account_id = NEW.account_id)"
    " OR EXISTS (SELECT 1 FROM listing WHERE listing.id = NEW.listing_id AND NEW.account_id IN"
    " (listing.proposed_by, coalesce(listing.decided_by, 0), coalesce(listing.approved_by, 0)))"
    " OR EXISTS (SELECT 1 FROM listing_paper WHERE listing_paper.id = NEW.paper_id"
    " AND listing_paper.account_id = NEW.account_id))))",
    TOOK_PART,
)
_READ = (
    "EXISTS (SELECT 1 FROM listing_reading WHERE listing_reading.paper_id IS NULL"
    " AND listing_reading.listing_id ="
)


def _unread(by: str) -> str:
    """Return what says that a text of the entry was not read by whom `by` says."""
    texts = (
        f"(NEW.{column} <> '' AND NOT {_READ} NEW.id AND listing_reading.words = NEW.{column}"
        f" AND {by}))"
        for column in TEXTS
    )
    return f"({' OR '.join(texts)})"


_PUBLISHED = "(OLD.published_at IS NULL AND NEW.published_at IS NOT NULL AND "
_BY_APPROVER = "(listing_reading.account_id = NEW.approved_by OR NEW.approved_by IS NULL)"
_BY_ANOTHER = "listing_reading.account_id <> NEW.proposed_by"
guard(
    Listing,
    "listing_is_read_before_everyone_reads_it",
    "UPDATE",
    f"({_PUBLISHED}{_unread(_BY_APPROVER)})"
    f" OR (NEW.state = 'noticed' AND OLD.state <> 'noticed' AND {_unread(_BY_ANOTHER)}))",
    _UNREAD,
)
# What the enterprise said by then stands beside it at once, with what was answered.
guard(
    Listing,
    "listing_replies_are_read_before_it_is_published",
    "UPDATE",
    f"{_PUBLISHED}EXISTS (SELECT 1 FROM listing_paper WHERE listing_paper.listing_id = NEW.id"  # noqa: S608  no words of a person
    " AND listing_paper.kind <> 'repair' AND ((listing_paper.outcome <> ''"
    " AND listing_paper.answer_from IS NULL) OR NOT EXISTS (SELECT 1 FROM listing_reading"
    " WHERE listing_reading.paper_id = listing_paper.id AND listing_reading.part = 'words'"
    " AND listing_reading.words = listing_paper.public_words))))",
    _UNREAD,
)
guard(
    ListingDraft,
    "listing_draft_is_read_before_it_stands",
    "UPDATE",
    "(NEW.outcome = 'stood' AND OLD.outcome = '' AND NOT"
    f" {_READ} NEW.listing_id AND listing_reading.words = NEW.correction"
    " AND listing_reading.account_id = NEW.ended_by))",
    _UNREAD,
)
