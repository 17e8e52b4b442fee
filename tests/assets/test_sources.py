"""What templates and style sheets must not hold, and what they may count on."""

import json
import re
from pathlib import Path

import pytest

from wufei_public.config import SHARE

TEMPLATES = sorted((SHARE / "templates").rglob("*.html"))
SHEETS = sorted((SHARE / "static" / "css").rglob("*.css"))
ICONS = set(re.findall(r'<symbol id="([^"]+)"', (SHARE / "static/icons.svg").read_text("utf-8")))
# Macros that take an icon's name, and at which place.
DRAWN = re.compile(r"\b(?:icon|hint|empty)\('([a-z][\w-]*\w)'|drawing='([a-z][\w-]*\w)'")


def without_comments(path: Path) -> str:
    return re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)


def named(path: Path) -> str:
    return str(path.relative_to(SHARE))


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_template_has_no_inline_style_script_or_handler(path: Path) -> None:
    text = without_comments(path)
    assert re.findall(r"<style|\sstyle\s*=|javascript:|\son[a-z]+\s*=\s*[\"']", text) == []
    assert [tag for tag in re.findall(r"<script[^>]*>", text) if "src=" not in tag] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_template_asks_for_nothing_from_another_host(path: Path) -> None:
    assert re.findall(r"(?:src|href|action)=[\"'](?:https?:)?//", without_comments(path)) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_every_icon_of_a_template_is_drawn(path: Path) -> None:
    found = {one or other for one, other in DRAWN.findall(without_comments(path))}
    assert found - ICONS == set()


def test_every_asset_that_a_template_names_is_built() -> None:
    built = json.loads((SHARE / "static/dist/manifest.json").read_text("utf-8"))
    asked = {
        name
        for path in TEMPLATES
        for name in re.findall(r"asset\('([^']+)'\)", without_comments(path))
    }
    assert asked <= set(built)
    assert asked


@pytest.mark.parametrize("path", SHEETS, ids=named)
def test_style_sheet_holds_for_old_browsers(path: Path) -> None:
    css = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
    forbidden = r":is\(|:where\(|aspect-ratio|orientation|clamp\(|inset:|(?<!grid-)gap:"
    assert re.findall(forbidden, css) == []


def test_every_icon_of_the_data_is_drawn() -> None:
    package = SHARE / "wufei_public"
    files = [*package.rglob("*.csv"), *package.rglob("*.py")]
    kinds = {
        name for file in files for name in re.findall(r"\bk-[a-z]+\b", file.read_text("utf-8"))
    }
    assert kinds
    assert kinds - ICONS == set()


def test_state_icons_exist_for_every_tone() -> None:
    assert {f"st-{tone}" for tone in ("done", "doing", "soon", "bad", "none", "info")} <= ICONS
