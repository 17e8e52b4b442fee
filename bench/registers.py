"""Search and list among 1,000 and among 100,000 enterprises: the CPU of the one over the other.

    nice -n 10 python -m bench.registers [sqlite|postgresql] [rounds] [times] [enterprises]

CPU is that of this process and, on PostgreSQL, of every process of its server. One in ten
enterprises is on a list. Both registers hold the same twenty named 望江, in one town and of one
kind, and nobody else is both: so what is looked for is as much in both, among 100 times as many
others. Rounds take turns; median (min…max) of the ratios is printed.
"""

import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from statistics import median

from flask import Flask
from sqlalchemy import create_engine, insert, text
from sqlalchemy.engine import make_url

from bench import databases
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

SMALL, LARGE, PART, LISTED, SAME = 1_000, 100_000, 2_000, 10, 20
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
# So few that a first page has its next one among 1,000 too, of which 100 are listed.
TRADES = ("建材", "再生资源")
_LISTED = "91410307MA0000101"
RARE, TOWN, KIND = "望江", "410307103", "hotel"
WANTED = ("建材", "公司", RARE, "不会有的名字", _LISTED, "再生资源")
OFFICER = Actor(ActorKind.STAFF, 1, "区级", (Grant(Role.DISTRICT_OFFICER, "410307"),))
PAGES = (
    "/redblack",
    "/redblack?kind=black",
    "/redblack?words=建材",
    "/redblack?words=公司&kind=black",
    f"/redblack?words={RARE}",
    "/redblack?words=不会有的名字",
    f"/redblack?words={_LISTED}{check_symbol(_LISTED)}",
    f"/redblack?town={TOWN}&trade={KIND}",
    f"/redblack?town={TOWN}&trade={KIND}&kind=black",
    f"/redblack?words=公司&town={TOWN}&trade={KIND}&kind=black",
    "/api/v1/redblack/entries",
)


def build(folder: Path, count: int, address: str) -> Flask:
    """Return an application whose register holds so many enterprises."""
    folder.mkdir()
    app = create_app(
        Settings(
            mode=Mode.TRIAL,
            var=folder,
            database=address or f"sqlite:///{folder}/register.sqlite3",
            district="410307",
            sqlite_synchronous="NORMAL",
            log_level="error",
        )
    )
    with app.app_context():
        Base.metadata.create_all(db.engine)
        with db.engine.begin() as connection:  # rows are written as they end, not step by step
            on = " ON listing" if connection.dialect.name == "postgresql" else ""
            connection.execute(text(f"DROP TRIGGER listing_begins_as_a_proposal{on}"))
        work(SYSTEM, divisions.seed)
        work(SYSTEM, accounts)
        for begin in range(0, count, PART):
            numbers = range(begin, min(begin + PART, count))
            work(SYSTEM, lambda w, numbers=numbers: fill(w, numbers, count // SAME))
        tidy()
    return app


def tidy() -> None:
    """Count the rows, as the house and the server do by themselves in the first minutes."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        known = connection.dialect.name == "postgresql"
        connection.execute(text("VACUUM ANALYZE" if known else "ANALYZE"))


def accounts(w: Work) -> None:
    rows = [
        {"id": n, "kind": "staff", "code": new_code(secrets.token_bytes), "user_name": f"u{n}",
         "display_name": "", "state": "active", "created_at": NOW}
        for n in (1, 2, 3)
    ]  # fmt: skip
    w.session.execute(insert(Account), rows)


def fill(w: Work, numbers: range, each: int) -> None:
    rng = Random(numbers.start)
    towns = [town.code for town in directory(w.session).towns]
    rows, ends, listed, listed_ends = [], [], [], []
    for number in numbers:
        name, town, kind = drawn(rng, number, towns, same=number % each == 0)
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


def drawn(rng: Random, number: int, towns: list[str], *, same: bool) -> tuple[str, str, str]:
    """Return name, town and kind of an enterprise."""
    if same:
        return f"{RARE}{number}有限公司", TOWN, KIND
    town, kinds = rng.choice(towns), list(KINDS)
    kind = rng.choice([kind for kind in kinds if (town, kind) != (TOWN, KIND)])
    name = "".join(rng.choices(WORDS, k=3)) + rng.choice(TRADES) + f"{number}有限公司"
    return name, town, kind


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
    black = (town, kind) == (TOWN, KIND) or rng.random() < 0.5
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


def tasks(app: Flask) -> Iterator[tuple[str, Callable[[], object]]]:
    client = app.test_client()
    for page in PAGES:
        yield page, lambda page=page: client.get(page).get_data()
    for words in ("", *WANTED):
        yield f"register: {words or 'list'}", lambda words=words: search(app, words)


def search(app: Flask, words: str) -> None:
    with app.app_context():
        cards.page(reading(), OFFICER, cards.CardFilter(words))


def cpu(do: Callable[[], object], times: int, spent: Callable[[], float]) -> float:
    begin = spent()
    for _time in range(times):
        do()
    return (spent() - begin) / times * 1000


def spent_with(postmaster: int) -> float:
    """Return the CPU seconds of this process and of each that the server has now."""
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    nanoseconds = sum(
        int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in children
    )
    return time.process_time() + nanoseconds / 1e9


@contextmanager
def pair(engine: str, most: int) -> Iterator[tuple[Flask, Flask, Callable[[], float]]]:
    """Fill both registers; on PostgreSQL two databases of one server."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        addresses, spent = ["", ""], time.process_time
        if engine == "postgresql":
            side = databases.cluster(stack, folder)
            addresses = [named(side.env["WUFEI_DATABASE"], name) for name in ("few", "many")]
            spent = partial(spent_with, side.pids[0])
        few = build(folder / "few", SMALL, addresses[0])
        yield few, build(folder / "many", most, addresses[1]), spent


def named(address: str, name: str) -> str:
    """Make a database on the server and return its address."""
    url = make_url(address).set(drivername="postgresql+psycopg")
    with create_engine(url, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    return url.set(database=name).render_as_string(hide_password=False)


def main(engine: str = "sqlite", rounds: int = 9, times: int = 20, most: int = LARGE) -> None:
    begin = time.perf_counter()
    with pair(engine, most) as (small, large, spent):
        print(f"{engine}: filled in {time.perf_counter() - begin:.0f} s")
        print(f"{'':62}{'1,000':>9}{most:>9,}  ratio (ms of CPU)")
        for (name, few), (_name, many) in zip(tasks(small), tasks(large), strict=True):
            cpu(few, 3, spent), cpu(many, 3, spent)
            seen = [(cpu(few, times, spent), cpu(many, times, spent)) for _round in range(rounds)]
            ratios = sorted(after / before for before, after in seen)
            a, b = median(x for x, _ in seen), median(y for _, y in seen)
            spread = f"{median(ratios):.2f} ({ratios[0]:.2f}…{ratios[-1]:.2f})"
            print(f"{name:62}{a:9.2f}{b:9.2f}  {spread}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:2], *(int(argument) for argument in sys.argv[2:]))
