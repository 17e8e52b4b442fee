"""The stages of `make check`, `make test` and `make test-long`: all of them run, failures last."""

import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from wufei_public.dev import BIN, PYTHON, ROOT, Trouble, say

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DEBIAN = ("chromium", "fonts-noto-cjk")
LOGS = ROOT / "var" / "test"
SUMMARY = re.compile(
    r"^(?:=+ )?((?:\d+ \w+, )*\d+ \w+ in [\d.]+s\b[^=\n]*?)(?: =+)?$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Stage:
    """One command whose success is one line and whose failure is shown whole."""

    name: str
    argv: Sequence[str]
    env: dict[str, str] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        """Return the name as that of a file."""
        return re.sub(r"\W+", "-", self.name.lower()).strip("-")


def tool(*words: str) -> list[str]:
    return [str(PYTHON), "-m", *words]


def pytest(*words: str) -> list[str]:
    return tool("pytest", "-q", "-n", "2", "--dist", "loadgroup", "--no-header", *words)


STATIC = (
    Stage("format (ruff)", tool("ruff", "format", "--check", ".")),
    Stage("lint (ruff)", tool("ruff", "check", ".")),
    Stage("types (mypy)", tool("mypy")),
    Stage("imports (import-linter)", [str(BIN / "lint-imports")]),
    Stage("templates (djlint)", tool("djlint", "--profile", "jinja", "--lint", "templates")),
)
# A browser or a lock that never answers ends its worker, and the report names the test.
LIMIT = ("-o", "faulthandler_timeout=420", "-o", "faulthandler_exit_on_timeout=true")
SQLITE = Stage("tests on SQLite", pytest(*LIMIT, "-m", "not browser and not long"))
# Only what has a database is run a second time (tests/selection.py).
POSTGRESQL = Stage(
    "tests on PostgreSQL",
    pytest(*LIMIT, "-m", "not browser and not long"),
    {"TEST_DATABASE": "postgresql"},
)
BROWSER = Stage("tests in a browser", pytest(*LIMIT, "-m", "browser", "tests/browser"))
LONG = (
    Stage("long tests on SQLite", pytest("-m", "long")),
    Stage("long tests on PostgreSQL", pytest("-m", "long"), {"TEST_DATABASE": "postgresql"}),
)
AUDIT = Stage("dependency audit (pip-audit)", tool("tests.audit"))
SCREENSHOTS = Stage("screenshots", tool("tests.browser.screenshots"))
# What stands together is started together: mypy alone would leave a core idle for a minute.
PLANS: dict[str, Sequence[Sequence[Stage]]] = {
    "check": ((*STATIC, SQLITE),),
    "test": ((*STATIC, SQLITE), (POSTGRESQL,), (BROWSER,)),
    "long": [[stage] for stage in (AUDIT, *LONG)],
    "screenshots": ((SCREENSHOTS,),),
}
WITH_BROWSER = {"test", "screenshots"}


def find_browser() -> str | None:
    """Return the path of a Chromium, None if there is none."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def has_chinese_font() -> bool:
    if platform.system() != "Linux":
        return True
    folders = (Path("/usr/share/fonts"), Path.home() / ".fonts", Path.home() / ".local/share/fonts")
    return any(next(folder.rglob("*CJK*"), None) for folder in folders if folder.is_dir())


def ensure_browser() -> None:
    """Have a Chromium with Chinese fonts; install Debian's when that is possible."""
    if find_browser() and has_chinese_font():
        return
    words = f"apt-get install -y --no-install-recommends {' '.join(DEBIAN)}"
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        raise Trouble(
            "The browser tests need Chromium (or Chrome) and a Chinese font; install them, "
            f"on Debian and Ubuntu as root with: {words}"
        )
    say("Installing Chromium and Chinese fonts")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for argv in ([apt, "update", "-qq"], [apt, "-qq", *words.split()[1:]]):
        if subprocess.run(argv, env=env, stdout=subprocess.DEVNULL, check=False).returncode:
            raise Trouble(f"The browser could not be installed; as root, try: {words}")


def run(stage: Stage, log: Path) -> bool:
    """Run one stage; a skipped test counts as a failure, since a missing service must fail."""
    began = time.monotonic()
    with log.open("w") as file:
        done = subprocess.run(
            stage.argv,
            cwd=ROOT,
            # Two workers and three stages read what the first has compiled.
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", **stage.env},
            stdout=file,
            stderr=subprocess.STDOUT,
            check=False,
        )
    output = log.read_text(errors="replace")
    summary = SUMMARY.findall(output)
    good = done.returncode == 0 and not any("skipped" in line for line in summary)
    verdict = "ok" if good else "FAILED"
    told = f"  {verdict}  {stage.name}  {time.monotonic() - began:.1f} s  {' '.join(summary)}"
    print(told if good else f"{output}\n{told}", flush=True)
    return good


def run_together(stages: Sequence[Stage], log: Path) -> list[str]:
    """Run stages at the same time; return the names of those that failed."""
    say(", ".join(stage.name for stage in stages))
    with ThreadPoolExecutor(len(stages)) as pool:
        goods = list(pool.map(lambda each: run(each, log / f"{each.slug}.log"), stages))
    return [stage.name for stage, good in zip(stages, goods, strict=True) if not good]


def main(what: str) -> int:
    LOGS.mkdir(parents=True, exist_ok=True)
    if what in WITH_BROWSER:
        try:
            ensure_browser()
        except Trouble as trouble:
            print(f"\n{trouble}", file=sys.stderr)
            return 1
    began = time.monotonic()
    failed = [name for stages in PLANS[what] for name in run_together(stages, LOGS)]
    print(f"{what}: {time.monotonic() - began:.0f} s")
    for name in failed:
        print(f"FAILED: {name}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
