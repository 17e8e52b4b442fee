"""PDF evidence; yearly spot checks, votes and covers of waste-free cells."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
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
        "cell_draw",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seed", sa.String(length=40), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "seed <> '' AND units > 0", name=op.f("ck_cell_draw_draw_can_be_repeated")
        ),
        sa.ForeignKeyConstraint(["drawn_by"], ["account.id"], name=op.f("fk_cell_draw_drawn_by")),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_cell_draw")),
    )
    op.create_table(
        "cell_ballot",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("document", sa.String(length=60), nullable=False),
        sa.Column("in_favour", sa.Integer(), nullable=False),
        sa.Column("against", sa.Integer(), nullable=False),
        sa.Column("abstained", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "against >= 0 AND abstained >= 0", name=op.f("ck_cell_ballot_votes_are_counts")
        ),
        sa.CheckConstraint(
            "in_favour > against + abstained", name=op.f("ck_cell_ballot_vote_is_carried")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["cell_application.id"], name=op.f("fk_cell_ballot_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell_ballot")),
    )
    with op.batch_alter_table("cell_ballot", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_cell_ballot_application_id"), ["application_id"], unique=False
        )

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

    op.create_table(
        "cell_spot_check",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "certificate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("finding", sa.String(length=8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "checked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(finding = '') = (checked_at IS NULL) AND (finding = '') = (checked_by IS NULL) AND (finding = '') = (text = '')",
            name=op.f("ck_cell_spot_check_checked_has_words"),
        ),
        sa.CheckConstraint(
            "finding IN ('', 'kept', 'slipped')", name=op.f("ck_cell_spot_check_finding_known")
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["cell_certificate.id"],
            name=op.f("fk_cell_spot_check_certificate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["checked_by"], ["account.id"], name=op.f("fk_cell_spot_check_checked_by")
        ),
        sa.ForeignKeyConstraint(["year"], ["cell_draw.year"], name=op.f("fk_cell_spot_check_year")),
        sa.PrimaryKeyConstraint("year", "certificate_id", name=op.f("pk_cell_spot_check")),
    )
    with op.batch_alter_table("cell_spot_check", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_cell_spot_check_certificate_id"), ["certificate_id"], unique=False
        )

    with op.batch_alter_table("cell_certificate", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "cover_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("cell_certificate", schema=None) as batch_op:
        batch_op.drop_column("cover_id")

    with op.batch_alter_table("cell_spot_check", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cell_spot_check_certificate_id"))

    op.drop_table("cell_spot_check")
    with op.batch_alter_table("cell_paper", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cell_paper_application_id_item"))

    op.drop_table("cell_paper")
    with op.batch_alter_table("cell_ballot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cell_ballot_application_id"))

    op.drop_table("cell_ballot")
    op.drop_table("cell_draw")
    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_owner"))
        batch_op.drop_index(batch_op.f("ix_paper_file_name"))

    op.drop_table("paper")
