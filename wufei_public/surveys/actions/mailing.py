"""A sample is invited by SMS, and reminded: only who has not answered, and not too often.

The messages go through the outbox like all others, so quiet hours and each person's limit
hold. They are sealed there; what has not left when the wave ends is let go.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from wufei_public.common.clock import day_end, district_day
from wufei_public.common.codes import grouped
from wufei_public.common.errors import Conflict, WrongState
from wufei_public.common.text import N_
from wufei_public.infra.outbox import drop_batch, queue_batch
from wufei_public.infra.work import Work
from wufei_public.people.queries.sealing import open_phone, phone_address, seal_values
from wufei_public.surveys import policy
from wufei_public.surveys.actions.sampling import code_of
from wufei_public.surveys.actions.steps import note, require
from wufei_public.surveys.models import Mailing, Wave
from wufei_public.surveys.queries import calls, waves
from wufei_public.surveys.rules.mailing import TEMPLATES, Letter, check_next
from wufei_public.surveys.rules.waves import Mode


def send(w: Work, *, code: str, address: str) -> int:
    """Queue the invitation, or the next reminder; return how many messages.

    `address` is the survey's first page. Raises WrongState outside of an open invited wave,
    Conflict where it was enough, too near the last, or nobody is left to write to.
    """
    require(policy.may_manage(w.actor))
    wave = waves.wave(w.session, code, locked=True)
    if wave.mode != Mode.INVITED or not wave.facts.takes_answers(district_day(w.now)):
        raise WrongState("not_inviting", N_("只有正在答的邀请调查可以发短信。"))
    before = calls.mailings(w.session, wave.id)
    letter = check_next([(Letter(row.letter), row.at) for row in before], w.now)
    turn = len(before) + 1
    count = queue_batch(
        w,
        channel="sms",
        template=TEMPLATES[letter],
        batch=batch_of(wave, turn),
        letters=_letters(w, wave, address),
    )
    if not count:
        raise Conflict("nobody_left", N_("没有要发的人：名单里没有手机号，或者都答过了。"))
    row = {"wave_id": wave.id, "turn": turn, "letter": letter, "at": w.now, "by": w.actor.id}
    w.insert(Mailing, row | {"count": count})
    note(w, wave, letter, turn=turn, count=count)
    return count


def batch_of(wave: Wave, turn: int) -> str:
    """Return what the outbox calls a mailing of a wave."""
    return f"surveys/{wave.code}/{turn}"


def _letters(w: Work, wave: Wave, address: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for number, sealed in calls.to_write_to(w.session, wave.id):
        code = code_of(w.keys, wave, number)
        values = {
            "title": wave.title,
            "address": f"{address}?c={code}",
            "code": grouped(code),
            "day": wave.closes_on.isoformat(),
            "until": day_end(wave.closes_on).isoformat(),
        }
        yield phone_address(w.keys, open_phone(w.keys, sealed)), seal_values(w.keys, values)


def stop(w: Work, wave: Wave) -> None:
    """Let go what has not left yet."""
    for row in calls.mailings(w.session, wave.id):
        drop_batch(w, batch_of(wave, row.turn))
