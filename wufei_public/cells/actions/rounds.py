"""The leading group's office: rounds, the register of experts."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from wufei_public.cells import policy
from wufei_public.cells.actions.steps import require, tell_unit
from wufei_public.cells.models.reviews import CellExpert
from wufei_public.cells.models.rounds import (
    CellRound,
    CellRoundChange,
    CellRoundKind,
)
from wufei_public.cells.queries import applications
from wufei_public.cells.queries import rounds as queries
from wufei_public.cells.rules.rounds import (
    chosen_rubrics,
    require_dates,
    require_longer,
    require_open,
)
from wufei_public.common.codes import new_code
from wufei_public.common.places import town_of
from wufei_public.infra import audit
from wufei_public.infra.work import Work


def open_round(
    w: Work,
    *,
    title: str,
    notice: str,
    opens_at: datetime,
    closes_at: datetime,
    kinds: Sequence[str],
    towns: Sequence[str] = (),
    quota: int | None = None,
    rubrics: Sequence[int] = (),
) -> CellRound:
    """Open a round for `kinds`, each by the version of its rubric in `rubrics`, else the newest."""
    require(policy.may_lead(w.actor))
    require_dates(opens_at, closes_at)
    versions = chosen_rubrics(queries.choices(w.session), kinds, rubrics)
    found = CellRound(
        code=new_code(secrets.token_bytes),
        title=title,
        notice=notice,
        opens_at=opens_at,
        closes_at=closes_at,
        quota=quota,
        towns=sorted(towns),
        made_at=w.now,
        made_by=w.actor.id or 0,
    )
    w.session.add(found)
    w.session.flush()
    w.session.add_all(
        CellRoundKind(round_id=found.id, kind=kind, rubric_id=versions[kind]) for kind in kinds
    )
    w.session.flush()
    audit.record(w, "cells:round:open", f"cells/round/{found.code}")
    for row in applications.kept_drafts(w.session, kinds, w.now):
        tell_unit(w, row, "cells.draft_waits")
    return found


def extend_round(w: Work, *, code: str, closes_at: datetime, reason: str) -> CellRound:
    """Extend a round to a later end, with the reason that everyone reads."""
    require(policy.may_lead(w.actor))
    found = queries.round_of(w.session, code, locked=True)
    require_longer(queries.facts_of(w.session, found), closes_at)
    return _change(w, found, closes_at, reason, "extend")


def close_round(w: Work, *, code: str, reason: str) -> CellRound:
    """Close a running round now, with the reason that everyone reads.

    Drafts are kept, and their units told: they go on in another round (`copy_draft`).
    """
    require(policy.may_lead(w.actor))
    found = queries.round_of(w.session, code, locked=True)
    require_open(queries.facts_of(w.session, found), w.now)
    for row in applications.drafts_of(w.session, found.id):
        tell_unit(w, row, "cells.closed_early")
    return _change(w, found, w.now, reason, "close")


def _change(w: Work, found: CellRound, closes_at: datetime, reason: str, what: str) -> CellRound:
    w.session.add(
        CellRoundChange(
            round_id=found.id,
            at=w.now,
            actor_id=w.actor.id or 0,
            before=found.closes_at,
            after=closes_at,
            reason=reason,
        )
    )
    found.closes_at = closes_at
    w.session.flush()
    audit.record(w, f"cells:round:{what}", f"cells/round/{found.code}", reason=reason)
    return found


# ---- experts --------------------------------------------------------------------


def register_expert(
    w: Work,
    *,
    account: int,
    division: str | None = None,
    organisation: int | None = None,
    kinds: Sequence[str] = (),
    about: str = "",
) -> CellExpert:
    """Write down where an expert belongs, so that conflicts are known before anybody asks."""
    require(policy.may_lead(w.actor))
    found = w.session.get(CellExpert, account)
    if found is None:
        found = CellExpert(account_id=account)
        w.session.add(found)
    found.town, found.organisation_id = town_of(division), organisation
    found.kinds, found.about = sorted(kinds), about
    w.session.flush()
    audit.record(w, "cells:expert:register", f"cells/expert/{account}")
    return found
