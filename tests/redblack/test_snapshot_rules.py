"""The Merkle tree: worked examples of RFC 6962, paths for every leaf, and nothing else fits."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from wufei_public.redblack.rules import snapshots as rules
from wufei_public.redblack.rules import trees

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


def kept(leaves: list[bytes]) -> dict[trees.Place, bytes]:
    """Return every node over these leaves, as they came one after the other."""
    nodes: dict[trees.Place, bytes] = {}
    for at, leaf in enumerate(leaves):
        nodes |= trees.grown(at + 1, {at: leaf}, nodes.__getitem__)
    return nodes


def test_whole_subtrees_make_up_a_tree() -> None:
    assert trees.peaks(0) == []
    assert trees.peaks(8) == [(3, 0)]
    assert trees.peaks(7) == [(2, 0), (1, 2), (0, 6)]
    assert trees.crown([]) == rules.root([])


@given(LEAVES)
def test_kept_nodes_lead_to_the_same_root(leaves: list[bytes]) -> None:
    nodes = kept(leaves)
    tops = trees.peaks(len(leaves))
    assert trees.crown([nodes[top] for top in tops]) == rules.root(leaves)


@given(LEAVES, st.data())
def test_every_leaf_leads_to_the_root_and_no_other_does(
    leaves: list[bytes], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(leaves) - 1))
    root, steps = rules.root(leaves), trees.path(len(leaves), at, kept(leaves).__getitem__)
    assert rules.root_from(leaves[at], at, len(leaves), steps) == root
    assert rules.root_from(h(leaves[at]), at, len(leaves), steps) != root


@given(LEAVES, st.data())
def test_another_leaf_makes_no_more_nodes_anew_than_the_tree_is_high(
    leaves: list[bytes], data: st.DataObject
) -> None:
    at, nodes = data.draw(st.integers(0, len(leaves) - 1)), kept(leaves)
    leaves[at] = h(leaves[at])
    anew = trees.grown(len(leaves), {at: leaves[at]}, nodes.__getitem__)
    assert len(anew) <= len(leaves).bit_length()
    nodes |= anew
    assert trees.crown([nodes[top] for top in trees.peaks(len(leaves))]) == rules.root(leaves)


def test_what_is_signed_names_everything() -> None:
    at = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    head = rules.Head(3, at, 1, 2, 8, bytes(32), rules.after(b"signature"))
    links = b"00" * 32 + b" " + h(b"signature").hex().encode()
    assert head.message() == (
        b"wufei-redblack-snapshot 2 3 2026-11-24T02:00:00.000000+00:00 1 2 8 " + links
    )
    # What was signed before named no size, and verifies as it was signed.
    assert replace(head, format=1).message() == (
        b"wufei-redblack-snapshot 1 3 2026-11-24T02:00:00.000000+00:00 1 2 " + links
    )


@given(LEAVES, st.data())
def test_no_other_hashes_of_the_same_number_lead_to_the_root(
    leaves: list[bytes], data: st.DataObject
) -> None:
    other = data.draw(
        st.lists(st.binary(min_size=32, max_size=32), min_size=len(leaves), max_size=len(leaves))
    )
    assert (rules.root(other) == rules.root(leaves)) == (other == leaves)
