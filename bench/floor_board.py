"""What a board costs without the product: its sums as bare SQL, its page in one plain loop."""

import re
from collections.abc import Iterator, Sequence
from html import unescape

from flask import Flask, render_template
from jinja2 import DictLoader
from sqlalchemy import URL, create_engine, select, text
from sqlalchemy.orm import Session

from wufei_public.indicators.models.values import Value
from wufei_public.indicators.rules.states import State
from wufei_public.infra.db import db

DISTRICT = "410307"
BEGINS = {
    "sqlite": {
        "month": "date({day}, 'start of month')",
        "quarter": "date({day}, 'start of month',"
        " '-' || ((CAST(strftime('%m', {day}) AS integer) - 1) % 3) || ' months')",
        "year": "date({day}, 'start of year')",
    },
    "postgresql": {
        kind: f"CAST(date_trunc('{kind}', {{day}}) AS date)"
        for kind in ("month", "quarter", "year")
    },
}
COUNTED = (
    "SELECT village AS place, day, count(*) AS checkins, count(*) FILTER (WHERE member = 0) AS own,"
    " count(*) FILTER (WHERE (bins & 17) <> 0) AS wet, count(*) FILTER (WHERE (bins & 42) <> 0) AS"
    " dry, count(*) FILTER (WHERE (bins & 4) <> 0) AS hazardous FROM check_in GROUP BY village, day"
)
# The values of the month that is frozen: its people, each once, and its cases that fell due.
_PEOPLE = (
    "SELECT count(*) FROM (SELECT p.account FROM checkin_profile p WHERE EXISTS (SELECT 1 FROM"
    " check_in c WHERE c.account = p.account AND c.member = 0"
    " AND c.day BETWEEN '2026-12-01' AND '2026-12-31')"
    " UNION SELECT account FROM quiz_round WHERE day BETWEEN '2026-12-01' AND '2026-12-31'"
    " UNION SELECT reporter_id FROM report WHERE reporter_id IS NOT NULL"
    " AND business_day BETWEEN '2026-12-01' AND '2026-12-31') AS people"
)
_CASES = (
    "SELECT count(*), count(*) FILTER (WHERE state = 'closed' AND closed_at <= legal_finish_due)"
    " FROM report WHERE accepted_at IS NOT NULL AND state <> 'refused' AND merged_into IS NULL"
    " AND legal_finish_due BETWEEN '2026-11-30 16:00:00.000000' AND '2026-12-31 15:59:59.999999'"
)


def bare_sums(kind: str) -> None:
    """Write days, months, quarters and years of places, towns and the district; count people."""
    with Session(db.engine) as session:
        for statement in _statements(kind):
            session.execute(text(statement))
        session.commit()


def _begin(kind: str, longer: str) -> str:
    return BEGINS[kind][longer].format(day="starts_on")


def _statements(kind: str) -> Sequence[str]:
    columns = "place varchar, day date, checkins bigint, own bigint, wet bigint, dry bigint,"
    columns += " hazardous bigint"
    key = "series varchar, kind varchar, place varchar, starts_on date, figure bigint"
    rowid = " WITHOUT ROWID" if kind == "sqlite" else ""
    sums = [
        f"INSERT INTO bare_sum SELECT series, 'month', {place}, {_begin(kind, 'month')},"
        f" sum(figure) FROM bare_sum WHERE kind = 'day' AND length(place) {length} GROUP BY 1, 3, 4"
        for place, length in (
            ("place", ">= 0"),
            ("substr(place, 1, 9)", "= 12"),
            (f"'{DISTRICT}'", "IN (0, 9, 12)"),
        )
    ] + [
        f"INSERT INTO bare_sum SELECT series, '{longer}', place, {_begin(kind, longer)},"
        " sum(figure) FROM bare_sum WHERE kind = 'month' GROUP BY 1, 3, 4"
        for longer in ("quarter", "year")
    ]
    days = [
        f"INSERT INTO bare_sum SELECT '{name}', 'day', place, day, {figure} FROM {table}"
        for name, figure, table in (
            ("checkins", "checkins", "bare_day"),
            ("checkins_own", "own", "bare_day"),
            ("reports", "open_all + closed_all + uncleared_all + refused_all", "report_count"),
            ("reports_closed", "closed_all", "report_count"),
        )
    ]
    return [
        "DROP TABLE IF EXISTS bare_day",
        "DROP TABLE IF EXISTS bare_sum",
        f"CREATE TABLE bare_day ({columns}, PRIMARY KEY (place, day)){rowid}",
        f"CREATE TABLE bare_sum ({key}, PRIMARY KEY (series, kind, place, starts_on)){rowid}",
        f"INSERT INTO bare_day {COUNTED}",
        *days,
        *sums,
        _PEOPLE,
        _CASES,
    ]


# ---- the page ------------------------------------------------------------------------


def bare_page(page: str, address: URL) -> Flask:
    """Return an application that reads what is published and draws `page` from its rows."""
    rows, source = _looped(page)
    app, engine = Flask("floor"), create_engine(address)
    app.jinja_loader = DictLoader({"page.html": source})

    @app.get("/")
    def board() -> str:
        with Session(engine) as session:
            found = session.scalars(select(Value).where(Value.state == State.PUBLISHED)).all()
            assert found
        return render_template("page.html", rows=rows)

    return app


def _looped(page: str) -> tuple[list[list[str]], str]:
    """Return the words of the page's rows, and the page as a template that loops over them."""
    lines = re.findall(r"<li><a href=\"/indicators/[^\"]+\"><span class=\"wf-ind__no.*?</li>", page)
    rows, parts, at = [], [], 0
    for line in lines:
        begin = page.index(line, at)
        tags = re.split(r"(<[^>]+>)", line)
        words = [unescape(word) for word in tags[::2]]
        shape = "".join(
            f"{{{{ row[{number // 2}] }}}}" if number % 2 == 0 and word else word
            for number, word in enumerate(tags)
        )
        parts += [_raw(page[at:begin]), (shape, len(rows))]
        rows.append(words)
        at = begin + len(line)
    return rows, "".join(_joined([*parts, _raw(page[at:])]))


def _raw(words: str) -> str:
    return f"{{% raw %}}{words}{{% endraw %}}" if words.strip() else words


def _joined(parts: Sequence[str | tuple[str, int]]) -> Iterator[str]:
    """Give the template: each row's shape within a loop of one, as plain as they come."""
    for part in parts:
        if isinstance(part, str):
            yield part
        else:
            shape, number = part
            yield f"{{% for row in rows[{number}:{number + 1}] %}}{shape}{{% endfor %}}"
