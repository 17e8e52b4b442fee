"""What proves that a place is clear: a photo, or having been there."""

from enum import StrEnum

from wufei_public.common.geo import Point, distance


class Proof(StrEnum):
    PHOTO = "photo"
    POSITION = "position"


# Phones err by tens of metres, residents mark heaps from across a field.
ON_SITE = 300.0
# A position rougher than this (metres) proves no presence.
TOO_ROUGH = 500.0


def is_on_site(
    case: Point, case_accuracy: float | None, here: Point, accuracy: float | None
) -> bool:
    """Say whether `here` is where the case is, both accuracies (metres) allowed for.

    A case that was only given a village has no place to compare with: it asks for a photo.
    """
    if (accuracy or 0.0) > TOO_ROUGH:
        return False
    allowed = ON_SITE + (accuracy or 0.0) + min(case_accuracy or 0.0, TOO_ROUGH)
    return distance(case, here) <= allowed
