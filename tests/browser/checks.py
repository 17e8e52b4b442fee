"""What must hold on every page; each check returns what is wrong, in words."""

import gzip
from collections.abc import Mapping
from functools import cache

from playwright.sync_api import Page

from tests.browser.site import ROOT

AXE = ROOT / "assets" / "node_modules" / "axe-core" / "axe.min.js"
# The reference of the programming interface grows with it, and is read at a desk.
MOST_REFERENCE = 20_000
MOST_FIRST, MOST_AGAIN, MOST_REQUESTS = 60_000, 10_000, 8
# Thumbnails of 320 px; all that a first screen shows.
MOST_PICTURE, MOST_PICTURES = 40_000, 200_000
TARGET, CARE_TARGET = 44, 56
NARROW = 320

ASK_AXE = """(rules, where = document) => axe.run(where, rules).then(found => found.violations.map(
  one => `${one.id}: ${one.nodes.slice(0, 3).map(n => n.target + ' ' + n.html.slice(0, 120))
    .join(' | ')}`))"""
# The same of what is written in inks that `seen` does not hold: colour and size of the letters,
# and all that lies behind them down to the first opaque ground.
ASK_AXE_FOR_INKS = """([rules, seen]) => {
  const known = new Set(seen);
  const writes = (one) => one.matches('input, select, textarea')
    || [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const ink = (one) => {
    const own = getComputedStyle(one);
    const parts = [own.color, own.fontSize, own.fontWeight, own.textShadow];
    let ground = false;
    for (let part = one; part; part = part.parentElement) {
      const style = getComputedStyle(part);
      if (style.opacity !== '1' || style.filter !== 'none') parts.push(style.opacity, style.filter);
      if (ground) continue;
      const floats = /absolute|fixed|sticky/.test(style.position);
      const bare = style.backgroundColor === 'rgba(0, 0, 0, 0)' && style.backgroundImage === 'none';
      if (bare && !floats) continue;
      parts.push(style.backgroundColor, style.backgroundImage, floats);
      ground = style.backgroundColor.startsWith('rgb(') && style.backgroundImage === 'none';
    }
    return parts.join(' ');
  };
  const fresh = [...document.body.querySelectorAll('*')]
    .filter((one) => writes(one) && one.getClientRects().length).map((one) => [one, ink(one)])
    .filter(([, name]) => !known.has(name));
  if (!fresh.length) return [[], []];
  const inks = [...new Set(fresh.map(([, name]) => name))];
  return (ASK_AXE)(rules, {include: fresh.map(([one]) => one)}).then((found) => [found, inks]);
}""".replace("ASK_AXE", ASK_AXE)
# Without loading the style sheets anew: only the rule on locked orientation reads them.
FAST = {"resultTypes": ["violations"], "preload": False}
EVERYTHING = {**FAST, "rules": {"css-orientation-lock": {"enabled": False}}}
ONLY_COLOURS = {**FAST, "runOnly": {"type": "rule", "values": ["color-contrast"]}}
SEVEN_TO_ONE = {
    **FAST,
    "runOnly": {"type": "rule", "values": ["color-contrast-enhanced"]},
    "rules": {"color-contrast-enhanced": {"enabled": True}},
}

# What a finger meets: its own box or its label's. Links inside a sentence are exempt (WCAG 2.5.5).
SMALL = """least => {
  const seen = (one) => one.getClientRects().length > 0
    && getComputedStyle(one).visibility === 'visible' && !one.closest('.wf-skip');
  const inSentence = (one) => one.tagName === 'A' && getComputedStyle(one).display === 'inline'
    && one.parentElement.textContent.trim().length > one.textContent.trim().length;
  const box = (one) => {
    const label = one.matches('input, select') && (one.closest('label') || (one.labels || [])[0]);
    const rects = [one, /^(checkbox|radio|file)$/.test(one.type) ? label : null].filter(Boolean)
      .map((each) => each.getBoundingClientRect());
    return [Math.max(...rects.map((r) => r.width)), Math.max(...rects.map((r) => r.height))];
  };
  return [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
    .filter((one) => one.type !== 'hidden' && seen(one) && !inSentence(one))
    .filter((one) => box(one).some((length) => length < least - 0.6))
    .map((one) => `${one.outerHTML.slice(0, 110)} ${box(one).map(Math.round)}`);
}"""

SET_CARE = """mode => {
  if (mode) document.body.dataset.weuiMode = mode; else delete document.body.dataset.weuiMode;
}"""

WIDE = """() => {
  const most = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= most) return [];
  const right = (one) => Math.round(one.getBoundingClientRect().right);
  return [...document.querySelectorAll('body *')].filter((one) => right(one) > most + 1)
    .slice(0, 4).map((one) => `${one.outerHTML.slice(0, 110)} ${right(one)}`);
}"""

# The page itself comes first.
LOADED = """() => ['navigation', 'resource']
  .map((kind) => performance.getEntriesByType(kind)).flat()
  .map((one) => [one.name, one.initiatorType, one.encodedBodySize, one.transferSize])"""
TEXTS = {"link", "script", "use", "css", "other"}

# Set before the page's own scripts; layout shifts add up while it loads.
WATCH_SHIFTS = """
  window.shifted = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
    if (!entry.hadRecentInput) window.shifted += entry.value;
  })).observe({ type: 'layout-shift', buffered: true });
"""

# Text that a reader of English meets, with where it stands.
CHINESE = """() => {
  const chinese = /[\\u3400-\\u9fff]/;
  const data = '[lang^=zh], [translate=no], .wf-words, option, script, template, noscript';
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    if (chinese.test(text) && !walker.currentNode.parentElement.closest(data)) found.push(text);
  }
  ['alt', 'title', 'placeholder', 'aria-label', 'value'].forEach((name) =>
    document.querySelectorAll(`[${name}]`).forEach((one) => {
      const text = one.getAttribute(name);
      if (chinese.test(text) && !one.closest(data)) found.push(text);
    }));
  return [...new Set([...found, ...(chinese.test(document.title) ? [document.title] : [])])];
}"""


@cache
def axe() -> str:
    return AXE.read_text("utf-8")


def ask_axe(page: Page, rules: Mapping[str, object]) -> list[str]:
    """Return what axe finds against the page."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(axe())
    return list(page.evaluate(ASK_AXE, rules))


def ask_axe_for_inks(
    page: Page, rules: Mapping[str, object], inks: dict[str, set[str]], look: str
) -> list[str]:
    """Return what axe finds against inks that `look` shows for the first time; `inks` grows."""
    found, fresh = page.evaluate(ASK_AXE_FOR_INKS, [rules, sorted(inks.get(look, ()))])
    inks.setdefault(look, set()).update(fresh)
    return [f"{look}: {one}" for one in found]


def too_small(page: Page, least: int = TARGET) -> list[str]:
    return [f"smaller than {least} px: {one}" for one in page.evaluate(SMALL, least)]


def too_wide(page: Page) -> list[str]:
    """Return what sticks out at 320 px; the window is left that narrow."""
    page.set_viewport_size({"width": NARROW, "height": 640})
    return [f"wider than {NARROW} px: {one}" for one in page.evaluate(WIDE)]


def bad_colours(page: Page, inks: dict[str, set[str]]) -> list[str]:
    """Return what is hard to read in the dark and in elder mode, and what is small in the latter.

    Both only change the style sheet, so the page is not loaded again; and what lies over what
    stays, so in each look only `inks` of its own are new.
    """
    page.emulate_media(color_scheme="dark")
    found = ask_axe_for_inks(page, ONLY_COLOURS, inks, "dark")
    page.evaluate(SET_CARE, "care")
    found += ask_axe_for_inks(page, SEVEN_TO_ONE, inks, "elder, dark")
    page.emulate_media(color_scheme="light")
    found += ask_axe_for_inks(page, SEVEN_TO_ONE, inks, "elder")
    found += [f"elder: {one}" for one in too_small(page, CARE_TARGET) + too_wide(page)]
    page.evaluate(SET_CARE, "")
    return found


def shifts(page: Page) -> list[str]:
    found = page.evaluate("() => window.shifted")
    return [f"the layout shifts by {found}"] if found > 0 else []


def loaded(page: Page) -> list[tuple[str, str, int, int]]:
    """Return what the page loaded: address, kind, bytes as they came, bytes over the wire."""
    return [(one[0], one[1], one[2], one[3]) for one in page.evaluate(LOADED)]


def forget(page: Page) -> None:
    """Empty the browser's memory of files, as a phone that was never here."""
    session = page.context.new_cdp_session(page)
    session.send("Network.clearBrowserCache")
    if page.url.startswith("http"):
        # A service worker unpacks what it gives, so that nothing could be weighed any more.
        kinds = "service_workers,cache_storage"
        origin = page.evaluate("() => location.origin")
        session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": kinds})
    session.detach()


def too_heavy(page: Page) -> list[str]:
    """Return what is over the budget of a first view; the window must be fresh."""
    found, origin = loaded(page), page.evaluate("() => location.origin")
    weight = len(gzip.compress(page.content().encode(), 6))
    weight += sum(size for _, kind, size, _ in found if kind in TEXTS)
    faults = [f"goes to another host: {name}" for name, *_ in found if not name.startswith(origin)]
    if weight > MOST_FIRST:
        faults.append(f"the first view weighs {weight} bytes")
    # Photos of a list come as they are scrolled to, 320 px wide; everything else is counted.
    # What is kept for a walk without a signal is asked for again, and comes from the memory.
    requests = {name for name, kind, *_ in found if kind != "img"}
    if len(requests) > MOST_REQUESTS:
        faults.append(f"the first view takes {len(requests)} requests")
    return faults


def too_heavy_pictures(page: Page) -> list[str]:
    """Return what is over the budget for photos: one alone, and all that came without scrolling."""
    sizes = {name: size for name, kind, size, _ in loaded(page) if kind == "img"}
    faults = [f"{name} weighs {size} bytes" for name, size in sizes.items() if size > MOST_PICTURE]
    if sum(sizes.values()) > MOST_PICTURES:
        faults.append(f"the photos weigh {sum(sizes.values())} bytes")
    return faults


def too_heavy_again(page: Page, kept: dict[str, int], most: int = MOST_AGAIN) -> list[str]:
    """Return what is over the budget of a second view: the page, and what was not kept.

    Whether a browser keeps a file is the file's affair, not the page's: `kept` remembers what
    each sent the second time, and only a page with a new file is loaded again.
    """
    files = {name for name, kind, *_ in loaded(page) if kind in TEXTS}
    if not files <= kept.keys():
        page.reload()
        kept |= dict.fromkeys(files - kept.keys(), 0)
        kept |= {name: sent for name, kind, _, sent in loaded(page) if kind in TEXTS}
    weight = len(gzip.compress(page.content().encode(), 6))
    weight += sum(kept[name] for name in files)
    return [f"the second view weighs {weight} bytes"] if weight > most else []
