"""Photos of a tidy place for what is no heap: rows of their own, files that they share."""

import hashlib
from random import Random
from typing import Any

from sqlalchemy import insert, select

from wufei_public.demo import queries
from wufei_public.infra.work import Work
from wufei_public.media.models import Photo


def snap(w: Work, rng: Random, count: int, owner: str | None = None) -> list[str]:
    """Write `count` developed photos, of `owner` if there is one; return their tokens."""
    tokens = [rng.randbytes(18).hex() for _ in range(count)]
    known = queries.pictures(w.session)
    tidy = [dict(row._mapping) for name, row in known.items() if name.endswith("-after")]  # noqa: SLF001
    if tokens:
        w.session.execute(insert(Photo), [_row(w, rng.choice(tidy), t, owner) for t in tokens])
    return tokens


def ids_of(w: Work, tokens: list[str]) -> list[int]:
    """Return the numbers of the photos behind `tokens`."""
    hashes = [hashlib.sha256(token.encode()).digest() for token in tokens]
    found = w.session.scalars(
        select(Photo.id).where(Photo.token_hash.in_(hashes)).order_by(Photo.id)
    )
    return list(found)


def _row(w: Work, picture: dict[str, Any], token: str, owner: str | None) -> dict[str, Any]:
    row = {name: value for name, value in picture.items() if name != "id"}
    return row | {
        "token_hash": hashlib.sha256(token.encode()).digest(),
        "sha256": hashlib.sha256(token[::-1].encode()).hexdigest(),
        "owner": owner,
        "claimed_at": w.now if owner else None,
        "uploaded_at": w.now,
        "lease_until": w.now,
        "taken_at": w.now,
        "taken_source": "exif",
        "keep_original": False,
        "evidence_name": None,
        "lat": None,
        "lon": None,
        "placed_source": "",
    }
