"""Addresses that a cache shall forget: rows of the outbox, delivered like messages."""

from collections.abc import Sequence

from wufei_public.infra.outbox import queue
from wufei_public.infra.work import Work
from wufei_public.messages.actions.delivery import Parcel, due, mark_under_way
from wufei_public.messages.gateway.cdn import Cdn
from wufei_public.messages.rules import Undelivered

CHANNEL, TEMPLATE = "cdn", "cdn.forget"


def forget_addresses(w: Work, paths: Sequence[str]) -> None:
    """Queue that the cache forgets `paths` of this site; nothing where none is configured."""
    if w.settings.cdn_purge_url and paths:
        values = {"paths": list(paths)}
        queue(w, channel=CHANNEL, to="", template=TEMPLATE, values=values)


def lease_purges(w: Work) -> Sequence[Parcel]:
    """Take due rows for LEASE: no other process calls for them meanwhile."""
    rows = due(w, CHANNEL)
    for row in rows:
        mark_under_way(w, row)
    w.session.flush()
    return [Parcel(row.id, "", row.template, dict(row.values), row.tries) for row in rows]


def call(cdn: Cdn, site: str, parcel: Parcel) -> Undelivered | None:
    """Tell the cache, outside any transaction; return why it did not take it."""
    try:
        cdn.forget([f"{site}{path}" for path in parcel.values["paths"]])
    except Undelivered as failure:
        return failure
    return None
