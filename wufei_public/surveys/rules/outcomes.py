"""Response rates by the AAPOR Standard Definitions (10th edition, 2023), RR1 to RR6."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_


class Outcome(StrEnum):
    """What became of a person or address drawn, in the letters of the definitions."""

    COMPLETE = "I"
    PARTIAL = "P"
    REFUSAL = "R"
    NO_CONTACT = "NC"
    OTHER = "O"
    UNKNOWN_HOUSEHOLD = "UH"
    UNKNOWN_OTHER = "UO"
    NOT_ELIGIBLE = "NE"


# The longest beginning of a code decides.
OF_CODE = {
    "1.1": Outcome.COMPLETE,
    "1.2": Outcome.PARTIAL,
    "2.1": Outcome.REFUSAL,
    "2.2": Outcome.NO_CONTACT,
    "2.3": Outcome.OTHER,
    "3.1": Outcome.UNKNOWN_HOUSEHOLD,
    "3": Outcome.UNKNOWN_OTHER,
    "4": Outcome.NOT_ELIGIBLE,
}


@dataclass(frozen=True, slots=True)
class Rates:
    """The six rates; `e` is the share of the unknown that is taken to be eligible."""

    e: float
    rr1: float
    rr2: float
    rr3: float
    rr4: float
    rr5: float | None
    rr6: float | None


def outcome_of(code: str) -> Outcome:
    """Return the outcome that a code such as 2.11 stands for."""
    for length in range(len(code), 0, -1):
        if code[:length] in OF_CODE:
            return OF_CODE[code[:length]]
    message = N_("“%(value)s”不是 AAPOR 的结果代码。")
    facts = {"value": code}
    raise Invalid("bad_outcome", message, [FieldError("outcome", message, facts)], **facts)


def response_rates(counts: Mapping[Outcome, int], e: float | None = None) -> Rates:
    """Return the rates of a sample; without `e`, it is as among those whose case is known.

    RR5 and RR6 count nobody unknown as eligible; they are None where nobody is known to be.
    """
    n = {outcome: counts.get(outcome, 0) for outcome in Outcome}
    done = n[Outcome.COMPLETE]
    done_or_part = done + n[Outcome.PARTIAL]
    known = done_or_part + n[Outcome.REFUSAL] + n[Outcome.NO_CONTACT] + n[Outcome.OTHER]
    unknown = n[Outcome.UNKNOWN_HOUSEHOLD] + n[Outcome.UNKNOWN_OTHER]
    if known + unknown == 0:
        raise Invalid("no_outcomes", N_("没有抽到任何人，算不出回答率。"))
    if e is None:
        settled = known + n[Outcome.NOT_ELIGIBLE]
        e = known / settled if settled else 1.0
    if not 0 <= e <= 1 or known + e * unknown == 0:
        raise Invalid("bad_eligible_share", N_("合格比例 e 要在 0 到 1 之间。"))
    return Rates(
        e=e,
        rr1=done / (known + unknown),
        rr2=done_or_part / (known + unknown),
        rr3=done / (known + e * unknown),
        rr4=done_or_part / (known + e * unknown),
        rr5=done / known if known else None,
        rr6=done_or_part / known if known else None,
    )
