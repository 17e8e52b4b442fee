"""Waves, what came in, and what was decided about it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, func, not_, or_, select, union
from sqlalchemy.orm import Session

from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.surveys.models import (
    Contact,
    Device,
    Exclusion,
    Form,
    Invitation,
    Response,
    Token,
    Unit,
    Wave,
)
from wufei_public.surveys.rules.calling import ANSWERED
from wufei_public.surveys.rules.drawing import Plan, Reply
from wufei_public.surveys.rules.estimates import FLOOR
from wufei_public.surveys.rules.margins import margins_of
from wufei_public.surveys.rules.quality import Pace
from wufei_public.surveys.rules.replies import COMPLETE, PARTIAL
from wufei_public.surveys.rules.waves import GRACE, SAMPLED, Mode, State, WaveFacts

COUNTED = (COMPLETE, PARTIAL)
# What each mark means in SQL.
MARKED = {
    "fast": Response.pace == Pace.FAST,
    "straight": Response.straight.is_(True),
    "everything": Response.everything.is_(True),
    "impossible": Response.impossible.is_(True),
    "duplicate": Response.duplicate.is_(True),
}


def wave(session: Session, code: str, *, locked: bool = False) -> Wave:
    """Return the wave with this code, locked for a change if asked; NotFound without one."""
    wanted = select(Wave).where(Wave.code == code)
    found = session.scalar(wanted.with_for_update() if locked else wanted)
    if found is None:
        raise missing()
    return found


def missing() -> NotFound:
    """Return the refusal for a wave that is not there, or that nobody may know of."""
    return NotFound("no_wave", N_("没有这次调查。"))


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a wave an answer needs; the rest, such as its margins, is not read for each."""

    id: int
    form: str
    signed_in: bool
    secret: bytes
    quotas: Mapping[str, Any] | None
    facts: WaveFacts


# Made once: an answer is the one thing that a crowd sends (bench/answers.py).
_ASKED = (
    select(
        Wave.id,
        Form.code,
        Wave.signed_in,
        Wave.secret,
        Wave.quotas,
        Wave.state,
        Wave.mode,
        Wave.opens_on,
        Wave.closes_on,
        Wave.form_id,
    )
    .join(Form, Form.id == Wave.form_key)
    .where(Wave.code == bindparam("code"))
    # The wave does not end before the answer is in (PostgreSQL; the foreign key locks no less).
    .with_for_update(read=True, key_share=True, of=Wave)
)


def asked(session: Session, code: str) -> Asked:
    """Return what an answer needs of the wave with this code; NotFound without one."""
    found = session.connection().execute(_ASKED, {"code": code}).one_or_none()
    if found is None:
        raise missing()
    wave_id, form, signed_in, secret, quotas, state, mode, *rest = found
    facts = WaveFacts(State(state), Mode(mode), *rest)
    return Asked(wave_id, form, signed_in, secret or b"", quotas, facts)


def listed(session: Session) -> Sequence[Row[Any]]:
    """Return every wave with its count of answers, the newest first."""
    counted = (
        select(func.count())
        .where(Response.wave_id == Wave.id, Response.outcome.in_(COUNTED))
        .scalar_subquery()
    )
    columns = (
        Wave.code,
        Wave.title,
        Wave.title_en,
        Wave.state,
        Wave.mode,
        Wave.opens_on,
        Wave.closes_on,
        Wave.target,
        Form.title.label("form"),
        counted.label("counted"),
    )
    wanted = select(*columns).join(Form, Form.id == Wave.form_key)
    return session.execute(wanted.order_by(Wave.id.desc())).all()


def open_for_all(session: Session, today: date) -> Sequence[Row[Any]]:
    """Return the waves that anybody may answer today."""
    columns = (Wave.code, Wave.title, Wave.title_en, Wave.closes_on, Wave.signed_in)
    wanted = select(*columns).where(
        Wave.state == State.OPEN,
        Wave.mode == Mode.LINK,
        Wave.opens_on <= today,
        Wave.closes_on >= today,
    )
    return session.execute(wanted.order_by(Wave.closes_on, Wave.id)).all()


def published(session: Session) -> Sequence[Row[Any]]:
    """Return the waves whose results everybody may read, the newest first."""
    columns = (Wave.code, Wave.title, Wave.title_en, Wave.closes_on, Wave.mode)
    wanted = select(*columns).where(Wave.state == State.PUBLISHED)
    return session.execute(wanted.order_by(Wave.closes_on.desc(), Wave.id.desc())).all()


def newest_published(session: Session, form_id: str) -> Wave | None:
    """Return the wave of a questionnaire whose results were published last."""
    wanted = select(Wave).where(Wave.state == State.PUBLISHED, Wave.form_id == form_id)
    return session.scalar(wanted.order_by(Wave.closes_on.desc(), Wave.id.desc()).limit(1))


def published_before(session: Session, wave_row: Wave) -> Sequence[Wave]:
    """Return earlier published waves of the same questionnaire, the newest first."""
    wanted = select(Wave).where(
        Wave.state == State.PUBLISHED,
        Wave.form_id == wave_row.form_id,
        Wave.id != wave_row.id,
        Wave.closes_on <= wave_row.closes_on,
    )
    return session.scalars(wanted.order_by(Wave.closes_on.desc(), Wave.id.desc()).limit(8)).all()


def ended(session: Session, today: date) -> Sequence[str]:
    """Return the codes of the open waves whose last day is over, and the time for latecomers."""
    wanted = select(Wave.code).where(Wave.state == State.OPEN, Wave.closes_on < today - GRACE)
    return session.scalars(wanted).all()


def floor_of(wave_row: Wave) -> int:
    """Return below how many answers nothing is shown: units answer in their own name."""
    return FLOOR if wave_row.facts.of_persons else 0


def plan_of(wave_row: Wave) -> Plan:
    """Return how a wave was drawn and what is known of its population."""
    frame = wave_row.frame or {}
    return Plan(
        margins_of(wave_row.margins),
        _as_joined(frame, frame.get("sizes", {})),
        wave_row.seed,
        floor_of(wave_row),
        _as_joined(frame, _units(frame)),
    )


def _units(frame: Mapping[str, Any]) -> Mapping[str, int]:
    """Return of how many units each stratum was drawn; of nothing where it must not be told.

    Where villages were drawn and some of their people, what was left to chance is more than the
    villages: their number must not make the errors smaller.
    """
    found: Mapping[str, int] = frame.get("units") or frame.get("sizes", {})
    clusters = frame.get("clusters")
    if clusters is None:
        return found
    return dict(clusters["listed"]) if clusters["everybody"] else {}


def _as_joined(frame: Mapping[str, Any], by_stratum: Mapping[str, int]) -> Mapping[str, int]:
    """Return counts by the names of strata that the answers carry."""
    joined = frame.get("joined", {})
    sizes: dict[str, int] = {}
    for name, size in by_stratum.items():
        sizes[joined.get(name, name)] = sizes.get(joined.get(name, name), 0) + size
    return sizes


def by_stratum(session: Session, wave_id: int) -> dict[str, int]:
    """Return how many answers each stratum has, also those that do not count."""
    wanted = select(Response.stratum, func.count()).where(Response.wave_id == wave_id)
    return dict(session.execute(wanted.group_by(Response.stratum)).tuples().all())


def by_cluster(session: Session, wave_id: int) -> dict[str, dict[str, int]]:
    """Return how many answers each cluster has, by stratum, also those that do not count."""
    columns = (Response.stratum, Response.psu)
    wanted = select(*columns, func.count()).where(Response.wave_id == wave_id)
    found: dict[str, dict[str, int]] = {}
    for stratum, psu, count in session.execute(wanted.group_by(*columns)):
        found.setdefault(stratum, {})[psu] = count
    return found


def counted(session: Session, wave_id: int) -> int:
    """Return how many answers count."""
    wanted = select(func.count()).where(Response.wave_id == wave_id, Response.outcome.in_(COUNTED))
    return session.scalar(wanted) or 0


def received(session: Session, wave_id: int) -> int:
    """Return how many answers there are, also those that do not count."""
    wanted = select(func.count()).where(Response.wave_id == wave_id)
    return session.scalar(wanted) or 0


def replies(
    session: Session, wave_id: int, without: Collection[str] = (), until: date | None = None
) -> list[Reply]:
    """Return the answers that count, less those with a mark of `without`, in order of the key.

    `until`: those of the days up to this one.
    """
    columns = (Response.answers, Response.stratum, Response.weight, Response.psu)
    wanted = select(*columns).where(Response.wave_id == wave_id, Response.outcome.in_(COUNTED))
    if until:
        wanted = wanted.where(Response.day <= until)
    if without:
        wanted = wanted.where(not_(or_(*(MARKED[flag] for flag in without))))
    return [Reply(*row) for row in session.execute(wanted.order_by(Response.id))]


def every_response(session: Session, wave_id: int) -> Sequence[Response]:
    """Return every answer of a wave, also those that do not count."""
    return session.scalars(select(Response).where(Response.wave_id == wave_id)).all()


def marks(session: Session, wave_id: int) -> Mapping[str, int]:
    """Return how many of the answers that count carry each mark."""
    columns = [func.count().filter(condition).label(flag) for flag, condition in MARKED.items()]
    wanted = select(*columns).where(Response.wave_id == wave_id, Response.outcome.in_(COUNTED))
    return dict(session.execute(wanted).mappings().one())


def exclusions(session: Session, wave_id: int) -> Sequence[Exclusion]:
    """Return every decision to leave answers out, also those withdrawn."""
    wanted = select(Exclusion).where(Exclusion.wave_id == wave_id).order_by(Exclusion.id)
    return session.scalars(wanted).all()


def excluded(session: Session, wave_id: int) -> tuple[str, ...]:
    """Return the marks whose answers are left out now."""
    rows = exclusions(session, wave_id)
    return tuple(dict.fromkeys(row.flag for row in rows if row.withdrawn_at is None))


def outcomes(session: Session, wave_row: Wave) -> Mapping[str, int]:
    """Return how many persons came to each outcome; of those drawn where a sample was."""
    if wave_row.mode not in SAMPLED:
        return _by_outcome(session, wave_row, Response, Contact)
    # How fully who has answered did so stands with the answers alone.
    found = _by_outcome(session, wave_row, Response)
    kept = (wave_row.frame or {}).get("outcomes")
    return found | (unanswered(session, wave_row) if kept is None else kept)


def unanswered(session: Session, wave_row: Wave) -> dict[str, int]:
    """Return how many members of the sample came to each outcome but an answer."""
    return _by_outcome(session, wave_row, Invitation)


def _by_outcome(
    session: Session, wave_row: Wave, *tables: type[Response | Contact | Invitation]
) -> dict[str, int]:
    found: dict[str, int] = {}
    for table in tables:
        mine = (table.wave_id == wave_row.id, table.outcome != ANSWERED)
        rows = select(table.outcome, func.count()).where(*mine)
        for outcome, count in session.execute(rows.group_by(table.outcome)):
            found[outcome] = found.get(outcome, 0) + count
    return found


def invitations(session: Session, wave_id: int) -> Sequence[Invitation]:
    """Return the sample in the order of its numbers."""
    wanted = select(Invitation).where(Invitation.wave_id == wave_id).order_by(Invitation.number)
    return session.scalars(wanted).all()


def invitation(session: Session, wave_id: int, lookup: str) -> Invitation | None:
    """Return the member of the sample whose code was given, locked for a change."""
    wanted = select(Invitation).where(Invitation.wave_id == wave_id, Invitation.lookup == lookup)
    return session.scalar(wanted.with_for_update())


def unmixed(session: Session) -> list[int]:
    """Return the waves with rows whose place still tells when they came; a file has none."""
    tables = (Response, Token, Device, Unit, Invitation)
    found = union(*(select(table.wave_id).where(table.fresh.is_(True)) for table in tables))
    wanted = select(Wave.id).where(Wave.id.in_(found), Wave.mode != Mode.EXTERNAL)
    return list(session.scalars(wanted.order_by(Wave.id)))
