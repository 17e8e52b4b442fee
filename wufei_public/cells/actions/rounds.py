"""The leading group's office: rubrics, rounds, the register of experts."""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib import resources
from typing import Any

from sqlalchemy import select

from wufei_public.cells import policy
from wufei_public.cells.actions.steps import require
from wufei_public.cells.models.reviews import CellExpert
from wufei_public.cells.models.rounds import (
    CellRound,
    CellRoundChange,
    CellRoundKind,
    CellRubric,
)
from wufei_public.cells.queries import rounds as queries
from wufei_public.cells.rules.kinds import KINDS
from wufei_public.cells.rules.rounds import require_dates, require_longer, require_open
from wufei_public.cells.rules.rubrics import faults, read_rubric
from wufei_public.common.codes import new_code
from wufei_public.common.errors import Conflict, FieldError, Invalid
from wufei_public.common.places import town_of
from wufei_public.common.text import N_
from wufei_public.infra import audit
from wufei_public.infra.work import Work


def seed(w: Work) -> int:
    """Load the package's rubrics, those that are there left alone; return how many are new."""
    file = resources.files("wufei_public.cells") / "data" / "rubrics.json"
    frame = json.loads(file.read_text(encoding="utf-8"))
    known = set(w.session.execute(select(CellRubric.kind, CellRubric.version)).tuples())
    new = 0
    for kind in frame["kinds"]:
        if (kind["kind"], frame["version"]) not in known:
            content = {
                "version": frame["version"],
                "sections": frame["sections"],
                "source_note": frame["source_note"],
                "kind": kind,
            }
            _write(w, content, None)
            new += 1
    return new


def add_rubric(w: Work, content: Mapping[str, Any]) -> CellRubric:
    """Add a new version of a kind's rubric, checked whole; applications keep the one they have.

    Raises Invalid that names every fault, Conflict for a version that is there.
    """
    require(policy.may_lead(w.actor))
    _check(content)
    kind, version = content["kind"]["kind"], content["version"]
    if any(row.version == version for row in queries.versions(w.session, kind)):
        raise Conflict("rubric_there", N_("这个版本已经有了，请换一个版本号。"))
    found = _write(w, content, w.actor.id)
    audit.record(w, "cells:rubric:add", f"cells/rubric/{kind}", after={"version": version})
    return found


def _check(content: Mapping[str, Any]) -> None:
    try:
        rubric = read_rubric(content)
        found = faults(rubric)
        known = rubric.kind in KINDS and 0 < len(rubric.version) <= 20  # noqa: PLR2004  the column
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        found, known = [str(error)], True
    if found or not known:
        sentence = N_("这个评分表还不能用：%(faults)s")
        facts = {"faults": "; ".join(found[:5]) or "kind, version"}
        raise Invalid("bad_rubric", sentence, [FieldError("file", sentence, facts)], **facts)


def _write(w: Work, content: Mapping[str, Any], author: int | None) -> CellRubric:
    found = CellRubric(
        kind=content["kind"]["kind"],
        version=content["version"],
        digest=hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest(),
        content=dict(content),
        made_at=w.now,
        made_by=author,
    )
    w.session.add(found)
    w.session.flush()
    return found


# ---- rounds ---------------------------------------------------------------------


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
) -> CellRound:
    """Open a round for `kinds`, each by the newest version of its rubric."""
    require(policy.may_lead(w.actor))
    require_dates(opens_at, closes_at)
    rubrics = queries.newest_rubrics(w.session)
    if not kinds or not set(kinds) <= set(rubrics):
        sentence = N_("请选这一批接受哪些单位。")
        raise Invalid("no_kinds", sentence, [FieldError("kinds", sentence)])
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
        CellRoundKind(round_id=found.id, kind=kind, rubric_id=rubrics[kind].id) for kind in kinds
    )
    w.session.flush()
    audit.record(w, "cells:round:open", f"cells/round/{found.code}")
    return found


def extend_round(w: Work, *, code: str, closes_at: datetime, reason: str) -> CellRound:
    """Extend a round to a later end, with the reason that everyone reads."""
    require(policy.may_lead(w.actor))
    found = queries.round_of(w.session, code, locked=True)
    require_longer(queries.facts_of(w.session, found), closes_at)
    return _change(w, found, closes_at, reason, "extend")


def close_round(w: Work, *, code: str, reason: str) -> CellRound:
    """Close a running round now, with the reason that everyone reads."""
    require(policy.may_lead(w.actor))
    found = queries.round_of(w.session, code, locked=True)
    require_open(queries.facts_of(w.session, found), w.now)
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
