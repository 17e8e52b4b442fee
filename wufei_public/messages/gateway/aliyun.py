"""Alibaba Cloud's SMS service (Dysmsapi 2017-05-25, SendSms), the one most districts have.

The RPC style of its interface: sorted parameters, percent-encoded twice, HMAC-SHA1. Its OutId is
no identity that it would know again, so a message whose answer was lost is never sent twice.
"""

import base64
import hashlib
import hmac
import json
import secrets
import urllib.error
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException
from typing import Any
from urllib.parse import quote, urlencode

from wufei_public.infra.outside import MOST_BYTES, ask
from wufei_public.messages.rules import PARAMETERS, UNKNOWN, Undelivered

TIMEOUT_SECONDS = 8  # ten of them fit into a lease
# What no later try changes: the number, or how much it was sent today.
FOR_GOOD = frozenset(
    {
        "isv.MOBILE_NUMBER_ILLEGAL",
        "isv.MOBILE_COUNT_OVER_LIMIT",
        "isv.BUSINESS_LIMIT_CONTROL",
        "isv.DAY_LIMIT_CONTROL",
        "isv.BLACK_KEY_CONTROL_LIMIT",
        "isv.INVALID_PARAMETERS",
        # The title of a survey is too long for it, or it takes no address as a parameter.
        "isv.PARAM_LENGTH_LIMIT",
        "isv.PARAM_NOT_SUPPORT_URL",
        "isv.TEMPLATE_MISSING_PARAMETERS",
    }
)


def signature(method: str, parameters: Mapping[str, str], secret: str) -> str:
    """Return the signature of a request (Alibaba Cloud, RPC signature 1.0)."""
    pairs = (f"{_escaped(name)}={_escaped(value)}" for name, value in sorted(parameters.items()))
    signed = f"{method}&%2F&{_escaped('&'.join(pairs))}"
    # SHA-1 is what the interface asks for.
    digest = hmac.new(f"{secret}&".encode(), signed.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def _escaped(text: str) -> str:
    return quote(text, safe="-_.~")


@dataclass(frozen=True, slots=True)
class AliyunSms:
    """The adapter to one account; `templates` are the service's names of ours."""

    base: str
    key_id: str
    key_secret: str
    sign_name: str
    templates: Mapping[str, str]

    def send(self, phone: str, template: str, values: Mapping[str, Any]) -> None:
        """Hand one message over; Undelivered if it was not taken, or nobody knows."""
        code = self.templates.get(template)
        if code is None:
            raise Undelivered(f"no template for {template} in WUFEI_SMS_TEMPLATES", again=False)
        wanted = {name: str(values[name]) for name in PARAMETERS[template]}
        answer = self._ask(self._parameters(phone, code, wanted, datetime.now(UTC)))  # noqa: TID251  the service's clock
        if answer != "OK":
            raise Undelivered(answer, again=answer not in FOR_GOOD)

    def _parameters(
        self, phone: str, template: str, values: Mapping[str, str], now: datetime
    ) -> dict[str, str]:
        return {
            "AccessKeyId": self.key_id,
            "Action": "SendSms",
            "Format": "JSON",
            "PhoneNumbers": phone.removeprefix("+86"),
            "RegionId": "cn-hangzhou",
            "SignName": self.sign_name,
            "SignatureMethod": "HMAC-SHA1",
            "SignatureNonce": secrets.token_hex(16),
            "SignatureVersion": "1.0",
            "TemplateCode": template,
            "TemplateParam": json.dumps(values, ensure_ascii=False),
            "Timestamp": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "Version": "2017-05-25",
        }

    def _ask(self, parameters: dict[str, str]) -> str:
        """Return the service's code; a fault before the request left may be tried again."""
        form = parameters | {"Signature": signature("POST", parameters, self.key_secret)}
        try:
            _status, body = ask(f"{self.base}/", urlencode(form).encode(), timeout=TIMEOUT_SECONDS)
        except urllib.error.HTTPError as refusal:
            body = refusal.read(MOST_BYTES)
        except urllib.error.URLError as error:
            raise Undelivered(type(error.reason).__name__) from None
        except (OSError, HTTPException) as error:
            # It left, and no answer came.
            raise Undelivered(f"{UNKNOWN}: {type(error).__name__}", again=False) from None
        return _code(body)


def _code(body: bytes) -> str:
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("Code"), str):
        raise Undelivered(f"{UNKNOWN}: {len(body)} bytes that are no answer", again=False)
    return str(found["Code"])
