"""WeChat's web authorisation: where to send a resident, and who came back.

The protocol is WeChat's own, not OAuth 2: `appid` and `secret` in the query, JSON as
text/plain, errors as HTTP 200 with an `errcode` (open platform, 网页授权).
"""

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from wufei_public.config import Settings
from wufei_public.infra.outside import ask

TIMEOUT_SECONDS = 6
# invalid code, code been used, code expired
SPENT = frozenset({40029, 40163, 41008, 42003})


class WeChatRefused(Exception):  # noqa: N818
    """WeChat does not take the code: used, expired or made up; a new try helps."""


class WeChatDown(Exception):  # noqa: N818
    """WeChat did not answer, or not as it should; the message is for the log."""


@dataclass(frozen=True, slots=True)
class WeChat:
    """The adapter to one official account."""

    app_id: str
    secret: str
    open_base: str
    api_base: str

    def authorise_url(self, back: str, state: str) -> str:
        """Return where the resident says yes (silently: only the openid is asked for)."""
        query = urlencode(
            {
                "appid": self.app_id,
                "redirect_uri": back,
                "response_type": "code",
                "scope": "snsapi_base",
                "state": state,
            }
        )
        return f"{self.open_base}/connect/oauth2/authorize?{query}#wechat_redirect"

    def openid_of(self, code: str) -> str:
        """Return the openid behind `code`, which works once and for five minutes."""
        query = urlencode(
            {
                "appid": self.app_id,
                "secret": self.secret,
                "code": code,
                "grant_type": "authorization_code",
            }
        )
        answer = _get(f"{self.api_base}/sns/oauth2/access_token?{query}")
        error = answer.get("errcode")
        if error in SPENT:
            raise WeChatRefused(str(error))
        openid = answer.get("openid")
        if error or not isinstance(openid, str) or not openid:
            raise WeChatDown(f"errcode {error}")
        return openid


def wechat(settings: Settings) -> WeChat | None:
    """Return the adapter, None where no official account is set."""
    if not settings.wechat_app_id:
        return None
    return WeChat(
        settings.wechat_app_id,
        settings.wechat_secret,
        settings.wechat_open_base,
        settings.wechat_api_base,
    )


def _get(address: str) -> dict[str, Any]:
    """Return the JSON object at `address`; the address holds the secret, so no fault repeats it."""
    try:
        status, body = ask(address, timeout=TIMEOUT_SECONDS)
    except OSError as error:
        raise WeChatDown(type(error).__name__) from None
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    if status != HTTPStatus.OK or not isinstance(found, dict):
        raise WeChatDown(f"status {status}, {len(body)} bytes")
    return found
