"""A site with its people and cases, as the browser tests and the screenshots need it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext

from tests.browser import awards, habits, notices
from tests.browser.cases import fill
from tests.browser.cells import fill_cells
from tests.browser.people import TOWN, Member, hire, invite, resident, session_of
from tests.browser.registers import fill as fill_registers
from tests.browser.site import Site, serving
from tests.browser.surveys import fill as fill_surveys
from wufei_public.common.actor import ANONYMOUS, Actor
from wufei_public.dumping.actions.receipts import Receipt
from wufei_public.dumping.queries.cases import photos as photos_of
from wufei_public.dumping.queries.cases import report
from wufei_public.dumping.rules.photos import FROM_REPORTER
from wufei_public.infra.web.session import COOKIE
from wufei_public.infra.work import reading
from wufei_public.learning.queries.dictionary import dictionary
from wufei_public.people.rules.roles import Role


@dataclass(frozen=True, slots=True)
class Town:
    """The site, who is in it, and what was reported."""

    site: Site
    staff: Mapping[Role, Member]
    resident: Actor
    cases: Mapping[str, Receipt]
    newcomer: str  # the token of a set-up link that nobody has used
    thing: str  # the code of an entry of the dictionary
    surveys: Mapping[str, str]  # the codes of surveys, by what they show
    reward: str
    shop: str
    training: str
    redemption: str  # the code of what the resident has set aside
    cells: Mapping[str, str]  # the codes of applications, by what they show
    registers: Mapping[str, str]  # codes of organisations, memberships and entries
    spot: str  # the code of a spot check that waits
    school_class: str  # the code of a class of the resident's
    hint: str  # the code of a check-in's photo that is like an earlier one

    def actor(self, who: str) -> Actor:
        """Return who acts: `anonymous`, `resident`, or somebody of a role."""
        if who == "anonymous":
            return ANONYMOUS
        return self.resident if who == "resident" else self.staff[Role(who)].actor

    def public_code(self, code: str) -> str:
        """Return the number under which everyone finds the released case `code`."""
        with self.site.app.app_context():
            return report(reading(), code).public_code or ""

    def photo_of(self, code: str) -> int:
        """Return the first photo of the case `code`."""
        with self.site.app.app_context():
            photos = photos_of(reading(), report(reading(), code).id, FROM_REPORTER)
            return int(photos[0].photo_id)

    def sign_in(self, context: BrowserContext, who: str) -> None:
        """Give the window the session of `who`."""
        actor = self.actor(who)
        if actor is ANONYMOUS:
            return
        token = session_of(self.site.app, actor)
        context.add_cookies([{"name": COOKIE, "value": token, "url": self.site.address}])


@contextmanager
def open_town(folder: Path) -> Iterator[Town]:
    """Start a site in `folder` and fill it."""
    with serving(folder) as site:
        staff = hire(site.app)
        somebody = resident(site)
        cases = fill(site, staff, somebody)
        with site.app.app_context():
            newcomer = invite(Role.CREW_MEMBER, "liu.yun", "刘云", TOWN, None)
            thing = dictionary(reading()).entries[0].code
            reward, redemption = habits.fill(somebody)
            shop = habits.open_shop(staff[Role.TOWN_OFFICER].actor, reward)
            training = habits.train(staff[Role.TOWN_OFFICER].actor)
            registers = fill_registers(staff, somebody, cases["closed"].code)
            registers |= notices.fill(staff[Role.DISTRICT_OFFICER].actor)
            registers |= awards.fill({role: one.actor for role, one in staff.items()}, cases)
            school_class = habits.go_to_school(somebody, registers["campus"])
            hint = habits.hint()
            spot = habits.look_after(staff[Role.TOWN_OFFICER].actor)
            keepers = (Role.TOWN_OFFICER, Role.DISTRICT_OFFICER, Role.VILLAGE_SORTER)
            habits.sort_and_register(*(staff[role].actor for role in keepers))
            roads = (staff[Role.TOWN_OFFICER].actor, staff[Role.ROAD_CHIEF].actor)
            habits.walk_the_roads(*roads)
        surveys = fill_surveys(site.app, staff)
        cells = fill_cells(site.app, staff, somebody)
        yield Town(
            site=site,
            staff=staff,
            resident=somebody,
            cases=cases,
            newcomer=newcomer,
            thing=thing,
            surveys=surveys,
            reward=reward,
            shop=shop,
            training=training,
            redemption=redemption,
            cells=cells,
            registers=registers,
            spot=spot,
            school_class=school_class,
            hint=hint,
        )
