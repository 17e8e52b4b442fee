"""What is answered before the fork is nobody's request, and leaves nothing behind."""

import subprocess
import sys

SCRIPT = """
import threading
from tempfile import mkdtemp
from wufei_public.app import create_app
from wufei_public.config import settings_from
from wufei_public.infra.db import db
from wufei_public.infra.migrations import upgrade
from wufei_public.infra.warm import warm
from wufei_public.portal.cli import WARM

app = create_app(settings_from({"WUFEI_VAR": mkdtemp()}))
with app.app_context():
    upgrade()
answered = []
app.after_request(lambda response: answered.append(response.status_code) or response)
warm(app, WARM, "wf_session=nobody")
with app.app_context():
    db.engine.dispose()
assert set(answered) == {200}, answered
assert threading.active_count() == 1
assert db is not None
with app.test_client() as client:
    client.get("/healthz")
"""


def test_warming_starts_no_thread_and_writes_no_line() -> None:
    argv = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    lines = done.stderr.replace(" ", "").splitlines()
    told = [line for line in lines if '"event":"request"' in line]
    assert len(told) == 1
    assert "/healthz" in told[0]
