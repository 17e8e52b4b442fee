"""Template messages of the official account (模板消息, /cgi-bin/message/template/send).

WeChat knows a `client_msg_id` for ten minutes: the same openid gets it once in that time.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from wufei_public.messages.rules import UNKNOWN, Undelivered
from wufei_public.wechat.gateway import WeChat, WeChatDown, WeChatRefused
from wufei_public.wechat.rules import STALE

# Does not follow the account, takes no messages of this template; no such person there.
NO_FOLLOWER, UNWILLING, NOBODY = 43004, 43101, 40003
_OF_PERSON = frozenset({NO_FOLLOWER, UNWILLING, NOBODY})
# What no later try changes: a template that is none, its fields, an account without this right.
_FOR_GOOD = frozenset({40037, 41028, 41029, 41030, 47001, 47003, 48001})


class PersonRefused(Undelivered):
    """The person takes none; `everything` says whether of any template."""

    def __init__(self, code: int) -> None:
        super().__init__(f"errcode {code}", again=False)
        self.everything = code != UNWILLING


class TokenRefused(Undelivered):
    """WeChat does not take the access token; another is on its way."""


@dataclass(frozen=True, slots=True)
class Letterbox:
    """The account, and its access token of now; empty while there is none."""

    adapter: WeChat
    access: str

    def send(self, *, openid: str, template: str, number: int, url: str,
             fields: Mapping[str, str]) -> None:  # fmt: skip
        """Hand one letter over under its number; Undelivered if WeChat did not take it."""
        if not self.access:
            raise Undelivered("no access token")
        body = {
            "touser": openid,
            "template_id": template,
            "url": url,
            "client_msg_id": f"wufei-{number}",
            "data": {name: {"value": value} for name, value in fields.items()},
        }
        try:
            self.adapter.send(self.access, body)
        except WeChatRefused as refusal:
            raise _failure(refusal.code) from None
        except WeChatDown as error:
            raise Undelivered(f"{UNKNOWN}: {error}" if error.left else str(error)) from None


def _failure(code: int) -> Undelivered:
    if code in _OF_PERSON:
        return PersonRefused(code)
    if code in STALE:
        return TokenRefused(f"errcode {code}")
    return Undelivered(f"errcode {code}", again=code not in _FOR_GOOD)
