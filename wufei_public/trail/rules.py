"""The chain: what a seal is made of, what a head says, and what is wrong with a chain."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

BEGINNING = bytes(32)
# What is younger than this may still wait for the sealer.
PATIENCE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Entry:
    """An audit row as it is sealed."""

    id: int
    at: datetime
    actor_kind: str
    actor_id: int | None
    action: str
    target: str
    reason: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    request_id: str


@dataclass(frozen=True, slots=True)
class Link:
    """A seal beside the row that it seals; `entry` is None where the row is gone."""

    number: int
    audit_id: int
    digest: bytes
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class Head:
    """The newest seal at some hour, as it left the house."""

    number: int
    digest: bytes
    at: datetime

    def message(self) -> bytes:
        """Return the bytes that are signed."""
        return f"wufei-audit-head 1 {self.number} {self.digest.hex()} {_instant(self.at)}".encode()


class Damage(StrEnum):
    """What a check of the chain can find."""

    SEAL_MISSING = "seal_missing"
    ROW_REMOVED = "row_removed"
    ROW_CHANGED = "row_changed"
    ROW_UNSEALED = "row_unsealed"
    CHAIN_SHORTENED = "chain_shortened"
    CHAIN_REMADE = "chain_remade"
    HEAD_FORGED = "head_forged"


@dataclass(frozen=True, slots=True)
class Finding:
    """One damage: at which number of the chain, or at which audit row."""

    damage: Damage
    number: int


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def seal(previous: bytes, number: int, entry: Entry) -> bytes:
    """Return the digest (SHA-256, 32 bytes) of `entry` as the `number`-th of the chain.

    It covers the digest before it, so that a row can be neither changed nor moved.
    """
    fields = [
        number,
        entry.id,
        _instant(entry.at),
        entry.actor_kind,
        entry.actor_id,
        entry.action,
        entry.target,
        entry.reason,
        entry.before,
        entry.after,
        entry.request_id,
    ]
    text = json.dumps(fields, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(previous + text.encode()).digest()


def check_links(links: Iterable[Link], heads: Mapping[int, bytes]) -> Iterator[Finding]:
    """Walk the whole chain in order; yield what is wrong with it and where.

    `heads` are exported digests by number: a chain that was made anew from some row on is
    whole in itself, and differs from what left the house.
    """
    expected, previous = 1, BEGINNING
    for link in links:
        if link.number != expected:
            yield Finding(Damage.SEAL_MISSING, expected)
        if link.entry is None:
            yield Finding(Damage.ROW_REMOVED, link.number)
        elif seal(previous, link.number, link.entry) != link.digest:
            yield Finding(Damage.ROW_CHANGED, link.number)
        if heads.get(link.number, link.digest) != link.digest:
            yield Finding(Damage.CHAIN_REMADE, link.number)
        expected, previous = link.number + 1, link.digest
    for number in sorted(heads):
        if number >= expected:
            yield Finding(Damage.CHAIN_SHORTENED, number)
