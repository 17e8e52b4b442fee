"""What proves that a place is clear: a photo, or having been there."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from wufei_public.common.geo import Point, distance
from wufei_public.common.text import N_
from wufei_public.dumping.rules.states import Move


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


class Doubt(StrEnum):
    """Why a photo proves nothing unless a reason says so in public (issue 5 §3)."""

    SAME = "same"
    NEAR = "near"
    EARLY = "early"


DOUBT_LABELS: Mapping[Doubt, str] = {
    Doubt.SAME: N_("有一张照片就是以前的一张。请到现场重新拍，或者写明为什么（会公开）。"),
    Doubt.NEAR: N_("有一张照片和以前的一张几乎一样。请到现场重新拍，或者写明为什么（会公开）。"),
    Doubt.EARLY: N_("有一张照片是派办以前拍的。请到现场重新拍，或者写明为什么（会公开）。"),
}
# The clock of a phone may be so far behind.
SKEW = timedelta(minutes=15)


class Step(Protocol):
    """A step of a case."""

    @property
    def move(self) -> str: ...
    @property
    def at(self) -> datetime: ...


def handled_since(steps: Collection[Step]) -> datetime | None:
    """Return since when the running round of a case is handled: before that no proof was taken.

    The first assignment of the round; without one its beginning, which is the acceptance.
    """
    begun = None
    for step in steps:
        if step.move in {Move.ACCEPT, Move.REOPEN, Move.REDO} or (
            step.move == Move.ASSIGN and begun is not None and begun.move != Move.ASSIGN
        ):
            begun = step
    return begun.at - SKEW if begun else None


def first_doubt(
    same: Collection[int], near: Collection[int], early: Collection[int]
) -> Doubt | None:
    """Return the gravest doubt of photos that are the same as, near to or older than allowed."""
    found = {Doubt.SAME: same, Doubt.NEAR: near, Doubt.EARLY: early}
    return next((doubt for doubt, ids in found.items() if ids), None)
