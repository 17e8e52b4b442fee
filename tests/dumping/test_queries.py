"""The public list: pages, filters, totals, what it never holds, and how it is read."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.conftest import NOW
from tests.dumping import make, plans
from tests.dumping.plans import fill, over, shown
from wufei_public.common.errors import NotFound
from wufei_public.dumping.documents.shown import public_rows
from wufei_public.dumping.queries import figures, public
from wufei_public.dumping.queries.public import PublicFilter, public_list, public_page
from wufei_public.dumping.rules.figures import Tally
from wufei_public.dumping.rules.states import Phase

PRIVATE = {
    "words", "contact_sealed", "reporter_id", "salt", "code", "lat", "lon",
    "accuracy", "datum", "position_source", "crew_id", "department", "proof_lat",
    "proof_lon", "withhold_reason", "source", "plain_kind", "returns", "asked_at",
}  # fmt: skip

pytestmark = pytest.mark.usefixtures("town")


def walk(session: Session, wanted: PublicFilter, limit: int) -> list[str]:
    """Return the codes of every page, one after the other."""
    found: list[str] = []
    while True:
        rows, following = public_page(session, wanted, limit)
        found += [row.public_code for row in rows]
        if following is None:
            return found
        wanted = PublicFilter(wanted.town, wanted.kind, wanted.phase, following)


# ---- pages ----------------------------------------------------------------------


def test_pages_have_no_gap_and_no_repeat_at_equal_times(session: Session) -> None:
    times = [NOW - timedelta(minutes=number // 4) for number in range(23)]
    fill(session, [shown(at, release_token=f"t{n}") for n, at in enumerate(times)])
    whole = [row.public_code for row in public_list(session, PublicFilter(), 100)]
    assert len(whole) == len(set(whole)) == 23
    for limit in (1, 4, 7, 22, 23, 24):
        assert walk(session, PublicFilter(), limit) == whole


def test_pages_stay_whole_while_cases_are_released(session: Session) -> None:
    fill(session, [shown(NOW - timedelta(hours=n), release_token=f"t{n}") for n in range(9)])
    whole = [row.public_code for row in public_list(session, PublicFilter(), 100)]
    seen, after = [], None
    for number in range(3):
        rows, after = public_page(session, PublicFilter(after=after), 3)
        seen += [row.public_code for row in rows]
        newer = shown(
            NOW + timedelta(hours=number), release_token=f"n{number}", code=f"NEW{number}"
        )
        fill(session, [newer])
    assert seen == whole
    assert after is None


def test_the_newest_release_comes_first(session: Session) -> None:
    fill(session, [shown(NOW - timedelta(hours=n), release_token=f"t{n}") for n in (2, 0, 1)])
    times = [row.released_at for row in public_list(session, PublicFilter())]
    assert times == sorted(times, reverse=True)


# ---- filters --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (PublicFilter(), {"0000", "0001", "0002", "0003"}),
        (PublicFilter(town=make.OTHER_TOWN), {"0001"}),
        (PublicFilter(kind="medical"), {"0002"}),
        (PublicFilter(phase=Phase.OPEN), {"0000", "0001", "0002"}),
        (PublicFilter(phase=Phase.CLOSED), {"0003"}),
        (PublicFilter(phase=Phase.REFUSED), set()),
        (PublicFilter(town=make.TOWN, phase=Phase.CLOSED), {"0003"}),
        (PublicFilter(town=make.OTHER_TOWN, kind="medical"), set()),
    ],
)
def test_filters_hold_only_released_cases(
    session: Session, wanted: PublicFilter, expected: set[str]
) -> None:
    other = {"division": make.OTHER_TOWN, "town": make.OTHER_TOWN}
    fill(
        session,
        [
            shown(release_token="a"),
            shown(release_token="b", **other),
            shown(release_token="c", official_kind="medical"),
            over() | shown(release_token="d"),
            over(),
            {"official_kind": "medical"},
            {"release": "withheld", "withhold_reason": "minor"},
        ],
    )
    assert {row.public_code[:4] for row in public_list(session, wanted)} == expected


# ---- totals ---------------------------------------------------------------------


def totals(session: Session) -> dict[Phase, int]:
    return {phase: number for phase, number in figures.totals(session).all.items() if number}


def test_totals_count_what_is_not_shown_too(session: Session) -> None:
    assert figures.totals(session) == Tally()
    fill(session, [over(), over(), over() | shown(release_token="a"), over("refused")])
    fill(session, [{"release": "withheld", "withhold_reason": "minor", "code": "HELD00"}])
    # Three: the example of each call of `fill`, and the withheld one.
    assert totals(session) == {Phase.CLOSED: 3, Phase.REFUSED: 1, Phase.OPEN: 3}
    assert len(public_list(session, PublicFilter())) == 1


def test_totals_of_real_cases(session: Session) -> None:
    make.closed()
    make.released(make.closed())
    make.withheld(make.assigned())
    make.report(division=None)
    assert totals(session) == {Phase.CLOSED: 2, Phase.OPEN: 2}


# ---- one case -------------------------------------------------------------------


def test_a_case_is_public_only_while_released(session: Session) -> None:
    receipt = make.report()
    for change, public_now in ((None, False), (make.released, True), (make.withheld, False)):
        if change:
            change(receipt)
        session.rollback()
        if public_now:
            number = make.shown_as(receipt)
            assert public.public_detail(session, number.lower()).public_code == number
        for hidden in (receipt.code, *(() if public_now else (make.shown_as(receipt),))):
            with pytest.raises(NotFound):
                public.public_detail(session, hidden)


def test_a_photo_is_found_only_under_the_running_release(session: Session) -> None:
    receipt = make.report(photo=[make.photo_token(1), make.photo_token(2)])
    make.develop()
    first, second = make.photo_ids(receipt)
    token = make.case(make.released(receipt, photo=[first])).release_token or ""
    assert public.public_photo(session, token, first) == receipt.code
    for wrong in ((token, second), ("", first), ("other", first)):
        with pytest.raises(NotFound):
            public.public_photo(session, *wrong)


# ---- nothing private ------------------------------------------------------------


def test_no_private_column_is_read_for_the_public(session: Session) -> None:
    receipt = make.released(make.report())
    listed = set(public_list(session, PublicFilter())[0]._fields)
    detailed = set(public.public_detail(session, make.shown_as(receipt))._fields)
    assert listed <= detailed
    assert listed & PRIVATE == set()
    assert detailed & PRIVATE == {"code"}  # for the names of photos; test_api proves it stays


# ---- how it is read -------------------------------------------------------------


def test_three_rows_cost_as_many_statements_as_one(app: Flask, session: Session) -> None:
    counted = []
    fill(session, [shown(release_token=f"t{n}") for n in range(3)])
    for rows in (1, 1, 3):  # the first reads the directory, which the process keeps
        with app.test_request_context(), plans.statements() as seen:
            found = public_rows(session, public_list(session, PublicFilter(), rows)[:rows])
        counted.append((len(found), len(seen)))
    assert counted[1:] == [(1, counted[1][1]), (3, counted[1][1])]
