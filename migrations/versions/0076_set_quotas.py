"""Waves have quotas by cell, and say whether their answers may point at a person."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0076"
down_revision = "0075"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    kind = sa.JSON(none_as_null=True).with_variant(
        postgresql.JSONB(none_as_null=True), "postgresql"
    )
    op.add_column("survey_wave", sa.Column("quotas", kind, nullable=True))
    op.add_column(
        "survey_wave",
        sa.Column("identifiable", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "survey_quota",
        sa.Column("wave_id", KEY, nullable=False),
        sa.Column("cell", sa.String(100), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("filled", sa.Integer(), nullable=False),
        sa.CheckConstraint("wanted > 0 AND filled >= 0", name=op.f("ck_survey_quota_counted")),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["survey_wave.id"], name=op.f("fk_survey_quota_wave_id")
        ),
        sa.PrimaryKeyConstraint("wave_id", "cell", name=op.f("pk_survey_quota")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("survey_quota")
    op.execute("ALTER TABLE survey_wave DROP COLUMN identifiable")
    op.execute("ALTER TABLE survey_wave DROP COLUMN quotas")
