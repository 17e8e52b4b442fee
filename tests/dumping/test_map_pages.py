"""The map on its page and in JSON, and the list of its periods."""

import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.conftest import NOW
from tests.dumping import make
from tests.dumping.mapped import TOWN, at, exact, here, load_outlines, public_at, some_cases
from tests.dumping.plans import fill, shown
from wufei_public.dumping.queries.public import PublicFilter, public_list, public_page
from wufei_public.dumping.rules.figures import PERIODS, period_start

pytestmark = pytest.mark.usefixtures("town")


# ---- points ---------------------------------------------------------------------


# ---- page and API ---------------------------------------------------------------


def tiles(html: str) -> dict[str, str]:
    """Return the words of each tile by the address it leads to."""
    return dict(re.findall(r'<a href="(/cases\?[^"]+)" aria-label="([^"]+)"><path', html))


def figures_of(html: str) -> list[list[str]]:
    """Return the rows of the table with figures."""
    table = html[html.index("<tbody>") : html.index("</table>")]
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    return [re.findall(r'<td class="r">(\d+)</td>', row) for row in rows]


def test_the_page_says_where_most_is_and_leads_to_the_list(
    session: Session, client: FlaskClient
) -> None:
    some_cases(session)
    html = client.get("/cases/map").text
    found = tiles(html)
    assert len(found) == 13
    assert found[f"/cases?town={TOWN}&amp;phase=open"] == "缑氏镇：在办 4 件"
    assert "<h1>缑氏镇在办的最多，有 4 件</h1>" in html
    listed = client.get(f"/cases?town={TOWN}&phase=open").text
    assert listed.count('class="wf-case"') == 4


def test_a_period_says_both_figures_and_leads_to_its_list(
    session: Session, client: FlaskClient
) -> None:
    some_cases(session)
    html = client.get("/cases/map?days=30").text
    address = f"/cases?town={TOWN}&amp;days=30"
    assert tiles(html)[address] == "缑氏镇：在办 2 件，办结 1 件"
    assert "<h1>近 30 天公开了 4 件，办结 1 件</h1>" in html
    listed = client.get(f"/cases?town={TOWN}&days=30").text
    assert listed.count('class="wf-case"') == 3


@pytest.mark.parametrize("days", [None, *PERIODS])
def test_table_and_json_hold_the_same_figures(
    session: Session, client: FlaskClient, days: int | None
) -> None:
    some_cases(session)
    query = f"?days={days}" if days else ""
    rows = figures_of(client.get(f"/cases/map{query}").text)
    answer = client.get(f"/api/v1/dumping/map{query}").json
    assert answer is not None
    names = ("open", "hidden", "total") if days is None else (
        "open", "closed", "uncleared", "refused", "hidden", "total",
    )  # fmt: skip
    expected = [*answer["towns"], answer["no_town"], answer["total"]]
    assert rows == [[str(one[name]) for name in names] for one in expected]
    for name in names:
        parts = [*answer["towns"], answer["no_town"]]
        assert answer["total"][name] == sum(one[name] for one in parts)


def test_json_says_where_tiles_stand_and_nothing_of_people(
    session: Session, client: FlaskClient
) -> None:
    fill(session, [exact(34.61234, 112.71234, contact_sealed=b"x", words="私")])
    load_outlines(session)
    answer = client.get("/api/v1/dumping/map").json
    assert answer is not None
    town = next(one for one in answer["towns"] if one["code"] == TOWN)
    assert town == {
        "code": TOWN,
        "name": "缑氏镇",
        "name_en": "Goushi Town",
        "tile": {"row": 4, "column": 2},
        "open": 1,
        "closed": 0,
        "uncleared": 0,
        "refused": 0,
        "hidden": 1,
        "total": 2,
    }
    (point,) = answer["points"]
    assert {name: point[name] for name in ("town", "hazardous", "cases")} == {
        "town": TOWN,
        "hazardous": False,
        "cases": 1,
    }
    assert (point["lat"], point["lon"]) != (34.61234, 112.71234)
    assert "34.61234" not in client.get("/cases/map").text


@pytest.mark.parametrize("query", ["days=7", "days=x", "days=-30"])
def test_other_periods_are_refused(client: FlaskClient, query: str) -> None:
    assert client.get(f"/api/v1/dumping/map?{query}").status_code == 422
    assert client.get(f"/cases/map?{query}").status_code == 422


def test_an_empty_district_says_so(client: FlaskClient) -> None:
    html = client.get("/cases/map").text
    assert "<h1>现在没有在办的公开案件</h1>" in html
    assert "<h1>近一年还没有公开的案件</h1>" in client.get("/cases/map?days=365").text
    assert html.count('class="m-none"') == 13 + 1


@pytest.mark.parametrize(
    ("towns", "heading"),
    [
        (2, "顾县镇和缑氏镇在办的最多，各 1 件"),
        (3, "3 个镇和街道在办的最多，各 1 件"),
    ],
)
def test_towns_that_share_the_most_are_named_or_counted(
    session: Session, client: FlaskClient, towns: int, heading: str
) -> None:
    codes = ("410307105", "410307106", "410307107")[:towns]
    fill(session, [public_at(1, **here(code)) for code in codes])
    assert f"<h1>{heading}</h1>" in client.get("/cases/map").text


def test_english_names_the_towns_in_english(session: Session, client: FlaskClient) -> None:
    fill(session, [public_at(1)])
    client.set_cookie("wf_lang", "en")
    html = client.get("/cases/map").text
    assert 'text-anchor="middle">Goushi</text>' in html
    assert ">Goushi Town</a>" in html


def test_list_and_notices_lead_to_the_map(client: FlaskClient) -> None:
    assert 'href="/cases/map"' in client.get("/cases").text
    assert 'href="/cases/map"' in client.get("/notices").text
    assert 'href="/cases/map?days=90"' in client.get("/cases?days=90").text
    assert 'href="/cases"' in client.get("/cases/map").text


def test_a_case_shows_in_which_town_it_is(session: Session, client: FlaskClient) -> None:
    receipt = make.released(make.report())
    html = client.get(f"/cases/{make.shown_as(receipt)}").text
    assert 'aria-label="缑氏镇在全区的位置"' in html
    assert html.count('class="m-town-on"') == 1
    assert html.count('class="m-town"') == 12
    load_outlines(session)
    assert client.get(f"/cases/{make.shown_as(receipt)}").text.count('class="m-town-on"') == 1


# ---- the list's period ----------------------------------------------------------


def listed(session: Session, since: datetime | None, limit: int) -> Iterator[str]:
    wanted = PublicFilter(since=since)
    while True:
        rows, following = public_page(session, wanted, limit)
        yield from (row.public_code for row in rows)
        if following is None:
            return
        wanted = PublicFilter(after=following, since=since)


def test_a_period_of_the_list_has_no_gap_between_pages(session: Session) -> None:
    some_cases(session)
    since = period_start(90, NOW)
    whole = [row.public_code for row in public_list(session, PublicFilter(since=since), 100)]
    assert len(whole) == 7
    assert list(listed(session, since, 2)) == whole


def test_a_case_released_late_belongs_to_the_period_of_its_report(session: Session) -> None:
    fill(session, [shown(NOW, **at(31)), shown(NOW, **at(1), release_token="b")])
    since = period_start(30, NOW)
    found = public_list(session, PublicFilter(since=since))
    assert [row.public_code[:4] for row in found] == ["0001"]


def test_pages_keep_the_period(session: Session, client: FlaskClient) -> None:
    fill(session, [public_at(1, release_token=f"t{number}") for number in range(21)])
    html = client.get(f"/cases?town={TOWN}&days=30").text
    following = re.search(r'href="(/cases\?after=[^"]+)"[^>]* rel="next"', html)
    assert following is not None
    assert f"town={TOWN}&amp;days=30" in following[1]
