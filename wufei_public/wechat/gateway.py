"""The adapter to WeChat: where to send a resident, who came back, tokens, messages.

The protocol is WeChat's own, not OAuth 2: `appid` and `secret` in the query, JSON as
text/plain, errors as HTTP 200 with an `errcode` (open platform, 网页授权).
"""

import json
import urllib.error
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode

from wufei_public.config import Settings
from wufei_public.infra.outside import ask
from wufei_public.wechat.rules import Granted

TIMEOUT_SECONDS = 6
# invalid code, code been used, code expired
SPENT = frozenset({40029, 40163, 41008, 42003})
# What is no token; it would be sent on in addresses.
_MOST_VALUE = 512


class WeChatRefused(Exception):  # noqa: N818
    """WeChat answered no; `code` is its errcode."""

    def __init__(self, code: int) -> None:
        super().__init__(f"errcode {code}")
        self.code = code


class WeChatDown(Exception):  # noqa: N818
    """WeChat did not answer, or not as it should; the message is for the log.

    `left` says whether the request may have reached it, so that nobody knows what came of it.
    """

    def __init__(self, why: str, *, left: bool = True) -> None:
        super().__init__(why)
        self.left = left


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
        """Return the openid behind `code`, which works once and for five minutes.

        WeChatRefused for one that is spent; whatever else is refused is the site's own fault.
        """
        query = urlencode(
            {
                "appid": self.app_id,
                "secret": self.secret,
                "code": code,
                "grant_type": "authorization_code",
            }
        )
        try:
            answer = self._ask(f"/sns/oauth2/access_token?{query}")
        except WeChatRefused as refusal:
            if refusal.code in SPENT:
                raise
            raise WeChatDown(str(refusal)) from None
        return _text(answer, "openid")

    def access_token(self, *, force: bool = False) -> Granted:
        """Return the token of the interface: the same until it is about to end.

        `force` ends it and gives another (20 a day).
        """
        wanted = {
            "grant_type": "client_credential",
            "appid": self.app_id,
            "secret": self.secret,
            "force_refresh": force,
        }
        return _granted(self._ask("/cgi-bin/stable_token", wanted), "access_token")

    def ticket(self, access: str) -> Granted:
        """Return the ticket by which pages are signed."""
        query = urlencode({"access_token": access, "type": "jsapi"})
        return _granted(self._ask(f"/cgi-bin/ticket/getticket?{query}"), "ticket")

    def send(self, access: str, message: dict[str, Any]) -> None:
        """Hand a template message over (模板消息); WeChatRefused if it was not taken."""
        query = urlencode({"access_token": access})
        self._ask(f"/cgi-bin/message/template/send?{query}", message)

    def _ask(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the JSON object at `path`; no fault repeats the address, which holds secrets."""
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        headers = {} if data is None else {"Content-Type": "application/json"}
        try:
            status, answer = ask(
                f"{self.api_base}{path}", data, timeout=TIMEOUT_SECONDS, headers=headers
            )
        except urllib.error.HTTPError as error:
            error.close()
            raise WeChatDown(f"status {error.code}") from None
        except urllib.error.URLError as error:
            raise WeChatDown(type(error.reason).__name__, left=False) from None
        except (OSError, HTTPException) as error:
            raise WeChatDown(type(error).__name__) from None
        return _taken(status, answer)


def _taken(status: int, body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    if status != HTTPStatus.OK or not isinstance(found, dict):
        raise WeChatDown(f"status {status}, {len(body)} bytes")
    code = found.get("errcode", 0)
    if not isinstance(code, int):
        raise WeChatDown("an errcode that is no number")
    if code:
        raise WeChatRefused(code)
    return found


def _text(answer: dict[str, Any], name: str) -> str:
    found = answer.get(name)
    if not isinstance(found, str) or not 0 < len(found) <= _MOST_VALUE:
        raise WeChatDown(f"no {name}")
    return found


def _granted(answer: dict[str, Any], name: str) -> Granted:
    seconds = answer.get("expires_in")
    if not isinstance(seconds, int) or seconds <= 0:
        raise WeChatDown("no expires_in")
    return Granted(_text(answer, name), seconds)


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
