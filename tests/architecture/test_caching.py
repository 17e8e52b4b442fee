"""What caches may keep: every public route stands in one class, and answers like it."""

from collections.abc import Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.architecture.addresses import filled
from tests.dumping import make
from wufei_public.infra.web.access import PUBLIC, access_of, is_shared
from wufei_public.infra.web.session import COOKIE

# Every guest gets the same: asked for again each time, 304 while it stays the same.
SHARED = {
    "portal.home", "portal.notices", "news.privacy", "news.accessibility", "probes.openapi",
    "probes.docs", "cases.listing", "cases.feed", "case_files.about",
    "cases.map_page", "cases.case", "dumping_api.list_reports",
    "dumping_api.get_map", "dumping_api.get_totals", "dumping_api.get_report",
    "news.listing", "news.contact", "news.children", "news.feed",
    "articles.listing", "cells.listing", "cells.notices", "cells_api.list_cells",
    "cells_api.list_notices",
    "cells_api.get_count", "redblack.listed", "redblack.rules", "redblack.changes",
    "redblack.notices",
    "open311.discovery", "open311.services", "open311.definition", "open311.listing",
    "open311.one", "open311.updates",
    "cells.counting", "cells_spots.public", "awards.about", "dumping_api.get_awards",
    "redblack.feed", "redblack_api.list_entries", "redblack_api.list_snapshots",
    "redblack_api.list_notices",
    "credit.listed", "redblack_api.list_grades",
    "surveys_api.list_waves",
    "indicators.listed", "indicators.task_list", "indicators.task", "indicators.data",
    "indicators.one", "indicators.table", "indicators_api.list_series",
    "indicators_api.show_series", "indicators.badge",
}  # fmt: skip
# The address or the form is a secret, or the answer is about who asks: kept by nobody.
SECRET = {
    "dumping.new", "own.case", "own.photo", "dumping.track", "dumping_api.get_status",
    "people.set_up", "people.sign_in", "people.staff_sign_in", "people_api.me", "portal.mine",
    "witness.near_by", "open311.token",
    "demo.people", "ways.back", "divisions_api.propose", "trail.heads",
    "wechat.sign",
}  # fmt: skip
# Kept by nobody yet: what they show may be shared once a test holds what changes it.
UNSHARED = {
    "news.one",
    "articles.one", "cells.certificate", "cells.certificate_pdf", "cells.notice",
    "cells.objected", "cells.round_page", "cells.rubric", "cells_api.get_certificate",
    "cells.picture",
    "case_files.released",
    "checkin_boards.board", "learning_api.find", "redblack.entry", "redblack_api.get_entry",
    "credit.one", "listing_errors.form", "listing_errors.receipt", "redblack.photo",
    "redblack.table",
    "redblack_api.get_record", "sorting.find", "surveys.done",
    "surveys.download", "surveys.file_for_all", "surveys.form", "surveys.landing",
    "surveys.listing",
    "surveys.methods", "surveys.results", "surveys_api.list_questions",
    "surveys_api.show_results", "witness.seen",
}  # fmt: skip
# Answers that say themselves how long they may be kept.
OWN_RULE: Mapping[str, str] = {
    "static": "no-cache",
    "assets.dist": "public, max-age=31536000, immutable",
    "cases.photo": "no-cache",
    "divisions_api.list_divisions": "public, max-age=300",
    "redblack_api.get_snapshot": "public, max-age=31536000, immutable",
    "probes.healthz": "no-store",
    "probes.readyz": "no-store",
    "sorting.index": "public, max-age=31536000, immutable",
    "sorting.worker": "no-cache",
}
KEPT_BY_NOBODY = "private, no-store"


def public_reads(app: Flask) -> set[str]:
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and access_of(app, rule.endpoint) == PUBLIC
    }


def test_every_public_route_stands_in_one_class(whole_app: Flask) -> None:
    """A new one joins here; left out of SHARED in the code, nobody keeps its answer."""
    classes = [SHARED, SECRET, UNSHARED, set(OWN_RULE)]
    assert sorted(public_reads(whole_app)) == sorted(name for part in classes for name in part)


def test_only_what_is_the_same_for_all_is_shared(whole_app: Flask) -> None:
    marked = {
        rule.endpoint
        for rule in whole_app.url_map.iter_rules()
        if is_shared(whole_app, rule.endpoint)
    }
    assert marked == SHARED


@pytest.fixture
def addresses(app: Flask) -> dict[str, str]:
    """Return an address that answers for each public route that needs values."""
    make.places()
    receipt = make.released(make.report(photo=[make.photo_token()]))
    number = make.shown_as(receipt)
    make.develop()
    (photo,) = make.photo_ids(receipt)
    own = f"/r/{receipt.code}/{receipt.secret}"
    return {
        "cases.case": f"/cases/{number}",
        "dumping_api.get_report": f"/api/v1/dumping/reports/{number}",
        "dumping_api.get_status": f"/api/v1/dumping/reports/{receipt.code}/status",
        "own.case": own,
        "own.photo": f"{own}/photos/{photo}/thumb",
        "dumping.track": f"/track?code={receipt.code}",
        "witness.near_by": "/report/near?kind=build&lat=34.6&lon=112.8",
        "divisions_api.propose": "/api/v1/divisions/propose?lat=34.6&lon=112.8",
        "open311.discovery": "/open311/v2/discovery.xml",
        "open311.services": "/open311/v2/services.xml",
        "open311.definition": "/open311/v2/services/medical.xml",
        "open311.listing": "/open311/v2/requests.xml",
        "open311.one": f"/open311/v2/requests/{number}.xml",
        "open311.updates": "/open311/v2/servicerequestupdates.xml",
        "indicators.task": "/indicators/tasks/A-22",
        "indicators.one": "/indicators/54",
        "indicators.badge": "/indicators/54/badge.svg",
        "indicators.table": "/indicators/54/data.csv",
        "indicators_api.show_series": "/api/v1/indicators/series/54",
        "people.set_up": "/staff/setup/nothing",
    }


def address(app: Flask, endpoint: str, addresses: Mapping[str, str]) -> str:
    rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
    return addresses.get(endpoint, rule.rule)


def test_guests_get_shared_pages_with_an_etag_and_without_a_cookie(
    app: Flask, client: FlaskClient, addresses: dict[str, str]
) -> None:
    for endpoint in sorted(SHARED):
        path = address(app, endpoint, addresses)
        first = client.get(path)
        assert (first.status_code, first.headers["Cache-Control"]) == (200, "no-cache"), endpoint
        assert "Set-Cookie" not in first.headers
        assert "Cookie" in first.headers["Vary"]
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b""), endpoint


def test_a_change_changes_the_etag(client: FlaskClient, addresses: dict[str, str]) -> None:
    tags = {path: client.get(path).headers["ETag"] for path in ("/", "/notices", "/cases")}
    make.released(make.report())
    for path, tag in tags.items():
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 200
    client.set_cookie("wf_mode", "care")
    for path in tags:
        assert client.get(path).headers["ETag"] not in tags.values()


def test_secrets_are_kept_by_nobody(
    app: Flask, client: FlaskClient, addresses: dict[str, str]
) -> None:
    for endpoint in sorted(SECRET):
        answer = client.get(address(app, endpoint, addresses))
        assert answer.headers["Cache-Control"] == KEPT_BY_NOBODY, endpoint
        assert "ETag" not in answer.headers or endpoint == "own.photo"
    for endpoint in sorted(UNSHARED):
        rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
        answer = client.get(filled(rule, "x"))
        assert answer.headers["Cache-Control"] == KEPT_BY_NOBODY, endpoint


def test_who_is_signed_in_gets_nothing_that_is_kept(app: Flask, addresses: dict[str, str]) -> None:
    resident = make.browser(app, make.account(make.RESIDENT))
    stale = app.test_client()
    stale.set_cookie(COOKIE, "ended")
    for endpoint in sorted(SHARED | SECRET):
        for client in (resident, stale):
            answer = client.get(address(app, endpoint, addresses))
            assert answer.headers["Cache-Control"] == KEPT_BY_NOBODY, endpoint


def test_refusals_and_other_routes_are_kept_by_nobody(app: Flask, client: FlaskClient) -> None:
    for path in ("/cases/0000000000", "/nowhere", "/cases?kind=gold", "/api/v1/nowhere"):
        assert client.get(path).headers["Cache-Control"] == KEPT_BY_NOBODY
    for rule in app.url_map.iter_rules():
        if access_of(app, rule.endpoint) == PUBLIC or "GET" not in (rule.methods or ()):
            continue
        assert client.get(filled(rule, "x")).headers["Cache-Control"] == KEPT_BY_NOBODY, rule.rule


def test_own_rules_are_said_by_the_answers(
    app: Flask, client: FlaskClient, addresses: dict[str, str]
) -> None:
    files = {"static", "assets.dist", "cases.photo", "sorting.index"}
    # tests/redblack/test_pages.py asks for a snapshot that is there.
    for endpoint in sorted(set(OWN_RULE) - files - {"redblack_api.get_snapshot"}):
        answer = client.get(address(app, endpoint, addresses))
        assert answer.headers["Cache-Control"] == OWN_RULE[endpoint]
