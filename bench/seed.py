"""Fills a database for the bench through the product's own actions: `seed.py ROWS`.

Prints JSON: the cookie of a signed-in resident and the code of one released case.
"""

import json
import secrets
import sys
from dataclasses import replace

from sqlalchemy import insert, select, update

from wufei_public.app import create_app
from wufei_public.calendar import actions as calendar
from wufei_public.common.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Grant
from wufei_public.config import settings_of_process
from wufei_public.divisions import actions as divisions
from wufei_public.divisions import queries as places
from wufei_public.divisions.rules.directory import Directory
from wufei_public.dumping.actions.showing import release
from wufei_public.dumping.actions.submit import Draft, submit
from wufei_public.dumping.rules.kinds import PLAIN
from wufei_public.infra.db import db
from wufei_public.infra.tables import Base
from wufei_public.infra.work import Work, work
from wufei_public.media.actions import photos as media
from wufei_public.media.models import Photo
from wufei_public.people.actions.sessions import start_session
from wufei_public.people.models import Account
from wufei_public.people.rules.roles import Role

AT_ONCE = 50
WORDS = "昨天晚上有车倒的，大概三车碎砖，还有两个旧沙发，把路边的排水沟堵住了一半。"
KINDS = tuple(PLAIN)


def fill(w: Work, numbers: range) -> str:
    """Submit and release one case per number; return the last one's public number."""
    directory = places.directory(w.session)
    officer = Grant(Role.DISTRICT_OFFICER, division=directory.towns[0].parent)
    official = replace(w, actor=Actor(ActorKind.STAFF, 1, "", (officer,)))
    code = ""
    for number in numbers:
        code = submit(replace(w, actor=ANONYMOUS), draft(w, directory, number)).code
        develop(w, f"dumping/{code}")
        spot = f"村口第 {number} 根电线杆旁"
        code = release(official, code=code, public_spot=spot).public_code or ""
    return code


def draft(w: Work, directory: Directory, number: int) -> Draft:
    """Return a report from one village after the other, of one kind after the other."""
    town = directory.towns[number % len(directory.towns)]
    villages = directory.children(town.code)
    return Draft(
        client_key=secrets.token_urlsafe(24),
        kind=KINDS[number % len(KINDS)],
        division=villages[number % len(villages)].code,
        spot=f"村口第 {number} 根电线杆旁",
        words=WORDS,
        photo=[photo(w)],
    )


def photo(w: Work) -> str:
    """Record a photo of which there is only the row."""
    name = f"quarantine/{secrets.token_hex(32)}"
    return media.record(
        w, media.Prepared(name, "image/jpeg", 4032, 3024, 3_800_000, None, "", None, None)
    )


def develop(w: Work, owner: str) -> None:
    """Write what the jobs process writes once the renditions are made."""
    name = f"renditions/{secrets.token_hex(32)}"
    w.session.execute(
        update(Photo)
        .where(Photo.owner == owner)
        .values(
            state="ready",
            large_name=name,
            thumb_name=name,
            large_width=2016,
            large_height=1512,
            thumb_width=320,
            thumb_height=240,
            quarantine_name=None,
        )
    )


def resident(w: Work) -> str:
    """Sign a new resident in; return the cookie's token."""
    row = {"code": "BENCH00001", "kind": "resident", "state": "active", "created_at": w.now}
    w.session.execute(insert(Account), row)
    account = w.session.scalars(select(Account).where(Account.code == row["code"])).one()
    return start_session(w, account, device="", old_token="").token


def main() -> int:
    rows = int(sys.argv[1])
    app = create_app(settings_of_process())
    with app.app_context():
        Base.metadata.create_all(db.engine)
        work(SYSTEM, lambda w: (divisions.seed(w), calendar.seed(w)))
        code = ""
        for first in range(0, rows, AT_ONCE):
            numbers = range(first, min(rows, first + AT_ONCE))
            code = work(SYSTEM, lambda w, numbers=numbers: fill(w, numbers))
        print(json.dumps({"code": code, "cookie": work(SYSTEM, resident)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
