"""Rubrics and rounds."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, tuple_
from sqlalchemy.orm import Session

from wufei_public.cells.models.rounds import (
    CellRound,
    CellRoundChange,
    CellRoundKind,
    CellRubric,
    CellRubricDraft,
)
from wufei_public.cells.rules.rounds import RoundFacts
from wufei_public.cells.rules.rubrics import Rubric, read_rubric
from wufei_public.common.codes import normalise
from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_

Position = tuple[datetime, int]
ROUNDS = 20
# A version never changes, so what was read under its digest holds for good.
_kept: dict[str, Rubric] = {}


def rubric(session: Session, rubric_id: int) -> Rubric:
    """Return one version of a rubric."""
    digest = session.scalar(select(CellRubric.digest).where(CellRubric.id == rubric_id))
    if digest not in _kept:
        content = session.scalar(select(CellRubric.content).where(CellRubric.id == rubric_id))
        _kept[digest or ""] = read_rubric(content or {})
    return _kept[digest or ""]


def versions(session: Session, kind: str) -> Sequence[Row[Any]]:
    """Return `(id, version, digest, made_at, made_by)` of every version of a kind's rubric."""
    return session.execute(
        select(
            CellRubric.id,
            CellRubric.version,
            CellRubric.digest,
            CellRubric.made_at,
            CellRubric.made_by,
        )
        .where(CellRubric.kind == kind)
        .order_by(CellRubric.id)
    ).all()


def choices(session: Session) -> Mapping[str, Mapping[int, str]]:
    """Return for each kind the id and the version of its rubrics, the newest first."""
    rows = session.execute(
        select(CellRubric.kind, CellRubric.id, CellRubric.version).order_by(CellRubric.id.desc())
    )
    found: dict[str, dict[int, str]] = {}
    for kind, rubric_id, version in rows:
        found.setdefault(kind, {})[rubric_id] = version
    return found


def content(session: Session, kind: str, version: str) -> dict[str, Any]:
    """Return a rubric as the file that it came from; NotFound."""
    found: dict[str, Any] | None = session.scalar(
        select(CellRubric.content).where(CellRubric.kind == kind, CellRubric.version == version)
    )
    if found is None:
        raise NotFound("no_rubric", N_("没有这个评分表。"))
    return found


def drafts(session: Session) -> Mapping[str, CellRubricDraft]:
    """Return the rubrics in the making by kind."""
    return {one.kind: one for one in session.scalars(select(CellRubricDraft))}


def draft(session: Session, kind: str, *, locked: bool = False) -> CellRubricDraft:
    """Return the rubric in the making of a kind; NotFound if there is none."""
    statement = select(CellRubricDraft).where(CellRubricDraft.kind == kind)
    found = session.scalar(statement.with_for_update() if locked else statement)
    if found is None:
        raise NotFound("no_rubric_draft", N_("这一类没有正在改的评分表。"))
    return found


def content_of(session: Session, rubric_id: int) -> dict[str, Any]:
    """Return the content of one version."""
    found: dict[str, Any] = session.scalars(
        select(CellRubric.content).where(CellRubric.id == rubric_id)
    ).one()
    return found


def round_of(session: Session, code: str, *, locked: bool = False) -> CellRound:
    """Return the round `code`; NotFound if there is none."""
    statement = select(CellRound).where(CellRound.code == normalise(code))
    found = session.scalar(statement.with_for_update() if locked else statement)
    if found is None:
        raise NotFound("no_round", N_("没有这一批申报。"))
    return found


def kinds_of(session: Session, round_id: int) -> Mapping[str, int]:
    """Return the kinds that a round takes and the rubric of each."""
    rows = session.execute(
        select(CellRoundKind.kind, CellRoundKind.rubric_id)
        .where(CellRoundKind.round_id == round_id)
        .order_by(CellRoundKind.rubric_id)
    )
    return dict(rows.tuples().all())


def versions_of(session: Session, round_id: int) -> Sequence[tuple[str, str]]:
    """Return the kinds that a round takes, each with the version of its rubric."""
    rows = session.execute(
        select(CellRoundKind.kind, CellRubric.version)
        .join(CellRubric, CellRubric.id == CellRoundKind.rubric_id)
        .where(CellRoundKind.round_id == round_id)
        .order_by(CellRoundKind.rubric_id)
    )
    return rows.tuples().all()


def facts_of(session: Session, found: CellRound) -> RoundFacts:
    """Return a round as rules see it."""
    return found.facts(kinds_of(session, found.id))


def rounds(
    session: Session, after: Position | None = None, limit: int = ROUNDS
) -> tuple[Sequence[CellRound], Position | None]:
    """Return a page of the rounds, the newest first, and the position that ends it."""
    statement = select(CellRound)
    if after:
        statement = statement.where(tuple_(CellRound.opens_at, CellRound.id) < after)
    ordered = statement.order_by(CellRound.opens_at.desc(), CellRound.id.desc())
    rows = session.scalars(ordered.limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return rows[:limit], (last.opens_at, last.id) if last else None


def running(session: Session, now: datetime) -> Sequence[CellRound]:
    """Return the rounds that take applications now, the one that closes first on top."""
    return session.scalars(
        select(CellRound)
        .where(CellRound.opens_at <= now, CellRound.closes_at >= now)
        .order_by(CellRound.closes_at, CellRound.id)
    ).all()


def changes(session: Session, round_id: int) -> Sequence[CellRoundChange]:
    """Return what was changed about a round, oldest first."""
    return session.scalars(
        select(CellRoundChange)
        .where(CellRoundChange.round_id == round_id)
        .order_by(CellRoundChange.id)
    ).all()


def quota_full(session: Session, round_id: int) -> bool:
    """Say whether a round has a quota, and as many units as that were decided on."""
    found = session.get_one(CellRound, round_id)
    return found.quota is not None and found.taken >= found.quota


def locked(session: Session, round_id: int) -> CellRound:
    """Return a round as it stands now; whoever decides in it at the same moment waits."""
    return session.scalars(
        select(CellRound)
        .where(CellRound.id == round_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
