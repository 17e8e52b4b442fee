"""A certificate that the black list suspended knows from which day on it is free."""

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cell_certificate", sa.Column("free_from", sa.Date(), nullable=True))


def downgrade() -> None:
    op.execute("ALTER TABLE cell_certificate DROP COLUMN free_from")
