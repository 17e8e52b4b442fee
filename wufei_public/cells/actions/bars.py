"""What keeps a unit out: the black list, a removal, untrue papers, in the last years."""

from collections.abc import Collection

from wufei_public.calendar.queries import holidays
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.queries import bars, certificates
from wufei_public.cells.rules.clocks import last_day
from wufei_public.common.clock import district_day
from wufei_public.common.errors import FieldError, Invalid, WrongState
from wufei_public.common.text import N_
from wufei_public.infra.work import Work
from wufei_public.redblack.queries.listings import black_until


def require_unlisted(w: Work, organisations: Collection[int]) -> None:
    """Raise Invalid while one of the units is on the black list: no application until its end."""
    ends = [black_until(w.session, one, w.now) for one in organisations]
    until = max((end for end in ends if end is not None), default=None)
    if until is not None:
        sentence = N_("单位在公布的失信期内，%(day)s 以前不能申报；修复以后可以。")
        facts = {"day": district_day(until).isoformat()}
        raise Invalid("listed", sentence, [FieldError("site", sentence, facts)], **facts)


def require_unbarred(w: Work, organisations: Collection[int], but: int | None = None) -> None:
    """Raise Invalid while one of the units is barred: removed, or untrue, in the last years.

    The application `but` is no reason against itself.
    """
    at = bars.barred_at(w.session, organisations, but)
    until = at and last_day("barred", district_day(at), holidays(w.session))
    if until and until >= district_day(w.now):
        sentence = N_("这个单位被摘过牌或者材料不真实，%(day)s 以前不能申报。")
        facts = {"day": until.isoformat()}
        raise Invalid("barred", sentence, [FieldError("site", sentence, facts)], **facts)


def require_nothing_else(w: Work, row: CellApplication) -> None:
    """Raise WrongState while another application of one of the units bars it."""
    try:
        require_unbarred(w, certificates.organisations_of(w.session, row.id), but=row.id)
    except Invalid as bar:
        sentence = N_("“%(unit)s”另有一张证书被摘牌，或者材料不真实，%(day)s 以前不能恢复。")
        raise WrongState(bar.code, sentence, unit=row.unit, **bar.facts) from bar


def require_free(w: Work, row: CellApplication) -> None:
    """Raise WrongState where a unit may not be named or restored: listed, or barred meanwhile."""
    units = certificates.organisations_of(w.session, row.id)
    try:
        require_unlisted(w, units)
        require_unbarred(w, set(units), but=row.id)
    except Invalid as bar:
        sentence = N_("“%(unit)s”在失信期内，或者被摘过牌、材料不真实，现在不能命名或者恢复。")
        raise WrongState(bar.code, sentence, unit=row.unit) from bar
