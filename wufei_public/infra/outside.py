"""Asking other machines: http and https alone, to the very address, within a time and a size.

Every address is the operator's own setting; an answer may not send us on to another machine,
which would get what the request carries (secrets, phone numbers) and could be one inside.
"""

import urllib.request
from collections.abc import Mapping
from http.client import HTTPMessage
from typing import IO, Any

MOST_BYTES = 64 * 1024


class _NoFurther(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: it is an HTTPError as any other refusal."""

    def redirect_request(
        self, req: Any, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Return nothing, by which urllib raises."""


def _opener() -> urllib.request.OpenerDirector:
    # Not build_opener, which would add file:, ftp: and data:.
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
        _NoFurther(),
    ):
        opener.add_handler(handler)
    return opener


_OPENER = _opener()


def ask(
    address: str,
    data: bytes | None = None,
    *,
    timeout: float,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, bytes]:
    """Return status and the first MOST_BYTES of the answer; POST if there is `data`.

    Raises urllib's HTTPError for a refusal and for a redirection, URLError where no request
    left, another OSError or HTTPException where it did and no whole answer came.
    """
    request = urllib.request.Request(address, data, dict(headers or {}))  # noqa: S310
    with _OPENER.open(request, timeout=timeout) as answer:
        return answer.status, answer.read(MOST_BYTES)
