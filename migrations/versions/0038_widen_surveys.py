"""Surveys: drafts of questionnaires, files of answers, units that answered, topics of comments."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0038"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "survey_draft",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column(
            "sheets", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "before", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("edited_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("edits > 0", name=op.f("ck_survey_draft_edits_counted")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_draft")),
        sa.UniqueConstraint("code", name=op.f("uq_survey_draft_code")),
    )
    op.create_table(
        "survey_response_file",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("wave_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column(
            "checked", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "released_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (data IS NOT NULL)",
            name=op.f("ck_survey_response_file_withdrawn_is_empty"),
        ),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["survey_wave.id"], name=op.f("fk_survey_response_file_wave_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_response_file")),
    )
    with op.batch_alter_table("survey_response_file", schema=None) as batch_op:
        batch_op.create_index(
            "uq_survey_response_file_live",
            ["wave_id"],
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )

    op.create_table(
        "survey_topic",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("wave_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["survey_wave.id"], name=op.f("fk_survey_topic_wave_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_topic")),
        sa.UniqueConstraint("wave_id", "label", name=op.f("uq_survey_topic_wave_id_label")),
    )
    op.create_table(
        "survey_unit",
        sa.Column("wave_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_survey_unit_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["survey_wave.id"], name=op.f("fk_survey_unit_wave_id")
        ),
        sa.PrimaryKeyConstraint("wave_id", "organisation_id", name=op.f("pk_survey_unit")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "survey_coding",
        sa.Column("wave_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("comment", sa.String(length=32), nullable=False),
        sa.Column("topic_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["survey_topic.id"], name=op.f("fk_survey_coding_topic_id")
        ),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["survey_wave.id"], name=op.f("fk_survey_coding_wave_id")
        ),
        sa.PrimaryKeyConstraint("wave_id", "comment", "topic_id", name=op.f("pk_survey_coding")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("survey_coding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_coding_topic_id"), ["topic_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("survey_coding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_coding_topic_id"))

    op.drop_table("survey_coding")
    op.drop_table("survey_unit")
    op.drop_table("survey_topic")
    with op.batch_alter_table("survey_response_file", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_survey_response_file_live",
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )

    op.drop_table("survey_response_file")
    op.drop_table("survey_draft")
