"""The history of an organisation's permit class: from which day on it stood under which."""

from datetime import date

from sqlalchemy import delete, insert

from wufei_public.common.clock import district_day
from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.infra.buckets import hand_on
from wufei_public.infra.work import Work
from wufei_public.organisations.models import Organisation, PermitSpan
from wufei_public.organisations.queries import permits as queries
from wufei_public.organisations.rules.kinds import PermitClass

MEASURE = "permits"


def keep(w: Work, found: Organisation, since: date | None) -> None:
    """Write under what the card stands from `since` on, or from today if that is news.

    Whatever was said of later days is corrected by it; what was before stays.
    """
    today = district_day(w.now)
    if since is not None and since > today:
        sentence = N_("这一天还没有到。")
        raise Invalid("invalid", sentence, [FieldError("permit_since", sentence)])
    now = (found.permit_class, found.waste_related)
    last = queries.newest(w.session, found.id)
    said = (last.permit_class, last.waste_related) if last else (PermitClass.NONE, False)
    if said == now and (since is None or last is None):
        return
    own = PermitSpan.organisation_id == found.id
    first = since or today
    # Said again with another day: it began then, not earlier and not later.
    begins = min(first, last.since) if last and said == now else first
    w.session.execute(delete(PermitSpan).where(own, PermitSpan.since >= begins))
    row = {"organisation_id": found.id, "since": first, "permit_class": now[0]}
    w.session.execute(insert(PermitSpan), row | {"waste_related": now[1]})
    hand_on(w, MEASURE, [("", begins)])


def end(w: Work, before: date | None, now: date | None) -> None:
    """Say in the same transaction since when an organisation counts no more, or counts again."""
    if before != now:
        hand_on(w, MEASURE, [("", min(day for day in (before, now) if day is not None))])
