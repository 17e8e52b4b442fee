"""What stands where an error was reported, and putting another thing there."""

from datetime import date

from sqlalchemy.orm import Session

from wufei_public.common.clock import day_start, district_day
from wufei_public.common.text import N_
from wufei_public.infra.work import Work
from wufei_public.organisations.queries import cards
from wufei_public.redblack.actions import uses
from wufei_public.redblack.actions.basis import masked, shown_text, wrong
from wufei_public.redblack.models.errors import ListingError
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.papers import ListingPaper
from wufei_public.redblack.queries import listings
from wufei_public.redblack.rules.errors import COLUMNS, LONGEST, Field
from wufei_public.redblack.rules.states import Paper


def takes_draft(session: Session, field: Field, row: Listing) -> bool:
    """Say whether what is wrong there is put right by a draft, which a second person confirms."""
    if field is Field.DATES:
        return row.ends_at is not None
    if field is Field.REPLY:
        return any(paper.kind != Paper.REPAIR for paper in listings.papers(session, row.id))
    return field in COLUMNS


def draft(
    w: Work, found: ListingError, row: Listing, written: str, *, names: str, paper: str
) -> str:
    """Return a correction as everyone would read it; Invalid at its place where it is none."""
    if found.field == Field.REPLY:
        return _masked(w, found, row, names, paper)
    if not written:
        raise wrong("correction", N_("请写改正以后的内容。"))
    if found.field == Field.DATES:
        return _earlier_end(w, row, written)
    shown = shown_text("correction", written, names, LONGEST[COLUMNS[Field(found.field)]])
    if found.field == Field.DOCUMENT:
        uses.require_free(w, row, shown)
    return shown


def _masked(w: Work, found: ListingError, row: Listing, names: str, paper: str) -> str:
    """Return what the enterprise wrote with names hidden: nobody else puts words in its mouth."""
    if not paper:
        raise wrong("paper", N_("请选是哪一份。"))
    quoted = listings.paper(w.session, paper, row.id)
    found.paper = quoted.code
    # From what is public already: what was hidden stays so.
    words = masked(quoted.public_words, names, quoted.words)
    if words == quoted.public_words:
        raise wrong("names", N_("企业的话只能隐去人名和号码：请填要隐去的人名。"))
    return words


def _earlier_end(w: Work, row: Listing, written: str) -> str:
    """Return the day on which the term is over instead: an end may come, and is never put off."""
    try:
        day = date.fromisoformat(written)
    except ValueError as error:
        raise wrong("correction", N_("请选一个日子。")) from error
    if row.ends_at is None or not district_day(w.now) < day < district_day(row.ends_at):
        raise wrong("correction", N_("只能改成更早撤下：明天以后，现在的日子以前。"))
    return day.isoformat()


def put(w: Work, found: ListingError, row: Listing) -> None:
    """Put the drafted correction where it belongs; what stood there is kept in the report.

    The report is closed before: the database lets nothing change that no closed one asks for.
    """
    if found.field == Field.DATES and row.ends_at is not None:
        _earlier_end(w, row, found.correction)  # another draft may have been first
        found.replaced = district_day(row.ends_at).isoformat()
        w.session.flush()  # the database asks the report
        row.ends_at = day_start(date.fromisoformat(found.correction))
        row.repair_from = min(row.repair_from, row.ends_at) if row.repair_from else None
    elif found.field == Field.REPLY:
        _swap(w, found, listings.paper(w.session, found.paper, row.id), "public_words")
    else:
        if found.field == Field.DOCUMENT:
            uses.correct(w, row, found.correction)  # another entry may have been first
        _swap(w, found, row, COLUMNS[Field(found.field)])


def _swap(w: Work, found: ListingError, where: Listing | ListingPaper, column: str) -> None:
    found.replaced = getattr(where, column)
    w.session.flush()
    setattr(where, column, found.correction)


def follow_register(w: Work, row: Listing) -> None:
    """Let the entry's place and trade be those of the register, where it was put right."""
    card = cards.cards_of(w.session, [row.organisation_id])[row.organisation_id]
    row.division, row.town, row.trade = card.division, card.town, card.kind
