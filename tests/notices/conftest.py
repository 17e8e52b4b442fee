"""What the tests of pieces share."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.notices import make


@pytest.fixture
def district(app: Flask) -> FlaskClient:
    return make.browser(app, make.account(make.DISTRICT_OFFICER))


@pytest.fixture
def town(app: Flask) -> FlaskClient:
    return make.browser(app, make.account(make.TOWN_OFFICER))
