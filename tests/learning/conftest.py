"""What the tests of learning share: one session, and the dictionary of the package."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.learning import make
from wufei_public.infra.work import reading


@pytest.fixture
def session(app: Flask) -> Session:
    """Return the session that the actions use too, so that the savepoints of a test nest."""
    return reading()


@pytest.fixture
def things(app: Flask) -> None:
    """Load the package's dictionary."""
    make.things()
