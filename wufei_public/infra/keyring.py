"""The ring of keys: groups of purposes, each with numbered versions, as a file holds them.

A file of version 1 is one master secret; it is read as version 1 of every group. A file of
version 2 holds for each group its versions, newest last (docs/decisions/0070).
"""

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MOST = 0xFFFF  # versions of a group: two bytes of a mark
MAGIC = b"\x00wfk"
MARK = len(MAGIC) + 2


@dataclass(frozen=True, slots=True)
class Group:
    """Purposes that get a new key together. The first one's key tells versions apart: it stays.

    `rests` is for how long an older version is still accepted or looked for once nothing that
    is kept needs it; None for a group that does not rotate, and then `about` says why.
    """

    about: str
    purposes: Sequence[str]
    rests: timedelta | None


SESSIONS, SEALING, INDEX, SIGNING, PAPER = "sessions", "sealing", "index", "signing", "paper"
GROUPS: Mapping[str, Group] = {
    SESSIONS: Group(
        "what lives for minutes to days: codes by SMS, set-up links, known browsers, tallies",
        (
            "people:code",
            "people:device",
            "people:merge",
            "people:setup",
            "people:totp-setup",
            "budget",
            "checkin:stamp",
            "dumping:said",
            "surveys:began",
            "organisations:code",
        ),
        timedelta(days=7),
    ),
    SEALING: Group(
        "what is kept encrypted: phones, identities, contacts, originals of photos, authenticators,"
        " messages, tokens of WeChat, records behind snapshots, the keys of reasons in the trail,"
        " collectors' files",
        (
            "people:phone",
            "people:identity",
            "people:totp",
            "people:message",
            "wechat:token",
            "phone",
            "evidence",
            "organisations:contact",
            "organisations:applicant",
            "redblack:leaf",
            "audit:key",
            "surveys:upload",
        ),
        timedelta(days=1),
    ),
    INDEX: Group(
        "the keyed hashes by which a phone or an identity is found",
        ("people:phone-index", "people:identity-index"),
        timedelta(days=2),
    ),
    SIGNING: Group(
        "signatures of audit heads, snapshots of the lists and certificates",
        ("trail:sign", "redblack:sign", "cells:certificate"),
        timedelta(0),
    ),
    PAPER: Group(
        "what people hold on paper or nobody can compute again: receipts, award codes, survey codes"
        " and marks. It does not rotate: a new key would make all of them void",
        ("backups:mark", "receipt", "claim", "surveys:token", "surveys:code"),
        None,
    ),
}
GROUP_OF = {purpose: name for name, group in GROUPS.items() for purpose in group.purposes}


class MissingVersion(KeyError):  # noqa: N818
    """The ring does not hold that version of a group; the text names both."""

    def __str__(self) -> str:
        return str(self.args[0])


def _derived(secret: bytes, purpose: str) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=purpose.encode()).derive(secret)


def mark_of(number: int) -> bytes:
    """Return what a value under version `number` begins with; nothing for the first version."""
    return b"" if number == 1 else MAGIC + number.to_bytes(2, "big")


def number_of(value: bytes) -> int:
    """Return under which version a value says that it lies; 1 for one that says nothing."""
    marked = value.startswith(MAGIC) and len(value) > MARK
    return int.from_bytes(value[len(MAGIC) : MARK], "big") if marked else 1


@dataclass(frozen=True)
class Version:
    """One version of a group: `keys` go before what is derived from `secret`.

    A version that has ended keeps its number, its dates, its mark and its public keys.
    """

    number: int
    made: datetime | None
    secret: bytes | None = None
    keys: Mapping[str, bytes] = field(default_factory=dict)
    ended: datetime | None = None
    ended_mark: str = ""
    public: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def is_live(self) -> bool:
        """Say whether its keys are there."""
        return self.secret is not None

    @cached_property
    def _kept(self) -> dict[str, bytes]:
        return dict(self.keys)

    def key(self, purpose: str) -> bytes:
        """Return its 32-byte key for `purpose`."""
        found = self._kept.get(purpose)
        if found is None:
            if self.secret is None:
                raise MissingVersion(f"version {self.number} of the keys for {purpose} has ended")
            found = self._kept[purpose] = _derived(self.secret, purpose)
        return found

    def fingerprint(self, group: str) -> str:
        """Return what tells this version from another one of the same number, and no more."""
        if self.secret is None:
            return self.ended_mark
        first = self.key(GROUPS[group].purposes[0])
        return hmac.digest(first, b"wufei key version", hashlib.sha256).hex()[:32]

    def public_key(self, purpose: str) -> bytes | None:
        """Return its public key (Ed25519, 32 bytes), None for a purpose that it never had."""
        if self.secret is None:
            return self.public.get(purpose)
        private = Ed25519PrivateKey.from_private_bytes(self.key(purpose))
        return private.public_key().public_bytes_raw()


@dataclass(frozen=True)
class Ring:
    """Every version of every group, oldest first; the newest live one is written with."""

    groups: Mapping[str, Sequence[Version]]

    def live(self, group: str) -> Sequence[Version]:
        """Return the versions whose keys are there, newest first."""
        return [one for one in reversed(self.groups[group]) if one.is_live]

    def newest(self, group: str) -> Version:
        """Return the version that is written with; MissingVersion where none is left."""
        found = self.live(group)
        if not found:
            raise MissingVersion(f"the key file holds no keys of the group {group}")
        return found[0]

    def find(self, group: str, number: int) -> Version:
        """Return a live version by its number; MissingVersion names what is not there."""
        for one in self.live(group):
            if one.number == number:
                return one
        raise MissingVersion(f"version {number} of the keys “{group}” is not in the key file")

    def with_new(self, group: str, secret: bytes, now: datetime) -> "Ring":
        """Return the ring with one more version of `group`."""
        had = self.groups[group]
        number = had[-1].number + 1
        if number > MOST:
            raise ValueError(f"{group} has had all its versions")
        return self._with(group, [*had, Version(number, now, secret)])

    def without_old(self, group: str, now: datetime) -> "Ring":
        """Return the ring with the keys of every older version of `group` gone."""
        newest = self.newest(group)
        versions = [
            _ended(group, one, now) if one.is_live and one is not newest else one
            for one in self.groups[group]
        ]
        return self._with(group, versions)

    def _with(self, group: str, versions: Sequence[Version]) -> "Ring":
        return Ring({**self.groups, group: versions})


def _ended(group: str, one: Version, now: datetime) -> Version:
    signs = GROUPS[group].purposes if group == SIGNING else ()
    public = {purpose: key for purpose in signs if (key := one.public_key(purpose))}
    return replace(
        one, secret=None, keys={}, ended=now, ended_mark=one.fingerprint(group), public=public
    )


def of_master(master: bytes) -> Ring:
    """Return the ring that a file of version 1 stands for."""
    return Ring({name: [Version(1, None, master)] for name in GROUPS})


def merged(now: Ring, given: Ring) -> Ring:
    """Return both rings as one: what either holds is there; ValueError for another house's."""
    groups = {}
    for name in GROUPS:
        mine = {one.number: one for one in now.groups[name]}
        theirs = {one.number: one for one in given.groups[name]}
        for number in mine.keys() & theirs.keys():
            if mine[number].fingerprint(name) != theirs[number].fingerprint(name):
                raise ValueError(f"version {number} of {name} is another one")
        both = {**theirs, **mine, **{n: one for n, one in theirs.items() if one.is_live}}
        both |= {number: one for number, one in mine.items() if one.is_live}
        groups[name] = [both[number] for number in sorted(both)]
    return Ring(groups)


# ---- as text --------------------------------------------------------------------------


def read(text: str) -> Ring:
    """Return the ring that the text of a key file holds; ValueError for what is none."""
    found = json.loads(text)
    try:
        if found["version"] == 1:
            return of_master(b64decode(found["master"]))
        if found["version"] != 2:  # noqa: PLR2004  the file's own number
            raise ValueError("this key file is of a later version")
        given = found["groups"]
        return Ring({name: [_version(one) for one in given[name]] for name in GROUPS})
    except (KeyError, TypeError) as error:
        raise ValueError(f"this is no key file: {error}") from error


def _version(found: Mapping[str, Any]) -> Version:
    secret = found.get("secret")
    return Version(
        found["number"],
        _instant(found["made"]),
        b64decode(secret) if secret else None,
        _opened(found.get("keys")),
        _instant(found.get("ended")),
        found.get("mark", ""),
        _opened(found.get("public")),
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _opened(found: Mapping[str, str] | None) -> dict[str, bytes]:
    return {name: b64decode(value) for name, value in (found or {}).items()}


def written(ring: Ring) -> str:
    """Return `ring` as the text of a file of version 2.

    A master is in it no more: each group keeps what was derived for its purposes, so that
    ending a version of one group takes from it what the others still have.
    """
    groups = {
        name: [_text(name, one) for one in versions] for name, versions in ring.groups.items()
    }
    return json.dumps({"version": 2, "groups": groups}, indent=1) + "\n"


def _text(group: str, one: Version) -> dict[str, Any]:
    said: dict[str, Any] = {"number": one.number, "made": _said(one.made)}
    if one.secret is None:
        public = {name: b64encode(key).decode() for name, key in one.public.items()}
        return said | {"ended": _said(one.ended), "mark": one.ended_mark, "public": public}
    secret, keys = one.secret, one.keys
    if one.made is None and not keys:  # a master
        keys = {purpose: one.key(purpose) for purpose in GROUPS[group].purposes}
        secret = _derived(secret, f"wufei:group:{group}")
    said["secret"] = b64encode(secret).decode()
    return said | {"keys": {name: b64encode(key).decode() for name, key in keys.items()}}


def _said(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat() if at else ""


Source = Callable[[], Ring]
