"""What everyone is to read is read for names of people before, by somebody who is written down.

What an enterprise says of a shown entry waits for a reader, or for the end of a clock.
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0093"
down_revision = "0092"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
# Name, table, change, when it is refused, what it says then.
GUARDS = [
    (
        "listing_paper_quoted_as_written",
        "listing_paper",
        "UPDATE",
        (
            "(NEW.public_words IS DISTINCT FROM OLD.public_words AND NOT EXISTS (SELECT 1 FROM "
            "listing_error WHERE listing_error.listing_id = NEW.listing_id AND listing_error.paper = "
            "NEW.code AND listing_error.outcome = 'upheld' AND listing_error.correction = "
            "NEW.public_words AND listing_error.replaced = OLD.public_words) AND NOT EXISTS (SELECT 1"
            " FROM listing_reading WHERE listing_reading.paper_id = NEW.id AND listing_reading.words "
            "= NEW.public_words AND listing_reading.replaced = OLD.public_words))"
        ),
        "what an enterprise says changes by a report and two persons",
    ),
    (
        "listing_paper_is_public_in_time",
        "listing_paper",
        "INSERT",
        (
            "(NEW.kind <> 'repair' AND (NEW.public_from IS NULL OR DAYS(NEW.at, NEW.public_from) > "
            "14))"
        ),
        "what an enterprise says is public in time",
    ),
    (
        "listing_paper_is_not_put_off",
        "listing_paper",
        "UPDATE",
        (
            "(NEW.public_from IS DISTINCT FROM OLD.public_from AND (NEW.public_from IS NULL OR "
            "OLD.public_from IS NULL OR NEW.public_from > OLD.public_from OR NOT EXISTS (SELECT 1 "
            "FROM listing_reading WHERE listing_reading.paper_id = NEW.id)))"
        ),
        "what an enterprise says is public in time",
    ),
    (
        "listing_reading_stays",
        "listing_reading",
        "UPDATE",
        (
            "(NEW.id IS DISTINCT FROM OLD.id OR NEW.listing_id IS DISTINCT FROM OLD.listing_id OR "
            "NEW.paper_id IS DISTINCT FROM OLD.paper_id OR NEW.account_id IS DISTINCT FROM "
            "OLD.account_id OR NEW.at IS DISTINCT FROM OLD.at OR NEW.words IS DISTINCT FROM OLD.words"
            " OR NEW.replaced IS DISTINCT FROM OLD.replaced OR NEW.reason IS DISTINCT FROM "
            "OLD.reason)"
        ),
        "what was written stays",
    ),
    (
        "listing_reading_is_kept",
        "listing_reading",
        "DELETE",
        ("1 = 1"),
        "what was written stays",
    ),
    (
        "listing_reading_by_no_party",
        "listing_reading",
        "INSERT",
        (
            "(NEW.paper_id IS NOT NULL AND (EXISTS (SELECT 1 FROM listing_party WHERE "
            "listing_party.listing_id = NEW.listing_id AND listing_party.account_id = NEW.account_id)"
            " OR EXISTS (SELECT 1 FROM listing WHERE listing.id = NEW.listing_id AND NEW.account_id "
            "IN (listing.proposed_by, coalesce(listing.decided_by, 0), coalesce(listing.approved_by, "
            "0))) OR EXISTS (SELECT 1 FROM listing_paper WHERE listing_paper.id = NEW.paper_id AND "
            "listing_paper.account_id = NEW.account_id)))"
        ),
        "who took part decides and answers nothing",
    ),
    (
        "listing_is_read_before_everyone_reads_it",
        "listing",
        "UPDATE",
        (
            "((OLD.published_at IS NULL AND NEW.published_at IS NOT NULL AND NOT EXISTS (SELECT 1 "
            "FROM listing_reading WHERE listing_reading.paper_id IS NULL AND "
            "listing_reading.listing_id = NEW.id AND listing_reading.words = NEW.public_facts AND "
            "(listing_reading.account_id = NEW.approved_by OR NEW.approved_by IS NULL))) OR "
            "(NEW.state = 'noticed' AND OLD.state <> 'noticed' AND NOT EXISTS (SELECT 1 FROM "
            "listing_reading WHERE listing_reading.paper_id IS NULL AND listing_reading.listing_id = "
            "NEW.id AND listing_reading.words = NEW.public_facts)))"
        ),
        "nobody looked whether people are named",
    ),
    (
        "listing_draft_is_read_before_it_stands",
        "listing_draft",
        "UPDATE",
        (
            "(NEW.outcome = 'stood' AND OLD.outcome = '' AND NOT EXISTS (SELECT 1 FROM "
            "listing_reading WHERE listing_reading.paper_id IS NULL AND listing_reading.listing_id = "
            "NEW.listing_id AND listing_reading.words = NEW.correction AND listing_reading.account_id"
            " = NEW.ended_by))"
        ),
        "nobody looked whether people are named",
    ),
]
QUOTED = "listing_paper_quoted_as_written"
BEFORE = (
    QUOTED,
    "listing_paper",
    "UPDATE",
    (
        "(NEW.public_words IS DISTINCT FROM OLD.public_words AND NOT EXISTS (SELECT 1 FROM "
        "listing_error WHERE listing_error.listing_id = NEW.listing_id AND "
        "listing_error.paper = NEW.code AND listing_error.outcome = 'upheld' AND "
        "listing_error.correction = NEW.public_words AND listing_error.replaced = "
        "OLD.public_words))"
    ),
    "what an enterprise says changes by a report and two persons",
)


def upgrade() -> None:
    op.create_table(
        "listing_reading",
        sa.Column("id", BIG, nullable=False),
        sa.Column("listing_id", BIG, nullable=False),
        sa.Column("paper_id", BIG, nullable=True),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("replaced", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_reading")),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_listing_reading_listing_id")
        ),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["listing_paper.id"], name=op.f("fk_listing_reading_paper_id")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_listing_reading_account_id")
        ),
        sa.CheckConstraint("words <> ''", name=op.f("ck_listing_reading_says_what")),
        sa.CheckConstraint(
            "replaced = words OR reason <> ''", name=op.f("ck_listing_reading_hides_with_reason")
        ),
    )
    op.create_index("ix_listing_reading_listing_id_id", "listing_reading", ["listing_id", "id"])
    op.create_index("ix_listing_reading_paper_id", "listing_reading", ["paper_id"])
    # What was said before is public as it was.
    op.add_column("listing_paper", sa.Column("public_from", AT, nullable=True))
    _drop(QUOTED, "listing_paper")
    for guard in GUARDS:
        _guard(*guard)


def downgrade() -> None:
    for name, table, *_rest in GUARDS:
        _drop(name, table)
    op.drop_table("listing_reading")
    op.execute("ALTER TABLE listing_paper DROP COLUMN public_from")
    _guard(*BEFORE)


def _drop(name: str, table: str) -> None:
    op.execute(f"DROP TRIGGER {name}" + _on(table))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION {name}()")


def _on(table: str) -> str:
    return f" ON {table}" if op.get_bind().dialect.name == "postgresql" else ""


DAYS = re.compile(r"DAYS\(([\w.]+), ([\w.]+)\)")
BETWEEN = {
    "sqlite": r"(julianday(\2) - julianday(\1))",
    "postgresql": r"(EXTRACT(EPOCH FROM (\2 - \1)) / 86400)",
}


def _guard(name: str, table: str, change: str, when: str, says: str) -> None:
    dialect = op.get_bind().dialect.name
    head, when = (
        f"CREATE TRIGGER {name} BEFORE {change} ON {table}",
        DAYS.sub(BETWEEN[dialect], when),
    )
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
