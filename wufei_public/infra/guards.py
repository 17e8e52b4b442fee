"""What no constraint of one row can say: triggers, the same on every database.

A table that a later migration makes anew on SQLite loses its triggers: make them anew too.
"""

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import DDL, Table, event

from wufei_public.infra.keyring import MAGIC, MARK

STAYS = "what was written stays"
# Written for people and for both databases; SQLite has another word for "differs".
_DIFFERS = ("IS DISTINCT FROM", "IS NOT")
# `DAYS(a, b)`: how many days lie from one instant to another, as each database counts them.
_DAYS = re.compile(r"DAYS\(([\w.]+), ([\w.]+)\)")
_BETWEEN = {
    "sqlite": r"(julianday(\2) - julianday(\1))",
    "postgresql": r"(EXTRACT(EPOCH FROM (\2 - \1)) / 86400)",
}
# `DAY(a)`: on which day of the district an instant lies; its clocks never change.
_DAY = re.compile(r"\bDAY\(([\w.]+)\)")
_ON = {
    "sqlite": r"date(\1, '+8 hours')",
    "postgresql": r"(\1 AT TIME ZONE 'Asia/Shanghai')::date",
}

# `MARK(a)`: what a sealed value begins with (infra/keyring.py), in hexadecimal.
_MARK = re.compile(r"MARK\(([\w.]+)\)")
_IN_HEX = {
    "sqlite": rf"hex(substr(\1, 1, {MARK}))",
    "postgresql": rf"upper(encode(substr(\1, 1, {MARK}), 'hex'))",
}


def statements(name: str, table: str, change: str, when: str, says: str) -> dict[str, list[str]]:
    """Return what makes the trigger that refuses a change of a row `when` it is so, by dialect."""
    head = f"CREATE TRIGGER {name} BEFORE {change} ON {table}"
    on_sqlite, on_postgresql = (
        _MARK.sub(_IN_HEX[dialect], _DAY.sub(_ON[dialect], _DAYS.sub(_BETWEEN[dialect], when)))
        for dialect in ("sqlite", "postgresql")
    )
    refused = f"RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation'"
    # PostgreSQL passes a DELETE over, without a word, when the trigger returns nothing.
    row = "OLD" if change == "DELETE" else "NEW"
    body = f"BEGIN IF {on_postgresql} THEN {refused}; END IF; RETURN {row}; END"
    return {
        "sqlite": [
            f"{head} WHEN {on_sqlite.replace(*_DIFFERS)} BEGIN SELECT RAISE(ABORT, '{says}'); END"
        ],
        "postgresql": [
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
            f"{head} FOR EACH ROW EXECUTE FUNCTION {name}()",
        ],
    }


def guard(model: Any, name: str, change: str, when: str, says: str) -> None:
    """Let the table of `model` be made with that trigger."""
    table: Table = model.__table__
    for dialect, found in statements(name, table.name, change, when, says).items():
        for statement in found:
            ddl: DDL = DDL(statement)  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", ddl.execute_if(dialect=dialect))


def differs(columns: Iterable[str]) -> str:
    """Return what says that one of `columns` is to become something else."""
    changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in columns)
    return f"({changed})"


def sealed_anew(model: Any, name: str, column: str) -> None:
    """Let `column` change only to what lies under another version of a key, never the first.

    So a rotation may seal it anew. What is in it no trigger can tell: a hash beside it does.
    """
    new, old = f"MARK(NEW.{column})", f"MARK(OLD.{column})"
    marked = f"substr({new}, 1, {len(MAGIC) * 2}) = '{MAGIC.hex().upper()}'"
    when = f"({differs([column])} AND ({new} = {old} OR NOT {marked}))"
    guard(model, name, "UPDATE", when, STAYS)


def keep(model: Any, *but: str) -> None:
    """Let the rows of `model` stay as they were written, `but` some columns."""
    table: Table = model.__table__
    fixed = [column.name for column in table.columns if column.name not in but]
    guard(model, f"{table.name}_stays", "UPDATE", differs(fixed), STAYS)
    guard(model, f"{table.name}_is_kept", "DELETE", "1 = 1", STAYS)
