"""What the tests of cases share: the places, and one session."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.dumping import make
from wufei_public.infra.work import reading


@pytest.fixture
def session(app: Flask) -> Session:
    """Return the session that the actions use too, so that the savepoints of a test nest."""
    return reading()


@pytest.fixture
def town(app: Flask) -> None:
    """Load the package's places and holidays."""
    make.places()
