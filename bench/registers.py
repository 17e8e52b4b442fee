"""Search and list among 1,000 and among 100,000 enterprises: the CPU of the one over the other.

    nice -n 10 python -m bench.registers [rounds] [times] [enterprises]

Both registers are SQLite files of this process, so its CPU time is all that there is. One in ten
enterprises is on a list. Rounds take turns; median (min…max) of the ratios is printed.
"""

import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median

from flask import Flask
from sqlalchemy import insert

from wufei_public.app import create_app
from wufei_public.common.actor import SYSTEM, Actor, ActorKind, Grant
from wufei_public.common.codes import new_code
from wufei_public.common.suffixes import suffixes
from wufei_public.common.uscc import check_symbol
from wufei_public.config import Mode, Settings
from wufei_public.divisions import actions as divisions
from wufei_public.divisions.queries import directory
from wufei_public.infra.db import db
from wufei_public.infra.tables import Base
from wufei_public.infra.work import Work, reading, work
from wufei_public.organisations.models import NameEnd, Organisation
from wufei_public.organisations.queries import cards
from wufei_public.organisations.rules.kinds import KINDS
from wufei_public.people.models import Account
from wufei_public.people.rules.roles import Role
from wufei_public.redblack.models.listings import Listing, ListingNameEnd

SMALL, LARGE, PART, LISTED = 1_000, 100_000, 2_000, 10
NOW = datetime.now(UTC)  # noqa: TID251  rows of a bench
WORDS = (
    "恒",
    "达",
    "鑫",
    "源",
    "宏",
    "盛",
    "泰",
    "和",
    "兴",
    "隆",
    "华",
    "瑞",
    "嘉",
    "禾",
    "顺",
    "安",
)
TRADES = ("建材", "石材", "纺织", "化工", "机械", "食品", "再生资源", "物流", "包装", "养殖")
WANTED = ("建材", "公司", "恒达鑫", "不会有的名字", "91410307MA0000123", "再生资源")
OFFICER = Actor(ActorKind.STAFF, 1, "区级", (Grant(Role.DISTRICT_OFFICER, "410307"),))
PAGES = (
    "/redblack", "/redblack?words=建材", "/redblack?words=公司&kind=black",
    "/redblack?words=恒达鑫", "/redblack?words=不会有的名字", "/api/v1/redblack/entries",
)  # fmt: skip


def build(folder: Path, count: int) -> Flask:
    """Return an application whose register holds so many enterprises."""
    folder.mkdir()
    app = create_app(
        Settings(
            mode=Mode.TRIAL,
            var=folder,
            database=f"sqlite:///{folder}/register.sqlite3",
            district="410307",
            sqlite_synchronous="NORMAL",
            log_level="error",
        )
    )
    with app.app_context():
        Base.metadata.create_all(db.engine)
        work(SYSTEM, divisions.seed)
        work(SYSTEM, accounts)
        for begin in range(0, count, PART):
            numbers = range(begin, min(begin + PART, count))
            work(SYSTEM, lambda w, numbers=numbers: fill(w, numbers))
    return app


def accounts(w: Work) -> None:
    rows = [
        {"id": n, "kind": "staff", "code": new_code(secrets.token_bytes), "user_name": f"u{n}",
         "display_name": "", "state": "active", "created_at": NOW}
        for n in (1, 2, 3)
    ]  # fmt: skip
    w.session.execute(insert(Account), rows)


def fill(w: Work, numbers: range) -> None:
    rng = Random(numbers.start)
    towns = [town.code for town in directory(w.session).towns]
    rows, ends, listed, listed_ends = [], [], [], []
    for number in numbers:
        town, kind = rng.choice(towns), rng.choice(list(KINDS))
        name = "".join(rng.choices(WORDS, k=3)) + rng.choice(TRADES) + f"{number}有限公司"
        rows.append(organisation(number + 1, name, town, kind))
        own = [{"name_end": end, "town": town} for end in suffixes(name)]
        ends += [{"organisation_id": number + 1, **end} for end in own]
        if number % LISTED == 0:
            row = listing(number + 1, town, kind, rng)
            listed.append(row)
            listed_ends += [
                {"listing_id": number + 1, "kind": row["kind"], "trade": kind, **end} for end in own
            ]
    for model, values in (
        (Organisation, rows), (NameEnd, ends), (Listing, listed), (ListingNameEnd, listed_ends),
    ):  # fmt: skip
        w.session.execute(insert(model), values)


def organisation(number: int, name: str, town: str, kind: str) -> dict[str, object]:
    first = f"91410307MA{number:07d}"
    return {
        "id": number, "code": new_code(secrets.token_bytes), "uscc": first + check_symbol(first),
        "name": name, "kind": kind, "division": town, "town": town, "address": "",
        "permit_class": "", "waste_related": False, "hazardous_licence": "", "version": 1,
        "created_at": NOW, "changed_at": NOW,
    }  # fmt: skip


def listing(number: int, town: str, kind: str, rng: Random) -> dict[str, object]:
    published = NOW - timedelta(days=rng.randrange(1, 80), seconds=number)
    black = rng.random() < 0.5
    return {
        "id": number, "code": new_code(secrets.token_bytes), "organisation_id": number,
        "division": town, "town": town, "trade": kind, "kind": "black" if black else "red",
        "severity": "ordinary" if black else "", "months": 6, "state": "published", "version": 4,
        "changed_at": published, "facts": "倒了。", "public_facts": "倒了。", "ground": "第二十条",
        "measure": "", "document": "", "report": "", "evidence": 0, "proposed_by": 1,
        "proposed_at": published - timedelta(days=30), "way": "hand", "tracking": "", "proofs": 1,
        "served_by": 1, "served_at": published - timedelta(days=30),
        "respond_until": published - timedelta(days=16), "holding": 0, "decided_by": 2,
        "decided_at": published - timedelta(days=1), "reason": "", "approved_by": 3,
        "published_at": published, "repair_from": published + timedelta(days=90),
        "ends_at": published + timedelta(days=180), "salt": bytes(16), "record": "{}",
    }  # fmt: skip


def tasks(app: Flask) -> Iterator[tuple[str, object]]:
    client = app.test_client()
    for page in PAGES:
        yield page, lambda page=page: client.get(page).get_data()
    for words in ("", *WANTED):
        yield f"register: {words or 'list'}", lambda words=words: search(app, words)


def search(app: Flask, words: str) -> None:
    with app.app_context():
        cards.page(reading(), OFFICER, cards.CardFilter(words))


def cpu(do: object, times: int) -> float:
    begin = time.process_time()
    for _time in range(times):
        do()  # type: ignore[operator]
    return (time.process_time() - begin) / times * 1000


def main(rounds: int = 9, times: int = 20, most: int = LARGE) -> None:
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        small, large = (build(Path(folder) / str(n), n) for n in (SMALL, most))
        print(f"filled in {time.perf_counter() - begin:.0f} s")
        print(f"{'':42}{'1,000':>9}{most:>9,}  ratio (ms of CPU)")
        for (name, few), (_name, many) in zip(tasks(small), tasks(large), strict=True):
            cpu(few, 3), cpu(many, 3)
            seen = [(cpu(few, times), cpu(many, times)) for _round in range(rounds)]
            ratios = sorted(after / before for before, after in seen)
            a, b = median(x for x, _ in seen), median(y for _, y in seen)
            spread = f"{median(ratios):.2f} ({ratios[0]:.2f}…{ratios[-1]:.2f})"
            print(f"{name:42}{a:9.2f}{b:9.2f}  {spread}", flush=True)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
