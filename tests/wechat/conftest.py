"""The small WeChat of these tests."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.wechat.server import FakeWeChat, fake_wechat
from tests.wechat.site import joined


@pytest.fixture(scope="module")
def server() -> Iterator[FakeWeChat]:
    with fake_wechat() as running:
        yield running


@pytest.fixture
def weixin(app: Flask, server: FakeWeChat) -> FakeWeChat:
    return joined(app, server)
