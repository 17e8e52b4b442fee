"""One application on its way: each step by the action of cells that makes it, on its day."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from wufei_public.cells.actions import (
    applying,
    clockwork,
    deciding,
    naming,
    objecting,
    panels,
    removing,
    reviewing,
    standing,
)
from wufei_public.cells.actions.steps import owner_of, story_owner
from wufei_public.cells.models.applications import CellAnswer, CellApplication, CellEvidence
from wufei_public.cells.models.reviews import CellMark
from wufei_public.cells.queries import reviews, rounds
from wufei_public.cells.rules.applying import Place
from wufei_public.cells.rules.rubrics import Item
from wufei_public.cells.rules.scoring import Answer
from wufei_public.common.actor import ANONYMOUS, SYSTEM, Actor
from wufei_public.demo.actions.people import Offices, at
from wufei_public.demo.actions.snaps import ids_of, snap
from wufei_public.demo.rules.plan import chance
from wufei_public.demo.rules.units import DAYS, PATHS, WORDS, Unit
from wufei_public.infra.work import Work
from wufei_public.organisations.models import Organisation
from wufei_public.organisations.queries import cards

_PANEL = 3


@dataclass(slots=True)
class Way:
    """An application with everybody who has a part in it."""

    w: Work
    rng: Random
    unit: Unit
    owner: Actor
    here: Offices
    row: CellApplication
    began: datetime
    named: str = field(default="")

    def as_of(self, actor: Actor, step: str) -> Work:
        """Return the work of `actor` on the day of `step`."""
        return at(self.w, actor, self.began + timedelta(days=DAYS[step]))

    @property
    def code(self) -> str:
        return self.row.code


@dataclass(frozen=True, slots=True)
class Parties:
    """The unit's card and who speaks for it, and those who handle it."""

    card: Organisation
    owner: Actor
    here: Offices


def walk(w: Work, rng: Random, unit: Unit, parties: Parties, round_code: str) -> None:
    """Take the unit's application from its beginning to its stage."""
    owner, began = parties.owner, w.now - unit.began
    row = _start(at(w, owner, began), unit, parties.card, round_code)
    way = Way(w, rng, unit, owner, parties.here, row, began)
    _answer(way, at(w, owner, began))
    for step in PATHS[unit.stage]:
        _STEPS[step](way)


def _start(w: Work, unit: Unit, own: Organisation, round_code: str) -> CellApplication:
    places = [
        Place(own.id, site.id, f"{own.name}·{site.name}", site.division)
        for site in cards.sites(w.session, own.id)
    ]
    row = applying.start(
        w,
        round_code=round_code,
        kind=unit.kind,
        unit=own.name,
        places=places or [Place(own.id, None, own.name, own.division)],
    )
    row.story = unit.story
    return row


def _answer(way: Way, w: Work) -> None:
    """Answer the items and prove them; a draft is half done."""
    items = rounds.rubric(w.session, way.row.rubric_id).items
    if way.unit.stage == "draft":
        items = items[: 5 + way.unit.number % 6]
    snap(w, way.rng, 1 + way.unit.number % 2, story_owner(way.code))
    photos = ids_of(w, snap(w, way.rng, len(items), owner_of(way.code)))
    for item, photo in zip(items, photos, strict=True):
        answer = _some(way.rng, item, 0.1)
        mine: dict[str, Any] = {"application_id": way.row.id, "item": item.id}
        said = {"step": answer.step, "value": answer.value, "na": False, "note": ""}
        w.session.add(CellAnswer(**mine, **said, saved_at=w.now))
        w.session.add(CellEvidence(**mine, photo_id=photo))
    w.session.flush()


def _some(rng: Random, item: Item, low: float) -> Answer:
    """Return an answer, not the best one in `low` of the cases."""
    less = chance(rng, low)
    if item.ratio:
        full, zero = item.ratio.full_at, item.ratio.zero_at
        return Answer(value=(full + (zero - full) / 5) if less else full)
    middle = less and len(item.steps) > 2  # noqa: PLR2004  all or nothing has no middle
    return Answer(step=int(middle))


def _score(way: Way, experts: Sequence[Actor], step: str) -> None:
    """Let `experts` of the panel score; who was refused got little."""
    low = 0.9 if "refuse" in PATHS[way.unit.stage] else 0.15
    items = rounds.rubric(way.w.session, way.row.rubric_id).items
    for number, expert in enumerate(experts):
        w = way.as_of(expert, step)
        panels.declare(w, code=way.code)
        sheet = reviews.sheet_of(w.session, way.row, expert.id)
        for item in items:
            given = _some(way.rng, item, low)
            marked = {"step": given.step, "value": given.value, "na": False, "note": ""}
            w.session.add(CellMark(sheet_id=sheet.id, item=item.id, **marked))
        w.session.flush()
        panels.hand_in(w, code=way.code, words=WORDS["verdict"][number], visited_on=w.now)


def _panel(way: Way) -> list[Actor]:
    """Return three experts who have no conflict: the town's own are left out."""
    known = {one.account: one for one in reviews.experts(way.w.session)}
    free = [
        one
        for one in way.here.experts
        if not panels.conflict_of(way.w, way.row, known.get(one.id or 0))
    ]
    return free[:_PANEL]


def _assign(way: Way) -> None:
    experts = [one.id or 0 for one in _panel(way)]
    panels.assign(way.as_of(way.here.office, "assign"), code=way.code, experts=experts)


def _appeal(way: Way) -> None:
    objecting.appeal(way.as_of(way.owner, "appeal"), code=way.code, text=WORDS["appeal"][0])


def _name(way: Way) -> None:
    w = way.as_of(way.here.office, "name")
    document = WORDS["document"][0].format(year=w.now.year, number=way.unit.number)
    (made,) = naming.name(w, codes=[way.code], document=document)
    way.named = made.code


def _remove(way: Way) -> None:
    """Remove the certificate: one of the office proposes it, another one confirms."""
    first, second = (way.as_of(actor, "revoke") for actor in (way.here.office, way.here.second))
    removing.propose_removal(first, code=way.named, reason=WORDS["revoke"][0])
    removing.confirm_removal(second, code=way.named)


def _by(who: str, step: str, action: Callable[..., Any], **values: Any) -> Callable[[Way], Any]:
    """Return what makes a step that needs no more than its words."""

    def do(way: Way) -> Any:
        actor = way.owner if who == "owner" else getattr(way.here, who)
        return action(way.as_of(actor, step), code=way.code, **values)

    return do


_STEPS: Mapping[str, Callable[[Way], Any]] = {
    "submit": _by("owner", "submit", applying.submit, committed=True),
    "withdraw": _by("owner", "withdraw", applying.withdraw, reason=WORDS["withdraw"][0]),
    "return": _by("town", "return", reviewing.send_back, remarks={}, text=WORDS["return"][0]),
    "check": _by("town", "check", reviewing.pass_check),
    "opine": _by(
        "sector", "opine", reviewing.give_opinion, opinion="support", text=WORDS["opine"][0]
    ),
    "assign": _assign,
    "score_one": lambda way: _score(way, _panel(way)[-1:], "score_one"),
    "score": lambda way: _score(way, _panel(way), "score"),
    "rectify": _by("office", "rectify", reviewing.rectify, text=WORDS["rectify"][0]),
    "mend": _by("owner", "mend", applying.mend, text=WORDS["mend"][0]),
    "refuse": _by("office", "refuse", reviewing.refuse, ground="below", reason=WORDS["refuse"][0]),
    "appeal": _appeal,
    "propose": _by(
        "office",
        "propose",
        deciding.propose,
        document=WORDS["document"][0].format(year=2026, number=3),
        minutes=WORDS["minutes"][0],
    ),
    "confirm": _by("second", "confirm", deciding.confirm),
    "object": lambda way: objecting.object_to(
        way.as_of(ANONYMOUS, "object"), code=way.code, text=WORDS["object"][0]
    ),
    "clear": lambda way: clockwork.end_one(way.as_of(SYSTEM, "clear"), code=way.code),
    "name": _name,
    "suspend": lambda way: standing.suspend(
        way.as_of(way.here.office, "suspend"), code=way.named, reason=WORDS["suspend"][0]
    ),
    "revoke": _remove,
}
