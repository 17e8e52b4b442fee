"""The way out: an SMS gateway, or the server's log where there is none."""

import json
import sys
from collections.abc import Mapping
from typing import Any, Protocol

from wufei_public.config import Mode, Settings
from wufei_public.messages.gateway.aliyun import AliyunSms
from wufei_public.messages.rules import SMS
from wufei_public.people.rules.phones import masked


class SmsGateway(Protocol):
    """Sends one message to one phone."""

    def send(self, phone: str, template: str, values: Mapping[str, Any]) -> None:
        """Hand the message over; Undelivered if it was not taken."""


class ConsoleGateway:
    """Writes one line to the log instead of sending.

    The line is the delivery, so no log level may hold it back. In production it lacks
    the words: a log is read by many.
    """

    def __init__(self, *, with_words: bool) -> None:
        self._with_words = with_words

    def send(self, phone: str, template: str, values: Mapping[str, Any]) -> None:
        """Write whom the message would reach and, in a trial, what it says."""
        words = SMS[template] % values if self._with_words else ""
        line = {"event": "sms", "to": masked(phone), "template": template, "words": words}
        sys.stderr.write(json.dumps(line, ensure_ascii=False) + "\n")
        sys.stderr.flush()


def sms_gateway(settings: Settings) -> SmsGateway:
    """Return the gateway that `settings` names."""
    if settings.sms == "aliyun":
        return AliyunSms(
            settings.sms_base,
            settings.sms_key_id,
            settings.sms_key_secret,
            settings.sms_sign,
            settings.sms_templates,
        )
    return ConsoleGateway(with_words=settings.mode is not Mode.PRODUCTION)
