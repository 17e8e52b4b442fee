"""When staff took a nickname away: its owner has none for a while."""

import sqlalchemy as sa
from alembic import op

revision = "0123"
down_revision = "0122"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("checkin_profile", sa.Column("blanked_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("checkin_profile", "blanked_at")
