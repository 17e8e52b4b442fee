"""The official account's access token and ticket are rows, one each for all processes."""

import sqlalchemy as sa
from alembic import op

revision = "0103"
down_revision = "0102"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wechat_token",
        sa.Column("app_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ask_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("forced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fails", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(200), nullable=False),
        sa.CheckConstraint("kind IN ('access', 'ticket')", name=op.f("ck_wechat_token_kind_known")),
        sa.CheckConstraint(
            "(sealed IS NULL) = (until IS NULL)", name=op.f("ck_wechat_token_value_has_end")
        ),
        sa.PrimaryKeyConstraint("app_id", "kind", name="pk_wechat_token"),
    )


def downgrade() -> None:
    op.drop_table("wechat_token")
