"""An official keeps a filter of the queue, and drops it."""

from sqlalchemy import delete

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.dumping.models.filters import ReportFilter
from wufei_public.dumping.queries.filters import kept
from wufei_public.infra.work import Work

MOST = 12


def keep(w: Work, *, name: str, query: str) -> None:
    """Keep `query` under `name`; the same name again takes the place of the first.

    Raises Invalid at `name` where there are too many.
    """
    mine = {row.name: row for row in kept(w.session, w.actor.id)}
    if name in mine:
        mine[name].query = query
        return
    if len(mine) >= MOST:
        sentence = N_("最多存 %(most)s 个，先去掉一个。")
        fault = FieldError("name", sentence, {"most": MOST})
        raise Invalid("too_many_filters", sentence, [fault], most=MOST)
    w.insert(ReportFilter, {"account": w.actor.id, "name": name, "query": query})


def drop(w: Work, *, number: int) -> None:
    """Drop an own filter; nothing happens to those of others."""
    own = (ReportFilter.id == number, ReportFilter.account == w.actor.id)
    w.session.execute(delete(ReportFilter).where(*own))
