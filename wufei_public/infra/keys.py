"""Keys: one master secret in a file that only its owner reads; one derived key per purpose."""

import hashlib
import hmac
import json
import os
import secrets
from base64 import b64decode, b64encode
from functools import cached_property, lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


class Keys:
    """Keys derived from `master` (32 bytes) by HKDF-SHA256, one per purpose."""

    def __init__(self, master: bytes) -> None:
        self._master = master

    @cached_property
    def _derived(self) -> dict[str, bytes]:
        return {}

    def derive(self, purpose: str) -> bytes:
        """Return the 32-byte key for `purpose`; the same purpose gives the same key."""
        key = self._derived.get(purpose)
        if key is None:
            hkdf = HKDF(hashes.SHA256(), 32, salt=None, info=purpose.encode())
            key = self._derived[purpose] = hkdf.derive(self._master)
        return key

    def mac(self, purpose: str, *parts: bytes) -> bytes:
        """Return HMAC-SHA256 over `parts`, each framed by its length."""
        framed = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        return hmac.digest(self.derive(purpose), framed, hashlib.sha256)

    def encrypt(self, purpose: str, plain: bytes) -> bytes:
        """Return `plain` sealed with AES-256-GCM under the key for `purpose`."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + AESGCM(self.derive(purpose)).encrypt(nonce, plain, purpose.encode())

    def sign(self, purpose: str, message: bytes) -> bytes:
        """Return the Ed25519 signature (64 bytes) of `message` under the key for `purpose`."""
        return self._signing(purpose).sign(message)

    def public_key(self, purpose: str) -> bytes:
        """Return the public key (32 bytes) with which signatures for `purpose` are checked."""
        return self._signing(purpose).public_key().public_bytes_raw()

    def _signing(self, purpose: str) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.derive(purpose))

    def decrypt(self, purpose: str, sealed: bytes) -> bytes:
        """Return what `encrypt` sealed; raises InvalidTag if it was changed."""
        return AESGCM(self.derive(purpose)).decrypt(
            sealed[:_NONCE], sealed[_NONCE:], purpose.encode()
        )


def check_signature(public_key: bytes, signature: bytes, message: bytes) -> None:
    """Raise InvalidSignature unless `signature` is of `message` by the owner of `public_key`."""
    Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)


def make_keys(path: Path) -> bool:
    """Write a new master key to `path` (mode 0600) unless it is there; say whether it was made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(handle, "w") as file:
        json.dump({"version": 1, "master": b64encode(secrets.token_bytes(32)).decode()}, file)
        file.flush()
        os.fsync(file.fileno())
    return True


@lru_cache(maxsize=8)
def keys_from(path: Path) -> Keys:
    """Return the keys that the file at `path` holds."""
    return Keys(b64decode(json.loads(path.read_text())["master"]))
