"""What the public may see of a case: a second, small state machine beside the first.

It runs on its own: a case may be closed and never shown, or shown before it is accepted.
Nothing from a resident is public before an official released it, photo by photo.
"""

import hashlib
from collections.abc import Iterable, Mapping
from enum import StrEnum

from wufei_public.common.text import N_
from wufei_public.common.workflow import Step, Workflow
from wufei_public.people.rules.roles import OFFICERS


class Release(StrEnum):
    PENDING = "pending"
    RELEASED = "released"
    WITHHELD = "withheld"


class Show(StrEnum):
    RELEASE = "release"
    WITHHOLD = "withhold"
    # A case that was merged and taken apart again is decided on anew.
    PUT_BACK = "put_back"


# No finals: a decision can be taken back as often as new facts ask for it. Releasing again
# shows what the reporter added since.
RELEASES: Workflow[Release, Show] = Workflow(
    start=Release.PENDING,
    finals=(),
    steps=(
        Step(Release.PENDING, Show.RELEASE, Release.RELEASED, OFFICERS),
        Step(Release.PENDING, Show.WITHHOLD, Release.WITHHELD, OFFICERS),
        Step(Release.RELEASED, Show.RELEASE, Release.RELEASED, OFFICERS),
        Step(Release.RELEASED, Show.WITHHOLD, Release.WITHHELD, OFFICERS),
        Step(Release.WITHHELD, Show.RELEASE, Release.RELEASED, OFFICERS),
        Step(Release.WITHHELD, Show.PUT_BACK, Release.PENDING, OFFICERS),
    ),
)


class WithholdReason(StrEnum):
    """Why a case is not shown; the case still counts in every public total."""

    PERSONAL = "personal"
    MINOR = "minor"
    INVESTIGATION = "investigation"
    SECURITY = "security"
    NOT_A_CASE = "not_a_case"
    MERGED = "merged"


WITHHOLD_LABELS = {
    WithholdReason.PERSONAL: N_("照片或文字里有个人信息"),
    WithholdReason.MINOR: N_("涉及未成年人"),
    WithholdReason.INVESTIGATION: N_("正在调查取证"),
    WithholdReason.SECURITY: N_("涉及公共安全"),
    WithholdReason.NOT_A_CASE: N_("不是乱倒垃圾"),
    WithholdReason.MERGED: N_("和另一件合在一起办"),
}
# What an official may choose; merging gives its own reason.
CHOSEN_REASONS = tuple(reason for reason in WithholdReason if reason is not WithholdReason.MERGED)


def shown_now(photos: Iterable[str], words: str, spot: str) -> Mapping[str, str]:
    """Return what the trail keeps of a release: which photos, and a digest of words and place.

    The digest (SHA-256, 64 bits) proves what was shown; the words themselves can still be erased.
    """
    said = hashlib.sha256(f"{words}\n{spot}".encode()).hexdigest()[:16]
    return {"photos_shown": " ".join(photos), "words_shown": said}
