"""What was erased is written down, so that a backup which is put back forgets it again."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "forgotten",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True,
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column(
            "subject",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("copied_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forgotten")),
    )  # fmt: skip
    op.create_index(
        "ix_forgotten_new",
        "forgotten",
        ["id"],
        sqlite_where=sa.text("copied_at IS NULL"),
        postgresql_where=sa.text("copied_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_forgotten_new", table_name="forgotten")
    op.drop_table("forgotten")
