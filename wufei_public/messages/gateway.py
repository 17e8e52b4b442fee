"""The way out: an SMS gateway, or the server's log where there is none."""

from collections.abc import Mapping
from typing import Any, Protocol

import structlog

from wufei_public.config import Mode, Settings
from wufei_public.messages.rules import SMS
from wufei_public.people.rules.phones import masked

log = structlog.get_logger()


class Undelivered(Exception):  # noqa: N818
    """The message did not leave; `again` says whether a later try makes sense."""

    def __init__(self, reason: str, *, again: bool = True) -> None:
        super().__init__(reason)
        self.again = again


class SmsGateway(Protocol):
    """Sends one message to one phone."""

    def send(self, phone: str, template: str, values: Mapping[str, Any]) -> None:
        """Hand the message over; Undelivered if it was not taken."""


class ConsoleGateway:
    """Writes one log line instead of sending, with the words where the log is how one gets them."""

    def __init__(self, *, with_words: bool) -> None:
        self._with_words = with_words

    def send(self, phone: str, template: str, values: Mapping[str, Any]) -> None:
        """Log the message; in production without its words, since a log is read by many."""
        words = SMS[template] % values if self._with_words else ""
        log.info("sms", to=masked(phone), template=template, words=words)


def sms_gateway(settings: Settings) -> SmsGateway:
    """Return the gateway that `settings` names; issue 4 adds real ones."""
    return ConsoleGateway(with_words=settings.mode is not Mode.PRODUCTION)
