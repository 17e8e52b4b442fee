"""Pictures: painted, received and developed as any photo; cases then share their files."""

from dataclasses import replace

from wufei_public.demo.actions.parts import Maker, Writer, nothing
from wufei_public.demo.gateway import paint
from wufei_public.demo.rules.heaps import OF_KIND
from wufei_public.demo.rules.plan import Plan
from wufei_public.demo.rules.scenes import SCENES
from wufei_public.dumping.rules.kinds import OFFICIAL, official_of
from wufei_public.infra.work import Work, house
from wufei_public.media.actions import photos as media
from wufei_public.media.actions.developing import develop_waiting

_KEEP = frozenset(
    heap
    for kind, heaps in OF_KIND.items()
    if OFFICIAL[official_of(kind)].keep_original
    for heap in heaps
)


def parts(_plan: Plan) -> int:
    """Return how many pictures there are."""
    return len(SCENES)


def pictures(plan: Plan) -> Maker:
    """Return what paints a picture and receives it into the quarantine."""
    return lambda part: _received(plan, part)


def _received(plan: Plan, part: int) -> Writer:
    scene = SCENES[part]
    prepared = media.prepare(house().store, paint(scene), f"{scene.name}.jpg")

    def do(w: Work) -> None:
        token = media.record(replace(w, now=plan.until), prepared)
        media.claim(w, [token], owner=f"demo/{scene.name}", keep_original=scene.heap in _KEEP)

    return do


def developed(_plan: Plan) -> Maker:
    """Develop every picture that waits, as the jobs process does."""
    while develop_waiting(house()):
        pass
    return nothing
