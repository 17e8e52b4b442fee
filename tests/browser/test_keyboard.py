"""The keyboard alone: every control is reached once, in reading order, seen, and under no bar."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.browsers import DESK, PHONE, window
from tests.browser.pages import stops, visitor
from tests.browser.town import Town

pytestmark = pytest.mark.browser

# Pages of every make: a hero, a long form, lists, filters, a desk with closed forms, a map.
WALKED = ("home", "report", "cases", "mine", "map", "sign-in", "queue", "desk-assigned", "audit")
MOST = 90

# Where the focus is: nothing, or what is wrong with it.
FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  // A radio or a file input lies unseen over its face, which shows the ring.
  const face = one.closest('label') || one;
  const box = face.getBoundingClientRect();
  const x = box.left + Math.min(box.width / 2, 40), y = box.top + box.height / 2;
  const hit = document.elementFromPoint(x, y);
  const bar = '.wf-tabs, .wf-act';
  const under = hit && hit.closest(bar) && !one.closest(bar);
  const style = (part) => getComputedStyle(part);
  const ringed = [one, face, one.nextElementSibling, one.querySelector('path')].filter(Boolean)
    .some((part) => (style(part).outlineStyle !== 'none' && style(part).outlineWidth !== '0px')
      || Number.parseFloat(style(part).strokeWidth) >= 3);
  const faults = [];
  if (box.bottom < 0 || box.top > innerHeight) faults.push('is out of sight');
  if (under) faults.push('lies under a bar');
  if (!ringed) faults.push('shows no ring');
  window.walked = window.walked || [];
  const before = window.walked[window.walked.length - 1];
  if (before && !(before.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING)) {
    faults.push('comes before its neighbour');
  }
  const again = window.walked.includes(one);
  window.walked.push(one);
  return [one.outerHTML.slice(0, 110), again, faults];
}"""


def walk(page: Page) -> list[str]:
    """Press Tab through the page and return what is wrong, in words."""
    found = []
    for _ in range(MOST):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None or focused[1]:
            break
        found += [f"{focused[0]} {fault}" for fault in focused[2]]
    return found


@pytest.mark.parametrize("shape", [PHONE, DESK], ids=["phone", "desk"])
def test_the_keyboard_reaches_everything_in_order(
    browser: Browser, town: Town, shape: dict[str, object]
) -> None:
    faults: dict[str, list[str]] = {}
    for stop in stops(town):
        if stop.name in WALKED:
            with window(browser, shape, reduced_motion="reduce") as context:
                town.sign_in(context, visitor(town, stop))
                page = context.new_page()
                page.goto(stop.address, wait_until="load")
                faults[stop.name] = walk(page)
    assert {name: found for name, found in faults.items() if found} == {}
    assert set(faults) == set(WALKED)
