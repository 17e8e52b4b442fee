"""Organisations, who represents them, and entries of the red and black list in several stages."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tests.browser.cases import CLEAN, at, photo
from tests.browser.people import TOWN, Member
from tests.browser.pictures import jpeg
from wufei_public.common.actor import SYSTEM, Actor
from wufei_public.common.clock import district_day
from wufei_public.common.uscc import check_symbol
from wufei_public.indicators.actions.computing import compute
from wufei_public.indicators.actions.sheets import keep
from wufei_public.indicators.queries import sheets as figures
from wufei_public.indicators.queries.values import waiting
from wufei_public.indicators.rules.periods import month_of
from wufei_public.indicators.rules.sheets import COLUMNS as FIGURES
from wufei_public.infra.work import house, reading, work
from wufei_public.organisations.actions import cards, importing, memberships
from wufei_public.organisations.rules.cards import COLUMNS, Card
from wufei_public.people.rules.roles import Role
from wufei_public.redblack.actions import (
    assessing,
    enterprise,
    errors,
    evidence,
    grading,
    letters,
    officer,
    serving,
)
from wufei_public.redblack.actions.basis import Proposal
from wufei_public.redblack.queries.letters import of_listing as letters_of
from wufei_public.redblack.queries.listings import listing
from wufei_public.redblack.rules.assessing import CRITERIA, NEWEST, Given

FACTS = "2026年7月，把约 40 吨碎石料倒在伊河滩地，没有登记去向。现场查实，料已清走。"
GROUND = "固体废物污染环境防治法（2020）第二十条"
NAMES = (
    ("school", "示例第一小学", "school"),
    ("quarry", "示例建材有限公司", "factory"),
    ("recycler", "示例再生资源回收有限公司", "recycler"),
    ("hotel", "示例饭店", "hotel"),
    ("campus", "示例第二小学", "school"),
)


def uscc(number: int) -> str:
    first = f"91410307MB{number:07d}"
    return first + check_symbol(first)


def fill(staff: Mapping[Role, Member], resident: Actor, case: str) -> dict[str, str]:
    """Enter organisations, let the resident represent them, and list some; return the codes."""
    clerk, office, chief = (
        staff[role].actor
        for role in (Role.TOWN_OFFICER, Role.DEPARTMENT_OFFICER, Role.DISTRICT_OFFICER)
    )
    found: dict[str, str] = {}
    for number, (name, title, kind) in enumerate(NAMES, start=1):
        card = Card(uscc(number), title, kind, f"{TOWN}201", "示例路 1 号", "key", True)  # noqa: FBT003
        found[name] = at(60, lambda card=card: _do(clerk, cards.register, card=card)).code
    _graded(at, office, chief, found["quarry"])
    for name in ("school", "quarry", "campus"):
        found[f"member-{name}"] = at(50, lambda name=name: _applied(resident, found[name]))
    _do(chief, memberships.decide, code=found["member-quarry"], move="prove", proof="letter")
    _do(chief, memberships.decide, code=found["member-campus"], move="prove", proof="letter")
    found["served"] = at(5, lambda: _proposed(clerk, found["quarry"]))
    at(4, lambda: _do(resident, enterprise.confirm, code=found["served"]))
    words = "承运车队没有按合同送到堆场，我们没有及时核对磅单。料已全部运回。"
    for kind in ("statement", "objection"):
        _do(resident, enterprise.hand_in, code=found["served"], kind=kind, words=words)
    found["black"] = at(45, lambda: _proposed(clerk, found["hotel"]))
    at(44, lambda: served(clerk, found["black"]))
    found["red"] = at(40, lambda: _proposed(clerk, found["recycler"], red=True))
    at(39, lambda: _do(office, officer.notify, hidden=True, code=found["red"]))
    for name in ("black", "red"):
        at(20, lambda name=name: _do(office, officer.decide, code=found[name], reason="属实。"))
        at(19.5, lambda name=name: told(clerk, found[name]))
        at(19, lambda name=name: _do(chief, officer.publish, hidden=True, code=found[name]))
    period = {"name": "2026 年下半年", "begins_on": date(2026, 7, 1), "ends_on": date(2026, 12, 31)}
    found["period"] = _do(chief, assessing.open_period, **period).code
    given = {one.code: Given(Decimal(48), "抽查三次，见台账。") for one in CRITERIA[NEWEST]}
    _do(clerk, assessing.assess, period=found["period"], organisation=found["hotel"], given=given)
    wrong = {
        "code": found["black"],
        "field": "facts",
        "words": "不是四十吨，是十四吨，磅单上写着。",
    }
    found["error"] = _do(resident, errors.report, **wrong).code
    found["proposed"] = _proposed(clerk, found["school"])
    found["noticed"] = at(1, lambda: _proposed(clerk, found["campus"], red=True))
    at(1, lambda: _do(office, officer.notify, hidden=True, code=found["noticed"]))
    for name in ("hotel", "quarry"):
        sent = {"report": case, "organisation": found[name]}
        _do(clerk, evidence.send_case, confirmed="现场查获，当事人承认。", **sent)
    _do(chief, evidence.confirm_case, report=case, organisation=found["hotel"])
    sheet = ",".join(COLUMNS.values()) + f"\n{uscc(1)},示例实验小学,学校,{TOWN},新路 2 号"
    found["sheet"] = work(
        clerk, lambda w: importing.keep_sheet(w, name="单位.csv", data=sheet.encode())
    )
    found["figures"] = _figures(office)
    found["figure"] = _figure()
    return found


def _graded(at: Any, office: Actor, chief: Actor, organisation: str) -> None:
    """Grade an enterprise that is told in person, for nobody speaks for it yet."""
    given = {"year": 2025, "points": Decimal("71.5"), "vetoes": ["punished"]}
    ground = "年度评价材料，得分表见附件。"
    grade = at(
        58, lambda: _do(office, grading.give, organisation=organisation, ground=ground, **given)
    )
    told = {"way": "hand", "photo": [photo(jpeg(9, CLEAN))]}
    at(57, lambda: _do(office, grading.serve, code=grade.code, served_on=house().clock(), **told))
    at(30, lambda: _do(chief, grading.publish, code=grade.code))


def _figure() -> str:
    """Compute how many organisations have somebody here, and leave the figure to be published."""
    period = month_of(district_day(house().clock()))
    once = {"period": period, "run": "sample", "only": ("units",)}
    work(SYSTEM, lambda w: compute(w, **once))
    return next(row.code for row in waiting(reading()) if row.series == "units")


def _figures(office: Actor) -> str:
    """Upload a department's sheet of figures that is not written yet."""
    series = min(figures.ours(reading(), office))
    told = {"series": series, "period": "2025", "figure": "12", "document": "统计公报（示例）"}
    lines = [list(FIGURES.values()), [told.get(field, "") for field in FIGURES]]
    kept = work(office, lambda w: keep(w, name="指标.xlsx", data=b"x", lines=lines))
    return kept.code


def _do(actor: Actor, action: Any, **values: Any) -> Any:
    return work(actor, lambda w: action(w, **values))


def _applied(resident: Actor, organisation: str) -> str:
    letter = [photo(jpeg(7, CLEAN))]
    made = _do(
        resident, memberships.apply, organisation=organisation, name="张敏", duty="办公室主任",
        letter=letter,
    )  # fmt: skip
    return str(made.code)


def _proposed(clerk: Actor, organisation: str, *, red: bool = False) -> str:
    paper = {"document": "示决〔2026〕1号", "document_on": date(2026, 7, 20)}
    black = Proposal(
        organisation, "black", FACTS, GROUND, 12, "ordinary", "罚款，限期清走", **paper
    )
    praised = Proposal(
        organisation, "red", "三年无违法，生活垃圾回收利用率全区第一。", GROUND, 12, **paper
    )
    return str(_do(clerk, officer.propose, proposal=praised if red else black).code)


def told(clerk: Actor, code: str) -> None:
    """Hand over what the enterprise is to know of the decision."""
    session = reading()
    for letter in letters_of(session, listing(session, code).id):
        if not letter.way:
            given = {"letter": letter.id, "way": "hand", "photo": [photo(jpeg(6, CLEAN))]}
            _do(clerk, letters.serve, code=code, served_on=house().clock(), **given)


def served(clerk: Actor, code: str) -> None:
    proof, now = [photo(jpeg(8, CLEAN))], house().clock()
    _do(clerk, serving.serve, code=code, way="hand", served_on=now, photo=proof)
