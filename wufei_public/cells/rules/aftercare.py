"""After naming: a removal is proposed and confirmed, a task is set, answered and concluded."""

from enum import StrEnum

from wufei_public.common.text import N_


class Removal(StrEnum):
    """What became of a proposal to remove a certificate; empty while it is open."""

    OPEN = ""
    CONFIRMED = "confirmed"
    DECLINED = "declined"


class Kind(StrEnum):
    """Why a named unit has something to do: a spot check found slips, or a re-evaluation (复核)."""

    RECTIFY = "rectify"
    REVIEW = "review"


class Outcome(StrEnum):
    """What a task came to; empty while it is open."""

    OPEN = ""
    PASSED = "passed"
    FAILED = "failed"


# The deadline of each kind (data/clocks.csv).
CLOCK = {Kind.RECTIFY: "spot_rectify", Kind.REVIEW: "review"}
KIND_LABELS = {Kind.RECTIFY: N_("抽查后整改"), Kind.REVIEW: N_("证书复核")}
OUTCOME_LABELS = {
    Outcome.OPEN: N_("还没办完"),
    Outcome.PASSED: N_("通过了"),
    Outcome.FAILED: N_("没有通过"),
}
OUTCOME_CHIPS = {Outcome.OPEN: "soon", Outcome.PASSED: "done", Outcome.FAILED: "bad"}
