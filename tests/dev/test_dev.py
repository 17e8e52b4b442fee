"""`make run` up to the server: in a copy of the checkout, with real venvs and commands."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.stages import Stage, run, run_together
from wufei_public import dev

PACKAGES_LIST = "# nothing to install\n"
NODE = """#!/bin/sh
[ "$1" = --version ] && { echo v20.1.0; exit; }
echo "node $*" >> ../calls
[ -f ../broken ] && exit 3
mkdir -p ../static/dist && echo {} > ../static/dist/manifest.json
"""
NPM = """#!/bin/sh
echo "npm $1" >> ../calls
mkdir -p node_modules && touch node_modules/.package-lock.json
"""


def start(
    folder: Path, *words: str, code: str = "", **env: str
) -> "subprocess.CompletedProcess[str]":
    """Run dev.py of the copy in `folder`, with nothing on the PATH but what `env` puts there."""
    plain = {"PATH": str(folder / "bin"), "HOME": str(folder), "LANG": "C.UTF-8", **env}
    argv = ["-c", code] if code else ["-m", "wufei_public.dev", *words]
    return subprocess.run(
        [sys.executable, *argv], cwd=folder, env=plain, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a virtual environment as dev.py makes it: with pip, and with nothing else."""
    made = tmp_path_factory.mktemp("made") / ".venv"
    subprocess.run([sys.executable, "-m", "venv", made], check=True)
    return made


def program(folder: Path, name: str, text: str) -> None:
    path = folder / "bin" / name
    path.write_text(text)
    path.chmod(0o755)


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """Return a checkout before its first run, on a machine with no tools at all."""
    (tmp_path / "bin").mkdir()
    for folder in ("wufei_public/translations/en/LC_MESSAGES", "assets", "static/css", "templates"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("__init__.py", "dev.py"):
        shutil.copy(dev.ROOT / "wufei_public" / name, tmp_path / "wufei_public" / name)
    for lock in ("requirements.lock", "requirements-dev.lock", "requirements-node.lock"):
        (tmp_path / lock).write_text(PACKAGES_LIST)
    (tmp_path / "assets" / "package-lock.json").write_text("{}")
    (tmp_path / "templates" / "base.html").write_text("<p>")
    return tmp_path


@pytest.fixture
def with_tools(bare: Path) -> Path:
    """Return the same with a Node that notes each call."""
    program(bare, "node", NODE)
    program(bare, "npm", NPM)
    for tool in ("mkdir", "touch"):
        (bare / "bin" / tool).symlink_to(shutil.which(tool) or tool)
    return bare


PREPARE = "from wufei_public import dev; dev.prepare()"


def calls(folder: Path) -> list[str]:
    """Return what was called since the last look."""
    noted = folder / "calls"
    found = noted.read_text().splitlines() if noted.exists() else []
    noted.unlink(missing_ok=True)
    return found


def test_a_second_run_does_nothing_and_a_change_only_its_own_part(with_tools: Path) -> None:
    first = start(with_tools, code=PREPARE)
    assert (first.returncode, first.stderr) == (0, "")
    assert [line.split()[1] for line in first.stdout.splitlines()] == [
        "Making", "Installing", "Fetching", "Building",
    ]  # fmt: skip
    assert calls(with_tools) == ["npm ci", "node build.mjs"]

    second = start(with_tools, code=PREPARE)
    assert (second.returncode, second.stdout, calls(with_tools)) == (0, "", [])

    (with_tools / "templates" / "base.html").write_text("<b>")
    assert start(with_tools, code=PREPARE).returncode == 0
    assert calls(with_tools) == ["node build.mjs"]

    (with_tools / "static" / "dist" / "manifest.json").unlink()
    assert start(with_tools, code=PREPARE).returncode == 0
    assert calls(with_tools) == ["node build.mjs"]

    (with_tools / "assets" / "package-lock.json").write_text("{ }")
    assert start(with_tools, code=PREPARE).returncode == 0
    assert calls(with_tools) == ["npm ci", "node build.mjs"]

    (with_tools / "requirements.lock").write_text("# other\n")
    assert start(with_tools, code=PREPARE).stdout.split()[1] == "Installing"

    (with_tools / "broken").touch()
    (with_tools / "templates" / "base.html").write_text("<i>")
    for _ in range(2):  # what failed is tried again
        broken = start(with_tools, code=PREPARE)
        assert broken.returncode == 1
        assert broken.stderr.splitlines()[-1].endswith("could not be built; see above.")
        assert calls(with_tools) == ["node build.mjs"]


def test_an_old_node_is_not_used(with_tools: Path, environment: Path) -> None:
    shutil.copytree(environment, with_tools / ".venv", symlinks=True)
    program(with_tools, "node", "#!/bin/sh\necho v18.20.0\n")
    said = start(with_tools, code=PREPARE)
    assert "requirements-node.lock" in said.stdout
    assert said.returncode == 1  # the lists of this copy hold no Node


def test_a_python_without_ensurepip_says_what_to_install(bare: Path) -> None:
    library = bare / "python" / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}"
    library.mkdir(parents=True)
    for entry in Path(sysconfig.get_path("stdlib")).iterdir():
        if entry.name != "ensurepip":
            (library / entry.name).symlink_to(entry)
    said = start(bare, "run", PYTHONHOME=str(bare / "python"))
    assert said.returncode == 1
    assert said.stderr.strip() == (
        "This Python lacks ensurepip; on Debian and Ubuntu install it with: "
        f"apt-get install python3.{sys.version_info[1]}-venv"
    )
    assert not (bare / ".venv").exists()


def test_packages_out_of_reach_are_told_in_a_sentence(bare: Path, environment: Path) -> None:
    shutil.copytree(environment, bare / ".venv", symlinks=True)
    (bare / "requirements.lock").write_text(f"flask==3.1.3 --hash=sha256:{'0' * 64}\n")
    said = start(bare, "run", PIP_NO_INDEX="1", PIP_CONFIG_FILE=os.devnull)
    assert said.returncode == 1
    assert said.stderr.strip().splitlines()[-1].startswith("pip could not install the packages;")
    assert not list((bare / ".venv").glob("stamp-*"))


OLD = "import sys; sys.version_info = (3, 9, 2, 'final', 0); sys.argv[1:] = ['help']; "


def test_an_old_python_is_told_in_a_sentence(bare: Path) -> None:
    said = start(bare, code=f"{OLD}import wufei_public.dev")
    assert said.returncode == 1
    assert said.stderr.startswith("Python 3.11, 3.12 or 3.13 is needed and this is ")


def test_an_old_python_goes_on_under_a_newer_one(bare: Path) -> None:
    (bare / "bin" / "python3.12").symlink_to(sys.executable)
    said = start(bare, code=f"{OLD}import wufei_public.dev")
    assert said.returncode == 0
    assert said.stdout.startswith("make run ")


def test_help_names_every_target_of_the_makefile(bare: Path) -> None:
    said = start(bare, "help")
    named = [line.split()[1] for line in said.stdout.splitlines()]
    makefile = (dev.ROOT / "Makefile").read_text()
    phony = next(line for line in makefile.splitlines() if line.startswith(".PHONY:"))
    assert sorted(named) == sorted(phony.split()[1:])


def test_an_unknown_word_is_refused(bare: Path) -> None:
    said = start(bare, "fly")
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr.startswith("There is no “fly”; there are: run, demo, ")


def test_port_and_host_reach_the_settings(bare: Path) -> None:
    show = (
        "from wufei_public import dev; e = dev.environment(); "
        "print({k: e[k] for k in e if k.startswith('WUFEI_')})"
    )
    said = start(bare, code=show, PORT="9000", HOST="127.0.0.3", WUFEI_HOST="127.0.0.2")
    assert said.stdout.strip() == str({"WUFEI_HOST": "127.0.0.2", "WUFEI_PORT": "9000"})


@pytest.mark.parametrize(
    ("body", "good"),
    [
        ("def test_a(): pass", True),
        ("def test_a(): assert 0", False),
        ("import pytest\ndef test_a(): pytest.skip('no service')\ndef test_b(): pass", False),
        ("", False),
    ],
)
def test_a_stage_fails_on_failures_skips_and_on_no_tests(
    tmp_path: Path, body: str, good: bool
) -> None:
    (tmp_path / "test_it.py").write_text(body)
    argv = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, str(tmp_path / "test_it.py")]
    assert run(Stage("example", argv), tmp_path / "log") is good


def test_stages_that_run_together_are_all_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stages = [
        Stage(f"ends with {code}", [sys.executable, "-c", f"print('says {code}'); exit({code})"])
        for code in (0, 3, 4)
    ]
    assert run_together(stages, tmp_path) == ["ends with 3", "ends with 4"]
    said = capsys.readouterr().out
    assert [f"says {code}" in said for code in (0, 3, 4)] == [False, True, True]
    assert said.count("FAILED") == 2
