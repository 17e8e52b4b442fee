"""The ring of keys and its file: versions, marks, replacing, and what each opens."""

import json
import os
import stat
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from wufei_public.infra import keyfile, keyring
from wufei_public.infra.keyfile import KeyFile, keys_from, make_keys
from wufei_public.infra.keyring import GROUPS, INDEX, PAPER, SEALING, SIGNING, Ring, of_master
from wufei_public.infra.keys import Keys, Unreadable, check_signature

MASTER, NOW = b"k" * 32, datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def keys_of(ring: Ring) -> Keys:
    return Keys(lambda: ring)


def old() -> Keys:
    return keys_of(of_master(MASTER))


def rotated(group: str, times: int = 1) -> Ring:
    ring = of_master(MASTER)
    for number in range(times):
        ring = ring.with_new(group, bytes([number]) * 32, NOW + timedelta(days=number))
    return ring


def test_the_key_file_is_its_owners_alone_and_made_once(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "keys.json"
    assert make_keys(path)
    first = path.read_bytes()
    assert not make_keys(path)
    assert path.read_bytes() == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_each_purpose_has_its_key(tmp_path: Path) -> None:
    make_keys(tmp_path / "k")
    keys = keys_from(tmp_path / "k")
    assert keys.mac("receipt", b"x") == keys.mac("receipt", b"x") != keys.mac("claim", b"x")
    assert keys.mac("receipt", b"x", b"y") != keys.mac("receipt", b"xy")


def test_a_purpose_in_no_group_has_no_key() -> None:
    with pytest.raises(KeyError):
        old().encrypt("something new", b"x")


def test_what_is_sealed_opens_only_unchanged_and_for_its_purpose() -> None:
    keys = old()
    sealed = keys.encrypt("phone", b"13800000000")
    assert keys.decrypt("phone", sealed) == b"13800000000"
    with pytest.raises(InvalidTag):
        keys.decrypt("evidence", sealed)
    with pytest.raises(InvalidTag):
        keys.decrypt("phone", sealed[:-1] + bytes([sealed[-1] ^ 1]))


@given(st.binary(max_size=200), st.integers(0, 4), st.integers(0, 4))
def test_what_an_older_version_sealed_opens_under_every_newer_ring(
    plain: bytes, then: int, more: int
) -> None:
    sealed = keys_of(rotated(SEALING, then)).encrypt("phone", plain)
    assert keys_of(rotated(SEALING, then + more)).decrypt("phone", sealed) == plain


@given(st.binary(max_size=200), st.integers(1, 4))
def test_what_an_ended_version_sealed_is_refused_by_its_number(plain: bytes, then: int) -> None:
    sealed = keys_of(rotated(SEALING, then)).encrypt("phone", plain)
    later = rotated(SEALING, then + 1).without_old(SEALING, NOW)
    with pytest.raises(Unreadable, match=f"version {then + 1} of the keys “sealing”"):
        keys_of(later).decrypt("phone", sealed)


def test_a_first_nonce_that_looks_like_a_mark_opens_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("secrets.token_bytes", lambda size: keyring.mark_of(2) + bytes(size - 6))
    sealed = old().encrypt("phone", b"13800000000")
    assert keyring.number_of(sealed) == 2
    for ring in (of_master(MASTER), rotated(SEALING)):
        assert keys_of(ring).decrypt("phone", sealed) == b"13800000000"


def test_a_version_changed_in_the_mark_opens_nothing() -> None:
    ring = rotated(SEALING, 2)
    sealed = keys_of(ring).encrypt("phone", b"1")
    with pytest.raises(InvalidTag):
        keys_of(ring).decrypt("phone", keyring.mark_of(2) + sealed[6:])


def test_an_index_is_found_by_every_live_version_and_says_of_which_it_is() -> None:
    was, now = old(), keys_of(rotated(INDEX))
    assert was.index("people:phone-index", b"1") in now.indexes("people:phone-index", b"1")
    assert now.index("people:phone-index", b"1").startswith(keyring.mark_of(2))
    assert len(now.index("people:phone-index", b"1")) == 32


def test_rotating_one_group_leaves_the_others(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"version": 1, "master": b64encode(MASTER).decode()}))
    keyfile.add_version(path, SEALING, NOW, 1)
    keyfile.end_versions(path, SEALING, NOW, 2)
    keys = keys_from(path)
    assert keys.mac("receipt", b"x") == old().mac("receipt", b"x")
    assert keys.index("people:phone-index", b"1") == old().index("people:phone-index", b"1")


def test_an_ended_version_can_not_be_made_again_from_what_is_left(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"version": 1, "master": b64encode(MASTER).decode()}))
    key = of_master(MASTER).newest(SEALING).key("phone")
    keyfile.add_version(path, SEALING, NOW, 1)
    assert b64encode(key).decode() in path.read_text()
    keyfile.end_versions(path, SEALING, NOW, 2)
    assert b64encode(key).decode() not in path.read_text()
    assert b64encode(MASTER).decode() not in path.read_text()


@given(st.lists(st.sampled_from([SEALING, INDEX, SIGNING]), max_size=6))
def test_a_ring_is_the_same_from_its_text(turns: list[str]) -> None:
    ring = of_master(MASTER)
    for number, group in enumerate(turns):
        ring = ring.with_new(group, bytes([number]) * 32, NOW)
        ring = ring.without_old(group, NOW) if number % 2 else ring
    again = keyring.read(keyring.written(ring))
    assert keyring.written(again) == keyring.written(ring)
    for group, facts in GROUPS.items():
        pairs = zip(ring.groups[group], again.groups[group], strict=True)
        assert all(one.fingerprint(group) == two.fingerprint(group) for one, two in pairs)
        for purpose in facts.purposes:
            assert again.newest(group).key(purpose) == ring.newest(group).key(purpose)


@pytest.mark.parametrize("text", ["{}", "[]", "no json", '{"version": 3, "groups": {}}'])
def test_what_is_no_key_file_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        keyring.read(text)


def test_old_signatures_stay_checkable_when_the_private_key_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    make_keys(path)
    keys = keys_from(path)
    signature, first = keys.sign("trail:sign", b"head"), keys.public_key("trail:sign")
    keyfile.add_version(path, SIGNING, NOW, 1)
    keyfile.end_versions(path, SIGNING, NOW, 2)
    check_signature(keys.signer("trail:sign", b"head", signature), signature, b"head")
    known = keys.public_keys("trail:sign")
    assert [(one.number, one.until) for one in known] == [(2, None), (1, NOW)]
    assert known[1].key == first
    assert keys.signer("trail:sign", b"head", b"x" * 64) == keys.public_key("trail:sign")


def test_a_running_process_takes_a_new_file_up_and_lives_through_a_bad_one(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    make_keys(path)
    keys = Keys(KeyFile(path))
    keyfile.add_version(path, SEALING, NOW, 1)
    assert keyring.number_of(keys.encrypt("phone", b"1")) == 2
    path.write_text("cut sho")
    assert keyring.number_of(keys.encrypt("phone", b"1")) == 2
    path.unlink()
    assert keyring.number_of(keys.encrypt("phone", b"1")) == 2


def test_two_who_rotate_at_once_make_one_version(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    make_keys(path)
    for _again in range(2):
        ring = keyfile.add_version(path, SEALING, NOW, 1)
    assert ring.newest(SEALING).number == 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_crash_before_the_file_is_replaced_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "keys.json"
    make_keys(path)
    was = path.read_bytes()

    def cut(_handle: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", cut)
        with pytest.raises(KeyboardInterrupt):
            keyfile.add_version(path, SEALING, NOW, 1)
    assert path.read_bytes() == was
    assert keyfile.add_version(path, SEALING, NOW, 1).newest(SEALING).number == 2


def test_an_old_key_file_brings_ended_versions_back_and_takes_none_away(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    make_keys(path)
    first = path.read_bytes()
    sealed = keys_from(path).encrypt("phone", b"1")
    keyfile.add_version(path, SEALING, NOW, 1)
    keyfile.end_versions(path, SEALING, NOW, 2)
    newer = keys_from(path).encrypt("phone", b"2")
    assert keyfile.bring_back(path, first)
    assert keys_from(path).decrypt("phone", sealed) == b"1"
    assert keys_from(path).decrypt("phone", newer) == b"2"


def test_the_own_file_brings_nothing_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    make_keys(path)
    was = path.read_bytes()
    assert keyfile.bring_back(path, was)
    assert path.read_bytes() == was


def test_another_houses_key_file_is_not_mixed_in(tmp_path: Path) -> None:
    path, other = tmp_path / "keys.json", tmp_path / "other.json"
    make_keys(path)
    make_keys(other)
    was = path.read_bytes()
    assert not keyfile.bring_back(path, other.read_bytes())
    assert path.read_bytes() == was


def test_what_people_hold_on_paper_does_not_rotate() -> None:
    assert GROUPS[PAPER].rests is None
