"""The trail reads from snapshots of its own, so its tests really commit."""

from dataclasses import replace

import pytest
from flask import Flask

from tests.conftest import Browser, Clock
from wufei_public.infra.storage import MemoryStore


@pytest.fixture
def app(own_app: Flask, clock: Clock) -> Flask:
    own_app.test_client_class = Browser
    house = own_app.extensions["house"]
    own_app.extensions["house"] = replace(house, clock=clock, store=MemoryStore())
    return own_app
