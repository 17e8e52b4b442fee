"""The district plans a wave and leads it from its first day to its published figures."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, update

from wufei_public.common.actor import SYSTEM
from wufei_public.common.clock import district_day
from wufei_public.common.codes import new_code
from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.infra import buckets
from wufei_public.infra.work import Work
from wufei_public.surveys import policy
from wufei_public.surveys.actions import mailing
from wufei_public.surveys.actions.looking import check_decision, see
from wufei_public.surveys.actions.releasing import withdraw_file
from wufei_public.surveys.actions.steps import note, require
from wufei_public.surveys.models import (
    Attempt,
    Call,
    Device,
    Exclusion,
    Invitation,
    Quota,
    Response,
    Token,
    Upload,
    Wave,
)
from wufei_public.surveys.queries import calls, forms, waves
from wufei_public.surveys.queries.waves import MARKED
from wufei_public.surveys.rules.disclosure import K
from wufei_public.surveys.rules.margins import check_fit, margins_of
from wufei_public.surveys.rules.quotas import cells_of
from wufei_public.surveys.rules.sampling import put_together
from wufei_public.surveys.rules.waves import (
    ANYBODY,
    SAMPLED,
    WORKFLOW,
    Mode,
    Move,
    State,
    is_of_units,
)

MEASURE = "surveys"


@dataclass(frozen=True, slots=True)
class Draft:
    """What the district says of a new wave."""

    form: str
    title: str
    mode: Mode
    opens_on: date
    closes_on: date
    title_en: str = ""
    target: int = 0
    expected_rate: int = 100
    collector: str = ""
    signed_in: bool = False
    rotates: bool = False
    identifiable: bool = False
    margins: Sequence[Sequence[Any]] = field(default_factory=tuple)
    quota_by: Sequence[str] = ()
    quota_stops: bool = False


def plan(w: Work, draft: Draft) -> Wave:
    """Write a new wave, not open yet; Invalid at the field that is wrong."""
    require(policy.may_manage(w.actor))
    form = forms.form(w.session, draft.form)
    if draft.opens_on > draft.closes_on:
        sentence = N_("最后一天不能早于第一天。")
        raise Invalid("bad_days", sentence, [FieldError("closes_on", sentence)])
    check_fit(forms.questionnaire(w.session, form.id), margins_of(draft.margins))
    _check_pointing(w, form.code, draft)
    _check_units(form.form_id, draft)
    wave = Wave(
        code=new_code(secrets.token_bytes),
        form_key=form.id,
        form_id=form.form_id,
        title=draft.title,
        title_en=draft.title_en,
        mode=draft.mode,
        state=State.DRAFT,
        opens_on=draft.opens_on,
        closes_on=draft.closes_on,
        target=draft.target,
        expected_rate=draft.expected_rate,
        collector=draft.collector if draft.mode is Mode.EXTERNAL else "",
        signed_in=draft.signed_in,
        rotates=draft.rotates,
        identifiable=draft.identifiable,
        margins=[list(row) for row in draft.margins],
        seed=secrets.randbits(31),
        secret=secrets.token_bytes(32),
        quotas=_quotas(draft),
        created_at=w.now,
    )
    w.session.add(wave)
    w.session.flush()
    _set_quotas(w, wave, draft)
    note(w, wave, "plan", form=form.form_id, version=form.version, mode=draft.mode, seed=wave.seed)
    return wave


def _check_units(form_id: str, draft: Draft) -> None:
    """Refuse a link to organisations that anybody could answer, as often as they like."""
    if is_of_units(form_id) and draft.mode is Mode.LINK and not draft.signed_in:
        sentence = N_("单位的问卷用公开链接时，只能让登录的人答：一个单位一份。")
        raise Invalid("units_sign_in", sentence, [FieldError("signed_in", sentence)])


def _check_pointing(w: Work, form: str, draft: Draft) -> None:
    """Refuse questions for photos and places unless the wave says that it may know people."""
    pointing = forms.questionnaire_called(w.session, form).pointing
    if not pointing or draft.identifiable:
        return
    facts = {"names": "、".join(f"{one.label.zh}（{one.name}）" for one in pointing)}
    sentence = N_("不记名的调查不能问照片和地点：%(names)s。换一份问卷，或者标明会认出人。")
    fault = FieldError("identifiable", sentence, facts)
    raise Invalid("anonymous_asks_where", sentence, [fault], **facts)


def _quotas(draft: Draft) -> dict[str, Any] | None:
    if not draft.quota_by:
        return None
    if draft.quota_stops and draft.mode not in ANYBODY:
        sentence = N_("只有公开链接和当面问可以满额停收：抽中的人不能因为名额不问。")
        raise Invalid("quota_mode", sentence, [FieldError("quota_stops", sentence)])
    if draft.mode is Mode.EXTERNAL:
        sentence = N_("外部数据文件没有配额。")
        raise Invalid("quota_mode", sentence, [FieldError("quota_by", sentence)])
    return {"by": list(draft.quota_by), "stops": draft.quota_stops}


def _set_quotas(w: Work, wave: Wave, draft: Draft) -> None:
    if not draft.quota_by:
        return
    form = forms.questionnaire(w.session, wave.form_key)
    cells = cells_of(form, draft.margins, draft.quota_by, draft.target)
    rows = [
        {"wave_id": wave.id, "cell": cell.key, "wanted": cell.wanted, "filled": 0} for cell in cells
    ]
    w.session.execute(insert(Quota), rows)


def _move(w: Work, code: str, move: Move) -> Wave:
    wave = waves.wave(w.session, code, locked=True)
    if w.actor != SYSTEM:
        require(policy.may_move(w.actor, wave.facts, move))
    before = wave.state
    wave.state = WORKFLOW.step(wave.facts.state, move).target
    note(w, wave, move, before=before, state=wave.state)
    return wave


def begin(w: Work, *, code: str) -> Wave:
    """Open a wave for answers; one with a list needs its sample first."""
    wave = _move(w, code, Move.BEGIN)
    if wave.mode in SAMPLED and not wave.frame:
        sentence = N_("先上传名单、抽好样本，再开始。")
        raise Invalid("no_sample", sentence, [FieldError("frame", sentence)])
    wave.opened_at = w.now
    return wave


def close(w: Work, *, code: str) -> Wave:
    """End a wave; what could tell who has answered, or on what device, is destroyed."""
    wave = _move(w, code, Move.CLOSE)
    wave.closed_at = w.now
    _forget_who(w, wave)
    return wave


def _forget_who(w: Work, wave: Wave) -> None:
    # The wave's new state is written with the last of it, as the table wants it.
    with w.session.no_autoflush:
        for table in (Token, Device, Upload):
            w.session.execute(delete(table).where(table.wave_id == wave.id))
        if wave.mode in SAMPLED:
            _blur(w, wave)
        mailing.stop(w, wave)
        forgotten = {"sealed": None, "assigned_to": None, "next_at": None, "attempts": 0}
        w.session.execute(update(Call).where(Call.wave_id == wave.id).values(**forgotten))
    wave.secret = None
    w.session.flush()
    # What was tried is kept for as long as the wave goes on.
    w.session.execute(delete(Attempt).where(Attempt.wave_id == wave.id))


def _blur(w: Work, wave: Wave) -> None:
    """Leave nothing in answers by which few of them could be members of the sample that are known.

    Members stand with their strata, and no longer with what came of them: as many as a village
    has answered would stand under its mark.
    """
    counts = waves.by_stratum(w.session, wave.id)
    frame = wave.frame or {}
    joined = put_together(counts, frame.get("sizes", {}), K)
    mine = update(Response).where(Response.wave_id == wave.id)
    for name, common in joined.items():
        w.session.execute(mine.where(Response.stratum == name).values(stratum=common))
    w.session.execute(mine.values(day=wave.opens_on))
    wave.frame = {
        **frame,
        "joined": joined,
        "mixed_clusters": _blur_clusters(w, wave),
        "outcomes": waves.unanswered(w.session, wave),
        "tried": calls.tried(w.session, wave),
    }
    # All of them are written again by chance, so that no place tells who was (actions/mixing.py).
    forgotten = {"psu": "", "outcome": "", "fresh": True}
    w.session.execute(update(Invitation).where(Invitation.wave_id == wave.id).values(**forgotten))


def _blur_clusters(w: Work, wave: Wave) -> int:
    """Put villages with few answers together within their strata; return how many were."""
    count = 0
    for stratum, counts in waves.by_cluster(w.session, wave.id).items():
        mine = update(Response).where(Response.wave_id == wave.id, Response.stratum == stratum)
        joined = put_together(counts, counts, K)
        for name, common in joined.items():
            w.session.execute(mine.where(Response.psu == name).values(psu=common))
        count += len(joined)
    return count


def publish(w: Work, *, code: str, figures: dict[str, Any]) -> Wave:
    """Show the figures to everybody as they stand now."""
    wave = waves.wave(w.session, code)
    see(w, wave, waves.excluded(w.session, wave.id))
    wave.figures = figures
    _move(w, code, Move.PUBLISH)
    wave.published_at = w.now
    buckets.hand_on(w, MEASURE, [("", wave.closes_on)])
    return wave


def withdraw(w: Work, *, code: str, reason: str) -> Wave:
    """Take published figures back, for a stated reason."""
    wave = _move(w, code, Move.WITHDRAW)
    wave.figures = wave.published_at = None
    withdraw_file(w, wave)
    note(w, wave, "withdrawn", reason=reason)
    buckets.hand_on(w, MEASURE, [("", wave.closes_on)])
    return wave


def drop(w: Work, *, code: str, reason: str) -> Wave:
    """Give a wave up, for a stated reason; its answers stay, nothing is made of them."""
    wave = _move(w, code, Move.DROP)
    _forget_who(w, wave)
    note(w, wave, "dropped", reason=reason)
    return wave


def close_ended(w: Work) -> int:
    """Close every wave whose last day is over, latecomers too; return how many."""
    codes = waves.ended(w.session, district_day(w.now))
    for code in codes:
        close(w, code=code)
    return len(codes)


def open_answers(w: Work, *, code: str) -> Wave:
    """Note in the trail that an auditor takes every single answer of a wave away."""
    require(policy.may_open_answers(w.actor))
    wave = waves.wave(w.session, code)
    note(w, wave, "answers", state=wave.state)
    return wave


def tell_codes(w: Work, *, code: str, how: str) -> Wave:
    """Note in the trail that somebody takes the invitation codes away."""
    require(policy.may_manage(w.actor))
    wave = waves.wave(w.session, code)
    note(w, wave, "codes", how=how)
    return wave


def exclude(w: Work, *, code: str, flag: str, reason: str) -> Wave:
    """Decide that answers with a mark stay out of the figures; kept with its reason."""
    require(policy.may_manage(w.actor))
    wave = waves.wave(w.session, code, locked=True)
    if flag not in MARKED:
        raise Invalid("no_flag", N_("没有这种标记。"), [FieldError("flag", N_("没有这种标记。"))])
    before = waves.excluded(w.session, wave.id)
    if flag not in before:
        check_decision(w, wave, (*before, flag))
        decided = {"decided_by": w.actor.id, "decided_at": w.now}
        w.insert(Exclusion, {"wave_id": wave.id, "flag": flag, "reason": reason, **decided})
        note(w, wave, "exclude", reason=reason, flag=flag)
    return wave


def include(w: Work, *, code: str, flag: str, reason: str) -> Wave:
    """Withdraw the decision to leave out answers with a mark."""
    require(policy.may_manage(w.actor))
    wave = waves.wave(w.session, code, locked=True)
    left = [one for one in waves.excluded(w.session, wave.id) if one != flag]
    check_decision(w, wave, left)
    for row in waves.exclusions(w.session, wave.id):
        if row.flag == flag and row.withdrawn_at is None:
            row.withdrawn_at = w.now
            note(w, wave, "include", reason=reason, flag=flag)
    return wave
