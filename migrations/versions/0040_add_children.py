"""Children under 14 with their guardian's consent, and the versions of the children's text."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "child",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("guardian", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("birth_year", sa.SmallInteger(), nullable=True),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "birth_year BETWEEN 2000 AND 2200", name=op.f("ck_child_birth_year_plausible")
        ),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR birth_year IS NULL", name=op.f("ck_child_withdrawn_forgets")
        ),
        sa.ForeignKeyConstraint(["guardian"], ["account.id"], name=op.f("fk_child_guardian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child")),
    )
    with op.batch_alter_table("child", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_child_guardian"), ["guardian"], unique=False)

    with op.batch_alter_table("consent_text", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("text", sa.String(length=16), server_default="privacy", nullable=False)
        )

    with op.batch_alter_table("household_member", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("child", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.create_unique_constraint(batch_op.f("uq_household_member_child"), ["child"])
        batch_op.create_foreign_key(
            batch_op.f("fk_household_member_child"), "child", ["child"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("household_member", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_household_member_child"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_household_member_child"), type_="unique")
        batch_op.drop_column("child")

    with op.batch_alter_table("consent_text", schema=None) as batch_op:
        batch_op.drop_column("text")

    with op.batch_alter_table("child", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_child_guardian"))

    op.drop_table("child")
