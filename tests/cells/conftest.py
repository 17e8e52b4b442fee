"""What the tests of cells share: places, accounts, rubrics."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.cells import make
from tests.cells.window import Window
from tests.dumping import make as people
from wufei_public.cells.queries.certificates import forget_figures
from wufei_public.infra.work import reading


@pytest.fixture
def session(app: Flask) -> Session:
    """Return the session that the actions use too, so that the savepoints of a test nest."""
    return reading()


@pytest.fixture
def district(app: Flask) -> None:
    """Load the package's places, holidays and rubrics, and make everybody's account."""
    forget_figures()  # the test before this one was rolled back
    people.places()
    make.everybody()


@pytest.fixture
def see(app: Flask) -> Window:
    return Window(app)
