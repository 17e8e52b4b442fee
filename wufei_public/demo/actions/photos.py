"""Which photos a case has: views of one heap, and the place when it is clean."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Row

from wufei_public.demo.rules.heaps import OF_KIND
from wufei_public.demo.rules.plan import chance
from wufei_public.dumping.rules.photos import PhotoRole

Values = dict[str, Any]
# Heaps are seen from afar, from near, or both; some reports have no photo.
_VIEWS: Sequence[tuple[int, Sequence[str]]] = (
    (8, ()),
    (47, ("wide",)),
    (12, ("close",)),
    (33, ("wide", "close")),
)
_REUSED = 0.03


@dataclass(frozen=True, slots=True)
class Taken:
    """A photo of a case: its part in it, and the columns of its row."""

    role: PhotoRole
    position: int
    values: Values
    round: int = 0


class Album:
    """The developed pictures, from which every case gets rows of its own."""

    def __init__(self, pictures: Mapping[str, Row[Any]]) -> None:
        self._pictures = {name: dict(row._mapping) for name, row in pictures.items()}  # noqa: SLF001
        for picture in self._pictures.values():
            del picture["id"]
        self._stems = sorted({name.rpartition("-")[0] for name in pictures})

    def heap(self, rng: Random, kind: str) -> str:
        """Return a heap of waste of `kind`."""
        heaps = OF_KIND[kind]
        return rng.choice([stem for stem in self._stems if stem[:-1] in heaps])

    def reported(
        self, rng: Random, heap: str, at: datetime, values: Values, *, some: bool
    ) -> list[Taken]:
        """Return what the reporter sends, and `values` as columns of every photo.

        Who writes nothing sends `some` photo.
        """
        choices = _VIEWS[1:] if some else _VIEWS
        views = rng.choices([views for _, views in choices], [weight for weight, _ in choices])[0]
        return [
            Taken(PhotoRole.REPORTED, position, self._row(rng, f"{heap}-{view}", at, values))
            for position, view in enumerate(views)
        ]

    def proof(self, rng: Random, heap: str, at: datetime, values: Values) -> Values:
        """Return the photo of the same place when it is clean."""
        return self._row(rng, f"{heap}-after", at, values)

    def _row(self, rng: Random, name: str, at: datetime, values: Values) -> Values:
        """Return a row like the picture's.

        The hash is of an original that is gone, and two phones never send the same bytes;
        a few do, which is what the hint about re-use is for.
        """
        row = self._pictures[name] | values
        reused = chance(rng, _REUSED)
        digest = hashlib.sha256(name.encode()) if reused else hashlib.sha256(rng.randbytes(32))
        row |= {
            "token_hash": rng.randbytes(32),
            "sha256": digest.hexdigest(),
            "taken_at": at - timedelta(seconds=rng.randint(20, 900)),
            "taken_source": "exif",
            "uploaded_at": at,
            "claimed_at": at,
            "lease_until": at,
        }
        return row if row["keep_original"] else row | {"evidence_name": None}
