import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from tests.divisions import make
from wufei_public.common.geo import Box, Crs
from wufei_public.divisions import queries
from wufei_public.divisions.cli import group
from wufei_public.divisions.rules.levels import Level

SQUARE = make.ring(Box(34.69, 112.69, 34.71, 112.71))


class Terminal:
    def __init__(self, app: Flask, folder: Path) -> None:
        self.app = app
        self.folder = folder

    def file(self, name: str, content: str) -> str:
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        return str(path)

    def run(self, *words: str) -> Result:
        return self.app.test_cli_runner().invoke(group, list(words))


@pytest.fixture
def terminal(app: Flask, tmp_path: Path) -> Terminal:
    return Terminal(app, tmp_path)


def test_load_takes_all_three_files(terminal: Terminal, session: Session) -> None:
    words = (
        "load",
        terminal.file("d.csv", make.LIST),
        "--towns",
        terminal.file("t.csv", make.TOWNS),
        "--departments",
        terminal.file("o.csv", make.DEPARTMENTS),
    )
    assert terminal.run(*words).output == "added 10, changed 3, removed 0\n"
    assert terminal.run(*words).output == "added 0, changed 0, removed 0\n"
    assert len(queries.directory(session).tiles) == 1


def test_load_names_each_bad_row_and_changes_nothing(terminal: Terminal, session: Session) -> None:
    bad = make.LIST + "990101102,南镇,hamlet,990101\n990101,丙区,district,990100\n"
    result = terminal.run("load", terminal.file("d.csv", bad))
    assert result.exit_code == 1
    first, level, code = result.output.splitlines()
    assert first == "Error: 文件 d.csv 有 2 处错误，没有载入任何内容。"
    assert level.startswith("d.csv/10/level  级别要是其中之一：province, city, district,")
    assert code == "d.csv/11/code  “990101”前面已经出现过。"
    assert queries.directory(session).places == {}


def test_bad_towns_leave_the_divisions_alone_too(terminal: Terminal, session: Session) -> None:
    towns = terminal.file("t.csv", make.TOWNS.replace("990101101", "990101999"))
    result = terminal.run("load", terminal.file("d.csv", make.LIST), "--towns", towns)
    assert result.exit_code == 1
    assert "t.csv/3/code  “990101999”不是镇或街道。" in result.output
    assert queries.directory(session).places == {}


@pytest.mark.parametrize("name", ["4326", "EPSG:4490", "3857", "GCJ-02", "bd09"])
def test_boundaries_are_loaded_from_any_system(
    terminal: Terminal, session: Session, name: str
) -> None:
    terminal.run("load", terminal.file("d.csv", make.LIST))
    crs = {"4326": Crs.WGS84, "EPSG:4490": Crs.CGCS2000, "3857": Crs.WEB_MERCATOR}.get(name)
    ring = make.in_crs(SQUARE, crs or Crs(name.lower().replace("-", "")))
    document = make.collection(make.feature("990101101", ring, field="adcode"))
    file = terminal.file("towns.geojson", json.dumps(document))
    result = terminal.run("boundaries", file, "--crs", name, "--code-field", "adcode")
    assert result.output == "added 1, changed 0, removed 0\n"
    assert queries.outlines(session, Level.TOWN) == {"990101101": [[SQUARE]]}


def test_boundaries_may_replace_those_before(terminal: Terminal, session: Session) -> None:
    terminal.run("load", terminal.file("d.csv", make.LIST))
    for code in ("990101101", "990101001"):
        document = make.collection(make.feature(code, SQUARE))
        file = terminal.file("one.geojson", json.dumps(document))
        result = terminal.run("boundaries", file, "--crs", "4326", "--replace")
    assert result.output == "added 1, changed 0, removed 1\n"
    assert list(queries.outlines(session, Level.TOWN, Level.STREET)) == ["990101001"]


def test_faulty_boundaries_change_nothing(terminal: Terminal, session: Session) -> None:
    terminal.run("load", terminal.file("d.csv", make.LIST))
    document = make.collection(make.feature("990101101", SQUARE), make.feature("123456789", SQUARE))
    file = terminal.file("towns.geojson", json.dumps(document))
    result = terminal.run("boundaries", file, "--crs", "4326")
    assert result.exit_code == 1
    assert "towns.geojson/2/  没有代码为“123456789”的区划。" in result.output
    assert queries.outlines(session, Level.TOWN) == {}


def test_what_is_no_json_and_no_system_is_refused(terminal: Terminal) -> None:
    file = terminal.file("towns.geojson", "{")
    no_json = terminal.run("boundaries", file, "--crs", "4326")
    assert (no_json.exit_code, "not JSON" in no_json.output) == (1, True)
    no_system = terminal.run("boundaries", file, "--crs", "2383")
    assert (no_system.exit_code, "3857" in no_system.output) == (2, True)
