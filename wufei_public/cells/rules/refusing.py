"""On which grounds an application may be refused: what the record says otherwise is none."""

from collections.abc import Sequence
from dataclasses import dataclass

from wufei_public.cells.rules.stages import Ground, State
from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_


@dataclass(frozen=True, slots=True)
class Record:
    """What is on record of an application that is about to be refused."""

    state: State
    stars: int | None
    vetoes: bool
    quota_full: bool
    upheld: bool


def grounds(record: Record) -> Sequence[Ground]:
    """Return the grounds that the record allows; what only an official can find is always one."""
    holds = {
        Ground.VETO: record.vetoes or record.stars is None,
        Ground.BELOW: record.stars == 0,
        Ground.QUOTA: record.quota_full,
        Ground.NOT_MENDED: record.state is State.REINSPECTING,
        Ground.OBJECTION: record.upheld,
    }
    return [ground for ground in Ground if holds.get(ground, True)]


def require_ground(record: Record, ground: str) -> None:
    """Raise Invalid for a ground that the record does not bear out."""
    if ground not in grounds(record):
        sentence = N_("这个原因和记录不符，请选别的。")
        raise Invalid("untrue_ground", sentence, [FieldError("ground", sentence)])
