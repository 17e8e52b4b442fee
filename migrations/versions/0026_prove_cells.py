"""PDF evidence; yearly spot checks, votes and covers of waste-free cells."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "paper",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=80), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
    )
    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_file_name"), ["file_name"], unique=False)
        batch_op.create_index(batch_op.f("ix_paper_owner"), ["owner"], unique=False)

    op.create_table(
        "cell_paper",
        sa.Column("paper_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["cell_application.id"], name=op.f("fk_cell_paper_application_id")
        ),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_cell_paper_paper_id")),
        sa.PrimaryKeyConstraint("paper_id", name=op.f("pk_cell_paper")),
    )
    with op.batch_alter_table("cell_paper", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_cell_paper_application_id_item"),
            ["application_id", "item"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("cell_paper", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cell_paper_application_id_item"))

    op.drop_table("cell_paper")
    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_owner"))
        batch_op.drop_index(batch_op.f("ix_paper_file_name"))

    op.drop_table("paper")
