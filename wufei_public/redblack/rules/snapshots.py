"""Snapshots: a Merkle tree (RFC 6962, 2.1) over salted records, signed and chained.

A leaf is SHA-256(0x00 · salt · record), a node SHA-256(0x01 · left · right): neither passes as the
other to whoever hashes what is in it. How many leaves there are is signed, so that inner nodes do
not pass as the leaves of a smaller tree to whoever sees hashes alone. The record is JSON with
sorted keys and no spaces; the salt of 16 random bytes keeps anyone from guessing who was listed
once the entry is gone. Each entry has two leaves: one of what it is, which stays the same until its
end, and one of what it says, which is another after every correction.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

HASH = 32
BEGINNING = bytes(HASH)
# What is signed: format 1 named no size, and says who was listed, but proves of nobody who was not.
FORMAT = 2


def record_bytes(record: Mapping[str, Any]) -> bytes:
    """Return the one form in which a record is hashed."""
    return json.dumps(record, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def identity(code: str, kind: str) -> str:
    """Return the record of what an entry is, in its one form: a correction changes none of it."""
    return record_bytes({"code": code, "list": kind}).decode()


def leaf(salt: bytes, record: Mapping[str, Any]) -> bytes:
    """Return the leaf of a record: nobody finds the record by trying without the salt."""
    return leaf_of(salt, record_bytes(record).decode())


def leaf_of(salt: bytes, record: str) -> bytes:
    """Return the leaf of a record that is in its one form already."""
    return hashlib.sha256(b"\x00" + salt + record.encode()).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Return the node over two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def _cut(count: int) -> int:
    """Return the largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over `leaves` in order; that of none is the hash of nothing."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    cut = _cut(len(leaves))
    return node(root(leaves[:cut]), root(leaves[cut:]))


def root_from(found: bytes, at: int, count: int, steps: Sequence[bytes]) -> bytes:
    """Return the root that a leaf and its audit path lead to (RFC 6962, 2.1.1)."""
    if count <= 1:
        return found
    cut = _cut(count)
    if at < cut:
        return node(root_from(found, at, cut, steps[:-1]), steps[-1])
    return node(steps[-1], root_from(found, at - cut, count - cut, steps[:-1]))


@dataclass(frozen=True, slots=True)
class Head:
    """What is signed of a snapshot."""

    number: int
    at: datetime
    red: int
    black: int
    size: int  # leaves
    root: bytes
    previous: bytes
    format: int = FORMAT

    def message(self) -> bytes:
        """Return the bytes that are signed, in the format of their time."""
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        words = ("wufei-redblack-snapshot", self.format, self.number, at, self.red, self.black)
        size = (self.size,) if self.format > 1 else ()
        return " ".join(map(str, (*words, *size, self.root.hex(), self.previous.hex()))).encode()


def after(signature: bytes) -> bytes:
    """Return what the next snapshot carries of the one with `signature`."""
    return hashlib.sha256(signature).digest()
