"""A collector's file waits, sealed, until somebody has said what its columns mean."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0111"
down_revision = "0110"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "survey_upload",
        sa.Column(
            "wave_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column(
            "columns",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["survey_wave.id"], name="fk_survey_upload_wave_id_survey_wave"
        ),
        sa.PrimaryKeyConstraint("wave_id", name="pk_survey_upload"),
    )
    op.create_index("ix_survey_upload_at", "survey_upload", ["at"])


def downgrade() -> None:
    op.drop_table("survey_upload")
