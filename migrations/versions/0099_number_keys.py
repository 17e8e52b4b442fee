"""A sealed file says under which version of the key; a sealed record may be sealed anew."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0099"
down_revision = "0098"
branch_labels = None
depends_on = None

TABLE, STAYS = "listing_leaf", "what was written stays"
_ANEW = (
    "((NEW.sealed IS DISTINCT FROM OLD.sealed) AND (MARK(NEW.sealed) = MARK(OLD.sealed)"
    " OR NOT substr(MARK(NEW.sealed), 1, 8) = '0077666B'))"
)
_MARK = re.compile(r"MARK\(([\w.]+)\)")
_FIXED = ("leaf", "listing_id")


def upgrade() -> None:
    for name in ("evidence_key", "plain_key"):
        column = sa.Column(name, sa.Integer(), nullable=False, server_default=sa.text("1"))
        op.add_column("photo", column)
    _drop("listing_leaf_stays")
    _guard("listing_leaf_stays", _differs(_FIXED))
    _guard("listing_leaf_is_sealed_anew", _ANEW)


def downgrade() -> None:
    _drop("listing_leaf_is_sealed_anew")
    _drop("listing_leaf_stays")
    _guard("listing_leaf_stays", _differs((*_FIXED, "sealed")))
    for name in ("plain_key", "evidence_key"):
        op.drop_column("photo", name)


def _differs(columns: tuple[str, ...]) -> str:
    return f"({' OR '.join(f'NEW.{name} IS DISTINCT FROM OLD.{name}' for name in columns)})"


def _drop(name: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {name}")
        return
    op.execute(f"DROP TRIGGER {name} ON {TABLE}")
    op.execute(f"DROP FUNCTION {name}()")


def _guard(name: str, when: str) -> None:
    head = f"CREATE TRIGGER {name} BEFORE UPDATE ON {TABLE}"
    if op.get_bind().dialect.name == "sqlite":
        plain = _MARK.sub(r"hex(substr(\1, 1, 6))", when)
        plain = plain.replace("IS DISTINCT FROM", "IS NOT")
        op.execute(f"{head} WHEN {plain} BEGIN SELECT RAISE(ABORT, '{STAYS}'); END")
        return
    when = _MARK.sub(r"upper(encode(substr(\1, 1, 6), 'hex'))", when)
    refused = f"RAISE EXCEPTION '{STAYS}' USING ERRCODE = 'integrity_constraint_violation'"
    body = f"BEGIN IF {when} THEN {refused}; END IF; RETURN NEW; END"
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION {name}()")
