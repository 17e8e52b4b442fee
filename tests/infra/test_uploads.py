"""Files of a form: each holds a handle while its request lasts, so there are few."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from wufei_public.infra.storage import DiskStore
from wufei_public.infra.web.flask_app import MOST_FILES
from wufei_public.infra.work import House


def handles() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_a_form_of_a_thousand_files_is_refused_and_leaves_nothing(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    home: House = app.extensions["house"]
    app.extensions["house"] = replace(home, store=DiskStore(tmp_path))
    most = 0

    def form(files: int) -> MultiDict[str, object]:
        return MultiDict([("photo", (BytesIO(b"x"), f"{n}.jpg")) for n in range(files)])

    before = handles()
    same = {"Sec-Fetch-Site": "same-origin"}
    for files in (990, MOST_FILES + 1):
        answer = client.post("/track", data=form(files), headers=same)
        assert answer.status_code == 413
        most = max(most, handles())
    assert most <= before + 2
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert client.post("/track", data=form(MOST_FILES), headers=same).status_code != 413
