"""The manifest: what a backup holds, with which keys it can be read, and whether it is whole."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

FORMAT = 1
STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Manifest:
    """`revision` is the schema's, `keys` a mark of the house, digests are SHA-256.

    `versions` are those of the keys that something in it may lie under: by group, the number
    and a fingerprint. A backup from before keys were rotated has none: it needs the first ones.
    """

    taken_at: str
    engine: str
    revision: str
    keys: str
    database: str
    photos: str
    count: int
    format: int = FORMAT
    versions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def text(self) -> str:
        return json.dumps(asdict(self), indent=1) + "\n"


def read_manifest(text: str) -> Manifest:
    """Return the manifest; ValueError for what is none, or of a later format."""
    found = json.loads(text)
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ValueError("not a manifest of this version")
    return Manifest(**found)


def stamp_of(now: datetime) -> str:
    """Return the name of a backup taken now; names sort as their instants."""
    return now.astimezone(UTC).strftime(STAMP)


def is_stamp(name: str) -> bool:
    """Say whether a folder's name is that of a backup."""
    try:
        datetime.strptime(name, STAMP)  # noqa: DTZ007  only asked whether it fits
    except ValueError:
        return False
    return True


def to_drop(names: Sequence[str], keep: int) -> list[str]:
    """Return which backups go when the newest `keep` stay."""
    stamps = sorted(name for name in names if is_stamp(name))
    return stamps[: max(0, len(stamps) - keep)]
