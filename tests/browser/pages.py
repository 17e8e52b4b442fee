"""Every page of the route table, each with what its address needs; a new one must join here."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, url_for

from tests.browser.habits import COMMUNITY, VILLAGE
from tests.browser.town import Town
from wufei_public.infra.web.access import access_of, permits
from wufei_public.people.rules.permissions import PERMISSIONS
from wufei_public.people.rules.roles import Role

ROLES = ("anonymous", "resident", *Role)
EVERYONE = frozenset(ROLES)
HANDLERS = frozenset({Role.TOWN_OFFICER, Role.DISTRICT_OFFICER})
OFFICIALS = HANDLERS | {Role.DEPARTMENT_OFFICER}
READERS = OFFICIALS | {Role.AUDITOR}
SPOTTERS = HANDLERS | {Role.CREW_MEMBER}
ASSIGNED = HANDLERS | {Role.DEPARTMENT_OFFICER, Role.CREW_MEMBER}
# Answers that are no pages: files, pictures, JSON for machines.
NO_PAGES = frozenset(
    {
        "cells.certificate_pdf",
        "cells.picture",
        "cells_desk.objection_photo",
        "cells_desk.paper",
        "cells_desk.photo",
        "cells_rubrics.file",
        "cells_scoring.paper",
        "cells_scoring.photo",
        "cells_unit.paper",
        "cells_unit.photo",
        "static",
        "assets.dist",
        "cases.photo",
        "desk.photo",
        "own.photo",
        "witness.near_by",
        "memberships.letter",
        "assessing.photo",
        "credit_desk.photo",
        "listings.photo",
        "my_listings.photo",
        "grant_review.export",
        "register.export",
        "redblack.feed",
        "case_files.released",
        "cases.feed",
        "case_exports.file",
        "award_ledger.file",
        "case_sheets.template",
        "open311.discovery",
        "open311.services",
        "open311.definition",
        "open311.listing",
        "open311.one",
        "open311.token",
        "open311.updates",
        "news.feed",
        "redblack.table",
        "redblack.photo",
        "probes.healthz",
        "probes.readyz",
        "probes.openapi",
        "portal.copy_of_data",
        "trail.export",
        "sorting.index",
        "checkin_boards.export",
        "spots.draw",
        "checkin_photos.picture",
        "checkins.photo",
        "reward_shops.export",
        "coverage.export",
        "sorting.worker",
        "wechat.sign",
        "survey_desk.export",
        "survey_comments.export",
        "survey_drafts.export",
        "surveys.download",
        "survey_results.download",
        "survey_samples.listing",
        "survey_pointing.photo",
        "surveys.file_for_all",
        "indicators.table",
        "indicators.badge",
        "indicator_towns.paper",
        "indicator_towns.slide",
        "indicator_sheets.template",
    }
)
OK, FORBIDDEN, MISSING, GONE, UNUSABLE = 200, 403, 404, 410, 422


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


def public(name: str) -> Callable[[Town], dict[str, Any]]:
    return lambda town: {"code": town.public_code(town.cases[name].code)}


def own(name: str, **more: Any) -> Callable[[Town], dict[str, Any]]:
    return lambda town: {
        "code": town.cases[name].code,
        "secret": town.cases[name].secret,
        **more,
    }


def cell(name: str, **more: str) -> Callable[[Town], dict[str, Any]]:
    return lambda town: {"code": town.cells[name], **more}


def draft(**more: str) -> Callable[[Town], dict[str, Any]]:
    return lambda _town: {"kind": "hotel", **more}


def register(name: str) -> Callable[[Town], dict[str, Any]]:
    return lambda town: {"code": town.registers[name]}


def award(name: str) -> Callable[[Town], dict[str, Any]]:
    return register(f"award-{name}")


def desk(name: str, seen_by: frozenset[str] = HANDLERS) -> Sample:
    return Sample(f"desk-{name}", code(name), seen_by)


def a_photo(name: str) -> Callable[[Town], dict[str, Any]]:
    """Return a case and its first photo."""

    def params(town: Town) -> dict[str, Any]:
        code = town.cases[name].code
        return {"code": code, "photo_id": town.photo_of(code)}

    return params


def a_number(town: Town) -> dict[str, Any]:
    """Return a number of the telephone wave that the town's officer has taken."""
    return {"code": town.surveys["telephone"], "number": int(town.surveys["number"])}


def survey(name: str) -> Callable[[Town], dict[str, Any]]:
    return lambda town: {"code": town.surveys[name]}


SAMPLES: Mapping[str, tuple[Sample, ...]] = {
    "indicators.listed": (Sample("indicators"),),
    "indicators.one": (
        Sample("indicator", lambda _town: {"name": "54"}),
        Sample("indicator-parts", lambda _town: {"name": "48"}),
        Sample("activity", lambda _town: {"name": "checkins"}),
    ),
    "indicators.task_list": (Sample("tasks"),),
    "indicators.task": (Sample("task", lambda _town: {"code": "A-22"}),),
    "indicators.data": (Sample("open-data"),),
    "indicator_runs.listed": (Sample("indicator-runs"),),
    "indicator_sheets.listed": (Sample("indicator-sheets"),),
    "indicator_sheets.one": (
        Sample(
            "indicator-sheet",
            register("figures"),
            frozenset({Role.DEPARTMENT_OFFICER}),
        ),
    ),
    "indicator_towns.listed": (Sample("indicator-towns"),),
    "indicator_towns.one": (Sample("indicator-town", lambda _town: {"code": "410307106"}),),
    "indicators_desk.listed": (Sample("indicators-desk"),),
    "indicators_desk.one": (Sample("indicator-desk", lambda _town: {"name": "54"}),),
    "indicators_desk.rows_behind": (Sample("indicator-behind", register("figure")),),
    "indicators_desk.task": (Sample("task-desk", lambda _town: {"code": "A-22"}),),
    "cells.listing": (Sample("cells"), Sample("cells-none", lambda _town: {"kind": "farm"})),
    "cells.counting": (Sample("cell-count"),),
    "cells_spots.public": (Sample("cell-checks"),),
    "cells_spots.listed": (Sample("cell-spots"),),
    "cells.round_page": (Sample("cell-round", cell("round")),),
    "cells.rubric": (Sample("cell-rubric", lambda _town: {"kind": "hotel"}),),
    "cells.notices": (Sample("cell-notices"),),
    "cells.notice": (Sample("cell-notice", cell("noticed")),),
    "cells.objected": (Sample("cell-objected", cell("objection")),),
    "cells.certificate": (Sample("cell-certificate", cell("certificate")),),
    "cells_unit.listed": (Sample("cell-mine"),),
    "cells_unit.new": (Sample("cell-start", cell("round")),),
    "cells_unit.one": (
        Sample("cell-draft", cell("draft")),
        Sample("cell-submitted", cell("submitted")),
        Sample("cell-named", cell("named")),
    ),
    "cells_unit.item": (
        Sample("cell-item", cell("draft", item="hotel-reduce-03")),
        Sample("cell-item-sent", cell("submitted", item="hotel-org-01")),
    ),
    "cells_desk.queue": (
        Sample("cell-queue"),
        Sample("cell-queue-none", lambda _town: {"state": "appealed"}),
    ),
    "cells_desk.one": (
        Sample("cell-desk-submitted", cell("submitted"), HANDLERS),
        Sample("cell-desk-experts", cell("experts"), HANDLERS),
        Sample("cell-desk-named", cell("named"), HANDLERS),
    ),
    "cells_office.listed": (Sample("cell-rounds"),),
    "cells_office.one": (Sample("cell-round-desk", cell("round")),),
    "cells_rubrics.listed": (Sample("cell-rubrics"),),
    "cells_drafts.one": (Sample("cell-draft", draft()),),
    "cells_drafts.basics": (Sample("cell-draft-basics", draft()),),
    "cells_drafts.check": (Sample("cell-draft-check", draft()),),
    "cells_drafts.row": (
        Sample("cell-draft-item", draft(part="items", row_id="hotel-org-01")),
        Sample("cell-draft-section", draft(part="sections", row_id="org")),
        Sample("cell-draft-veto", draft(part="vetoes", row_id="new")),
    ),
    "cells_office.experts": (Sample("cell-experts"),),
    "cells_office.batch": (Sample("cell-naming"),),
    "cells_scoring.listed": (Sample("cell-sheets"),),
    "cells_scoring.one": (Sample("cell-sheet", cell("experts")),),
    "portal.home": (Sample("home"),),
    "portal.mine": (Sample("mine"),),
    "portal.notices": (Sample("notices"),),
    "news.privacy": (Sample("privacy"),),
    "news.children": (Sample("privacy-children"),),
    "news.accessibility": (Sample("accessibility"),),
    "news.contact": (Sample("contact"),),
    "news.listing": (Sample("news"), Sample("news-none", lambda _town: {"q": "没有这样东西"})),
    "news.one": (
        Sample("news-one", register("notice")),
        Sample("news-withdrawn", register("withdrawn-notice"), status=GONE),
    ),
    "notices_desk.listing": (Sample("notices-desk"),),
    "notices_desk.new": (Sample("notices-desk-new"),),
    "notices_desk.one": (Sample("notices-desk-one", register("notice")),),
    "notices_desk.preview": (
        Sample("notices-preview", lambda town: {"code": town.registers["notice"], "number": 1}),
    ),
    "portal.staff_home": (Sample("staff-home"),),
    "portal.data": (Sample("my-data"),),
    "probes.docs": (Sample("api-docs"),),
    "trail.listing": (Sample("audit"),),
    "trail.heads": (Sample("audit-heads"),),
    "ways.listed": (Sample("ways"),),
    # The site of the tests has no WeChat.
    "ways.back": (Sample("wechat-failed", status=UNUSABLE),),
    "people.sign_in": (Sample("sign-in"),),
    "people.staff_sign_in": (Sample("staff-sign-in"),),
    "people.set_up": (Sample("set-up", lambda town: {"token": town.newcomer}),),
    "demo.people": (Sample("demo-elsewhere", seen_by=frozenset()),),
    "devices.of_resident": (Sample("devices"),),
    "devices.of_staff": (Sample("staff-devices"),),
    "messages.of_resident": (Sample("messages"),),
    "messages.of_staff": (Sample("staff-messages"),),
    "dead_messages.listed": (Sample("dead-messages"),),
    "message_texts.listed": (Sample("message-texts"),),
    "message_texts.one": (Sample("message-text", lambda _town: {"name": "dumping.submit"}),),
    "accounts.listed": (
        Sample("accounts"),
        Sample("accounts-none", lambda _town: {"q": "无此人"}),
    ),
    "accounts.new": (Sample("accounts-new"),),
    "staff_sheet.upload_form": (Sample("accounts-sheet"),),
    "grant_review.listed": (
        Sample("access"),
        Sample("access-due", lambda _town: {"due": 1}),
    ),
    "accounts.one": (Sample("account", lambda town: {"code": town.staff[Role.CREW_MEMBER].code}),),
    "cases.map_page": (Sample("map"), Sample("map-of-a-year", lambda _town: {"days": 365})),
    "cases.listing": (
        Sample("cases"),
        Sample("cases-none", lambda _town: {"kind": "medical"}),
    ),
    "cases.case": (
        Sample("case-closed", public("closed")),
        Sample("case-open", public("accepted")),
        Sample("case-reopened", public("reopened")),
    ),
    "dumping.new": (Sample("report"),),
    "entering.new": (Sample("enter"),),
    "entering.receipt": (Sample("enter-receipt", code("entered"), frozenset({Role.TOWN_OFFICER})),),
    "awards.about": (Sample("awards"),),
    "award_desk.listing": (
        Sample("award-desk"),
        Sample("award-desk-none", lambda _town: {"state": "revoked"}),
    ),
    "award_desk.one": (
        Sample("award-proposed", award("proposed")),
        Sample("award-approved", award("approved")),
        Sample("award-paid", award("paid")),
    ),
    "award_desk.scheme": (Sample("award-grades"),),
    "award_counter.till": (Sample("award-counter"),),
    "award_ledger.of_year": (Sample("award-ledger"),),
    "case_files.about": (Sample("cases-data"),),
    "case_exports.form": (Sample("cases-export", seen_by=OFFICIALS),),
    "case_bulk.form": (Sample("cases-bulk", seen_by=OFFICIALS),),
    "case_weeks.one": (Sample("cases-week", seen_by=OFFICIALS),),
    "case_sheets.upload_form": (Sample("cases-sheet"),),
    "calendar.listing": (Sample("calendar"),),
    "calendar.one": (
        Sample("calendar-year", lambda _town: {"year": 2026}),
        Sample("calendar-new-year", lambda _town: {"year": 2027}),
    ),
    "departments.listing": (Sample("departments"),),
    "open311_desk.listing": (Sample("open311-applications"),),
    "routing.listing": (
        Sample("routing", lambda _town: {"kind": "medical"}, frozenset({Role.DISTRICT_OFFICER})),
    ),
    "witness.seen": (Sample("seen", public("accepted")), Sample("seen-over", public("closed"))),
    "dumping.track": (Sample("track"), Sample("track-found", code("closed"))),
    "own.case": (
        Sample("receipt", own("submitted", new=1)),
        Sample("own-asked", own("asked")),
        Sample("own-closed", own("closed")),
        Sample("own-refused", own("refused")),
        Sample("own-uncleared", own("uncleared")),
        Sample("own-objected", own("objected")),
        Sample("own-merged", own("again")),
    ),
    "following.mine": (Sample("mine-reports"),),
    "own.mine_case": (Sample("mine-case", code("assigned")),),
    "checkins.page": (Sample("checkin"),),
    "checkins.done": (Sample("checkin-done", lambda _town: {"points": 5}),),
    "checkins.home": (Sample("checkin-home"),),
    "children.page": (Sample("children"),),
    "quiz.page": (Sample("quiz"),),
    "spots.draws": (Sample("spot-draws"),),
    "point_sheets.upload_form": (Sample("collection-points-import"),),
    "checkin_places.listing": (Sample("collection-points"),),
    "checkin_places.sheet": (Sample("qr-sheet"),),
    "spots.listing": (Sample("spots"),),
    "spots.one": (Sample("spot", lambda town: {"code": town.spot}, SPOTTERS),),
    "checkin_photos.listing": (Sample("photo-hints"),),
    "checkin_photos.one": (Sample("photo-hint", lambda town: {"code": town.hint}, SPOTTERS),),
    "articles.listing": (Sample("articles"),),
    "articles.one": (Sample("article", lambda _town: {"slug": "02-two-step"}),),
    "training.page": (Sample("training", lambda town: {"code": town.training}),),
    "training.listing": (Sample("trainings"),),
    "training.one": (Sample("training-sheet", lambda town: {"code": town.training}),),
    "classes.listing": (Sample("classes"),),
    "classes.one": (
        Sample("class", lambda town: {"code": town.school_class}, frozenset({"resident"})),
    ),
    "coverage.listing": (
        Sample("coverage"),
        Sample("coverage-town", lambda _town: {"town": VILLAGE[:9]}),
    ),
    "coverage.unit": (
        Sample("coverage-village", lambda _town: {"division": VILLAGE}),
        Sample("coverage-community", lambda _town: {"division": COMMUNITY}),
    ),
    "coverage.upload_form": (Sample("coverage-sheet"),),
    "roads.page": (Sample("road"),),
    "roads.listing": (Sample("roads"),),
    "splits.page": (Sample("second-split"),),
    "splits.figures": (Sample("second-splits"),),
    "checkin_boards.board": (
        Sample("board"),
        Sample("board-village", lambda _town: {"town": VILLAGE, "span": "month"}),
    ),
    "checkin_boards.desk": (
        Sample("checkins-desk"),
        Sample("checkins-desk-village", lambda _town: {"town": VILLAGE, "span": "month"}),
    ),
    "points.mine": (Sample("points"),),
    "points.redemption": (
        Sample("redemption", lambda town: {"code": town.redemption}, frozenset({"resident"})),
    ),
    "points_desk.counter": (
        Sample("counter"),
        Sample("counter-found", lambda town: {"code": town.redemption}, ASSIGNED),
    ),
    "point_entries.page": (Sample("point-entries"),),
    "points_desk.catalogue": (Sample("rewards"),),
    "points_desk.new": (Sample("rewards-new"),),
    "points_desk.one": (Sample("rewards-one", lambda town: {"code": town.reward}),),
    "reward_shops.listing": (Sample("reward-shops", lambda _town: {"town": VILLAGE[:9]}),),
    "reward_shops.one": (Sample("reward-shop", lambda town: {"code": town.shop}),),
    "reward_shops.upload_form": (Sample("reward-shops-sheet"),),
    "sorting.find": (
        Sample("sorting"),
        Sample("sorting-found", lambda _town: {"q": "dc"}),
        Sample("sorting-none", lambda _town: {"q": "没有这样东西"}),
    ),
    "sorting_desk.listing": (Sample("sorting-desk", lambda _town: {"q": "瓶"}),),
    "sorting_desk.new": (Sample("sorting-desk-new"),),
    "sorting_desk.one": (Sample("sorting-desk-one", lambda town: {"code": town.thing}),),
    "organisations.listed": (
        Sample("organisations"),
        Sample("organisations-none", lambda _town: {"words": "没有这一家"}),
    ),
    "organisations.new": (Sample("organisation-new"),),
    "organisations.one": (Sample("organisation", register("quarry"), OFFICIALS),),
    "organisations.edit": (Sample("organisation-edit", register("quarry"), HANDLERS),),
    "memberships.waiting": (Sample("memberships"),),
    "memberships.one": (Sample("membership", register("member-school"), HANDLERS),),
    "my_organisations.listed": (Sample("my-organisations"),),
    "my_organisations.find": (
        Sample("my-organisations-find"),
        Sample("my-organisations-found", lambda _town: {"words": "示例"}),
    ),
    "my_organisations.form": (Sample("my-organisations-apply", register("hotel")),),
    "my_organisations.one": (Sample("my-organisation", register("member-quarry")),),
    "register.upload_form": (Sample("organisations-sheet"),),
    "register.preview": (
        Sample("organisations-preview", register("sheet"), frozenset({Role.TOWN_OFFICER})),
    ),
    "redblack.listed": (
        Sample("redblack"),
        Sample("redblack-none", lambda _town: {"words": "没有这一家"}),
    ),
    "redblack.entry": (
        Sample("redblack-black", register("black")),
        Sample("redblack-red", register("red")),
    ),
    "redblack.notices": (Sample("redblack-notices"),),
    "redblack.rules": (Sample("redblack-rules"),),
    "redblack.changes": (Sample("redblack-changes"),),
    "snapshots.listed": (Sample("snapshots"),),
    "my_listings.listed": (Sample("my-listings"),),
    "my_listings.firm": (Sample("my-firm", register("quarry")),),
    "my_listings.one": (Sample("my-listing", register("served")),),
    "listings.listed": (Sample("listings"),),
    "listings.letter": (Sample("listing-letter", register("served"), READERS),),
    "listings.new": (
        Sample("listing-choose", lambda _town: {"words": "示例"}),
        Sample("listing-new", lambda town: {"organisation": town.registers["hotel"]}, OFFICIALS),
    ),
    "listings.one": (
        Sample("listing-proposed", register("proposed"), READERS),
        Sample("listing-served", register("served"), READERS),
        Sample("listing-published", register("black"), READERS),
    ),
    "listing_errors.form": (Sample("redblack-error", register("black")),),
    "listing_errors.receipt": (Sample("redblack-error-receipt", register("error")),),
    "listing_errors_desk.waiting": (Sample("listing-errors"),),
    "listing_errors_desk.one": (Sample("listing-error", register("error"), OFFICIALS),),
    "credit.listed": (
        Sample("credit"),
        Sample("credit-none", lambda _town: {"words": "没有这一家"}),
    ),
    "credit.one": (Sample("credit-one", register("quarry")),),
    "credit_desk.holders": (Sample("credit-holders"),),
    "credit_desk.firm": (
        Sample("credit-desk", lambda town: {"organisation": town.registers["quarry"]}, OFFICIALS),
    ),
    "assessing.listed": (Sample("assessments"),),
    "assessing.period": (Sample("assessment-period", register("period")),),
    "assessing.firm": (
        Sample(
            "assessment",
            lambda town: {
                "code": town.registers["period"],
                "organisation": town.registers["hotel"],
            },
            OFFICIALS,
        ),
    ),
    "assessing.case": (
        Sample("case-evidence", lambda town: {"report": town.cases["closed"].code}),
        *(
            Sample(
                f"case-evidence-{name}",
                lambda town, firm=firm: {
                    "report": town.cases["closed"].code,
                    "organisation": town.registers[firm],
                },
                OFFICIALS,
            )
            for name, firm in (("waiting", "quarry"), ("confirmed", "hotel"), ("new", "recycler"))
        ),
    ),
    "redacting.page": (Sample("redact", a_photo("assigned")),),
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
        desk("again"),
    ),
    "surveys.listing": (Sample("surveys"),),
    "surveys.methods": (Sample("survey-methods"),),
    "surveys.landing": (
        Sample("survey", survey("open")),
        Sample("survey-ended", survey("ended")),
        Sample("survey-identifiable", survey("photos")),
    ),
    # Without its first page it leads there; the questions are a moment of their own.
    "surveys.form": (Sample("survey-first", survey("open")),),
    "surveys.done": (Sample("survey-done", survey("open")),),
    "surveys.results": (Sample("survey-results", survey("published")),),
    "survey_results.page": (Sample("survey-figures", survey("ended")),),
    "survey_interviews.page": (Sample("survey-interview", survey("interviews")),),
    "survey_calls.listing": (Sample("survey-calls", survey("telephone")),),
    "survey_calls.one": (Sample("survey-call", a_number, frozenset({Role.TOWN_OFFICER})),),
    "survey_calls.interview": (
        Sample("survey-call-interview", a_number, frozenset({Role.TOWN_OFFICER})),
    ),
    "survey_pointing.page": (Sample("survey-places", survey("placed")),),
    "survey_samples.sheet": (Sample("survey-codes", survey("invited")),),
    "survey_comments.page": (Sample("survey-comments", survey("ended")),),
    "survey_desk.listing": (Sample("survey-desk"),),
    "survey_desk.preview": (Sample("survey-preview", lambda town: {"code": town.surveys["form"]}),),
    "survey_answers.page": (Sample("survey-file", survey("published")),),
    "survey_answers.listing": (Sample("survey-whole"),),
    "survey_drafts.page": (Sample("survey-draft", survey("writing")),),
    "survey_drafts.phone": (Sample("survey-phone", survey("writing")),),
    "survey_lines.one": (
        Sample("survey-line", lambda town: {"code": town.surveys["writing"], "at": 1}),
    ),
    "survey_lines.add": (
        Sample("survey-kinds", lambda town: {"code": town.surveys["writing"], "at": 1}),
        Sample(
            "survey-add",
            lambda town: {"code": town.surveys["writing"], "at": 1, "part": "begin_group"},
        ),
    ),
    "survey_files.page": (Sample("survey-data", survey("external")),),
    "survey_desk.new": (Sample("survey-new"),),
    "survey_desk.wave": (
        Sample("survey-wave-open", survey("open")),
        Sample("survey-wave-ended", survey("ended")),
        Sample("survey-wave-draft", survey("draft")),
        Sample("survey-wave-invited", survey("invited")),
        Sample("survey-wave-external", survey("external")),
        Sample("survey-wave-telephone", survey("telephone")),
        Sample("survey-wave-full", survey("full")),
        Sample("survey-wave-placed", survey("placed")),
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
    Role.EXPERT,
    Role.VILLAGE_SORTER,
    Role.ROAD_CHIEF,
    Role.SHOP_CLERK,
    Role.AWARD_CASHIER,
)
# Pages that say more to somebody else.
BETTER = {"mine": "resident", "account": Role.SECURITY_ADMIN}


def visitor(town: Town, stop: Stop) -> str:
    """Return through whose eyes a page is looked at."""
    if stop.name in BETTER:
        return str(BETTER[stop.name])
    return next((who for who in VISITORS if stop.shows(town, who)), "anonymous")
