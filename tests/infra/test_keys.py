import stat
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from wufei_public.infra.keys import Keys, keys_from, make_keys


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
    assert keys.derive("a") == keys.derive("a") != keys.derive("b")
    assert keys.mac("a", b"x", b"y") != keys.mac("a", b"xy")


def test_what_is_sealed_opens_only_unchanged_and_for_its_purpose() -> None:
    keys = Keys(b"k" * 32)
    sealed = keys.encrypt("phone", b"13800000000")
    assert keys.decrypt("phone", sealed) == b"13800000000"
    with pytest.raises(InvalidTag):
        keys.decrypt("evidence", sealed)
    with pytest.raises(InvalidTag):
        keys.decrypt("phone", sealed[:-1] + bytes([sealed[-1] ^ 1]))
