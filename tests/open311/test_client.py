"""The published client `georeport` against the served application, in XML and in JSON."""

from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
import requests
from flask import Flask
from georeport import GeoReport
from werkzeug.serving import make_server

from tests.dumping import make as cases
from tests.media.make import jpeg
from tests.open311 import make
from wufei_public.dumping.actions import showing
from wufei_public.dumping.models.reports import Report
from wufei_public.infra.work import reading

FORMATS = ["json", "xml"]


@pytest.fixture
def root(own_app: Flask) -> Iterator[str]:
    """Serve the application on a free port; give the address of v2."""
    cases.places()
    cases.account(cases.DISTRICT_OFFICER)
    server = make_server("127.0.0.1", 0, own_app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}/open311/v2"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def client(root: str, fmt: str) -> GeoReport:
    return GeoReport(root, jurisdiction="410307", output_format=fmt)


@pytest.mark.parametrize("fmt", FORMATS)
def test_it_reads_services_and_their_definitions(root: str, fmt: str) -> None:
    found = client(root, fmt)
    services = found.get_service_list()
    assert [one["service_code"] for one in services][:2] == ["household", "construction"]
    definition: Any = found.get_service_definition("construction")
    attributes = (
        definition["attributes"] if fmt == "json" else definition["attributes"]["attribute"]
    )
    assert [one["code"] for one in attributes] == ["AMOUNT", "MATERIAL"]
    with pytest.raises(requests.HTTPError, match="404"):
        found.get_service_definition("potholes")


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_report_with_a_photo_is_found_once_it_is_released(root: str, fmt: str) -> None:
    key, found = make.key(), client(root, fmt)
    form = {"api_key": key, "service_code": "construction", "address_id": cases.VILLAGE}
    sent = requests.post(
        f"{root}/requests.json",
        data=form | make.HERE | {"description": "一堆砖 <b>&"},
        files={"media": ("a.jpg", jpeg(seed=5), "image/jpeg")},
        timeout=20,
    )
    assert sent.status_code == 201
    number = sent.json()[0]["service_request_id"]
    with pytest.raises(requests.HTTPError, match="404"):
        found.get_service_request(number)
    cases.develop()
    reading().rollback()
    report = reading().query(Report).filter_by(public_code=number).one()
    cases.do(cases.TOWN_OFFICER, showing.release, report.code)
    for _ in range(2):  # XML of a list of one is one, as xmltodict has it
        row: Any = found.get_service_request(number)
        assert (row["service_request_id"], row["status"]) == (number, "open")
        assert row["description"] == "一堆砖 <b>&"
    photo = requests.get(row["media_url"], timeout=20)
    assert (photo.status_code, photo.headers["Content-Type"]) == (200, "image/jpeg")
    listed: Any = found.get_service_requests(status="open", service_code="construction")
    (listed,) = listed if fmt == "json" else [listed]
    assert listed == row
