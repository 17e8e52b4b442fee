"""Keys in use: seal and open, hash, sign; each purpose under the versions of its group."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from wufei_public.infra.keyring import (
    GROUP_OF,
    MARK,
    MissingVersion,
    Ring,
    Source,
    Version,
    mark_of,
    number_of,
)

_NONCE = 12
_INDEX = 32


class Unreadable(InvalidTag):
    """The keys that open a value are not in the key file; the text says which."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that signatures are checked with, and from when until when it signed."""

    number: int
    key: bytes
    since: datetime | None
    until: datetime | None


class Keys:
    """Keys of the ring that `source` gives, asked at each use: a rotation needs no restart.

    Written is under the newest version of a purpose's group. What an older version sealed says
    so and is opened with it; what is looked up or checked is tried under every live version.
    """

    def __init__(self, source: Source) -> None:
        self._source = source

    @property
    def ring(self) -> Ring:
        """Return the ring as it is now."""
        return self._source()

    def _newest(self, purpose: str) -> Version:
        return self.ring.newest(GROUP_OF[purpose])

    def _live(self, purpose: str) -> Sequence[Version]:
        return self.ring.live(GROUP_OF[purpose])

    # ---- keyed hashes ------------------------------------------------------------

    def mac(self, purpose: str, *parts: bytes) -> bytes:
        """Return HMAC-SHA256 over `parts`, each framed by its length."""
        return _mac(self._newest(purpose), purpose, parts)

    def macs(self, purpose: str, *parts: bytes) -> list[bytes]:
        """Return the hash under every live version, newest first: by these a given one is known."""
        return [_mac(version, purpose, parts) for version in self._live(purpose)]

    def index(self, purpose: str, *parts: bytes) -> bytes:
        """Return the hash (32 bytes) by which a row is found; it says of which version it is."""
        return _index(self._newest(purpose), purpose, parts)

    def indexes(self, purpose: str, *parts: bytes) -> list[bytes]:
        """Return what a row may be found by while a rotation is under way, newest first."""
        return [_index(version, purpose, parts) for version in self._live(purpose)]

    # ---- sealing -----------------------------------------------------------------

    def encrypt(self, purpose: str, plain: bytes) -> bytes:
        """Return `plain` sealed with AES-256-GCM under the key for `purpose`."""
        version, nonce = self._newest(purpose), secrets.token_bytes(_NONCE)
        mark = mark_of(version.number)
        sealed = AESGCM(version.key(purpose)).encrypt(nonce, plain, purpose.encode() + mark)
        return mark + nonce + sealed

    def decrypt(self, purpose: str, sealed: bytes) -> bytes:
        """Return what `encrypt` sealed; raises InvalidTag if it was changed.

        Unreadable (an InvalidTag) names the version where the key file does not hold it.
        """
        group, number = GROUP_OF[purpose], number_of(sealed)
        try:
            return _open(self.ring.find(group, number), purpose, sealed)
        except (MissingVersion, InvalidTag) as error:
            if number != 1:
                # A first version's nonce looks like a mark once in four thousand million times.
                first = self._first(group)
                if first is not None:
                    try:
                        return _open(first, purpose, sealed)
                    except InvalidTag:
                        pass
            if isinstance(error, MissingVersion):
                raise Unreadable(str(error)) from None
            raise

    def _first(self, group: str) -> Version | None:
        try:
            return self.ring.find(group, 1)
        except MissingVersion:
            return None

    # ---- signatures --------------------------------------------------------------

    def sign(self, purpose: str, message: bytes) -> bytes:
        """Return the Ed25519 signature (64 bytes) of `message` under the key for `purpose`."""
        key = self._newest(purpose).key(purpose)
        return Ed25519PrivateKey.from_private_bytes(key).sign(message)

    def public_key(self, purpose: str) -> bytes:
        """Return the public key (32 bytes) with which new signatures are checked."""
        return self.public_keys(purpose)[0].key

    def public_keys(self, purpose: str) -> list[PublicKey]:
        """Return every public key that ever signed for `purpose`, newest first, with its dates."""
        found, until = [], None
        for version in reversed(self.ring.groups[GROUP_OF[purpose]]):
            key = version.public_key(purpose)
            if key is not None:
                found.append(PublicKey(version.number, key, version.made, until))
            until = version.made
        return found

    def signer(self, purpose: str, message: bytes, signature: bytes) -> bytes:
        """Return the public key that `signature` is of; the present one where it is of none."""
        for one in self.public_keys(purpose):
            try:
                check_signature(one.key, signature, message)
            except InvalidSignature:
                continue
            return one.key
        return self.public_key(purpose)


def _mac(version: Version, purpose: str, parts: Sequence[bytes]) -> bytes:
    framed = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return hmac.digest(version.key(purpose), framed, hashlib.sha256)


def _index(version: Version, purpose: str, parts: Sequence[bytes]) -> bytes:
    return (mark_of(version.number) + _mac(version, purpose, parts))[:_INDEX]


def _open(version: Version, purpose: str, sealed: bytes) -> bytes:
    mark = mark_of(version.number)
    body = sealed[MARK:] if mark else sealed
    cipher = AESGCM(version.key(purpose))
    return cipher.decrypt(body[:_NONCE], body[_NONCE:], purpose.encode() + mark)


def new_key() -> bytes:
    """Return a key of its own, by chance; whoever keeps it seals it for a purpose."""
    return AESGCM.generate_key(256)


def sealed_with(key: bytes, about: str, plain: bytes) -> bytes:
    """Return `plain` sealed under a key of its own; it opens for what it is about alone."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, about.encode())


def opened_with(key: bytes, about: str, sealed: bytes) -> bytes:
    """Return what `sealed_with` sealed; raises InvalidTag if it was changed, or is another's."""
    return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], about.encode())


def check_signature(public_key: bytes, signature: bytes, message: bytes) -> None:
    """Raise InvalidSignature unless `signature` is of `message` by the owner of `public_key`."""
    Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
