"""The short script of docs/redblack.md proves what the docs say it proves."""

import json
import re
import subprocess
import sys
from pathlib import Path

from flask.testing import FlaskClient

from tests.redblack import make
from wufei_public.organisations.models import Organisation

API = "/api/v1/redblack"


def run(script: Path, *files: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, script, *files], capture_output=True, text=True, check=False, timeout=60
    )
    return done.returncode, done.stdout + done.stderr


def test_the_script_of_the_docs(
    client: FlaskClient, enterprise: Organisation, tmp_path: Path
) -> None:
    code = re.findall(r"```python\n(.*?)```", Path("docs/redblack.md").read_text(), re.DOTALL)
    script, first, second, mine, forged = (
        tmp_path / name for name in ("verify.py", "1.json", "2.json", "mine.json", "forged.json")
    )
    script.write_text(code[0])
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
