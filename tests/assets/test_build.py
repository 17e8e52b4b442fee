"""What the build leaves: small, precompressed, named by content, fit for old browsers."""

import gzip
import json
import re

import pytest

from wufei_public.config import SHARE

DIST = SHARE / "static" / "dist"
NAMES: dict[str, str] = json.loads((DIST / "manifest.json").read_text("utf-8"))
# The whole first view may weigh 60 kB; its HTML needs the rest.
SHELL_BUDGET = 40_000
STAFF_BUDGET = 45_000


def packed(*names: str) -> int:
    return sum((DIST / f"{NAMES[name]}.gz").stat().st_size for name in names)


def styles() -> str:
    return "".join((DIST / NAMES[n]).read_text("utf-8") for n in NAMES if n.endswith(".css"))


def test_first_view_of_a_resident_is_within_its_budget() -> None:
    assert packed("app.css", "app.js", "icons.svg", "favicon.svg") <= SHELL_BUDGET


def test_first_view_of_an_official_is_within_its_budget() -> None:
    assert packed("app.css", "staff.css", "staff.js", "icons.svg", "favicon.svg") <= STAFF_BUDGET


@pytest.mark.parametrize("name", sorted(NAMES))
def test_packed_file_unpacks_to_the_plain_one(name: str) -> None:
    plain = DIST / NAMES[name]
    assert gzip.decompress((DIST / f"{NAMES[name]}.gz").read_bytes()) == plain.read_bytes()
    assert (DIST / f"{NAMES[name]}.br").stat().st_size < max(plain.stat().st_size, 100)


def test_nothing_lies_beside_the_manifest() -> None:
    known = {f"{name}{ending}" for name in NAMES.values() for ending in ("", ".gz", ".br")}
    assert {path.name for path in DIST.iterdir()} == known | {"manifest.json"}


def test_weui_is_cut_to_the_rules_in_use() -> None:
    built = styles()
    assert ".weui-btn_primary" in built
    assert ".weui-picker" not in built
    assert "--weui-BRAND:" in built


def test_every_custom_property_that_is_read_is_set() -> None:
    built = styles()
    read = set(re.findall(r"var\((--[\w-]+)", built))
    assert read - set(re.findall(r"(--[\w-]+):", built)) == set()


def test_scripts_hold_for_old_browsers() -> None:
    scripts = "".join((DIST / NAMES[n]).read_text("utf-8") for n in NAMES if n.endswith(".js"))
    newer = (r"\?\.[^\d]", r"\?\?", r"\.replaceAll\(", r"\.at\(", r"\.arrayBuffer\(", r"\beval\(")
    assert [word for word in newer if re.search(word, scripts)] == []


def test_built_styles_hold_for_old_browsers() -> None:
    built = styles()
    assert [
        word for word in (":is(", ":where(", "aspect-ratio", "clamp(", "inset:") if word in built
    ] == []
    rules = re.findall(r"\{([^{}]*)\}", built)
    flex_gaps = [rule for rule in rules if re.search(r"(^|;)(row-|column-)?gap:", rule)]
    assert [rule for rule in flex_gaps if "display:grid" not in rule] == []
