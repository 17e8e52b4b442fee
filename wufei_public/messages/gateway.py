"""Gateways to phones. The console one writes to the log, for trials only."""

from typing import Protocol

import structlog

from wufei_public.config import Mode, Settings

log = structlog.get_logger()


class SmsGateway(Protocol):
    """Sends one short message; raises on failure."""

    def send(self, phone: str, text: str) -> None:
        """Send `text` to `phone`."""
        ...


class ConsoleGateway:
    """Writes the message into the log. A trial has no gateway, and its pages say so."""

    def send(self, phone: str, text: str) -> None:
        """Log the message under the number's last four digits."""
        log.warning("sms_console", to=f"*******{phone[-4:]}", text=text)


class NoGateway:
    """Production without a gateway: nothing is sent and every message ends with the dead."""

    def send(self, phone: str, text: str) -> None:  # noqa: ARG002  the port's shape
        """Refuse."""
        raise ConnectionError("no SMS gateway is configured")


def gateway_for(settings: Settings) -> SmsGateway:
    """Return the gateway that `settings` name."""
    return NoGateway() if settings.mode is Mode.PRODUCTION else ConsoleGateway()
