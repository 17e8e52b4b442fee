"""The photos of a case: why they are there, and how many there may be."""

from enum import StrEnum

from wufei_public.media.rules.limits import MOST_PER_POST


class PhotoRole(StrEnum):
    REPORTED = "reported"
    ANSWER = "answer"
    PROOF = "proof"
    # From residents who saw the same heap.
    SEEN = "seen"


# What the reporter sent; an official decides whether the public sees it.
FROM_REPORTER = frozenset({PhotoRole.REPORTED, PhotoRole.ANSWER})
# Shown to nobody before an official said so.
FROM_RESIDENTS = FROM_REPORTER | {PhotoRole.SEEN}
# All that others who saw it may add to one case.
MOST_SEEN = 4 * MOST_PER_POST
# The first post, and once more as many with an answer, each time that the case is done.
MOST_FROM_REPORTER = 2 * MOST_PER_POST


_MARKS = {PhotoRole.SEEN: "s", PhotoRole.PROOF: "p"}


def named(role: PhotoRole, position: int) -> str:
    """Return how the trail names a photo of a case: `2` the reporter's, `s1` seen, `p1` proof."""
    return f"{_MARKS.get(role, '')}{position + 1}"


def has_room(count: int, more: int) -> bool:
    """Say whether `more` photos of the reporter find room beside `count` of the same round.

    Photos that could not be opened take no room: the reporter is asked for others instead.
    """
    return count + more <= MOST_FROM_REPORTER
