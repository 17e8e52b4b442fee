"""Add surveys: questionnaires, waves, answers that nobody can join to a person."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "survey_form",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("form_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "sheets", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_form")),
        sa.UniqueConstraint("code", name=op.f("uq_survey_form_code")),
        sa.UniqueConstraint("form_id", "version", name=op.f("uq_survey_form_form_id_version")),
    )
    op.create_table(
        "survey_wave",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("form_key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("form_id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("title_en", sa.String(length=120), nullable=False),
        sa.Column("mode", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("collector", sa.String(length=80), nullable=False),
        sa.Column("signed_in", sa.Boolean(), nullable=False),
        sa.Column("rotates", sa.Boolean(), nullable=False),
        sa.Column(
            "margins", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("secret", sa.LargeBinary(length=32), nullable=True),
        sa.Column(
            "frame",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=True,
        ),
        sa.Column("mixed", sa.Integer(), nullable=False),
        sa.Column(
            "figures",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=True,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(mode = 'external') = (collector <> '')",
            name=op.f("ck_survey_wave_external_has_collector"),
        ),
        sa.CheckConstraint(
            "(state = 'published') = (figures IS NOT NULL)",
            name=op.f("ck_survey_wave_published_has_figures"),
        ),
        sa.CheckConstraint(
            "(state IN ('draft', 'open')) = (secret IS NOT NULL)",
            name=op.f("ck_survey_wave_closed_forgets"),
        ),
        sa.CheckConstraint(
            "mode IN ('external', 'interviewer', 'invited', 'link')",
            name=op.f("ck_survey_wave_mode_known"),
        ),
        sa.CheckConstraint(
            "state IN ('closed', 'draft', 'dropped', 'open', 'published')",
            name=op.f("ck_survey_wave_state_known"),
        ),
        sa.CheckConstraint(
            "opens_on <= closes_on", name=op.f("ck_survey_wave_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(
            ["form_key"], ["survey_form.id"], name=op.f("fk_survey_wave_form_key")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_wave")),
        sa.UniqueConstraint("code", name=op.f("uq_survey_wave_code")),
    )
    with op.batch_alter_table("survey_wave", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_survey_wave_state_closes_on"), ["state", "closes_on"], unique=False
        )

    op.create_table(
        "survey_contact",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("wave_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["survey_wave.id"], name=op.f("fk_survey_contact_wave_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_contact")),
    )
    with op.batch_alter_table("survey_contact", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_survey_contact_wave_id_outcome"), ["wave_id", "outcome"], unique=False
        )

    op.create_table(
        "survey_device",
        sa.Column("wave_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["survey_wave.id"], name=op.f("fk_survey_device_wave_id")
        ),
        sa.PrimaryKeyConstraint("wave_id", "device", name=op.f("pk_survey_device")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "survey_exclusion",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("wave_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("flag", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["survey_wave.id"], name=op.f("fk_survey_exclusion_wave_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_exclusion")),
    )
    op.create_table(
        "survey_invitation",
        sa.Column("wave_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("stratum", sa.String(length=40), nullable=False),
        sa.Column("lookup", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=4), nullable=False),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["survey_wave.id"], name=op.f("fk_survey_invitation_wave_id")
        ),
        sa.PrimaryKeyConstraint("wave_id", "number", name=op.f("pk_survey_invitation")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("survey_invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_invitation_lookup"), ["lookup"], unique=True)

    op.create_table(
        "survey_response",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("wave_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=4), nullable=False),
        sa.Column(
            "answers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("pace", sa.String(length=5), nullable=False),
        sa.Column("straight", sa.Boolean(), nullable=False),
        sa.Column("everything", sa.Boolean(), nullable=False),
        sa.Column("duplicate", sa.Boolean(), nullable=False),
        sa.Column("stratum", sa.String(length=40), nullable=False),
        sa.Column("weight", sa.Float(), nullable=True),
        sa.CheckConstraint(
            "pace IN ('', 'fast', 'slow', 'usual')", name=op.f("ck_survey_response_pace_known")
        ),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["survey_wave.id"], name=op.f("fk_survey_response_wave_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_response")),
    )
    with op.batch_alter_table("survey_response", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_survey_response_wave_id_outcome"), ["wave_id", "outcome"], unique=False
        )

    op.create_table(
        "survey_token",
        sa.Column("wave_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["survey_wave.id"], name=op.f("fk_survey_token_wave_id")
        ),
        sa.PrimaryKeyConstraint("wave_id", "token", name=op.f("pk_survey_token")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("survey_token")
    with op.batch_alter_table("survey_response", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_response_wave_id_outcome"))

    op.drop_table("survey_response")
    with op.batch_alter_table("survey_invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_invitation_lookup"))

    op.drop_table("survey_invitation")
    op.drop_table("survey_exclusion")
    op.drop_table("survey_device")
    with op.batch_alter_table("survey_contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_contact_wave_id_outcome"))

    op.drop_table("survey_contact")
    with op.batch_alter_table("survey_wave", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_wave_state_closes_on"))

    op.drop_table("survey_wave")
    op.drop_table("survey_form")
