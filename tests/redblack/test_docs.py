"""The short script of docs/redblack.md proves what the docs say it proves."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask.testing import FlaskClient

from tests.organisations import make as organisations
from tests.redblack import make
from wufei_public.organisations.models import Organisation
from wufei_public.redblack.rules import snapshots

API = "/api/v1/redblack"


def run(script: Path, *files: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, script, *files], capture_output=True, text=True, check=False, timeout=60
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """Return the very script of the docs."""
    code = re.findall(r"```python\n(.*?)```", Path("docs/redblack.md").read_text(), re.DOTALL)
    path = tmp_path / "verify.py"
    path.write_text(code[0])
    return path


def test_the_script_of_the_docs(
    client: FlaskClient, enterprise: Organisation, tmp_path: Path, script: Path
) -> None:
    first, second, mine, forged = (
        tmp_path / name for name in ("1.json", "2.json", "mine.json", "forged.json")
    )
    row = make.published(enterprise)
    first.write_bytes(client.get(f"{API}/snapshots/1").data)
    mine.write_bytes(client.get(f"{API}/entries/{row.code}/record").data)
    objection = make.handed_in(row, "objection")
    make.read(row, objection)
    make.answered(row, objection, outcome="upheld")
    corrected = tmp_path / "corrected.json"
    corrected.write_bytes(client.get(f"{API}/snapshots/2").data)
    newest = client.get(f"{API}/snapshots").get_json()["snapshots"][0]["number"]
    second.write_bytes(client.get(f"{API}/snapshots/{newest}").data)
    snapshot = json.loads(first.read_bytes())
    forged.write_text(json.dumps(snapshot | {"leaves": ["00" * 32]}))
    assert run(script, first, mine)[1].startswith("listed in snapshot 1 ")
    assert run(script, first, mine)[1].endswith(" as recorded\n")
    # What the enterprise says stands beside it: the entry is the same, in other words.
    assert run(script, corrected, mine)[1].startswith("listed in snapshot 2 ")
    assert run(script, corrected, mine)[1].endswith(" in other words\n")
    assert run(script, second, mine)[1].startswith(f"not listed in snapshot {newest} ")
    assert run(script, forged, mine) == (1, "the hashes do not belong to what is signed\n")
    forged.write_text(json.dumps(snapshot | {"message": snapshot["message"].replace(" 1 ", " 2 ")}))
    status, said = run(script, forged, mine)
    assert status == 1
    assert "InvalidSignature" in said


@pytest.fixture
def two(client: FlaskClient, town: None, tmp_path: Path) -> tuple[Any, Path]:
    """Return a snapshot of two entries, and where the record of the first is kept."""
    rows = [make.published(organisations.organisation(n, name=f"{n}石材厂")) for n in (1, 2)]
    mine = tmp_path / "mine.json"
    mine.write_bytes(client.get(f"{API}/entries/{rows[0].code}/record").data)
    return client.get(f"{API}/snapshots/2").get_json(), mine


def forge(to: Path, snapshot: Any, words: list[str], leaves: list[bytes]) -> Path:
    """Write another snapshot, signed by whoever has a key of their own: the house may, too."""
    key, message = Ed25519PrivateKey.generate(), " ".join(words)
    signed = {"message": message, "signature": key.sign(message.encode()).hex()}
    who = {"public_key": key.public_key().public_bytes_raw().hex()}
    to.write_text(json.dumps(snapshot | signed | who | {"leaves": [one.hex() for one in leaves]}))
    return to


def nodes(snapshot: Any) -> list[bytes]:
    """Return the inner nodes above the leaves, which lead to the very same root."""
    leaves = [bytes.fromhex(leaf) for leaf in snapshot["leaves"]]
    return [snapshots.node(*leaves[at : at + 2]) for at in range(0, len(leaves), 2)]


def test_no_absence_is_forged_by_inner_nodes(
    two: tuple[Any, Path], script: Path, tmp_path: Path
) -> None:
    snapshot, mine = two
    forged = tmp_path / "forged.json"
    inner = {"leaves": [one.hex() for one in nodes(snapshot)]}
    # What the house signed, with fewer hashes that lead to the same root.
    assert snapshots.root(nodes(snapshot)).hex() == snapshot["root"]
    forged.write_text(json.dumps(snapshot | inner))
    assert run(script, forged, mine) == (1, "these are not as many hashes as are signed\n")
    # And if it signed another size for it.
    words = snapshot["message"].split()
    words[6] = "2"
    assert run(script, forge(forged, snapshot, words, nodes(snapshot)), mine) == (
        1, "these are not as many entries as are signed\n",
    )  # fmt: skip


def test_a_snapshot_without_a_size_proves_presence_alone(
    two: tuple[Any, Path], script: Path, tmp_path: Path
) -> None:
    snapshot, mine = two
    words = snapshot["message"].split()
    words[1:2], words[6:7] = ["1"], []
    leaves = [bytes.fromhex(leaf) for leaf in snapshot["leaves"]]
    old = forge(tmp_path / "old.json", snapshot, words, leaves)
    assert run(script, old, mine)[1].startswith("listed in snapshot 2 ")
    inner = forge(tmp_path / "inner.json", snapshot, words, nodes(snapshot))
    assert run(script, inner, mine) == (
        1, "snapshot 2 signs no size: it proves of nobody that it was not listed\n",
    )  # fmt: skip
