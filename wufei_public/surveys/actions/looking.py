"""Somebody looks at results: noted in the trail, and never so that two looks tell of a few."""

from collections.abc import Collection

from wufei_public.common.clock import district_day
from wufei_public.common.errors import Conflict, FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.infra.work import Work
from wufei_public.surveys import policy
from wufei_public.surveys.actions.steps import note, require
from wufei_public.surveys.models import Wave
from wufei_public.surveys.queries import looks, waves


def look(w: Work, *, code: str, at: str, everything: bool = False) -> Wave:
    """Note in the trail that somebody looks at a wave's results; refuse where it is too early.

    `everything`: with the answers that were excluded. Conflict where the figures differ from
    some seen before by so few answers that it would tell what these said.
    """
    wave = waves.wave(w.session, code)
    require_look(w, wave)
    if not wave.facts.comes_in:
        see(w, wave, () if everything else waves.excluded(w.session, wave.id))
    note(w, wave, "look", at=at, state=wave.state)
    return wave


def require_look(w: Work, wave: Wave) -> None:
    """Refuse who may not see results, or not yet."""
    count = waves.counted(w.session, wave.id)
    if wave.facts.comes_in:
        step = looks.interim(w.session, wave, district_day(w.now))
        count = step.count if step else 0
    require(policy.may_look(w.actor, wave.facts, count))


def see(w: Work, wave: Wave, without: Collection[str]) -> None:
    """Keep with what marks left out the figures were seen; Conflict where that tells of a few."""
    w.session.refresh(wave, with_for_update=True)
    apart = looks.too_near(w.session, wave, without)
    if apart:
        raise Conflict(
            "too_near",
            N_("和已经看过的算法一加一减，就看得出其中 %(count)s 份回答怎样答，所以不给看。"),
            count=apart,
        )
    if sorted(without) not in wave.seen:
        wave.seen = [*wave.seen, sorted(without)]
        w.session.flush()


def check_decision(w: Work, wave: Wave, without: Collection[str]) -> None:
    """Refuse to leave out other answers where that would tell of a few, after results were seen."""
    apart = looks.too_near(w.session, wave, without)
    if apart:
        sentence = N_(
            "结果已经看过。这样一改，和看过的一加一减，就看得出其中 %(count)s 份回答怎样答。"
            "要排除，请在看结果以前决定。"
        )
        fault = FieldError("flag", sentence, {"count": apart})
        raise Invalid("too_near", sentence, [fault], count=apart)
