"""The district gives the coarse file of answers to everybody, or takes it back."""

from collections.abc import Mapping
from typing import Any

from wufei_public.common.errors import Conflict, NotFound
from wufei_public.common.text import N_
from wufei_public.infra.work import Work
from wufei_public.surveys import policy
from wufei_public.surveys.actions.steps import note, require
from wufei_public.surveys.models import ResponseFile, Wave
from wufei_public.surveys.queries import released, waves
from wufei_public.surveys.rules.waves import State


def release(
    w: Work, *, code: str, data: bytes, digest: str, checked: Mapping[str, Any], reason: str
) -> None:
    """Give a file away that passed the check; Conflict if results or file stand otherwise."""
    require(policy.may_manage(w.actor))
    wave = waves.wave(w.session, code, locked=True)
    require_published(wave)
    if released.live(w.session, wave.id) is not None:
        raise Conflict("released", N_("已经公开了一份，要换先收回。"))
    w.session.add(
        ResponseFile(
            wave_id=wave.id,
            data=data,
            digest=digest,
            checked=dict(checked),
            reason=reason,
            released_by=w.actor.id,
            released_at=w.now,
        )
    )
    w.session.flush()
    note(w, wave, "release_file", reason, digest=digest)


def require_published(wave: Wave) -> None:
    """Raise Conflict unless the wave's results are published: the file is checked against them."""
    if wave.state != State.PUBLISHED:
        raise Conflict("not_published", N_("先公布结果，再公开回答文件。"))


def take_back(w: Work, *, code: str, reason: str) -> None:
    """Take the file back: its data go, that it was there stays."""
    require(policy.may_manage(w.actor))
    wave = waves.wave(w.session, code, locked=True)
    if not withdraw_file(w, wave):
        raise NotFound("no_file", N_("没有公开的回答文件。"))
    note(w, wave, "withdraw_file", reason)


def withdraw_file(w: Work, wave: Wave) -> bool:
    """Take a wave's file back, if there is one; say whether there was."""
    found = released.live(w.session, wave.id)
    if found is None:
        return False
    found.data, found.withdrawn_at = None, w.now
    w.session.flush()
    return True
