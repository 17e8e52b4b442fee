"""A contractor's file becomes the answers of a wave, whole or not at all.

It is kept, sealed, from the moment it is sent until somebody has said what its columns mean, has
seen what comes of it, and takes it over or throws it away; a day at most.
"""

import hashlib
import json
import random
import secrets
import zlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert

from wufei_public.common.errors import FieldError, Invalid, WrongState
from wufei_public.common.text import N_
from wufei_public.infra.keys import Keys
from wufei_public.infra.work import Work
from wufei_public.surveys import policy
from wufei_public.surveys.actions.steps import note, random_key, require
from wufei_public.surveys.models import Response, Upload, Wave
from wufei_public.surveys.queries import forms, uploads, waves
from wufei_public.surveys.rules import replies
from wufei_public.surveys.rules.external import Row, guess, meanings, read_rows
from wufei_public.surveys.rules.questions import Questionnaire
from wufei_public.surveys.rules.waves import Mode, State

_PART = 500
KEPT = timedelta(days=1)
_LEAST_WORDS = 10


def keep(w: Work, *, code: str, lines: Sequence[Sequence[str]], name: str, data: bytes) -> Wave:
    """Keep a collector's file until it is looked through, in place of one kept before."""
    wave = _taking(w, code)
    if not lines or not any(cell.strip() for cell in lines[0]):
        sentence = N_("文件里没有一行内容。")
        raise Invalid("bad_file", sentence, [FieldError("data", sentence)])
    form = forms.questionnaire(w.session, wave.form_key)
    before: Mapping[str, str] = (wave.frame or {}).get("columns", {})
    columns = [
        before.get(cell.strip(), meaning)
        for cell, meaning in zip(lines[0], guess(form, lines[0]), strict=True)
    ]
    packed = zlib.compress(json.dumps(lines, ensure_ascii=False).encode(), 6)
    _forget(w, wave)
    row = {
        "wave_id": wave.id,
        "name": name[:100],
        "digest": hashlib.sha256(data).hexdigest(),
        "sealed": w.keys.encrypt("surveys:upload", packed),
        "columns": columns,
        "at": w.now,
    }
    w.insert(Upload, row)
    return wave


def lines_of(keys: Keys, upload: Upload) -> list[list[str]]:
    """Return the lines of a file that is kept."""
    packed = keys.decrypt("surveys:upload", upload.sealed)
    found: list[list[str]] = json.loads(zlib.decompress(packed))
    return found


def name_columns(w: Work, *, code: str, columns: Sequence[str]) -> Wave:
    """Say what the columns of the kept file mean; Invalid for what no column can."""
    wave = _taking(w, code)
    upload = _kept(w, wave)
    known = {"", *meanings(forms.questionnaire(w.session, wave.form_key))}
    if len(columns) != len(upload.columns) or not set(columns) <= known:
        sentence = N_("请为每一列选一个意思。")
        raise Invalid("bad_columns", sentence, [FieldError("columns", sentence)])
    upload.columns = list(columns)
    return wave


def discard(w: Work, *, code: str) -> Wave:
    """Throw the kept file away; answers taken over before stay."""
    wave = _taking(w, code)
    _forget(w, wave)
    return wave


def load(w: Work, *, code: str, seen: str, by_chance: bool, design: str) -> int:
    """Take the rows of the kept file in place of those taken before; return how many.

    `seen` is the mark of what was looked through (`mark_of`): another file, or other columns,
    are refused. `by_chance`: the collector drew at random, in the way that `design` says. Raises
    Invalid with every fault by row and column; then nothing changes.
    """
    wave = _taking(w, code)
    upload = _kept(w, wave)
    if seen != mark_of(upload):
        sentence = N_("文件或列的意思刚刚换过，请再看一遍。")
        raise Invalid("not_seen", sentence, [FieldError("seen", sentence)])
    if by_chance and len(design) < _LEAST_WORDS:
        sentence = N_("随机样本要写明怎么抽的：名单、层、抽几个、怎么选人。")
        raise Invalid("no_design", sentence, [FieldError("design", sentence)])
    form = forms.questionnaire(w.session, wave.form_key)
    lines = lines_of(w.keys, upload)
    rows = read_rows(form, lines, upload.name, upload.columns)
    w.session.execute(delete(Response).where(Response.wave_id == wave.id))
    villages = _numbered(rows)
    kept = [_response(wave, form, row, villages) for row in rows]
    for at in range(0, len(kept), _PART):
        w.session.execute(insert(Response), kept[at : at + _PART])
    wave.frame = {
        "units": {row.stratum: row.stratum_n for row in rows if row.stratum_n},
        "columns": dict(zip(map(str.strip, lines[0]), upload.columns, strict=True)),
        "by_chance": by_chance,
        "design": design if by_chance else "",
    }
    told: dict[str, Any] = {"rows": len(kept), "sha256": upload.digest, "by_chance": by_chance}
    _forget(w, wave)
    note(w, wave, "load", **told)
    return len(kept)


def mark_of(upload: Upload) -> str:
    """Return what stands for a kept file with the meaning of its columns."""
    told = json.dumps([upload.digest, upload.columns], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def forget_uploads(w: Work) -> int:
    """Throw away the files that nobody took over in time; return how many."""
    return uploads.forget_before(w.session, w.now - KEPT)


def _taking(w: Work, code: str) -> Wave:
    require(policy.may_manage(w.actor))
    wave = waves.wave(w.session, code, locked=True)
    if wave.state != State.OPEN or wave.mode != Mode.EXTERNAL:
        raise WrongState("not_external", N_("只有正在收的外部数据调查可以载入文件。"))
    return wave


def _kept(w: Work, wave: Wave) -> Upload:
    found = uploads.of(w.session, wave.id)
    if found is None:
        raise WrongState("no_upload", N_("没有等着载入的文件，请先上传。"))
    return found


def _forget(w: Work, wave: Wave) -> None:
    w.session.execute(delete(Upload).where(Upload.wave_id == wave.id))
    w.session.flush()


def _numbered(rows: Sequence[Row]) -> Mapping[tuple[str, str], str]:
    """Return a number for each village, by chance: its name does not stand beside answers."""
    found = sorted({(row.stratum, row.psu) for row in rows if row.psu})
    random.Random(secrets.randbits(64)).shuffle(found)  # noqa: S311  seeded by a secret
    return {village: str(number) for number, village in enumerate(found, 1)}


def _response(
    wave: Wave, form: Questionnaire, row: Row, villages: Mapping[tuple[str, str], str]
) -> dict[str, Any]:
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
        "impossible": flags.impossible,
        "duplicate": False,
        "stratum": row.stratum,
        "psu": villages.get((row.stratum, row.psu), ""),
        "weight": row.weight,
    }
