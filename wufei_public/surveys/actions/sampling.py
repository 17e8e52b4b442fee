"""A sample: drawn by a recorded seed, each member with a code that works once.

Where the list has telephone numbers, those of the members drawn are kept, sealed, until the
wave ends; nobody else's are.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import delete, insert

from wufei_public.common.codes import new_code
from wufei_public.common.errors import WrongState
from wufei_public.common.text import N_
from wufei_public.infra.keys import Keys
from wufei_public.infra.work import Work
from wufei_public.people.queries.sealing import seal_phone
from wufei_public.surveys import policy
from wufei_public.surveys.actions.answering import UNUSED, blind
from wufei_public.surveys.actions.steps import note, require
from wufei_public.surveys.models import Call, Invitation, Wave
from wufei_public.surveys.queries import waves
from wufei_public.surveys.rules.calling import NOT_TRIED
from wufei_public.surveys.rules.planning import LEAST_PER_TOWN, to_draw
from wufei_public.surveys.rules.sampling import Member, read_frame, shares_of, sizes_of
from wufei_public.surveys.rules.sampling import draw as drawn_from
from wufei_public.surveys.rules.stages import clusters_of, draw_in_stages
from wufei_public.surveys.rules.waves import SAMPLED, Mode, State


def draw(
    w: Work, *, code: str, data: bytes, size: int, clusters: int = 0, each: bool = False
) -> Wave:
    """Draw the sample of a wave from the list in `data`, anew until the wave begins.

    `clusters`: so many villages are drawn first, and `size` persons in them, all for 0. `each`:
    of every stratum enough for a figure of its own, at the rate that is expected. Raises
    Invalid with the faults of the list, and WrongState once the wave has begun.
    """
    require(policy.may_manage(w.actor))
    wave = waves.wave(w.session, code, locked=True)
    if wave.state != State.DRAFT or wave.mode not in SAMPLED:
        raise WrongState("sample_fixed", N_("只有没开始的抽样调查可以抽样。"))
    by_phone = wave.mode == Mode.TELEPHONE
    frame = read_frame(data, with_phones=by_phone)
    least = to_draw(LEAST_PER_TOWN, wave.expected_rate) if each else 0
    sample = (
        draw_in_stages(frame, clusters, size, wave.seed, least)
        if clusters
        else drawn_from(frame, size, wave.seed, least)
    )
    for table in (Invitation, Call):
        w.session.execute(delete(table).where(table.wave_id == wave.id))
    rows = [
        {
            "wave_id": wave.id,
            "number": number,
            "reference": member.reference,
            "stratum": member.stratum,
            "psu": member.psu if clusters else "",
            "lookup": blind(w.keys, wave.secret or b"", "code", code_of(w.keys, wave, number)),
            "outcome": NOT_TRIED if by_phone else UNUSED,
        }
        for number, member in enumerate(sample, 1)
    ]
    w.session.execute(insert(Invitation), rows)
    numbers = [_call(w, wave, at, member) for at, member in enumerate(sample, 1) if member.phone]
    if numbers:
        w.session.execute(insert(Call), numbers)
    wave.frame = {"sizes": sizes_of(frame), "listed": len(frame), "drawn": len(sample)}
    told: dict[str, Any] = {"listed": len(frame), "drawn": len(sample), "seed": wave.seed}
    if clusters:
        wave.frame |= {"clusters": _clusters(frame, clusters, everybody=not size)}
        told["clusters"] = clusters
    note(w, wave, "draw", **told)
    return wave


def _clusters(frame: Sequence[Member], drawn: int, *, everybody: bool) -> dict[str, Any]:
    """Return what is known of the villages: counts alone, none by its name."""
    listed = clusters_of(frame)
    drawn = sum(shares_of(listed, drawn).values())
    return {"listed": listed, "drawn": drawn, "everybody": everybody}


def _call(w: Work, wave: Wave, number: int, member: Member) -> dict[str, Any]:
    return {
        "wave_id": wave.id,
        "number": number,
        "sealed": seal_phone(w.keys, member.phone),
        "mobile": member.is_mobile,
        "attempts": 0,
    }


def code_of(keys: Keys, wave: Wave, number: int) -> str:
    """Return the invitation code of a member: derived, so that no table of codes can leak."""
    return new_code(_bytes_of(keys, wave, number))


def _bytes_of(keys: Keys, wave: Wave, number: int) -> Callable[[int], bytes]:
    """Return a source of bytes as `new_code` asks for: the same for the same member."""
    turns = iter(range(1 << 16))

    def more(count: int) -> bytes:
        parts = (wave.secret or b"", str(number).encode(), str(next(turns)).encode())
        return keys.mac("surveys:code", *parts)[:count]

    return more
