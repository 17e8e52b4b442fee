"""Asks PyPI whether anything that is installed has a known fault; a stage of `make test-long`.

pip-audit lives in a venv of its own, so that what looks is no part of what is looked at. A
package of which nothing could be learnt is a failure too: silence is no answer.
"""

import json
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from wufei_public.dev import ROOT

# The second holds everything of the first, and what builds and tests the product.
LOCK, TOOL = "requirements-dev.lock", "requirements-audit.lock"
HOME = ROOT / "var" / "test" / "audit"
UNREACHED = (
    "Nothing was learnt of {count} of {all} packages (the first: {first}).\n"
    "This stage asks the package index for the known faults of each version; a mirror\n"
    "of packages alone has no such pages. Run it where the public index itself can be reached."
)


def main() -> int:
    """Install pip-audit unless that was done, ask, and say what was found."""
    done = subprocess.run(
        [_tool(), "--disable-pip", "--require-hashes", "--progress-spinner", "off",
         "--timeout", "30", "--format", "json", "--requirement", ROOT / LOCK],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if not done.stdout:
        print(f"{done.stderr.strip()[-2000:]}\n{UNREACHED.format(count=0, all=0, first='none')}")
        return 1
    report = json.loads(done.stdout)
    found = verdict(report)
    print("\n".join(found) or f"{len(report['dependencies'])} packages, no known fault")
    return 1 if found else 0


def verdict(report: Mapping[str, Any]) -> Sequence[str]:
    """Return what is wrong with pip-audit's report, a line each; nothing where all is well."""
    packages = report["dependencies"]
    lines = [
        f"{one['name']} {one['version']}: {fault['id']}, mended in {_mended(fault)}"
        for one in packages
        for fault in one.get("vulns", [])
    ]
    silent = [one["name"] for one in packages if "skip_reason" in one]
    if silent:
        lines.append(UNREACHED.format(count=len(silent), all=len(packages), first=silent[0]))
    return lines if packages else ["the report names no package at all"]


def _mended(fault: Mapping[str, Any]) -> str:
    return " or ".join(fault["fix_versions"]) or "no version yet"


def _tool() -> Path:
    python = HOME / "bin" / "python"
    made = HOME / TOOL
    wanted = (ROOT / TOOL).read_text()
    if not made.is_file() or made.read_text() != wanted:
        venv.create(HOME, with_pip=True, clear=True)
        subprocess.run(
            [
                python,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--no-deps",
                "--require-hashes",
                "-r",
                ROOT / TOOL,
            ],
            check=True,
        )
        made.write_text(wanted)
    return HOME / "bin" / "pip-audit"


if __name__ == "__main__":
    sys.exit(main())
