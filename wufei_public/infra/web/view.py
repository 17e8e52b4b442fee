"""What every template may know of the request and the site."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, g, request
from jinja2 import StrictUndefined

from wufei_public.common.actor import Actor
from wufei_public.config import Mode, Settings
from wufei_public.infra.i18n import ENGLISH, choose_locale
from wufei_public.infra.web.session import current_actor

MODE_COOKIE = "wf_mode"
THEME_COOKIE = "wf_theme"


@dataclass(frozen=True, slots=True)
class Site:
    """Who runs the site; what is empty is not shown."""

    name: str
    organiser: str
    contact_phone: str
    hotline: str
    icp: str
    gov_site_code: str


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of the staff menu; `count` is drawn when it is not None."""

    url: str
    icon: str
    label: str
    count: int | None = None
    here: bool = False


@dataclass(frozen=True, slots=True)
class MenuSection:
    label: str
    items: Sequence[MenuItem]


@dataclass(frozen=True, slots=True)
class Tab:
    """A place in the tab bar; `key` is what its pages set as `tab`, `middle` the large one."""

    key: str
    url: str
    icon: str
    label: str
    middle: bool = False


MakeMenu = Callable[[Actor], Sequence[MenuSection]]
MakeTabs = Callable[[], Sequence[Tab]]


class View:
    """The request, for templates; everything is looked up when a template asks."""

    def __init__(self, settings: Settings, menu: MakeMenu, tabs: MakeTabs) -> None:
        self._settings = settings
        self._menu = menu
        self._tabs = tabs

    @property
    def mode(self) -> str:
        """Return `care` in elder mode, else nothing."""
        return "care" if request.cookies.get(MODE_COOKIE) == "care" else ""

    @property
    def theme(self) -> str:
        """Return `light` or `dark` if the reader chose one."""
        chosen = request.cookies.get(THEME_COOKIE, "")
        return chosen if chosen in {"light", "dark"} else ""

    @property
    def locale(self) -> str:
        return choose_locale()

    @property
    def lang(self) -> str:
        return "en" if self.locale == ENGLISH else "zh-Hans"

    @property
    def actor(self) -> Actor:
        return current_actor()

    @property
    def path(self) -> str:
        """Return this page's address within the site, for coming back to it."""
        return request.full_path.rstrip("?") if request.method == "GET" else request.path

    @property
    def demo(self) -> bool:
        return self._settings.mode is Mode.DEMO

    @property
    def trial(self) -> bool:
        """Say whether the site runs without the guarantees of production."""
        return self._settings.mode is not Mode.PRODUCTION

    @property
    def wechat_sdk(self) -> str:
        """Return the address of WeChat's script, empty where no official account is set."""
        return self._settings.wechat_sdk if self._settings.wechat_app_id else ""

    @property
    def plain_http(self) -> bool:
        """Say whether the page came over plain HTTP from beyond this machine.

        In production the reader's address is https, whatever the proxy tells of it.
        """
        if not self.trial:
            return False
        host = request.host.rsplit(":", 1)[0]
        return not request.is_secure and host not in {"localhost", "127.0.0.1", "[::1]"}

    @property
    def menu(self) -> Sequence[MenuSection]:
        if "menu" not in g:
            g.menu = self._menu(self.actor)
        menu: Sequence[MenuSection] = g.menu
        return menu

    @property
    def tabs(self) -> Sequence[Tab]:
        return self._tabs()


def init_view(app: Flask, settings: Settings, menu: MakeMenu, tabs: MakeTabs) -> None:
    """Give every template `view` and `site`; an undefined name is a fault."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    view = View(settings, menu, tabs)
    chinese, english = _site(settings, settings.site_name), _site(settings, settings.site_name_en)

    @app.context_processor
    def give() -> dict[str, Any]:
        return {"view": view, "site": english if view.locale == ENGLISH else chinese}


def _site(settings: Settings, name: str) -> Site:
    return Site(
        name,
        settings.organiser,
        settings.contact_phone,
        settings.hotline,
        settings.icp,
        settings.gov_site_code,
    )
