"""One story becomes a case: who reported it, where, with which photos, and what followed."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from typing import Any

from wufei_public.common.clock import district_day
from wufei_public.common.codes import new_code
from wufei_public.common.geo import Point
from wufei_public.common.places import town_of
from wufei_public.common.redact import redact
from wufei_public.common.workdays import Holidays
from wufei_public.demo.actions.folding import Case
from wufei_public.demo.actions.photos import Album, Taken
from wufei_public.demo.rules.casting import Cast, Done, cast
from wufei_public.demo.rules.plan import chance
from wufei_public.demo.rules.stories import ENDS, PLACE, Story
from wufei_public.demo.rules.words import phone
from wufei_public.divisions.rules.directory import Directory
from wufei_public.dumping.rules.clocks import due_at
from wufei_public.dumping.rules.kinds import OFFICIAL, official_of
from wufei_public.dumping.rules.photos import PhotoRole
from wufei_public.dumping.rules.release import Release, Show
from wufei_public.dumping.rules.states import Source, State
from wufei_public.infra.keys import Keys

_WITH_ACCOUNT, _WITH_PHONE, _BY_API = 0.6, 0.2, 0.03
# How far from a town's rough centre, in degrees.
_SPREAD = 0.012


@dataclass(frozen=True, slots=True)
class World:
    """What cases are made of."""

    cast: Cast
    residents: Sequence[tuple[datetime, int]]
    directory: Directory
    holidays: Holidays
    album: Album
    keys: Keys
    until: datetime


@dataclass(frozen=True, slots=True)
class Written:
    """A case with its photos and the steps that made it what it is."""

    case: Case
    photos: Sequence[Taken]
    done: Sequence[Done]


def write(rng: Random, world: World, story: Story) -> Written:
    """Return the case of `story` as it stands now."""
    reporter = _reporter(rng, world, story.at)
    division = _division(rng, world.directory, story.town)
    row = _row(rng, world, story, division if story.placed else None) | {"reporter_id": reporter}
    heap = world.album.heap(rng, story.kind)
    some = not story.words
    photos = world.album.reported(rng, heap, story.at, _photo(row), some=some)
    row |= _position(rng, world.directory, story, photos=bool(photos)) | {"photos": len(photos)}
    case = Case(row, world.holidays, world.until)
    case.submitted(reporter)
    proofs: list[Taken] = []
    steps = []
    for done in cast(rng, story, row["official_kind"], world.cast, reporter):
        told = replace(done, values=_told(rng, case, done, division))
        if done.step.what in ENDS and told.values["photo"]:
            owner = {"owner": f"{case.target}/proof", "keep_original": False}
            taken = world.album.proof(rng, heap, done.step.at, owner | _NOWHERE)
            again = case.row["reopened"]
            proofs.append(Taken(PhotoRole.PROOF, len(proofs), taken, again))
        case.fold(told)
        steps.append(told)
    return Written(case, [*photos, *proofs], steps)


_NOWHERE = {"lat": None, "lon": None}


def _photo(row: Mapping[str, Any]) -> dict[str, Any]:
    keep = OFFICIAL[row["official_kind"]].keep_original
    return {"owner": f"dumping/{row['code']}", "keep_original": keep} | _NOWHERE


def _reporter(rng: Random, world: World, at: datetime) -> int | None:
    """Return a resident who had joined by then, some of whom report more often than others."""
    joined = bisect_right(world.residents, at, key=lambda resident: resident[0])
    if not joined or not chance(rng, _WITH_ACCOUNT):
        return None
    return world.residents[int(joined * rng.random() ** 1.3)][1]


def _division(rng: Random, directory: Directory, town: str) -> str:
    units = directory.children(town)
    return rng.choice(units).code if units and chance(rng, 0.88) else town


def _row(rng: Random, world: World, story: Story, division: str | None) -> dict[str, Any]:
    at, calendar = story.at, world.holidays
    contact = phone(rng.randrange(10**4)).encode() if chance(rng, _WITH_PHONE) else None
    accept_due = due_at("accept", at, calendar)
    return _BLANK | {
        "code": new_code(rng.randbytes),
        "source": Source.OPEN311 if chance(rng, _BY_API) else Source.H5,
        "plain_kind": story.kind,
        "official_kind": official_of(story.kind),
        "division": division,
        "town": town_of(division),
        "spot": story.spot,
        "public_spot": "",
        "words": story.words,
        "public_words": redact(story.words),
        "contact_sealed": world.keys.encrypt("phone", contact) if contact else None,
        "salt": rng.randbytes(16),
        "submitted_at": at,
        "business_day": district_day(at),
        "due_at": accept_due,
        "accept_due": accept_due,
        "legal_accept_due": due_at("legal_accept", at, calendar),
        "release_due": due_at("release", at, calendar),
    }


def _position(rng: Random, directory: Directory, story: Story, *, photos: bool) -> dict[str, Any]:
    centre = _centre(directory, story.town)
    source = rng.choices(("device", "phone", "list"), (45, 20 if photos else 0, 35))[0]
    if centre is None or source == "list":
        return {"position_source": "list" if story.placed else ""}
    return {
        "lat": round(centre.lat + rng.gauss(0, _SPREAD), 7),
        "lon": round(centre.lon + rng.gauss(0, _SPREAD), 7),
        "accuracy": round(rng.uniform(5, 60), 1) if source == "device" else None,
        "datum": "wgs84",
        "position_source": source,
    }


def _centre(directory: Directory, town: str) -> Point | None:
    place = directory.get(town)
    return place.centre if place else None


def _told(rng: Random, case: Case, done: Done, division: str) -> dict[str, Any]:
    """Return the values of a step with what only the case knows."""
    values, what = dict(done.values), done.step.what
    if what == PLACE:
        return {"division": division}
    if what == Show.RELEASE:
        public = case.row["public_code"] or new_code(rng.randbytes)
        return {"release_token": rng.randbytes(18).hex()[:24], "public_code": public}
    if what in ENDS and not values["photo"]:
        here = _here(rng, case)
        return values | ({"lat": here.lat, "lon": here.lon} if here else {"photo": True})
    return values


def _here(rng: Random, case: Case) -> Point | None:
    """Return where the person stood who closed the case: on the spot, None if it is not known."""
    row = case.row
    if row["lat"] is None:
        return None
    lat, lon = (row[name] + rng.uniform(-0.0005, 0.0005) for name in ("lat", "lon"))
    return Point(round(lat, 7), round(lon, 7))


_BLANK: dict[str, Any] = {
    "state": State.SUBMITTED.value,
    "release": Release.PENDING.value,
    "version": 1,
    "reporter_id": None,
    "photos": 0,
    "returns": 0,
    "reopened": 0,
    "outcome": "",
    "proof": "",
    "refuse_ground": "",
    "withhold_reason": "",
    **dict.fromkeys(
        (
            "lat", "lon", "accuracy", "transfer_due", "finish_due", "legal_finish_due",
            "accepted_at", "closed_at", "asked_at", "held_until", "department", "crew_id",
            "proof_lat", "proof_lon", "closed_by", "reviewed_by", "rate_until", "review_due",
            "released_at", "release_token", "cover_id",
            "public_code",
        )
    ),
    "datum": "",
    "position_source": "",
}  # fmt: skip
