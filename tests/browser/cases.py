"""Cases in every state, made through the product's own actions at times of the last days."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from tests.browser.people import DEPARTMENT, TOWN, Member
from tests.browser.pictures import CLEAN, jpeg
from tests.browser.site import Site, until
from wufei_public.common.actor import ANONYMOUS, Actor
from wufei_public.common.clock import utc_now
from wufei_public.dumping.actions import entering, merging, officer, rating, showing
from wufei_public.dumping.actions.receipts import Receipt
from wufei_public.dumping.actions.submit import Draft, submit
from wufei_public.dumping.rules.states import Source
from wufei_public.infra.work import House, house, reading, work
from wufei_public.media import gateway
from wufei_public.media.actions import photos as media
from wufei_public.media.models import Photo, PhotoState
from wufei_public.media.rules.alike import MOST_APART, bits_apart
from wufei_public.people.rules.roles import Role

VILLAGE, OTHER_VILLAGE = f"{TOWN}201", f"{TOWN}202"
PLACE = (34.602, 112.803)
Move = tuple[str, Mapping[str, Any]]
ACCEPT: Move = ("accept", {})
ASSIGN: Move = ("assign", {"department": DEPARTMENT, "crew": "crew"})
RELEASE: Move = ("release", {})
RETURN: Move = ("return", {"text": "这一处归水利部门管，请改派。"})
ASK: Move = ("ask", {"text": "请再拍一张能看清路牌的照片。"})
CLOSE: Move = ("close", {"text": "三车碎砖已经清走，路边复绿。", "photo": "clean"})
LEAVE: Move = (
    "close", {"text": "埋在沟底的挖不出来，等枯水期再清。", "photo": "clean", "cleared": False}
)  # fmt: skip
MERGE: Move = ("merge", {"into": "assigned"})
DISLIKE: Move = ("rate", {"rating": "unsatisfied", "text": "沟里还有。"})
ACTIONS: Mapping[str, Callable[..., Any]] = {
    "accept": officer.accept,
    "assign": officer.assign,
    "return": officer.send_back,
    "ask": officer.ask,
    "close": officer.close,
    "refuse": officer.refuse,
    "merge": merging.merge,
    "rate": rating.rate,
    "release": showing.release,
    "withhold": showing.withhold,
}


@dataclass(frozen=True, slots=True)
class Story:
    """One case: how long ago it came, what it says and what was done with it since."""

    days: float
    kind: str
    words: str
    moves: tuple[Move, ...] = ()
    photos: int = 1
    division: str | None = VILLAGE
    spot: str = ""
    mine: bool = False


STORIES: Mapping[str, Story] = {
    "submitted": Story(0.1, "build", "昨天晚上有车倒的，三车碎砖。", spot="村口桥头", mine=True),
    "overdue": Story(9, "house", "沟边堆了半个月，一下雨就往河里冲。", spot="小学东边"),
    "placeless": Story(0.3, "unsure", "国道边上，说不清是哪个村。", photos=0, division=None),
    "hazardous": Story(0.2, "danger", "十几个油桶，有药味。", (ACCEPT,), spot="老砖厂院里"),
    "accepted": Story(1, "bulky", "旧沙发扔在路口。", (ACCEPT, RELEASE), spot="十字路口"),
    "assigned": Story(
        2, "build", "装修垃圾挡了半边路。", (ACCEPT, ASSIGN, RELEASE), spot="新村南街", mine=True
    ),
    "to_close": Story(1.5, "house", "垃圾袋堆在井边。", (ACCEPT, ASSIGN), spot="井边"),
    "asked": Story(2, "farm", "地头的农膜没人收。", (ACCEPT, ASK), mine=True),
    "disputed": Story(4, "house", "河堤上的袋子。", (ACCEPT, *(ASSIGN, RETURN) * 2), photos=0),
    "refused": Story(
        5,
        "other",
        "邻居家的狗太吵。",
        (("refuse", {"ground": "not_waste", "text": "噪声问题请打 12345。"}),),
        photos=0,
    ),
    "withheld": Story(3, "house", "有人在翻垃圾。", (ACCEPT, ("withhold", {"reason": "personal"}))),
    "closed": Story(
        6, "build", "碎砖和水泥袋，三车。", (ACCEPT, ASSIGN, RELEASE, CLOSE), 2, spot="村口桥头",
        mine=True,
    ),
    "uncleared": Story(
        7, "build", "沟底埋着的旧砖。", (ACCEPT, ASSIGN, RELEASE, LEAVE), mine=True,
    ),
    "reopened": Story(5, "house", "井边又堆上了。", (ACCEPT, ASSIGN, RELEASE, CLOSE, DISLIKE)),
    "objected": Story(
        8, "house", "清了两回还在。",
        (ACCEPT, ASSIGN, RELEASE, CLOSE, DISLIKE, ASSIGN, CLOSE, DISLIKE), mine=True,
    ),
    "again": Story(5, "build", "新村南街又有人倒砖。", (ACCEPT, MERGE), mine=True),
    "tidied": Story(
        8, "house", "菜市场后墙的一堆。", (ACCEPT, RELEASE, CLOSE), division=OTHER_VILLAGE
    ),
}  # fmt: skip


def fill(site: Site, staff: Mapping[Role, Member], resident: Actor) -> dict[str, Receipt]:
    """Write all stories; return their receipts by name."""
    with site.app.app_context():
        made = {name: told(story, resident) for name, story in STORIES.items()}
        until(developed)
        for name, story in STORIES.items():
            for number, move in enumerate(story.moves, start=1):
                step = story.days * number / (len(story.moves) + 1)
                at(story.days - step, partial(do, staff, made, name, move))
        until(developed)
        return made | {"entered": entered(staff)}


def entered(staff: Mapping[Role, Member]) -> Receipt:
    """Write down what somebody says on the phone, just now: the receipt can be printed."""
    draft = Draft(
        client_key=secrets.token_urlsafe(24),
        kind="house",
        division=VILLAGE,
        words="电话里说村后的沟里有一堆。",
        phone="13900000003",
        source=Source.HOTLINE_12345,
        outside_number="2026-0117",
    )
    return work(staff[Role.TOWN_OFFICER].actor, lambda w: entering.enter(w, draft))


def at(days: float, act: Callable[[], Any]) -> Any:
    """Do something as if it were `days` ago."""
    present: House = house()
    now: datetime = utc_now() - timedelta(days=days)
    current_app.extensions["house"] = replace(present, clock=lambda: now)
    try:
        return act()
    finally:
        current_app.extensions["house"] = present


def told(story: Story, resident: Actor) -> Receipt:
    tokens = [photo(jpeg(secrets.randbelow(10**6), place=PLACE)) for _ in range(story.photos)]
    draft = Draft(
        client_key=secrets.token_urlsafe(24),
        kind=story.kind,
        division=story.division,
        spot=story.spot,
        words=story.words,
        phone="13900000002" if story.mine else "",
        photo=tokens,
    )
    actor = resident if story.mine else ANONYMOUS
    receipt: Receipt = at(story.days, lambda: work(actor, lambda w: submit(w, draft)))
    return receipt


def photo(data: bytes) -> str:
    prepared = media.prepare(house().store, data, "photo.jpg")
    return work(ANONYMOUS, lambda w: media.record(w, prepared))


made_before: list[int] = []


def unlike(before: list[int]) -> bytes:
    """Return a picture of a clean place that is like none of `before`: a proof is a new photo."""
    while True:
        data = jpeg(secrets.randbelow(10**6), CLEAN)
        bits = gateway.develop(data).dhash
        if all(bits_apart(bits, one) > MOST_APART for one in before):
            before.append(bits)
            return data


def do(staff: Mapping[Role, Member], made: Mapping[str, Receipt], case: str, move: Move) -> None:
    receipt, (name, values) = made[case], move
    given = dict(values)
    if name == "rate":
        given["secret"] = receipt.secret
    if given.get("into"):
        given["into"] = made[given["into"]].code
    if given.get("crew"):
        given["crew"] = staff[Role.CREW_MEMBER].actor.id
    if given.get("photo"):
        given["photo"] = [photo(unlike(made_before))]
    officer_here = staff[Role.TOWN_OFFICER].actor
    work(officer_here, lambda w: ACTIONS[name](w, code=receipt.code, **given))


def developed() -> bool:
    """Say whether the jobs process has made every photo of a case."""
    waiting = select(func.count()).where(
        Photo.state == PhotoState.QUARANTINED, Photo.owner.is_not(None)
    )
    session = reading()
    session.rollback()
    return session.scalar(waiting) == 0
