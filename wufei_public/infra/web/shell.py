"""The slots of the shell; each feature offers what it puts in them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app
from flask_babel import gettext
from sqlalchemy.orm import Session

from wufei_public.common.actor import Actor
from wufei_public.infra.keys import Keys
from wufei_public.infra.web.view import MenuItem, MenuSection, Tab
from wufei_public.infra.work import Work


@dataclass(frozen=True, slots=True)
class Card:
    """A piece of a shell page: a template and the plain values that it draws."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Door:
    """A way to something: a tile on 首页, a row on 我的, a task on the staff home.

    `count` is what waits behind it; `tone` (bad · soon · doing · done) says how pressing that is.
    """

    url: str
    icon: str
    label: str
    small: str = ""
    count: int | None = None
    tone: str = ""
    primary: bool = False


MakeCard = Callable[[Actor], Card | None]
MakeDoors = Callable[[Actor], Sequence[Door]]
MakeMenu = Callable[[Actor], Sequence[MenuItem]]
# Who looks, the number of a closed dumping case: what other features do with it.
MakeCaseDoors = Callable[[Actor, str], Sequence[Door]]


@dataclass(frozen=True, slots=True)
class MessageKind:
    """How a message reads: a heading, a sentence filled with its values, where it leads."""

    title: str
    text: str
    leads_to: Callable[[Mapping[str, Any]], str]
    icon: str = "info"


@dataclass(frozen=True, slots=True)
class Belongings:
    """What a feature holds of one resident: to take a copy, to give to another account, to erase.

    `erase` anonymises what must stay for the record (PIPL arts. 45, 47).
    """

    title: str
    export: Callable[[Session, Keys, int], Sequence[Mapping[str, Any]]]
    absorb: Callable[[Work, int, int], None]
    erase: Callable[[Work, int], None]


@dataclass(frozen=True, slots=True)
class Offer:
    """What one feature gives to 首页, 我的, 公示, 消息 and the staff home, in app.py's order.

    The first `hero` (head of 首页) wins, and of the `tab`s the first for the bar's second place and
    the first for its middle.
    """

    hero: MakeCard | None = None
    tab: Callable[[], Tab] | None = None
    doors: MakeDoors | None = None
    mine_doors: MakeDoors | None = None
    tasks: MakeDoors | None = None
    closed_case: MakeCaseDoors | None = None
    home: MakeCard | None = None
    mine: MakeCard | None = None
    # What waits in the phone, above all other cards of 我的.
    outbox: MakeCard | None = None
    notices: MakeCard | None = None
    staff: MakeCard | None = None
    menu: Mapping[str, MakeMenu] = field(default_factory=dict)
    messages: Mapping[str, MessageKind] = field(default_factory=dict)
    belongings: Belongings | None = None
    # How its audit rows read: actions, targets (`dumping/`), names of values, values.
    audit_words: Mapping[str, str] = field(default_factory=dict)


def init_shell(app: Flask, offers: Sequence[Offer]) -> None:
    """Take the offers of all features."""
    app.extensions["shell"] = tuple(offers)


def offers() -> tuple[Offer, ...]:
    """Return the offers of all features."""
    found: tuple[Offer, ...] = current_app.extensions["shell"]
    return found


def cards(slot: str, actor: Actor) -> list[Card]:
    """Return the cards that `actor` sees in `slot` (home, mine, outbox, notices, staff)."""
    makers = (getattr(offer, slot) for offer in offers())
    made = (make(actor) for make in makers if make is not None)
    return [card for card in made if card is not None]


def hero(actor: Actor) -> Card | None:
    """Return what 首页 begins with: today's one question."""
    return next(iter(cards("hero", actor)), None)


def doors(slot: str, actor: Actor) -> list[Door]:
    """Return the doors that `actor` sees in `slot` (doors, mine_doors, tasks)."""
    makers = (getattr(offer, slot) for offer in offers())
    return [door for make in makers if make is not None for door in make(actor)]


def case_doors(actor: Actor, code: str) -> list[Door]:
    """Return where an official goes on from a closed case: what other features do with it."""
    makers = (offer.closed_case for offer in offers())
    return [door for make in makers if make is not None for door in make(actor, code)]


def tabs() -> list[Tab]:
    """Return what stands in the tab bar's second place and in its middle."""
    made = [offer.tab() for offer in offers() if offer.tab is not None]
    second = [tab for tab in made if not tab.middle]
    return second[:1] + [tab for tab in made if tab.middle][:1]


def message_kind(template: str) -> MessageKind | None:
    """Return how messages of `template` read; None for one that no feature knows any more."""
    return next(
        (offer.messages[template] for offer in offers() if template in offer.messages), None
    )


def audit_word(code: str) -> str:
    """Return how a code of an audit row reads; itself where no feature has a word for it."""
    words = (offer.audit_words[code] for offer in offers() if code in offer.audit_words)
    return next((gettext(word) for word in words), code)


def belongings() -> list[Belongings]:
    """Return what each feature holds of residents."""
    return [offer.belongings for offer in offers() if offer.belongings is not None]


def staff_menu(actor: Actor) -> list[MenuSection]:
    """Return the staff menu: sections in order of first mention, empty ones left out."""
    sections: dict[str, list[MenuItem]] = {}
    for offer in offers():
        for label, make in offer.menu.items():
            sections.setdefault(label, []).extend(make(actor))
    return [MenuSection(gettext(label), items) for label, items in sections.items() if items]
