"""A resident's phone over real HTTP: one photo, one report, a key of its own, and patience."""

import http.client
import json
import uuid
from functools import cache
from typing import Any

from tests.media.make import jpeg

API = "/api/v1/dumping"


@cache
def _picture(seed: int) -> bytes:
    return jpeg(width=320, height=240, seed=seed)


class Phone:
    """Sends a photo, then the report; `receipt` is what the server has acknowledged."""

    def __init__(self, port: int, number: int = 0) -> None:
        self.port, self.number = port, number
        self.key = uuid.uuid4().hex
        self.token = ""
        self.receipt: dict[str, Any] | None = None

    def call(self, method: str, path: str, body: bytes = b"", kind: str = "") -> dict[str, Any]:
        """Ask the server; ConnectionError when it is gone."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        # One device each: the limits count by the browser's words.
        headers = {"User-Agent": f"phone {self.number}", "Content-Type": kind}
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise ConnectionError from error
        finally:
            connection.close()
        assert answer.status in {200, 201}, text.decode()
        found: dict[str, Any] = json.loads(text)
        return found

    def get(self, path: str) -> dict[str, Any]:
        return self.call("GET", path)

    def post(self, path: str, **body: object) -> dict[str, Any]:
        return self.call("POST", f"{API}/{path}", json.dumps(body).encode(), "application/json")

    def reaches(self) -> bool:
        try:
            self.get("/api/v1/dumping/reports")
        except ConnectionError:
            return False
        return True

    @property
    def code(self) -> str:
        return str((self.receipt or {}).get("code"))

    def upload(self) -> str:
        edge = uuid.uuid4().hex
        head = f'--{edge}\r\nContent-Disposition: form-data; name="photo"; filename="p.jpg"\r\n\r\n'
        body = head.encode() + _picture(self.number) + f"\r\n--{edge}--\r\n".encode()
        found = self.call("POST", f"{API}/photos", body, f"multipart/form-data; boundary={edge}")
        return str(found["token"])

    def send(self) -> None:
        """Send what has not been acknowledged yet, and the report itself once more."""
        self.token = self.token or self.upload()
        self.receipt = self.post(
            "reports", client_key=self.key, kind="build", words="砖", photo=[self.token]
        )

    def try_to_send(self) -> None:
        try:
            self.send()
        except ConnectionError:
            return

    def own(self) -> dict[str, Any]:
        """Return the own case by its secret."""
        secret = (self.receipt or {}).get("secret")
        return self.post(f"reports/{self.code}/own", secret=secret)
