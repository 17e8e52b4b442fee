"""A contractor's file becomes the answers of a wave, whole or not at all."""

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert

from wufei_public.common.errors import FieldError, Invalid, WrongState
from wufei_public.common.text import N_
from wufei_public.infra.work import Work
from wufei_public.surveys import policy
from wufei_public.surveys.actions.steps import note, random_key, require
from wufei_public.surveys.models import Response, Wave
from wufei_public.surveys.queries import forms, waves
from wufei_public.surveys.rules import replies
from wufei_public.surveys.rules.external import Row, read_rows
from wufei_public.surveys.rules.questions import Questionnaire
from wufei_public.surveys.rules.waves import Mode, State

_PART = 500


def load(w: Work, *, code: str, lines: Sequence[Sequence[str]], name: str, data: bytes) -> int:
    """Take the rows of a collector's file in place of those taken before; return how many.

    Raises Invalid with every fault by row and column; then nothing changes.
    """
    require(policy.may_manage(w.actor))
    wave = waves.wave(w.session, code, locked=True)
    if wave.state != State.OPEN or wave.mode != Mode.EXTERNAL:
        raise WrongState("not_external", N_("只有正在收的外部数据调查可以载入文件。"))
    form = forms.questionnaire(w.session, wave.form_key)
    rows = read_rows(form, lines, name)
    if len({row.weight is None for row in rows}) > 1:
        sentence = N_("权数要么每行都有，要么都没有。")
        raise Invalid("some_weights", sentence, [FieldError("data", sentence)])
    w.session.execute(delete(Response).where(Response.wave_id == wave.id))
    kept = [_response(wave, form, row) for row in rows]
    for at in range(0, len(kept), _PART):
        w.session.execute(insert(Response), kept[at : at + _PART])
    digest = hashlib.sha256(data).hexdigest()
    note(w, wave, "load", rows=len(kept), sha256=digest)
    return len(kept)


def _response(wave: Wave, form: Questionnaire, row: Row) -> dict[str, Any]:
    flags = replies.flags(form, row.answers, 0.0)
    return {
        "id": random_key(),
        "wave_id": wave.id,
        "day": wave.closes_on,
        "outcome": replies.outcome(form, row.answers),
        "answers": dict(row.answers),
        # How long it took is not known of a file.
        "pace": "",
        "straight": flags.straight,
        "everything": flags.everything,
        "duplicate": False,
        "stratum": row.stratum,
        "weight": row.weight,
    }
