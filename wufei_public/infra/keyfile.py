"""The file of keys: made once, read anew when it changes, replaced whole, taken out sealed."""

import json
import os
import secrets
from base64 import b64encode
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from wufei_public.infra import keyring
from wufei_public.infra.keyring import Ring
from wufei_public.infra.keys import Keys
from wufei_public.infra.turns import FileTurns

_NONCE, _SALT = 12, 16
_HEAD = b"wufei keys 1\n"


class KeyFile:
    """The ring in the file at `path`, as it is now: every use looks whether it was replaced.

    A look is one system call of a microsecond; so a rotation needs no restart of what runs.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp, self._ring = self._look(), keyring.read(path.read_text())

    def _look(self) -> tuple[int, int, int]:
        found = self._path.stat()
        return found.st_ino, found.st_mtime_ns, found.st_size

    def __call__(self) -> Ring:
        """Return the ring; a file that is away, or no key file, leaves the one that was read."""
        try:
            stamp = self._look()
            if stamp != self._stamp:
                self._ring = keyring.read(self._path.read_text())
                self._stamp = stamp
        except (OSError, ValueError):
            return self._ring
        return self._ring


@lru_cache(maxsize=8)
def keys_from(path: Path) -> Keys:
    """Return the keys that the file at `path` holds, now and whenever it is replaced."""
    return Keys(KeyFile(path))


def make_keys(path: Path) -> bool:
    """Write a new master key to `path` (mode 0600) unless it is there; say whether it was made."""
    data = json.dumps({"version": 1, "master": b64encode(secrets.token_bytes(32)).decode()})
    try:
        write_keys(path, data.encode())
    except FileExistsError:
        return False
    return True


def write_keys(path: Path, data: bytes) -> None:
    """Write a key file that is not there yet; FileExistsError else: nothing is overwritten."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


# ---- changing it ----------------------------------------------------------------------


def change(path: Path, do: Callable[[Ring], Ring]) -> Ring:
    """Replace the file by what `do` makes of its ring; others who change it wait. Return the ring.

    Old or new, whole, and its owner's alone: so it is found after a crash at any instant.
    """
    lock = path.with_name(f"{path.name}.lock")
    with FileTurns(lock).taken() if hasattr(os, "fork") else nullcontext():
        had = keyring.read(path.read_text())
        ring = do(had)
        if ring is not had:
            _replace(path, keyring.written(ring).encode())
    return ring


def _replace(path: Path, data: bytes) -> None:
    coming = path.with_name(f"{path.name}.coming")
    coming.unlink(missing_ok=True)
    write_keys(coming, data)
    coming.replace(path)
    if hasattr(os, "fork"):
        handle = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def add_version(path: Path, group: str, now: datetime, seen: int) -> Ring:
    """Give `group` a new version, unless somebody did since `seen` was its newest number."""
    secret = secrets.token_bytes(32)

    def do(ring: Ring) -> Ring:
        fresh = ring.groups[group][-1].number == seen
        return ring.with_new(group, secret, now) if fresh else ring

    return change(path, do)


def end_versions(path: Path, group: str, now: datetime, newest: int) -> Ring:
    """Drop the keys of versions older than `newest`, unless a newer one was made meanwhile."""

    def do(ring: Ring) -> Ring:
        same = ring.newest(group).number == newest and len(ring.live(group)) > 1
        return ring.without_old(group, now) if same else ring

    return change(path, do)


def bring_back(path: Path, data: bytes) -> bool:
    """Add to the file the versions of another one of this house; False if it is none of these."""

    def do(ring: Ring) -> Ring:
        both = keyring.merged(ring, given)
        # A file of version 1 stays one, which an older release reads, where nothing is added.
        return ring if keyring.written(both) == keyring.written(ring) else both

    try:
        given = keyring.read(data.decode())
        change(path, do)
    except ValueError:
        return False
    return True


# ---- under a passphrase ---------------------------------------------------------------


def sealed_keys(path: Path, passphrase: str) -> bytes:
    """Return the key file as it may leave the house: under a passphrase (scrypt, AES-256-GCM)."""
    salt, nonce = secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE)
    sealed = AESGCM(_from_passphrase(passphrase, salt)).encrypt(nonce, path.read_bytes(), _HEAD)
    return _HEAD + salt + nonce + sealed


def open_keys(sealed: bytes, passphrase: str) -> bytes:
    """Return the key file that `sealed_keys` gave; ValueError for another file or passphrase."""
    head, rest = sealed[: len(_HEAD)], sealed[len(_HEAD) :]
    if head != _HEAD:
        raise ValueError("this is no backup of keys")
    salt, nonce, body = rest[:_SALT], rest[_SALT : _SALT + _NONCE], rest[_SALT + _NONCE :]
    try:
        return AESGCM(_from_passphrase(passphrase, salt)).decrypt(nonce, body, _HEAD)
    except InvalidTag:
        raise ValueError("the passphrase is not the one, or the file was changed") from None


def _from_passphrase(passphrase: str, salt: bytes) -> bytes:
    # OWASP: N = 2^17, r = 8, p = 1; 128 MiB and half a second for each try.
    return Scrypt(salt, 32, n=2**17, r=8, p=1).derive(passphrase.encode())
