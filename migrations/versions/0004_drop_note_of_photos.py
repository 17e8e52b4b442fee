"""A photo's note, which nothing ever wrote, goes.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # SQLite does this since 3.35; a batch would copy the whole table and lose its checks.
    op.execute("ALTER TABLE photo DROP COLUMN note")


def downgrade() -> None:
    op.add_column("photo", sa.Column("note", sa.Text(), nullable=False, server_default=""))
