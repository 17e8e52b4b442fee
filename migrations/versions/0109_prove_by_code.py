"""A code to the registered contact of an organisation, and who wrote that contact down."""

import sqlalchemy as sa
from alembic import op

revision = "0109"
down_revision = "0108"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("organisation", sa.Column("contact_by", _KEY, nullable=True))
    op.create_table(
        "membership_code",
        sa.Column("membership_id", _KEY, nullable=False),
        sa.Column("code_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.CheckConstraint("tries BETWEEN 0 AND 5", name=op.f("ck_membership_code_tries_few")),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["membership.id"],
            name=op.f("fk_membership_code_membership_id"),
        ),
        sa.PrimaryKeyConstraint("membership_id", name=op.f("pk_membership_code")),
    )


def downgrade() -> None:
    op.drop_table("membership_code")
    op.drop_column("organisation", "contact_by")
