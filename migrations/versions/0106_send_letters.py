"""Letters through WeChat: in which language, and who takes none."""

import sqlalchemy as sa
from alembic import op

revision = "0106"
down_revision = "0105"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "account_identity",
        sa.Column("language", sa.String(2), nullable=False, server_default="zh"),
    )
    op.create_table(
        "message_unwilling",
        sa.Column("account", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("template", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"],
            ["account.id"],
            name=op.f("fk_message_unwilling_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account", "template", name=op.f("pk_message_unwilling")),
    )


def downgrade() -> None:
    op.drop_table("message_unwilling")
    op.drop_column("account_identity", "language")
