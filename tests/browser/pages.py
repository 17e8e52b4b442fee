"""Every page of the route table, each with what its address needs; a new one must join here."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, url_for

from tests.browser.town import Town
from wufei_public.infra.web.access import access_of, permits
from wufei_public.people.rules.permissions import PERMISSIONS
from wufei_public.people.rules.roles import Role

ROLES = ("anonymous", "resident", *Role)
EVERYONE = frozenset(ROLES)
HANDLERS = frozenset({Role.TOWN_OFFICER, Role.DISTRICT_OFFICER})
ASSIGNED = HANDLERS | {Role.DEPARTMENT_OFFICER, Role.CREW_MEMBER}
# Answers that are no pages: files, pictures, JSON for machines.
NO_PAGES = frozenset(
    {
        "static",
        "assets.dist",
        "cases.photo",
        "desk.photo",
        "dumping.own_photo",
        "probes.healthz",
        "probes.readyz",
        "probes.openapi",
        "portal.copy_of_data",
        "trail.export",
    }
)
OK, FORBIDDEN, MISSING, UNUSABLE = 200, 403, 404, 422


@dataclass(frozen=True, slots=True)
class Sample:
    """One address of a page; `seen_by` narrows what the route's permission lets through.

    `status` is what comes to those who see it.
    """

    name: str
    values: Callable[[Town], dict[str, Any]] = lambda _town: {}
    seen_by: frozenset[str] = EVERYONE
    status: int = OK


def code(name: str) -> Callable[[Town], dict[str, Any]]:
    return lambda town: {"code": town.cases[name].code}


def own(name: str, **more: Any) -> Callable[[Town], dict[str, Any]]:
    return lambda town: {
        "code": town.cases[name].code,
        "secret": town.cases[name].secret,
        **more,
    }


def desk(name: str, seen_by: frozenset[str] = HANDLERS) -> Sample:
    return Sample(f"desk-{name}", code(name), seen_by)


SAMPLES: Mapping[str, tuple[Sample, ...]] = {
    "portal.home": (Sample("home"),),
    "portal.mine": (Sample("mine"),),
    "portal.notices": (Sample("notices"),),
    "portal.privacy": (Sample("privacy"),),
    "portal.accessibility": (Sample("accessibility"),),
    "portal.staff_home": (Sample("staff-home"),),
    "portal.data": (Sample("my-data"),),
    "probes.docs": (Sample("api-docs"),),
    "trail.listing": (Sample("audit"),),
    "trail.heads": (Sample("audit-heads"),),
    "ways.listed": (Sample("ways"),),
    # The site of the tests has no WeChat: what everyone gets is a page that says so.
    "ways.start": (Sample("wechat-elsewhere", seen_by=frozenset()),),
    "ways.back": (Sample("wechat-failed", status=UNUSABLE),),
    "people.sign_in": (Sample("sign-in"),),
    "people.staff_sign_in": (Sample("staff-sign-in"),),
    "people.set_up": (Sample("set-up", lambda town: {"token": town.newcomer}),),
    "demo.people": (Sample("demo-elsewhere", seen_by=frozenset()),),
    "devices.of_resident": (Sample("devices"),),
    "devices.of_staff": (Sample("staff-devices"),),
    "messages.of_resident": (Sample("messages"),),
    "messages.of_staff": (Sample("staff-messages"),),
    "accounts.listed": (
        Sample("accounts"),
        Sample("accounts-none", lambda _town: {"q": "无此人"}),
    ),
    "accounts.new": (Sample("accounts-new"),),
    "accounts.one": (Sample("account", lambda town: {"code": town.staff[Role.CREW_MEMBER].code}),),
    "cases.map_page": (Sample("map"), Sample("map-of-a-year", lambda _town: {"days": 365})),
    "cases.listing": (
        Sample("cases"),
        Sample("cases-none", lambda _town: {"kind": "medical"}),
    ),
    "cases.case": (
        Sample("case-closed", code("closed")),
        Sample("case-open", code("accepted")),
        Sample("case-reopened", code("reopened")),
    ),
    "dumping.new": (Sample("report"),),
    "dumping.track": (Sample("track"), Sample("track-found", code("closed"))),
    "dumping.own": (
        Sample("receipt", own("submitted", new=1)),
        Sample("own-asked", own("asked")),
        Sample("own-closed", own("closed")),
        Sample("own-refused", own("refused")),
        Sample("own-uncleared", own("uncleared")),
        Sample("own-objected", own("objected")),
    ),
    "following.mine": (Sample("mine-reports"),),
    "dumping.mine_case": (Sample("mine-case", code("assigned")),),
    "desk.queue": (
        Sample("queue"),
        Sample("queue-none", lambda _town: {"kind": "medical", "state": "disputed"}),
    ),
    "desk.case": (
        desk("submitted"),
        desk("overdue"),
        Sample("desk-placeless", code("placeless"), frozenset({Role.DISTRICT_OFFICER})),
        desk("hazardous"),
        desk("accepted"),
        desk("assigned", ASSIGNED),
        desk("asked"),
        desk("disputed"),
        desk("withheld"),
        desk("closed", ASSIGNED),
        desk("objected", ASSIGNED),
        desk("reopened"),
    ),
}


@dataclass(frozen=True, slots=True)
class Stop:
    """A page of the tour: its address, and which answer each role gets."""

    name: str
    address: str
    permission: str
    seen_by: frozenset[str]
    status: int

    def answer(self, town: Town, who: str) -> int:
        """Return the status that `who` gets; a guest is led to a sign-in page."""
        if not permits(PERMISSIONS, self.permission, town.actor(who)):
            return OK if who == "anonymous" else FORBIDDEN
        return self.status if who in self.seen_by else MISSING

    def shows(self, town: Town, who: str) -> bool:
        """Say whether `who` gets the page itself."""
        allowed = permits(PERMISSIONS, self.permission, town.actor(who))
        return allowed and who in self.seen_by


def page_endpoints(app: Flask) -> set[str]:
    """Return the endpoints of all pages in the route table."""
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and not rule.rule.startswith("/api/v1/")
        and rule.endpoint not in NO_PAGES
    }


def stops(town: Town) -> Iterator[Stop]:
    """Walk the tour."""
    app = town.site.app
    with app.test_request_context(base_url=town.site.address):
        for endpoint, samples in SAMPLES.items():
            permission = access_of(app, endpoint)
            assert permission is not None
            for sample in samples:
                address = url_for(endpoint, _external=True, **sample.values(town))
                yield Stop(sample.name, address, permission, sample.seen_by, sample.status)


# Who opens a page: the first of these that may.
VISITORS = (
    "anonymous",
    "resident",
    Role.TOWN_OFFICER,
    Role.DISTRICT_OFFICER,
    Role.SYSTEM_ADMIN,
    Role.SECURITY_ADMIN,
    Role.AUDITOR,
)
# Pages that say more to somebody else.
BETTER = {"mine": "resident", "account": Role.SECURITY_ADMIN}


def visitor(town: Town, stop: Stop) -> str:
    """Return through whose eyes a page is looked at."""
    if stop.name in BETTER:
        return str(BETTER[stop.name])
    return next((who for who in VISITORS if stop.shows(town, who)), "anonymous")
