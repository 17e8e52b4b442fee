"""In the largest letters on the narrowest phone nothing that officials read is cut off."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from wufei_public.infra.web.assets import Assets

DIST = Path("static/dist")
BODY = '<body data-weui-mode="care" data-weui-theme="dark"><main class="wf-page">{}</main></body>'
QUEUE = (
    '<div class="wf-list"><table class="wf-table wf-queue"><tbody><tr><td class="wf-q__kind"></td>'
    "<td><a href='#'><b>示例饭店</b><small>Black list</small></a></td>"
    '<td><span class="wf-chip"><span>Proposed, to be served to the enterprise</span></span></td>'
    '<td class="wf-own"></td></tr></tbody></table></div>'
)
MOMENT = '<input class="wf-input" type="datetime-local" value="2026-11-29T17:01">'
# What the field needs for its words, its edges and the sign of the calendar.
NEEDS = """one => { const words = document.createElement('span'), own = getComputedStyle(one);
  words.textContent = '11/29/2026, 05:01 PM';
  words.style.font = own.font; words.style.letterSpacing = own.letterSpacing;
  words.style.whiteSpace = 'nowrap';
  one.after(words);
  const edges = ['paddingLeft', 'paddingRight', 'borderLeftWidth', 'borderRightWidth'];
  const sign = 1.25 * parseFloat(own.fontSize);
  return edges.reduce((sum, name) => sum + parseFloat(own[name]), words.offsetWidth + sign); }"""
# As wide as a field in a card on that phone.
WIDE = 256


@pytest.fixture
def narrow(browser: Browser) -> Page:
    page = browser.new_page(viewport={"width": 320, "height": 640}, locale="en-US")
    page.set_content(BODY.format(f"{QUEUE}{MOMENT}"))
    names = Assets(DIST).names
    for sheet in ("app.css", "staff.css"):
        page.add_style_tag(path=DIST / names[sheet])
    return page


def test_a_state_of_many_words_turns_over_in_a_queue(narrow: Page) -> None:
    cut = narrow.locator(".wf-list").evaluate("one => one.scrollWidth - one.clientWidth")
    assert cut <= 0


def test_a_moment_fits_into_its_field(narrow: Page) -> None:
    field = narrow.locator("input")
    assert field.evaluate(NEEDS) <= WIDE
