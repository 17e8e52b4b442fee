"""Where bytes are kept: by content, in areas, on disk or in an S3-compatible store.

A name is `area/sha256`, or `area/sha256copy` where a file has one owner alone. Bytes are
there before a row points at them: written to a temporary name, synced to the disk, renamed.
A row never points at a missing file; a file that no row points at, half-written or whole,
is swept away by a job (`media/jobs.py`).
"""

import hashlib
import io
import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qs, urlsplit

from wufei_public.config import Settings

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

ARRIVING = "arriving"  # the area of files whose upload has not ended
_IN_MEMORY = 512 * 1024
_SURE = 10.0  # seconds for which an answer about the store holds


class Storage(Protocol):
    """A small store of immutable bytes."""

    def put(self, area: str, data: bytes, copy: str = "") -> str:
        """Keep `data` durably in `area`; return its name. The same bytes give the same name.

        What is to be deleted while others may put the same bytes needs a `copy` of its own.
        """
        ...

    def arrive(self) -> IO[bytes]:
        """Return an empty file for an upload: gone when it is closed, unless `keep` kept it."""
        ...

    def keep(self, area: str, file: IO[bytes], copy: str = "") -> str:
        """Keep what was written to a file of `arrive` as `put` keeps bytes; return its name."""
        ...

    def read(self, name: str) -> bytes:
        """Return the bytes of `name`; KeyError if there are none."""
        ...

    def delete(self, name: str) -> None:
        """Remove `name`; nothing happens if it is not there."""
        ...

    def names(self, area: str) -> Iterator[tuple[str, datetime]]:
        """Give every name of `area` with the instant at which it was written."""
        ...

    def ready(self) -> bool:
        """Say whether the store can be written to."""
        ...


def own_copy() -> str:
    """Return a `copy` for bytes that a job will delete: five characters, so that a name has 80."""
    return secrets.token_hex(3)[:5]


def name_of(area: str, data: bytes, copy: str = "") -> str:
    """Return the name that `put` gives to `data` in `area`."""
    return f"{area}/{hashlib.sha256(data).hexdigest()}{copy}"


class Arrival(io.BufferedRandom):
    """An upload on the disk of its store, hashed while it is written, so that none is copied."""

    def __init__(self, path: Path) -> None:
        super().__init__(io.FileIO(path, "x+"))
        self.path = path
        self._hash = hashlib.sha256()

    def write(self, data: "ReadableBuffer") -> int:
        """Write the next bytes; what comes in is written once, in order."""
        self._hash.update(data)
        return super().write(data)

    def digest(self) -> str:
        """Return the SHA-256 of what was written."""
        return self._hash.hexdigest()

    def close(self) -> None:
        """Close the file and take it away; once it was renamed there is nothing to take."""
        super().close()
        self.path.unlink(missing_ok=True)


class _Spooled:
    """Uploads of stores that are not on this disk: in memory, the large ones in a nameless file."""

    def arrive(self) -> IO[bytes]:
        """Return an empty file."""
        return tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)

    def keep(self: Storage, area: str, file: IO[bytes], copy: str = "") -> str:
        """Put the bytes of `file`."""
        file.seek(0)
        return self.put(area, file.read(), copy)


class DiskStore:
    """Files below `root`, in folders of 256 by the first byte of their hash."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def _path(self, name: str) -> Path:
        area, _, digest = name.partition("/")
        if not (area.isalpha() and digest.isalnum()):
            raise KeyError(name)
        return self._root / area / digest[:2] / digest

    def put(self, area: str, data: bytes, copy: str = "") -> str:
        """Keep `data`: temporary name, sync, rename, sync of the folder."""
        name = name_of(area, data, copy)
        path = self._path(name)
        try:
            os.utime(path)  # it is there; the sweep spares what was put a moment ago
        except FileNotFoundError:
            _make_folder(path.parent)
            _write_durably(path, data)
        return name

    def arrive(self) -> IO[bytes]:
        """Return a file of this disk, in the area that the sweep empties after a crash."""
        path = self._path(f"{ARRIVING}/{secrets.token_hex(16)}")
        _make_folder(path.parent)
        return Arrival(path)

    def keep(self, area: str, file: IO[bytes], copy: str = "") -> str:
        """Rename a whole file to the name of its content: sync, rename, sync of the folder."""
        if not isinstance(file, Arrival):
            raise TypeError("a file of arrive() is kept, no other")
        file.flush()
        name = f"{area}/{file.digest()}{copy}"
        path = self._path(name)
        _make_folder(path.parent)
        os.fsync(file.fileno())
        file.path.replace(path)
        _sync_folder(path.parent)
        return name

    def read(self, name: str) -> bytes:
        """Return the bytes of `name`."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError as error:
            raise KeyError(name) from error

    def delete(self, name: str) -> None:
        """Remove `name`."""
        self._path(name).unlink(missing_ok=True)

    def names(self, area: str) -> Iterator[tuple[str, datetime]]:
        """Walk the folders of `area`; a half-written file is there too, under a name of its own."""
        for path in (self._root / area).glob("*/[0-9a-f]*"):
            try:
                written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            except FileNotFoundError:
                continue
            yield f"{area}/{path.name}", written

    def ready(self) -> bool:
        """Say whether the folder can be written to."""
        try:
            self._root.mkdir(parents=True, exist_ok=True)
        except OSError:
            return False
        return os.access(self._root, os.W_OK)


def _write_durably(path: Path, data: bytes) -> None:
    temporary = path.with_name(f"{path.name}tmp{secrets.token_hex(8)}")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _make_folder(folder: Path) -> None:
    """Make `folder` so that a power cut does not take it away with what it holds."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class MemoryStore(_Spooled):
    """A store that lives as long as the process, for tests."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[bytes, datetime]] = {}

    def put(self, area: str, data: bytes, copy: str = "") -> str:
        """Keep `data`."""
        name = name_of(area, data, copy)
        self._kept[name] = (bytes(data), datetime.fromtimestamp(0, UTC))
        return name

    def read(self, name: str) -> bytes:
        """Return the bytes of `name`."""
        return self._kept[name][0]

    def delete(self, name: str) -> None:
        """Remove `name`."""
        self._kept.pop(name, None)

    def names(self, area: str) -> Iterator[tuple[str, datetime]]:
        """Give every name of `area`."""
        for name, (_, written) in list(self._kept.items()):
            if name.startswith(f"{area}/"):
                yield name, written

    def ready(self) -> bool:
        """Say yes."""
        return True


class S3Store(_Spooled):
    """An S3-compatible store through obstore, addressed by path."""

    def __init__(self, bucket: str, prefix: str, **config: str) -> None:
        # Loaded only where it is configured: disk is the default.
        from obstore.store import S3Store as Remote  # noqa: PLC0415

        # The operator's options come as text; obstore itself refuses those that it does not know.
        options: Any = {"virtual_hosted_style_request": "false", **config}
        self._remote: Any = Remote(
            bucket, prefix=prefix or None, config=options, client_options={"allow_http": True}
        )
        self._asked, self._ready = -_SURE, False

    def put(self, area: str, data: bytes, copy: str = "") -> str:
        """Keep `data`; the store answers when it is durable."""
        name = name_of(area, data, copy)
        self._remote.put(name, data)
        return name

    def read(self, name: str) -> bytes:
        """Return the bytes of `name`."""
        try:
            return bytes(self._remote.get(name).bytes())
        except FileNotFoundError as error:
            raise KeyError(name) from error

    def delete(self, name: str) -> None:
        """Remove `name`."""
        try:
            self._remote.delete(name)
        except FileNotFoundError:
            return

    def names(self, area: str) -> Iterator[tuple[str, datetime]]:
        """List `area` page by page."""
        for page in self._remote.list(prefix=f"{area}/"):
            for item in page:
                yield item["path"], item["last_modified"]

    def ready(self) -> bool:
        """Write one small object, at most once in ten seconds however many ask."""
        now = time.monotonic()
        if now >= self._asked + _SURE:
            self._asked, self._ready = now, self._is_ready()
        return self._ready

    def _is_ready(self) -> bool:
        from obstore.exceptions import BaseError  # noqa: PLC0415  as above

        try:
            self._remote.put("ready", b"ok")
        except (BaseError, OSError):
            return False
        return True


def store_from(settings: Settings) -> Storage:
    """Return the store at `file:///folder` or `s3://bucket/prefix?endpoint=…&region=…`.

    S3 credentials come from `access_key_id` and `secret_access_key` in the address, or
    from the machine's role.
    """
    parts = urlsplit(settings.store_url)
    if parts.scheme == "file":
        return DiskStore(Path(parts.path))
    if parts.scheme == "s3":
        options = {name: values[0] for name, values in parse_qs(parts.query).items()}
        return S3Store(parts.netloc, parts.path.strip("/"), **options)
    raise ValueError(f"WUFEI_STORE: “{settings.store_url}” is neither file:// nor s3://")
