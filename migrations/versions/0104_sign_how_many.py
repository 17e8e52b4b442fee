"""A snapshot signs how many leaves it has; those from before say that they do not."""

from alembic import op

revision = "0104"
down_revision = "0103"
branch_labels = None
depends_on = None

# Name, table, change, when it is refused, what it says then.
BEFORE = [
    (
        "listing_snapshot_stays",
        "listing_snapshot",
        "UPDATE",
        (
            "(NEW.number IS DISTINCT FROM OLD.number OR NEW.at IS DISTINCT FROM OLD.at OR NEW.red"
            " IS DISTINCT FROM OLD.red OR NEW.black IS DISTINCT FROM OLD.black OR NEW.added IS "
            "DISTINCT FROM OLD.added OR NEW.gone IS DISTINCT FROM OLD.gone OR NEW.changed IS "
            "DISTINCT FROM OLD.changed OR NEW.root IS DISTINCT FROM OLD.root OR NEW.size IS "
            "DISTINCT FROM OLD.size OR NEW.previous IS DISTINCT FROM OLD.previous OR "
            "NEW.signature IS DISTINCT FROM OLD.signature)"
        ),
        "what was written stays",
    ),
]
GUARDS = [
    (
        "listing_snapshot_stays",
        "listing_snapshot",
        "UPDATE",
        (
            "(NEW.number IS DISTINCT FROM OLD.number OR NEW.at IS DISTINCT FROM OLD.at OR NEW.red"
            " IS DISTINCT FROM OLD.red OR NEW.black IS DISTINCT FROM OLD.black OR NEW.added IS "
            "DISTINCT FROM OLD.added OR NEW.gone IS DISTINCT FROM OLD.gone OR NEW.changed IS "
            "DISTINCT FROM OLD.changed OR NEW.root IS DISTINCT FROM OLD.root OR NEW.size IS "
            "DISTINCT FROM OLD.size OR NEW.previous IS DISTINCT FROM OLD.previous OR "
            "NEW.signature IS DISTINCT FROM OLD.signature OR NEW.format IS DISTINCT FROM "
            "OLD.format)"
        ),
        "what was written stays",
    ),
    (
        "listing_snapshot_signs_its_size",
        "listing_snapshot",
        "INSERT",
        ("(NEW.format <> 2 OR NEW.size < 2 * (NEW.red + NEW.black))"),
        "a snapshot signs how many leaves it has",
    ),
]


def upgrade() -> None:
    # What was signed so far named no size.
    op.execute("ALTER TABLE listing_snapshot ADD COLUMN format INTEGER DEFAULT 1 NOT NULL")
    for name, table, *_rest in BEFORE:
        _drop(name, table)
    for guard in GUARDS:
        _guard(*guard)


def downgrade() -> None:
    for name, table, *_rest in GUARDS:
        _drop(name, table)
    op.execute("ALTER TABLE listing_snapshot DROP COLUMN format")
    for guard in BEFORE:
        _guard(*guard)


def _drop(name: str, table: str) -> None:
    op.execute(f"DROP TRIGGER {name}" + _on(table))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION {name}()")


def _on(table: str) -> str:
    return f" ON {table}" if op.get_bind().dialect.name == "postgresql" else ""


def _guard(name: str, table: str, change: str, when: str, says: str) -> None:
    dialect = op.get_bind().dialect.name
    head = f"CREATE TRIGGER {name} BEFORE {change} ON {table}"
    if dialect == "sqlite":
        plain = when.replace("IS DISTINCT FROM", "IS NOT")
        op.execute(f"{head} WHEN {plain} BEGIN SELECT RAISE(ABORT, '{says}'); END")
        return
    refused = f"RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation'"
    # PostgreSQL passes a DELETE over, without a word, when the trigger returns nothing.
    row = "OLD" if change == "DELETE" else "NEW"
    body = f"BEGIN IF {when} THEN {refused}; END IF; RETURN {row}; END"
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION {name}()")
