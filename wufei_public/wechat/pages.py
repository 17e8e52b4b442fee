"""What a page in WeChat's browser needs to speak with it (`wx.config`)."""

import secrets

from flask import Blueprint, Response, jsonify, request

from wufei_public.common.errors import Invalid, NotFound
from wufei_public.common.text import N_
from wufei_public.infra.web.access import access
from wufei_public.infra.web.limits import limit
from wufei_public.infra.work import house, reading
from wufei_public.wechat import queries
from wufei_public.wechat.rules import Kind, signature

blueprint = Blueprint("wechat", __name__)

MOST_ADDRESS = 2000
NOTHING_YET = 204


@blueprint.get("/wechat/signature")
@access("public")
def sign() -> Response:
    """Sign the page at `page` (path and query) of this site, never one of another.

    Nothing (204) until the jobs process has a ticket: the page goes on without WeChat.
    """
    limit("look_up")
    home = house()
    app_id = home.settings.wechat_app_id
    if not app_id:
        raise NotFound("no_wechat", N_("这个站没有接微信登录。"))
    now = home.clock()
    ticket = queries.token(reading(), home.keys, app_id, Kind.TICKET, now)
    if ticket is None:
        return Response(status=NOTHING_YET)
    nonce, timestamp = secrets.token_urlsafe(12), int(now.timestamp())
    return jsonify(
        appId=app_id,
        timestamp=timestamp,
        nonceStr=nonce,
        signature=signature(ticket, nonce, timestamp, _address()),
    )


def _address() -> str:
    """Return the page's whole address as the browser shows it."""
    page = request.args.get("page", "")
    if not page.startswith("/") or page.startswith("//") or len(page) > MOST_ADDRESS or "#" in page:
        raise Invalid("bad_page", N_("这不是本站的网页地址。"))
    base = house().settings.public_url or request.host_url.rstrip("/")
    return base + page
