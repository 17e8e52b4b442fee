# ruff: noqa: INP001, T201  a script for whoever has only this file
"""Check a saved certificate or register without the site: verify_certificate.py FILE KEY."""

import base64
import json
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

found = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
key = Ed25519PublicKey.from_public_bytes(base64.b64decode(sys.argv[2]))
for one in found.get("cells", [found]):
    key.verify(base64.b64decode(one["signature"]), one["statement"].encode())
    print("signed:", json.dumps(json.loads(one["statement"]), ensure_ascii=False, indent=1))
