"""Signed heads leave the house: a file each, and where set a copy to another address."""

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from wufei_public.infra.outside import ask
from wufei_public.trail.rules import Head

TIMEOUT_SECONDS = 10


class BadHead(Exception):  # noqa: N818
    """A file that should hold a head does not; the message names it."""


def head_text(head: Head, signature: bytes, public_key: bytes) -> str:
    """Return a head as it is exported: one JSON object."""
    return json.dumps(
        {
            "number": head.number,
            "digest": head.digest.hex(),
            "at": head.at.isoformat(timespec="microseconds"),
            "signature": signature.hex(),
            "public_key": public_key.hex(),
        }
    )


def write_head(folder: Path, head: Head, text: str) -> Path:
    """Write the head to a file of its own, on the disk before it counts."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"head-{head.number:012d}.json"
    new = path.with_suffix(".new")
    with new.open("w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    return path


def post_head(address: str, text: str) -> None:
    """Send the head to `address`; OSError if it was not taken."""
    ask(
        address,
        text.encode(),
        timeout=TIMEOUT_SECONDS,
        headers={"Content-Type": "application/json"},
    )


def read_heads(folder: Path) -> Mapping[str, tuple[Head, bytes]]:
    """Return the heads that lie in `folder`, each with its signature, by file name."""
    found = {}
    for path in sorted(folder.glob("*.json")):
        try:
            data = json.loads(path.read_text())
            at = datetime.fromisoformat(data["at"])
            head = Head(int(data["number"]), bytes.fromhex(data["digest"]), at)
            found[path.name] = head, bytes.fromhex(data["signature"])
        except (ValueError, KeyError, TypeError) as error:
            raise BadHead(f"{path} holds no head: {error}") from error
    return found
