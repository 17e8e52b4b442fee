"""What every action on a wave shares."""

import secrets

from wufei_public.common.actor import Verdict
from wufei_public.common.errors import NotAllowed
from wufei_public.common.text import N_
from wufei_public.infra import audit
from wufei_public.infra.work import Work
from wufei_public.surveys.models import Wave

_SENTENCES = {
    "not_district_officer": N_("只有区级人员可以这样做。"),
    "not_interviewer_here": N_("这次调查不用调查员，或者您不是调查员。"),
    "not_your_number": N_("这个号码不在您手里。"),
    "not_auditor": N_("只有审计员可以看全部回答。"),
    "too_few_to_look": N_("还在答，回答太少，现在不能看结果。"),
}


def require(verdict: Verdict) -> None:
    """Raise NotAllowed with the reason's sentence unless the verdict is yes."""
    if not verdict.allowed:
        sentence = _SENTENCES.get(verdict.reason, N_("您没有这一页的权限。"))
        raise NotAllowed(verdict.reason, sentence)


def target_of(wave: Wave) -> str:
    """Return what the trail calls a wave."""
    return f"surveys/{wave.code}"


def note(w: Work, wave: Wave, action: str, reason: str = "", **after: object) -> None:
    """Write into the trail what was done to a wave."""
    name = f"surveys:wave:{action}"
    audit.record(w, name, target_of(wave), after=after or None, reason=reason)


def random_key() -> int:
    """Return a key without an order: 62 random bits, so that two never meet."""
    return secrets.randbits(62)
