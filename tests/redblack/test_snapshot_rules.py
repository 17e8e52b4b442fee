"""The Merkle tree: worked examples of RFC 6962, paths for every leaf, and nothing else fits."""

import hashlib
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from wufei_public.redblack.rules import snapshots as rules

LEAVES = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40, unique=True)


def h(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def test_roots_of_few_leaves() -> None:
    a, b, c = (bytes([n]) * 32 for n in (1, 2, 3))
    ab = h(b"\x01", a, b)
    assert rules.root([]) == h(b"")
    assert rules.root([a]) == a
    assert rules.root([a, b]) == ab
    assert rules.root([a, b, c]) == h(b"\x01", ab, c)


def test_a_leaf_is_salted() -> None:
    record = {"name": "甲", "code": "1"}
    assert rules.leaf(b"s", record) == h(b"\x00s", '{"code":"1","name":"甲"}'.encode())
    assert rules.leaf(b"s", record) != rules.leaf(b"t", record)


@given(LEAVES, st.data())
def test_every_leaf_leads_to_the_root_and_no_other_does(
    leaves: list[bytes], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(leaves) - 1))
    root, steps = rules.root(leaves), rules.path(leaves, at)
    assert rules.root_from(leaves[at], at, len(leaves), steps) == root
    assert rules.root_from(h(leaves[at]), at, len(leaves), steps) != root


@given(LEAVES)
def test_runs_of_bytes_come_apart_as_they_were(leaves: list[bytes]) -> None:
    assert rules.split(b"".join(leaves)) == leaves


def test_what_is_signed_names_everything() -> None:
    at = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    head = rules.Head(3, at, 1, 2, bytes(32), rules.after(b"signature"))
    assert head.message() == (
        b"wufei-redblack-snapshot 1 3 2026-11-24T02:00:00.000000+00:00 1 2 "
        + b"00" * 32 + b" " + h(b"signature").hex().encode()
    )  # fmt: skip


def test_what_changed_is_counted_by_what_the_entries_are() -> None:
    pairs = [(bytes([n]) * 32, bytes([n + 100]) * 32) for n in range(3)]
    before = [leaf for pair in pairs[:2] for leaf in pair]
    assert rules.change(pairs, before) == rules.Change(1, 0, 0)
    assert rules.change(pairs[1:], before) == rules.Change(1, 1, 0)
    corrected = [(pairs[0][0], b"x" * 32), pairs[1]]
    assert rules.change(corrected, before) == rules.Change(0, 0, 1)
    assert rules.change([], []) == rules.Change(0, 0, 0)
