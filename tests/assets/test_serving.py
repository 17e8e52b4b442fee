"""How the built files are named and served."""

import gzip
import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.assets.toy import toy_app
from wufei_public.config import SHARE
from wufei_public.infra.web.assets import AssetsMissing, init_assets

DIST = SHARE / "static" / "dist"


@pytest.fixture
def site() -> FlaskClient:
    return toy_app().test_client()


@pytest.fixture
def address() -> str:
    names = json.loads((DIST / "manifest.json").read_text("utf-8"))
    return f"/static/dist/{names['app.css']}"


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("identity", None), ("br;q=0, gzip", "gzip")],
)
def test_file_is_sent_in_the_best_accepted_coding(
    site: FlaskClient, address: str, accepted: str, coding: str | None
) -> None:
    answer = site.get(address, headers={"Accept-Encoding": accepted})
    assert answer.status_code == 200
    assert answer.headers.get("Content-Encoding") == coding
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"


def test_packed_answer_is_the_same_file(site: FlaskClient, address: str) -> None:
    packed = site.get(address, headers={"Accept-Encoding": "gzip"}).get_data()
    assert gzip.decompress(packed) == site.get(address).get_data()


@pytest.mark.parametrize("name", ["app.css", "manifest.json", "app-000000000000.css", "..%2Fx"])
def test_only_files_of_this_build_are_served(site: FlaskClient, name: str) -> None:
    assert site.get(f"/static/dist/{name}").status_code == 404


def test_missing_build_names_the_command(tmp_path: Path) -> None:
    app = Flask("bare", static_folder=str(tmp_path))
    init_assets(app)
    with pytest.raises(AssetsMissing, match=r"npm ci .* node build\.mjs"):
        app.jinja_env.globals["asset"]("app.css")


def test_unknown_name_is_a_clear_fault(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "manifest.json").write_text('{"app.css": "app-1.css"}', "utf-8")
    app = Flask("bare", static_folder=str(tmp_path))
    init_assets(app)
    asset = app.jinja_env.globals["asset"]
    assert asset("app.css") == "/static/dist/app-1.css"
    with pytest.raises(AssetsMissing, match=r"no app\.js"):
        asset("app.js")
