"""Points may expire: a book of their own, and a note that their owner was told."""

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Name of a check, what it says before, what it says from now on.
_CHECKS = (
    (
        "ck_point_entry_book_known",
        "book IN ('earned', 'moved', 'reversed', 'spent')",
        "book IN ('earned', 'expired', 'moved', 'reversed', 'spent')",
    ),
    (
        "ck_point_entry_spent_is_less",
        "book <> 'spent' OR amount < 0",
        "book NOT IN ('expired', 'spent') OR amount < 0",
    ),
)


def _say(name: str, before: str, after: str) -> None:
    """Change what a check of the entries says, with the rows left where they are.

    The documented way for a check on SQLite is to rewrite the table's own words
    (sqlite.org/lang_altertable.html, section 7): a new table of the largest one takes long.
    """
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute(f"ALTER TABLE point_entry DROP CONSTRAINT {name}")
        op.execute(f"ALTER TABLE point_entry ADD CONSTRAINT {name} CHECK ({after})")
        return
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    op.execute("PRAGMA writable_schema = ON")
    changed = sa.text(
        "UPDATE sqlite_master SET sql = replace(sql, :before, :after)"
        " WHERE type = 'table' AND name = 'point_entry'"
    )
    connection.execute(changed, {"before": before, "after": after})
    op.execute(f"PRAGMA schema_version = {version + 1}")
    op.execute("PRAGMA writable_schema = OFF")


def upgrade() -> None:
    for name, before, after in _CHECKS:
        _say(name, before, after)
    op.create_table(
        "point_notice",
        sa.Column("account", BIG, nullable=False),
        sa.Column("good_until", sa.Date(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("points > 0", name=op.f("ck_point_notice_tells_of_some")),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_point_notice_account")),
        sa.PrimaryKeyConstraint("good_until", "account", name=op.f("pk_point_notice")),
    )
    op.create_index(op.f("ix_point_notice_account"), "point_notice", ["account"])


def downgrade() -> None:
    op.drop_table("point_notice")
    # The sums stay what they are.
    op.execute("UPDATE point_entry SET book = 'spent' WHERE book = 'expired'")
    for name, before, after in reversed(_CHECKS):
        _say(name, after, before)
