"""A site that has an official account at the small server."""

from dataclasses import replace
from typing import Any

from flask import Flask

from tests.wechat.server import APP_ID, SECRET, FakeWeChat


def joined(app: Flask, server: FakeWeChat, **more: Any) -> FakeWeChat:
    """Let the site use the account at `server`; the server goes by the site's clock."""
    home = app.extensions["house"]
    settings = replace(
        home.settings,
        wechat_app_id=APP_ID,
        wechat_secret=SECRET,
        wechat_open_base=server.base,
        wechat_api_base=server.base,
        **more,
    )
    app.extensions["house"] = replace(home, settings=settings)
    server.begin(home.clock)
    return server
