"""Disk, memory and S3 keep the same promise; a crash half-way leaves nothing that a row names."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.stores import s3_url
from wufei_public.config import Settings
from wufei_public.infra.storage import (
    ARRIVING,
    DiskStore,
    MemoryStore,
    Storage,
    name_of,
    store_from,
)

AREA = "quarantine"


@pytest.fixture(params=["disk", "memory", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path, settings: Settings) -> Storage:
    if request.param == "memory":
        return MemoryStore()
    if request.param == "disk":
        return store_from(replace(settings, store=f"file://{tmp_path}/photos"))
    address = s3_url(request.getfixturevalue("s3_endpoint"))
    return store_from(replace(settings, store=address))


def test_what_is_put_is_read_under_the_name_of_its_content(store: Storage) -> None:
    name = store.put(AREA, b"bytes")
    assert name == name_of(AREA, b"bytes") == store.put(AREA, b"bytes")
    assert store.read(name) == b"bytes"
    assert [found for found, _ in store.names(AREA)] == [name]
    store.delete(name)
    assert list(store.names(AREA)) == []


def test_a_copy_is_deleted_alone(store: Storage) -> None:
    name, copy = store.put(AREA, b"bytes"), store.put(AREA, b"bytes", copy="ab12")
    store.delete(copy)
    assert store.read(name) == b"bytes"
    with pytest.raises(KeyError):
        store.read(copy)
    store.delete(name)


def test_an_upload_is_kept_under_its_content_or_gone(store: Storage, tmp_path: Path) -> None:
    with store.arrive() as kept, store.arrive() as left:
        for part in (b"the first part ", b"and the next"):
            kept.write(part)
            left.write(part)
        kept.seek(0)
        assert kept.read() == b"the first part and the next"
        name = store.keep(AREA, kept, copy="ab12")
    assert name == name_of(AREA, b"the first part and the next", "ab12")
    assert store.read(name) == b"the first part and the next"
    assert [found for found, _ in store.names(AREA)] == [name]
    assert list(store.names(ARRIVING)) == []
    assert sum(path.is_file() for path in tmp_path.glob("photos/*/*/*")) <= 1
    store.delete(name)


def test_areas_are_apart_and_empty_ones_are_no_fault(store: Storage) -> None:
    name = store.put("evidence", b"sealed")
    assert list(store.names(AREA)) == []
    assert [found for found, _ in store.names("evidence")] == [name]
    store.delete(name)


def test_what_is_missing_is_a_key_error_and_deleting_it_is_nothing(store: Storage) -> None:
    gone = name_of(AREA, b"never put")
    with pytest.raises(KeyError):
        store.read(gone)
    store.delete(gone)
    assert store.ready()


def test_disk_and_s3_know_when_a_file_was_written(
    s3_endpoint: str, tmp_path: Path, settings: Settings
) -> None:
    for url in (f"file://{tmp_path}", s3_url(s3_endpoint)):
        store = store_from(replace(settings, store=url))
        name = store.put("times", b"x")
        [(_, written)] = store.names("times")
        assert abs(datetime.now(UTC) - written) < timedelta(minutes=1)
        store.delete(name)


def test_a_store_that_cannot_be_written_is_not_ready(
    s3_endpoint: str, tmp_path: Path, settings: Settings
) -> None:
    (tmp_path / "file").write_text("in the way")
    assert not DiskStore(tmp_path / "file" / "photos").ready()
    assert not store_from(replace(settings, store=s3_url(s3_endpoint, "no-such-bucket"))).ready()


def test_an_address_of_another_kind_is_refused_by_its_name(settings: Settings) -> None:
    with pytest.raises(ValueError, match="WUFEI_STORE"):
        store_from(replace(settings, store="ftp://photos"))


@pytest.mark.parametrize("name", ["../secret", f"{AREA}/../../etc/passwd", "", AREA, f"{AREA}/a.b"])
def test_a_name_leads_out_of_no_area(tmp_path: Path, name: str) -> None:
    store = DiskStore(tmp_path / "photos")
    for act in (store.read, store.delete):
        with pytest.raises(KeyError):
            act(name)


def record_calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Write down, in order, what the kernel is told: which file, which folder, which rename."""
    calls: list[str] = []
    sync, rename = os.fsync, Path.replace

    def fsync(handle: int) -> None:
        target = Path(f"/proc/self/fd/{handle}").readlink()
        calls.append(f"sync {'folder' if target.is_dir() else 'file'} {target.name[:2]}")
        sync(handle)

    def replaced(self: Path, target: Path) -> Path:
        calls.append("rename")
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replaced)
    return calls


def test_bytes_reach_the_disk_before_their_name_and_the_name_before_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = record_calls(monkeypatch)
    store = DiskStore(tmp_path / "ph")
    digest = store.put(AREA, b"bytes").partition("/")[2][:2]
    assert calls[-3:] == [f"sync file {digest}", "rename", f"sync folder {digest}"]
    # New folders are synced in what holds them, from above.
    folders = [call for call in calls[:-3] if "folder" in call]
    assert folders[-2:] == ["sync folder ph", "sync folder qu"]
    calls.clear()
    store.put(AREA, b"bytes")
    assert calls == []


@pytest.mark.parametrize("fault", [OSError("no space left"), KeyboardInterrupt()])
def test_a_put_that_fails_leaves_no_file_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    def fail(_handle: int) -> None:
        raise fault

    store = DiskStore(tmp_path)
    store.put(AREA, b"first")
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(type(fault)):
        store.put(AREA, b"\x00" * 10, copy="zz")
    monkeypatch.undo()
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [
        name_of(AREA, b"first").partition("/")[2]
    ]


DIE = """
import os, sys
from pathlib import Path
from wufei_public.infra.storage import DiskStore
real = os.{call}
def die(*_args):
    os._exit(9)
os.{call} = die
{more}
DiskStore(Path(sys.argv[1])).put("quarantine", b"half" * 1000)
"""


@pytest.mark.parametrize(("call", "more"), [("fsync", ""), ("rename", "Path.replace = die")])
def test_a_process_that_dies_half_way_leaves_nothing_under_the_name(
    tmp_path: Path, call: str, more: str
) -> None:
    root = tmp_path / "photos"
    store = DiskStore(root)
    store.put(AREA, b"warm")  # the folders of the area are there
    data = b"half" * 1000
    (root / AREA / name_of(AREA, data).partition("/")[2][:2]).mkdir(exist_ok=True)
    script = DIE.format(call=call, more=more)
    done = subprocess.run([sys.executable, "-c", script, str(root)], check=False)
    assert done.returncode == 9
    name = name_of(AREA, data)
    with pytest.raises(KeyError):
        store.read(name)
    # What was left has a name that no row has, so that the sweep takes it away by this name.
    [left] = [found for found, _ in store.names(AREA) if found != name_of(AREA, b"warm")]
    assert left != name
    store.delete(left)
    assert store.put(AREA, data) == name
    assert store.read(name) == data


def together(*actions: Callable[[], object]) -> None:
    with ExitStack() as stack:
        for act in actions:
            thread = threading.Thread(target=act)
            thread.start()
            stack.callback(thread.join)


def test_putting_the_same_bytes_at_once_never_leaves_a_torn_file(tmp_path: Path) -> None:
    store = DiskStore(tmp_path)
    data = os.urandom(300_000)
    read: list[bytes] = []

    def put_and_read() -> None:
        read.extend(store.read(store.put(AREA, data)) for _ in range(5))

    together(*[put_and_read] * 6)
    assert read == [data] * 30
    assert [name for name, _ in store.names(AREA)] == [name_of(AREA, data)]
