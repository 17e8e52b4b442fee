"""What the tour leaves out of a look is what that look has shown before."""

import pytest
from playwright.sync_api import Page

from tests.browser import checks

pytestmark = pytest.mark.browser

GOOD = "<p style='color: #333'>看得清</p>"
DARK = "<style>@media (prefers-color-scheme: dark) {{ {} }}</style>"
# Bad only in the dark: by the letters, by the ground behind them, by the whole being faint.
BAD = {
    "letters": (DARK.format("b { color: #ddd }"), "<p><b>新写的</b></p>"),
    "ground": (DARK.format("p { background: #222 }"), GOOD),
    "faint": (DARK.format("p { opacity: 0.4 }"), GOOD),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_new_ink_is_looked_at_and_told_once(page: Page, kind: str) -> None:
    style, body = BAD[kind]
    inks: dict[str, set[str]] = {}
    told = []
    for part in (("", GOOD), (style, GOOD + body), (style, body)):
        page.emulate_media(color_scheme="light")
        page.set_content(f"<!doctype html><html lang=zh><body>{''.join(part)}</body></html>")
        assert checks.ask_axe(page, checks.ONLY_COLOURS) == []
        told.append([one.split(":")[1] for one in checks.bad_colours(page, inks)])
    assert [kind_of.count(" color-contrast") for kind_of in told] == [0, 1, 0]
