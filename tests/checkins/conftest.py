"""What the tests of check-ins share: the places, and one session."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.checkins import make
from wufei_public.infra.work import reading


@pytest.fixture
def session(app: Flask) -> Session:
    """Return the session that the actions use too, so that the savepoints of a test nest."""
    return reading()


@pytest.fixture
def town(app: Flask) -> None:
    """Load the places, and two residents who live in the village."""
    make.town()
