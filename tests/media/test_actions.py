"""A photo's life: received, recorded, claimed once, developed once, swept when nobody wants it."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Clock
from tests.media.make import HEIC, encoded, jpeg
from wufei_public.common.actor import SYSTEM
from wufei_public.common.errors import Invalid
from wufei_public.infra.storage import MemoryStore
from wufei_public.infra.work import House, Work, house, reading, work
from wufei_public.media import jobs, queries
from wufei_public.media.actions import photos as actions
from wufei_public.media.models import Photo, PhotoState
from wufei_public.media.rules.limits import Fault


@pytest.fixture
def home(app: Flask) -> House:
    return house()


def receive(data: bytes, name: str = "a.jpg", hints: actions.Hints = actions.NO_HINTS) -> str:
    prepared = actions.prepare(house().store, data, name, hints)
    return work(SYSTEM, lambda w: actions.record(w, prepared))


def claim(*tokens: str, owner: str = "dumping/A", keep: bool = False) -> list[int]:
    return work(SYSTEM, lambda w: actions.claim(w, tokens, owner=owner, keep_original=keep))


def photo(photo_id: int = 0) -> Photo:
    session = reading()
    session.rollback()
    session.expire_all()
    found = select(Photo) if not photo_id else select(Photo).where(Photo.id == photo_id)
    return session.scalars(found).one()


def kept(area: str) -> list[str]:
    return [name for name, _ in house().store.names(area)]


def test_a_received_photo_waits_in_quarantine_with_its_facts(home: House, clock: Clock) -> None:
    token = receive(jpeg(lat=34.5, lon=112.5, taken="2026:11:20 10:00:00"))
    row = photo()
    assert (row.state, row.mime, row.width, row.height) == (
        PhotoState.QUARANTINED, "image/jpeg", 640, 480,
    )  # fmt: skip
    assert (row.lat, row.lon, row.taken_source) == (34.5, 112.5, "exif")
    assert row.taken_at == datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    assert row.owner is None
    assert kept("quarantine") == [row.quarantine_name]
    assert token.encode() not in row.token_hash
    assert len(row.sha256) == 64


def test_the_bytes_are_believed_before_the_phones_hints(home: House) -> None:
    hints = actions.Hints(datetime(2026, 1, 1, tzinfo=UTC), 1.0, 2.0)
    receive(jpeg(lat=34.5, lon=112.5), hints=hints)
    row = photo()
    assert (row.lat, row.lon, row.taken_at) == (34.5, 112.5, hints.taken_at)


def test_a_refused_photo_is_named_and_leaves_nothing(home: House) -> None:
    with pytest.raises(Invalid) as caught:
        receive(b"GIF89a...", "假.jpg")
    assert caught.value.code == Fault.NOT_A_PHOTO
    assert caught.value.facts == {"name": "假.jpg"}
    assert kept("quarantine") == []


def test_a_photo_belongs_to_one_record(home: House) -> None:
    one, other = receive(jpeg()), receive(jpeg(seed=2))
    ids = claim(other, one, other)
    assert [photo(each).owner for each in ids] == ["dumping/A"] * 2
    assert ids == sorted(ids, reverse=True)
    with pytest.raises(Invalid) as caught:
        claim("made-up", one, owner="dumping/B")
    assert [fault.pointer for fault in caught.value.errors] == ["photo/0", "photo/1"]
    assert photo(ids[1]).owner == "dumping/A"
    assert claim() == []


def test_two_records_that_claim_at_once_share_no_photo(own_app: Flask) -> None:
    token = receive(jpeg())
    start = threading.Barrier(6)
    said: list[str] = []

    def one(number: int) -> None:
        with own_app.app_context():
            start.wait()
            try:
                claim(token, owner=f"dumping/{number}")
                said.append(f"dumping/{number}")
            except Invalid as error:
                said.append(error.code)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert said.count("photo_gone") == 5
    assert photo().owner in said


def test_positions_are_those_of_the_photos_named(home: House) -> None:
    tokens = [receive(jpeg(lat=34.5, lon=112.5)), receive(jpeg())]
    receive(jpeg(lat=30.0, lon=110.0))
    assert work(SYSTEM, lambda w: actions.positions(w, tokens)) == [(34.5, 112.5, "exif")]


@pytest.mark.parametrize("data", [jpeg(), encoded("PNG"), encoded("WEBP"), HEIC])
def test_developing_makes_two_renditions_and_deletes_the_original(home: House, data: bytes) -> None:
    [photo_id] = claim(receive(data))
    assert jobs.develop("") == 1
    row = photo()
    assert (row.state, row.quarantine_name, row.evidence_name) == (PhotoState.READY, None, None)
    assert (row.large_width, row.thumb_width) == (row.large_width, 320)
    assert set(kept("renditions")) == {row.large_name, row.thumb_name}
    assert kept("quarantine") == []
    assert row.dhash is not None
    served = queries.rendition_name(reading(), photo_id, ["dumping/A"], "large")
    assert served == (row.large_name, "image/jpeg")
    assert jobs.develop("") == 0


def test_a_stranger_finds_no_rendition_and_nobody_an_undeveloped_one(home: House) -> None:
    [photo_id] = claim(receive(jpeg()))
    assert queries.rendition_name(reading(), photo_id, ["dumping/A"], "thumb") is None
    jobs.develop("")
    reading().rollback()
    assert queries.rendition_name(reading(), photo_id, ["dumping/B"], "thumb") is None
    assert queries.rendition_name(reading(), photo_id, ["dumping/A"], "thumb") is not None


def test_the_same_bytes_sent_meanwhile_keep_their_own_original(home: House) -> None:
    receive(jpeg())
    second = actions.prepare(home.store, jpeg(), "again.jpg")
    assert jobs.develop("") == 1
    work(SYSTEM, lambda w: actions.record(w, second))
    assert jobs.develop("") == 1
    states = reading().scalars(select(Photo.state)).all()
    assert states == [PhotoState.READY] * 2


def test_a_photo_that_cannot_be_decoded_is_marked_and_its_record_stands(home: House) -> None:
    damaged = bytearray(encoded("PNG"))
    damaged[60:200] = b"\0" * 140
    claim(receive(bytes(damaged)))
    claim(receive(jpeg(seed=3)), owner="dumping/B")
    assert jobs.develop("") == 1
    [row] = queries.photos_of(reading(), "dumping/A")
    assert (row.state, row.fault) == (PhotoState.FAILED, Fault.UNREADABLE)
    assert queries.photos_of(reading(), "dumping/B")[0].state == PhotoState.READY


def test_a_missing_original_is_a_fault_of_the_photo(home: House) -> None:
    receive(jpeg())
    home.store.delete(str(photo().quarantine_name))
    assert jobs.develop("") == 0
    assert (photo().state, photo().fault) == (PhotoState.FAILED, Fault.UNREADABLE)


class Broken(MemoryStore):
    """A store whose disk is full for renditions."""

    def put(self, area: str, data: bytes, copy: str = "") -> str:
        if area == "renditions":
            raise OSError("no space left")
        return super().put(area, data, copy)


def test_a_photo_that_stopped_a_worker_is_taken_over_and_given_up_after_three(
    home: House, clock: Clock
) -> None:
    receive(jpeg())
    name = str(photo().quarantine_name)
    good = home.store
    home.store = Broken()
    home.store.put("quarantine", jpeg(), name[-5:])
    for tries in (1, 2, 3):
        with pytest.raises(OSError, match="no space"):
            jobs.develop("")
        assert (photo().state, photo().tries) == (PhotoState.QUARANTINED, tries)
        assert jobs.develop("") == 0  # leased: nobody else takes it
        clock.move(minutes=6)
    assert jobs.develop("") == 0
    assert photo().state == PhotoState.FAILED
    assert good.read(name) == jpeg()


def test_an_original_is_kept_sealed_where_the_case_asks_for_it(home: House) -> None:
    [photo_id] = claim(receive(jpeg()), keep=True)
    jobs.develop("")
    found = queries.evidence(reading(), photo_id, "dumping/A")
    assert found is not None
    sealed = home.store.read(found.evidence_name)
    assert b"JFIF" not in sealed
    assert home.keys.decrypt("evidence", sealed) == jpeg()
    assert queries.evidence(reading(), photo_id, "dumping/B") is None
    assert kept("quarantine") == []


class Late(MemoryStore):
    """A store during whose work the official reclassifies the case as hazardous."""

    def put(self, area: str, data: bytes, copy: str = "") -> str:
        if area == "renditions":
            work(SYSTEM, lambda w: actions.keep_originals(w, "dumping/A", keep=True))
        return super().put(area, data, copy)


def test_an_original_asked_for_while_it_is_developed_is_kept(home: House, clock: Clock) -> None:
    home.store = Late()
    [photo_id] = claim(receive(jpeg()))
    assert jobs.develop("") == 0
    assert kept("quarantine") == [photo().quarantine_name]
    clock.move(minutes=6)
    assert jobs.develop("") == 1
    assert queries.evidence(reading(), photo_id, "dumping/A") is not None


def test_keep_originals_changes_only_this_record_and_only_what_waits(home: House) -> None:
    claim(receive(jpeg()))
    claim(receive(jpeg(seed=2)), owner="dumping/B")
    work(SYSTEM, lambda w: actions.keep_originals(w, "dumping/B", keep=True))
    jobs.develop("")
    rows = reading().execute(select(Photo.owner, Photo.evidence_name).order_by(Photo.id)).all()
    assert [(row.owner, row.evidence_name is not None) for row in rows] == [
        ("dumping/A", False),
        ("dumping/B", True),
    ]


def forget(w: Work) -> None:
    for row in w.session.scalars(select(Photo)):
        w.session.delete(row)


@pytest.fixture
def now_is_real(home: House) -> datetime:
    """Put the clock beside the memory store's instant of writing, which is 1970."""
    home.clock = lambda: datetime(1970, 1, 1, 0, 30, tzinfo=UTC)
    return home.clock()


def test_the_sweep_removes_files_without_a_row_and_spares_the_rest(
    home: House, now_is_real: datetime
) -> None:
    claim(receive(jpeg()))
    receive(jpeg(seed=2))
    jobs.develop("")
    orphan = home.store.put("renditions", b"nobody's")
    before = {area: set(kept(area)) for area in ("quarantine", "renditions")}
    assert jobs.sweep("") == 0  # half an hour old: its row may still be coming
    home.clock = lambda: now_is_real + timedelta(hours=2)
    assert jobs.sweep("") == 1
    assert set(kept("renditions")) == before["renditions"] - {orphan}
    work(SYSTEM, forget)
    assert jobs.sweep("") == 4
    assert [kept(area) for area in ("quarantine", "renditions", "evidence")] == [[], [], []]


def test_an_original_that_cannot_be_opened_goes_after_a_week(home: House, clock: Clock) -> None:
    damaged = bytearray(encoded("PNG"))
    damaged[60:200] = b"\0" * 140
    claim(receive(bytes(damaged)))
    jobs.develop("")
    clock.move(days=6)
    jobs.sweep("")
    assert len(kept("quarantine")) == 1
    clock.move(days=2)
    jobs.sweep("")
    assert (photo().state, photo().quarantine_name) == (PhotoState.FAILED, None)
    assert kept("quarantine") == []


def test_an_original_kept_in_vain_goes(home: House) -> None:
    claim(receive(jpeg()), keep=True)
    jobs.develop("")
    assert photo().evidence_name is not None
    work(SYSTEM, lambda w: actions.keep_originals(w, "dumping/A", keep=False))
    assert photo().evidence_name is None


def test_what_nobody_claimed_in_two_days_is_forgotten(home: House, clock: Clock) -> None:
    receive(jpeg())
    claimed = claim(receive(jpeg(seed=2)))
    clock.move(hours=47)
    jobs.sweep("")
    assert len(reading().scalars(select(Photo.id)).all()) == 2
    clock.move(hours=2)
    jobs.sweep("")
    reading().rollback()
    assert reading().scalars(select(Photo.id)).all() == claimed
    assert len(kept("quarantine")) == 1


def test_queries_name_each_owners_photos_in_order(home: House) -> None:
    ids = claim(*(receive(jpeg(seed=seed)) for seed in (1, 2, 3)))
    twin = claim(receive(jpeg(seed=1)), owner="dumping/B")
    session = reading()
    assert [row.id for row in queries.photos_of(session, "dumping/A")] == ids
    assert queries.twins(session, ids) == {ids[0]: ["dumping/B"]}
    assert queries.twins(session, twin) == {twin[0]: ["dumping/A"]}
    assert list(queries.waiting(session, home.clock(), 2)) == ids[:2]
