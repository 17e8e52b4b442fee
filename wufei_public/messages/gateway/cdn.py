"""The cache in front of the site is told which addresses to forget.

What every such service has in common is an address to call and a token: the operator gives
both. With `{address}` in it the call is made once for each, else once with all as JSON.
"""

import json
import urllib.error
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from urllib.parse import quote

from wufei_public.infra.outside import ask
from wufei_public.messages.rules import Undelivered

TIMEOUT_SECONDS = 10
SLOT = "{address}"
# A later try may succeed; what else is refused waits for a person who looks at the settings.
_AGAIN = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})


@dataclass(frozen=True, slots=True)
class Cdn:
    """Where to call (`url`), and the token that says who does."""

    url: str
    token: str = ""

    def forget(self, addresses: Sequence[str]) -> None:
        """Let the cache forget `addresses`; Undelivered when it did not take the call.

        A call that comes twice does no harm: what is forgotten is fetched anew.
        """
        if SLOT not in self.url:
            self._call(self.url, json.dumps({"urls": list(addresses)}).encode())
            return
        for address in addresses:
            self._call(self.url.replace(SLOT, quote(address, safe="")), b"")

    def _call(self, url: str, body: bytes) -> None:
        headers = {"Content-Type": "application/json"} if body else {}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            ask(url, body, timeout=TIMEOUT_SECONDS, headers=headers)
        except urllib.error.HTTPError as error:
            error.close()
            again = error.code >= HTTPStatus.INTERNAL_SERVER_ERROR or error.code in _AGAIN
            raise Undelivered(f"the cache answered {error.code}", again=again) from error
        except (OSError, HTTPException) as error:
            raise Undelivered(f"the cache was not reached: {error}") from error
