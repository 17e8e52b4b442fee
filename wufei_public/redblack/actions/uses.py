"""A decision and a case lead to one entry of a list, however their numbers are written."""

from sqlalchemy import delete

from wufei_public.common.text import N_
from wufei_public.infra.work import Work
from wufei_public.redblack.actions.basis import wrong
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.uses import ListingUse
from wufei_public.redblack.queries import assessments
from wufei_public.redblack.queries import uses as queries
from wufei_public.redblack.rules.numbers import keys_of
from wufei_public.redblack.rules.states import Use

Key = tuple[Use, str]


def require_new(w: Work, organisation_id: int, kind: str, document: str, report: str) -> None:
    """Raise Invalid at its field where what a proposal rests on led to an entry before."""
    for pointer, key in _keys(w, organisation_id, document, report):
        if key in queries.taken(w.session, organisation_id, kind, [key]):
            raise wrong(pointer, _USED[key[0]])


def claim(w: Work, row: Listing, document: str, report: str) -> None:
    """Use what a proposal rests on, so that no other entry of the list does."""
    for _pointer, key in dict.fromkeys(_keys(w, row.organisation_id, document, report)):
        _use(w, row, key)


def correct(w: Work, row: Listing, document: str) -> None:
    """Use the decision that a correction names instead; what was used before stays used."""
    require_free(w, row, document)
    for number in keys_of(document):
        _use(w, row, (Use.DOCUMENT, number))


def require_free(w: Work, row: Listing, document: str) -> None:
    """Raise Invalid where another entry rests on the decision that a correction names."""
    keys = [(Use.DOCUMENT, number) for number in keys_of(document)]
    by = queries.taken(w.session, row.organisation_id, row.kind, keys)
    if set(by.values()) - {row.id}:
        raise wrong("correction", _USED[Use.DOCUMENT])


def _keys(w: Work, organisation_id: int, document: str, report: str) -> list[tuple[str, Key]]:
    """Return what is used, with its field: a case brings the decision that names its offender."""
    found = [("document", (Use.DOCUMENT, number)) for number in keys_of(document)]
    if report:
        case = assessments.case_of(w.session, organisation_id, report)
        found.append(("report", (Use.CASE, report)))
        named = keys_of(case.document) if case else ()
        found += [("report", (Use.DOCUMENT, number)) for number in named]
    return found


def _use(w: Work, row: Listing, key: Key) -> None:
    what, number = key
    if key not in queries.taken(w.session, row.organisation_id, row.kind, [key]):
        w.session.add(
            ListingUse(
                organisation_id=row.organisation_id,
                kind=row.kind,
                what=what,
                number=number,
                listing_id=row.id,
            )
        )
        w.session.flush()


_USED = {
    Use.DOCUMENT: N_("这份决定已经用过：一份决定只能上一次榜，异议成立的不能再提。"),
    Use.CASE: N_("这个案件已经用过：一个案件只能上一次榜，异议成立的不能再提。"),
}


def let_go(w: Work, row: Listing) -> None:
    """Let what a proposal rested on be used again where it came to nothing, unless it was wrong.

    While an objection waits nobody knows: the answer says.
    """
    if not queries.is_disputed(w.session, row.id):
        w.session.execute(delete(ListingUse).where(ListingUse.listing_id == row.id))
