"""The requests of the bench: every one from another person behind the proxy."""

import json
import random
import secrets
from itertools import count

from bench.load import Make, request

AGENT = "Mozilla/5.0 (Linux; Android 10) Chrome/78.0 MicroMessenger/8.0"
VILLAGE = "410307106201"
WORDS = "昨天晚上有车倒的，大概三车碎砖，还有两个旧沙发，把路边的排水沟堵住了一半。"


def _address() -> str:
    """Return an address of the range for tests of networks (RFC 2544)."""
    return f"198.{random.choice((18, 19))}.{random.randrange(256)}.{random.randrange(256)}"


def headers(**more: str) -> dict[str, str]:
    known = {"User-Agent": AGENT, "Accept-Language": "zh-CN,zh;q=0.9"}
    return known | {"X-Forwarded-For": _address()} | more


def get(path: str, **more: str) -> bytes:
    return request("GET", path, headers=headers(**more))


def signed_in(cookie: str) -> dict[str, str]:
    return {"Cookie": f"wf_session={cookie}"}


def report_body(number: int) -> bytes:
    """Return a whole report without photos, as a phone posts it."""
    values = {
        "client_key": secrets.token_urlsafe(24),
        "kind": "build",
        "division": VILLAGE,
        "spot": f"村口第 {number} 根电线杆旁",
        "lat": 34.7233,
        "lon": 112.7892,
        "accuracy": 12.5,
        "position_source": "device",
        "words": WORDS,
    }
    return json.dumps(values, ensure_ascii=False).encode()


def reports(path: str, **more: str) -> Make:
    """Return a maker of posts; each has its own key, its own address."""
    numbers = count()

    def make() -> bytes:
        own = headers(**{"Content-Type": "application/json"} | more)
        return request("POST", path, report_body(next(numbers)), own)

    return make


def upload(path: str, photo: bytes, field: str = "photo") -> Make:
    """Return a maker of uploads of `photo`; each has other bytes behind the end mark."""
    boundary = "benchbenchbench"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="p.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    ).encode()
    tail = f"\r\n--{boundary}--\r\n".encode()
    kind = f"multipart/form-data; boundary={boundary}"

    def make() -> bytes:
        body = head + another(photo) + tail
        return request("POST", path, body, headers(**{"Content-Type": kind}))

    return make


def another(photo: bytes) -> bytes:
    """Return the same picture with a comment of its own, so that no two files are equal."""
    comment = secrets.token_hex(16).encode()
    return photo[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + photo[2:]
