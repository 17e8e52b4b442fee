"""A release is installed without a network, followed by a later one, and taken back."""

import http.client
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.dev.test_serving import free_port, until

pytestmark = pytest.mark.long
ROOT = Path(__file__).resolve().parents[2]
HEAD = (ROOT / "migrations" / "HEAD").read_text().partition("_")[0]
MADE = ("static/dist", "wufei_public/translations/en/LC_MESSAGES/messages.mo")
LATER = '''"""A later schema."""
from alembic import op
import sqlalchemy as sa
revision, down_revision, branch_labels, depends_on = "9000", "{head}", None, None


def upgrade() -> None:
    op.create_table("later", sa.Column("id", sa.Integer(), primary_key=True))
    {more}


def downgrade() -> None:
    op.drop_table("later")
'''


def copy_of(target: Path, version: str, more: str = "pass") -> Path:
    """Return a copy of the checkout that is a later version, with a migration of its own."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    shutil.copytree(ROOT / MADE[0], target / MADE[0])
    shutil.copy2(ROOT / MADE[1], target / MADE[1])
    (target / "wufei_public/__init__.py").write_text(f'"""Later."""\n\n__version__ = "{version}"\n')
    (target / "migrations/versions/9000_later.py").write_text(LATER.format(head=HEAD, more=more))
    (target / "migrations/HEAD").write_text("9000_later\n")
    return target


def wheelhouse(checkout: Path, to: Path) -> Path:
    words = [str(checkout / "deploy" / "wheelhouse"), str(to)]
    subprocess.run(words, check=True, env=os.environ | {"PYTHON": sys.executable})
    return to


def like(first: Path, checkout: Path, to: Path) -> Path:
    """Return a wheelhouse with the libraries of another and the wheel of `checkout`."""
    shutil.copytree(first, to, copy_function=os.link)
    next(to.glob("wufei_public-*.whl")).unlink()
    words = ["-m", "pip", "wheel", "-q", "--no-deps", "--wheel-dir", str(to), str(checkout)]
    subprocess.run([sys.executable, *words], check=True)
    return to


class Machine:
    """A folder that stands for a machine without a network."""

    def __init__(self, folder: Path) -> None:
        self.home, self.port = folder / "home", free_port()
        self.home.mkdir()
        settings = folder / "wufei.env"
        settings.write_text(
            f"WUFEI_VAR={folder / 'data'}\nWUFEI_DISTRICT=410307\nWUFEI_PORT={self.port}\n"
            f"WUFEI_LOG_LEVEL=error\nWUFEI_SITE_NAME_EN='Zero waste here'\n"
        )
        (folder / "data").mkdir()
        self.database = folder / "data" / "wufei.sqlite3"
        self.env = {
            "PATH": os.environ["PATH"], "HOME": str(folder), "RELEASE_HOME": str(self.home),
            "RELEASE_ENV": str(settings), "RELEASE_RESTART": ":", "PYTHON": sys.executable,
            # Whoever asks a registry finds nobody.
            "PIP_INDEX_URL": "http://127.0.0.1:9", "PIP_CONFIG_FILE": os.devnull,
        }  # fmt: skip

    def release(self, *words: str) -> tuple[int, str]:
        command = [str(ROOT / "deploy" / "release"), *words]
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    @property
    def current(self) -> str:
        link = self.home / "current"
        return link.resolve().name if link.exists() else ""

    def schema(self) -> tuple[str, bool]:
        """Return the revision, and whether the later table is there."""
        with sqlite3.connect(self.database) as found:
            revision = found.execute("SELECT version_num FROM alembic_version").fetchone()[0]
            table = found.execute("SELECT 1 FROM sqlite_master WHERE name = 'later'").fetchone()
        return revision, table is not None

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Run the present release as the unit does."""
        python = f"{self.home}/current/bin/python"
        run = f"set -a; . {self.env['RELEASE_ENV']}; exec {python} -m flask serve"
        own = self.env | {"FLASK_APP": "wufei_public.wsgi"}
        process = subprocess.Popen(["sh", "-c", run], env=own, cwd=self.home)
        try:
            assert until(lambda: self.get("/healthz")[0] == 200, 60)
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(15) == 0

    def get(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path, headers={"Cookie": "wf_lang=en"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except OSError:
            return 0, ""
        finally:
            connection.close()


def test_a_release_is_installed_followed_and_taken_back(tmp_path: Path) -> None:
    first = wheelhouse(ROOT, tmp_path / "first")
    later = like(first, copy_of(tmp_path / "checkout", "0.1.1"), tmp_path / "later")
    machine = Machine(tmp_path)
    code, said = machine.release("install", str(first))
    assert (code, machine.current) == (0, "0.1.0"), said
    with machine.serving():
        status, page = machine.get("/")
        assert (status, "Report dumping" in page or "Zero waste here" in page) == (200, True)
        assert machine.get("/redblack")[0] == 200
    assert machine.schema() == (HEAD, False)

    code, said = machine.release("install", str(later))
    assert (code, machine.current, machine.schema()) == (0, "0.1.1", ("9000", True)), said
    assert len(list((machine.home / "backups").glob("2*"))) == 1
    with machine.serving():
        assert machine.get("/")[0] == 200
    assert machine.release("install", str(later))[0] == 1  # it runs already

    code, said = machine.release("back")
    assert (code, machine.current, machine.schema()) == (0, "0.1.0", (HEAD, False)), said
    with machine.serving():
        assert machine.get("/")[0] == 200

    # A wheelhouse that is not whole, and a schema that cannot be made: nothing changes.
    next(later.glob("alembic-*.whl")).unlink()
    code, said = machine.release("install", str(later))
    assert (code, machine.current, machine.schema()) == (1, "0.1.0", (HEAD, False)), said
    broken = copy_of(tmp_path / "broken", "0.1.2", "raise RuntimeError")
    code, said = machine.release("install", str(like(first, broken, tmp_path / "third")))
    assert (code, machine.current, machine.schema()) == (1, "0.1.0", (HEAD, False)), said
    with machine.serving():
        assert machine.get("/")[0] == 200
