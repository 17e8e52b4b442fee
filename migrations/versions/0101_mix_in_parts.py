"""What was written since the last mixing says so itself, so that mixing goes part by part."""

import sqlalchemy as sa
from alembic import op

revision = "0101"
down_revision = "0100"
branch_labels = None
depends_on = None

FRESH = {
    "survey_response": sa.true(),
    "survey_token": sa.true(),
    "survey_device": sa.true(),
    "survey_unit": sa.true(),
    "survey_invitation": sa.false(),
}


def upgrade() -> None:
    for table, default in FRESH.items():
        column = sa.Column("fresh", sa.Boolean(), nullable=False, server_default=default)
        op.add_column(table, column)
        where = sa.text("fresh")
        op.create_index(
            f"ix_{table}_fresh", table, ["wave_id"], sqlite_where=where, postgresql_where=where
        )
    op.drop_column("survey_wave", "mixed")


def downgrade() -> None:
    op.add_column(
        "survey_wave", sa.Column("mixed", sa.Integer(), nullable=False, server_default="0")
    )
    for table in FRESH:
        op.drop_index(f"ix_{table}_fresh", table)
        op.drop_column(table, "fresh")
