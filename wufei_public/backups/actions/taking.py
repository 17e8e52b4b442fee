"""Takes a backup: first the database at one instant, then every photo that it may name.

So a photo that the copy of the database names is in the pool, unless it was erased meanwhile.
A backup that was cut short has no name of its own yet and is no backup.

Answers to surveys are mixed before: `pg_dump` writes rows as they lie, which is in the order in
which they came until the hourly job has mixed them (docs/surveys.md).
"""

import os
import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from wufei_public.backups.actions import databases, forgetting
from wufei_public.backups.rules.manifest import Manifest, is_stamp, stamp_of, to_drop
from wufei_public.infra.keyring import INDEX, SEALING
from wufei_public.infra.keys import Keys
from wufei_public.infra.storage import Storage
from wufei_public.infra.work import House
from wufei_public.media.actions.sweeping import KEPT_AREAS
from wufei_public.surveys.jobs import mix_answers, mix_keys

DATABASE, PHOTOS, MANIFEST, POOL = "database", "photos.txt", "manifest.json", "photos"
_TAKING = ".taking-"
_PURPOSE = "backups:mark"
# Groups without whose keys a backup is not whole; sessions and signing begin anew.
KEPT_UNDER = (SEALING, INDEX)


def take(house: House, folder: Path, keep: int) -> str:
    """Take a backup into `folder` and let all but the newest `keep` go; return its name."""
    began = house.clock()
    name = stamp_of(began)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in folder.glob(f"{_TAKING}*"):
        shutil.rmtree(left)
    taking = folder / f"{_TAKING}{name}"
    taking.mkdir(mode=0o700)
    if databases.is_current():
        mix_answers(name)
        mix_keys(name)
    before = versions_of(house.keys)
    databases.dump(taking / DATABASE)
    names = sorted(_copied(house.store, folder / POOL))
    (taking / PHOTOS).write_text("".join(f"{one}\n" for one in names))
    manifest = Manifest(
        taken_at=began.isoformat(),
        engine=databases.engine_name(),
        revision=databases.revision(),
        keys=mark_of(house.keys),
        database=digest_of(taking / DATABASE),
        photos=digest_of(taking / PHOTOS),
        count=len(names),
        versions={name: before[name] | after for name, after in versions_of(house.keys).items()},
    )
    (taking / MANIFEST).write_text(manifest.text())
    for part in (DATABASE, PHOTOS, MANIFEST):
        _sync(taking / part)
    taking.rename(folder / name)
    _sync(folder)
    forgetting.copy_to(house, folder)
    _let_go(folder, keep)
    return name


def mark_of(keys: Keys) -> str:
    """Return what tells whether keys fit, and nothing of the keys."""
    return keys.mac(_PURPOSE).hex()[:32]


def versions_of(keys: Keys) -> dict[str, dict[str, str]]:
    """Return which versions of the keys open what is kept now, with a fingerprint of each."""
    return {
        group: {str(one.number): one.fingerprint(group) for one in keys.ring.live(group)}
        for group in KEPT_UNDER
    }


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    found = sha256()
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            found.update(part)
    return found.hexdigest()


def _copied(store: Storage, pool: Path) -> Iterator[str]:
    """Copy what the pool does not have yet; give the name of every photo that is there."""
    for area in KEPT_AREAS:
        for name, _written in store.names(area):
            target = pooled(pool, name)
            if not target.exists():
                try:
                    data = store.read(name)
                except KeyError:  # erased since its name was given
                    continue
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                coming = target.with_name(f"{target.name}.coming")
                coming.write_bytes(data)
                _sync(coming)
                coming.replace(target)
            yield name


def pooled(pool: Path, name: str) -> Path:
    """Return where the pool keeps a photo: never outside of it, whatever the name."""
    area, _slash, digest = name.partition("/")
    if not (area.isalpha() and digest.isalnum()):
        raise ValueError(name)
    return pool / area / digest[:2] / digest


def _let_go(folder: Path, keep: int) -> None:
    for name in to_drop([one.name for one in folder.iterdir()], keep):
        shutil.rmtree(folder / name)
    wanted = {
        line
        for one in folder.iterdir()
        if is_stamp(one.name)
        for line in (one / PHOTOS).read_text().splitlines()
    }
    for path in (folder / POOL).glob("*/*/*"):
        if f"{path.parts[-3]}/{path.name}" not in wanted:
            path.unlink()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
