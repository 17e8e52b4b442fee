"""A page that everyone sees alike is drawn once, for as long as what it shows stays the same.

The key holds all that such a page is made of: its content as read just now, its address,
the reader's language and looks. So nothing kept is ever stale, and nobody has to throw
anything away when a case changes. Drawing is 9/10 of what a list costs (bench/README.md).
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from flask import Flask, current_app, request

from wufei_public.infra.i18n import choose_locale
from wufei_public.infra.web.session import for_everybody
from wufei_public.infra.web.view import MODE_COOKIE, THEME_COOKIE

MOST = 100  # pages of about 15 kB, in each process


class Pages:
    """The pages drawn last, by their keys."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._pages: OrderedDict[Hashable, str] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, draw: Callable[[], str]) -> str:
        """Return the page of `key`, drawn now if it was not kept."""
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
                return page
        page = draw()
        with self._lock:
            self._pages[key] = page
            while len(self._pages) > self._most:
                self._pages.popitem(last=False)
        return page


def init_kept(app: Flask) -> None:
    """Give the application its kept pages."""
    app.extensions["kept_pages"] = Pages()


def kept_page(content: Hashable, draw: Callable[[], str]) -> str:
    """Return `draw()`, or what it gave to somebody else for the same `content`.

    `content` is everything that the page shows and that can change. Whoever is signed in gets the
    same: while it is drawn nobody is asking, so it holds nothing of anybody.
    """
    cookies = request.cookies
    looks = (choose_locale(), cookies.get(MODE_COOKIE), cookies.get(THEME_COOKIE))
    pages: Pages = current_app.extensions["kept_pages"]
    return pages.get((content, request.url, looks), lambda: _drawn(draw))


def _drawn(draw: Callable[[], str]) -> str:
    with for_everybody():
        return draw()
