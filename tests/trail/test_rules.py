from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from wufei_public.trail.rules import BEGINNING, Damage, Entry, Finding, Link, check_links, seal

AT = datetime(2026, 11, 28, 1, 2, 3, 4, UTC)


def entry(number: int) -> Entry:
    return Entry(
        number * 3, AT, "staff", 7, "dumping:case:accept", f"dumping/{number}", "",
        {"state": "submitted"}, {"state": "accepted", "release": "pending"}, "r",
    )  # fmt: skip


def chain(length: int) -> list[Link]:
    links, digest = [], BEGINNING
    for number in range(1, length + 1):
        digest = seal(digest, number, entry(number))
        links.append(Link(number, entry(number).id, digest, entry(number)))
    return links


def found(links: list[Link], heads: dict[int, bytes] | None = None) -> list[Finding]:
    return list(check_links(links, heads or {}))


def test_an_untouched_chain_has_no_fault() -> None:
    whole = chain(5)
    assert found(whole, {3: whole[2].digest, 5: whole[4].digest}) == []
    assert found([]) == []


def test_the_digest_is_stable_across_releases() -> None:
    digest = seal(BEGINNING, 1, entry(1)).hex()
    assert digest == EXPECTED


EXPECTED = "b6860647143527d916743b04ffbae1b1b2989cb0d5e3d773591e1f9d982c714a"


@given(st.integers(0, 4), st.sampled_from(["reason", "target", "action", "request_id"]))
def test_a_changed_row_is_found_where_it_is(place: int, field: str) -> None:
    links = chain(5)
    changed = replace(links[place].entry or entry(1), **{field: "bent"})
    links[place] = replace(links[place], entry=changed)
    assert found(links) == [Finding(Damage.ROW_CHANGED, place + 1)]


def test_a_removed_row_and_a_removed_seal_are_found() -> None:
    links = chain(4)
    assert found([*links[:1], replace(links[1], entry=None), *links[2:]]) == [
        Finding(Damage.ROW_REMOVED, 2)
    ]
    assert Finding(Damage.SEAL_MISSING, 2) in found([links[0], *links[2:]])


def test_two_rows_that_changed_places_are_found() -> None:
    links = chain(4)
    links[1], links[2] = (
        replace(links[1], entry=links[2].entry),
        replace(links[2], entry=links[1].entry),
    )
    assert found(links) == [Finding(Damage.ROW_CHANGED, 2), Finding(Damage.ROW_CHANGED, 3)]


def test_a_chain_made_anew_differs_from_what_left_the_house() -> None:
    old = chain(4)
    digest, links = BEGINNING, []
    for number in range(1, 5):
        bent = replace(entry(number), reason="bent" if number > 1 else "")
        digest = seal(digest, number, bent)
        links.append(Link(number, bent.id, digest, bent))
    assert found(links) == []
    assert found(links, {3: old[2].digest}) == [Finding(Damage.CHAIN_REMADE, 3)]


def test_a_shortened_chain_ends_before_what_left_the_house() -> None:
    whole = chain(4)
    assert found(whole[:2], {4: whole[3].digest}) == [Finding(Damage.CHAIN_SHORTENED, 4)]
