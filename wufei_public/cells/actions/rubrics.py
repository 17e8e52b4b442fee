"""Rubrics: the package's, a version from a file, and a draft that becomes a version."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from wufei_public.cells import policy
from wufei_public.cells.actions.steps import require
from wufei_public.cells.models.rounds import CellRubric, CellRubricDraft
from wufei_public.cells.queries import rounds as queries
from wufei_public.cells.rules.comparing import differences
from wufei_public.cells.rules.faults import faults
from wufei_public.cells.rules.frames import kept, packaged, read_frame
from wufei_public.cells.rules.kinds import KINDS
from wufei_public.cells.rules.routes import route_json
from wufei_public.cells.rules.rubrics import read_rubric
from wufei_public.common.errors import Conflict, FieldError, Invalid, WrongState
from wufei_public.common.text import N_
from wufei_public.infra import audit
from wufei_public.infra.work import Work


def seed(w: Work) -> int:
    """Load the package's rubrics, those that are there left alone; return how many are new."""
    frame = packaged()
    known = set(w.session.execute(select(CellRubric.kind, CellRubric.version)).tuples())
    new = 0
    for kind in frame["kinds"]:
        if (kind["kind"], frame["version"]) not in known:
            content = {
                "version": frame["version"],
                "sections": frame["sections"],
                "kind": kind,
                "route": route_json(KINDS[kind["kind"]].route),
            } | kept(frame)
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
        read_frame(content)
        found = faults(rubric)
        if rubric.kind not in KINDS or not 0 < len(rubric.version) <= 20:  # noqa: PLR2004  the column
            found.append(
                FieldError("version", N_("要有版本号（最多 20 个字）和本系统的单位类别。"))
            )
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        found = [FieldError("file", N_("这个文件读不懂：%(fault)s"), {"fault": str(error)})]
    if found:
        raise Invalid("bad_rubric", N_("这个评分表还不能用。"), found)


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


# ---- a draft --------------------------------------------------------------------


def begin_draft(w: Work, *, kind: str, version: str) -> CellRubricDraft:
    """Begin a new version of a kind's rubric from an older one; Conflict where one is begun."""
    require(policy.may_lead(w.actor))
    content = queries.content(w.session, kind, version)
    if kind in queries.drafts(w.session):
        raise Conflict("rubric_draft_there", N_("这一类已经有一份正在改的评分表，请接着改那一份。"))
    base = next(one for one in queries.versions(w.session, kind) if one.version == version)
    route = route_json(read_rubric(content).route)
    found = CellRubricDraft(
        kind=kind,
        base_id=base.id,
        revision=0,
        content={**content, "version": "", "route": route},
        changed_at=w.now,
        changed_by=w.actor.id or 0,
    )
    w.session.add(found)
    w.session.flush()
    return found


def change_draft(
    w: Work, *, kind: str, revision: int, change: Callable[[Mapping[str, Any]], dict[str, Any]]
) -> CellRubricDraft:
    """Change a draft as `change` says; WrongState where somebody changed it meanwhile."""
    found = _seen(w, kind, revision)
    found.content = change(found.content)
    found.revision += 1
    found.changed_at, found.changed_by = w.now, w.actor.id or 0
    w.session.flush()
    return found


def drop_draft(w: Work, *, kind: str, revision: int) -> None:
    """Throw a draft away: the versions that were published stay."""
    w.session.delete(_seen(w, kind, revision))
    w.session.flush()


def publish_draft(w: Work, *, kind: str, revision: int) -> CellRubric:
    """Make a version of the draft that was looked at; Invalid for a fault or without a change."""
    found = _seen(w, kind, revision)
    content = dict(found.content)
    if not differences(queries.content_of(w.session, found.base_id), content):
        raise Invalid("nothing_changed", N_("和原来的版本没有不同，不用发布。"))
    made = add_rubric(w, content)
    w.session.delete(found)
    w.session.flush()
    return made


def _seen(w: Work, kind: str, revision: int) -> CellRubricDraft:
    require(policy.may_lead(w.actor))
    found = queries.draft(w.session, kind, locked=True)
    if found.revision != revision:
        raise WrongState("draft_changed", N_("这份评分表刚才被改过，请看过最新的再改。"))
    return found
