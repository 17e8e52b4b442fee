"""Keys: one master secret in a file that only its owner reads; one derived key per purpose."""

import hashlib
import hmac
import json
import os
import secrets
from base64 import b64decode, b64encode
from functools import cached_property, lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

_NONCE, _SALT = 12, 16
_HEAD = b"wufei keys 1\n"


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


def write_keys(path: Path, data: bytes) -> None:
    """Write a key file that is not there yet; FileExistsError else: nothing is overwritten."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


@lru_cache(maxsize=8)
def keys_from(path: Path) -> Keys:
    """Return the keys that the file at `path` holds."""
    return Keys(b64decode(json.loads(path.read_text())["master"]))
