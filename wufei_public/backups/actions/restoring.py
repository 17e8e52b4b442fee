"""Restores a backup: everything is looked at before anything is changed."""

from collections.abc import Iterator
from pathlib import Path

from wufei_public.backups.actions import databases, forgetting
from wufei_public.backups.actions.refusing import Refused
from wufei_public.backups.actions.taking import (
    DATABASE,
    KEPT_UNDER,
    MANIFEST,
    PHOTOS,
    POOL,
    digest_of,
    mark_of,
    pooled,
)
from wufei_public.backups.rules.manifest import Manifest, read_manifest
from wufei_public.infra.keyring import MissingVersion
from wufei_public.infra.keys import Keys
from wufei_public.infra.migrations import knows
from wufei_public.infra.storage import Storage, name_of
from wufei_public.infra.work import House


def check(backup: Path, keys: Keys) -> Manifest:
    """Return the manifest of a backup that is whole and fits the keys; Refused otherwise."""
    try:
        manifest = read_manifest((backup / MANIFEST).read_text())
    except (OSError, ValueError, TypeError) as error:
        raise Refused(f"{backup} holds no whole backup: {error}") from error
    for name, digest in ((DATABASE, manifest.database), (PHOTOS, manifest.photos)):
        if not (backup / name).is_file() or digest_of(backup / name) != digest:
            raise Refused(f"{backup / name} is not as it was taken")
    if manifest.keys != mark_of(keys):
        raise Refused(
            "the keys are not those of the backup: restore them first, flask keys restore FILE"
        )
    for words in _missing(manifest, keys):
        raise Refused(f"{words}: bring it back first, flask keys restore FILE")
    if not knows(manifest.revision):
        raise Refused(
            f"the backup is of a later version (schema {manifest.revision}): upgrade first"
        )
    _check_photos(backup, _names(backup))
    return manifest


def _missing(manifest: Manifest, keys: Keys) -> Iterator[str]:
    """Name every version of a key that the backup needs and the key file does not hold."""
    for group in KEPT_UNDER:
        for number, fingerprint in manifest.versions.get(group, {"1": ""}).items():
            try:
                found = keys.ring.find(group, int(number)).fingerprint(group)
            except MissingVersion as missing:
                yield str(missing)
                continue
            if fingerprint not in {"", found}:
                yield f"version {number} of the keys “{group}” is another one"


def _names(backup: Path) -> list[str]:
    return (backup / PHOTOS).read_text().splitlines()


def _check_photos(backup: Path, names: list[str]) -> None:
    pool = backup.parent / POOL
    for name in names:
        path = pooled(pool, name)
        area, _slash, digest = name.partition("/")
        if not path.is_file():
            raise Refused(f"the photo {name} is missing from the pool")
        if name_of(area, path.read_bytes(), digest[64:]) != name:
            raise Refused(f"the photo {name} is not as it was taken")


def restore(house: House, backup: Path, *, over: bool) -> Manifest:
    """Put database and photos back; Refused, with nothing changed, where anything is amiss.

    Photos come first: a row must never point at a file that is not there.
    """
    manifest = check(backup, house.keys)
    if manifest.engine != databases.engine_name():
        raise Refused(f"the backup is of {manifest.engine}, the site uses another database")
    databases.require_empty(over=over)
    _put_back(house.store, backup)
    forgetting.leave_mark(house, backup, manifest.taken_at)
    databases.load(backup / DATABASE, over=over)
    return manifest


def _put_back(store: Storage, backup: Path) -> None:
    pool = backup.parent / POOL
    for name in _names(backup):
        area, _slash, digest = name.partition("/")
        store.put(area, pooled(pool, name).read_bytes(), copy=digest[64:])
