"""Who answers requests has not loaded Alembic; who migrates has."""

import subprocess
import sys

LOADED = """
import sys
from pathlib import Path
from tempfile import mkdtemp
from wufei_public.app import create_app
from wufei_public.config import settings_from
app = create_app(settings_from({"WUFEI_VAR": mkdtemp()}))
with app.test_client() as client:
    assert client.get("/healthz").status_code == 200
print(*[name for name in ("alembic", "flask_migrate", "PIL", "pi_heif") if name in sys.modules])
"""


def test_answering_loads_neither_alembic_nor_pillow() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1].strip() == ""


def test_the_commands_of_flask_migrate_are_there() -> None:
    script = """
from tempfile import mkdtemp
from wufei_public.app import create_app
from wufei_public.config import settings_from
app = create_app(settings_from({"WUFEI_VAR": mkdtemp()}))
for word in ("upgrade", "migrate", "downgrade"):
    done = app.test_cli_runner().invoke(args=["db", word, "--help"])
    assert done.exit_code == 0, done.output
    print(done.output)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    for word in ("upgrade", "migrate", "downgrade"):
        assert f"db {word} [OPTIONS]" in done.stdout
