"""Notices and articles as versions; from when on a yes is one to which privacy text."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


OLD, NEW = "'waiting', 'sent', 'dead'", "'waiting', 'sent', 'dead', 'dropped'"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _outbox_states(states: str) -> None:
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.drop_constraint(op.f("ck_outbox_state_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_outbox_state_known"), f"state IN ({states})")


def upgrade() -> None:
    _outbox_states(NEW)
    dead = sa.text("state = 'dead'")
    op.create_index("ix_outbox_dead", "outbox", ["id"], sqlite_where=dead, postgresql_where=dead)
    op.create_table(
        "grant_review",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("grant_id", BIG, nullable=False),
        sa.Column("reviewed_by", BIG, nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["account_role.id"], name=op.f("fk_grant_review_grant_id")
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by"], ["account.id"], name=op.f("fk_grant_review_reviewed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_review")),
    )
    op.create_index(op.f("ix_grant_review_grant_id"), "grant_review", ["grant_id"])
    op.create_table(
        "message_text",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("template", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("title_en", sa.String(length=120), nullable=False),
        sa.Column("words_en", sa.String(length=600), nullable=False),
        sa.Column("written_by", BIG, nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["written_by"], ["account.id"], name=op.f("fk_message_text_written_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_text")),
        sa.UniqueConstraint("template", "number", name=op.f("uq_message_text_template_number")),
    )
    op.create_table(
        "consent_text",
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_consent_text")),
    )
    with op.batch_alter_table("consent_text", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_text_since"), ["since"], unique=False)

    op.create_table(
        "notice",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("slug", sa.String(length=16), nullable=True),
        sa.Column("division", sa.String(length=12), nullable=True),
        sa.Column("saves", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(kind = 'text') = (slug IS NOT NULL)", name=op.f("ck_notice_texts_have_a_slug")
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_reason = '')",
            name=op.f("ck_notice_withdrawn_with_reason"),
        ),
        sa.CheckConstraint(
            "kind <> 'text' OR withdrawn_at IS NULL", name=op.f("ck_notice_texts_stay")
        ),
        sa.CheckConstraint(
            "kind IN ('article', 'notice', 'text')", name=op.f("ck_notice_kind_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("code", name=op.f("uq_notice_code")),
        sa.UniqueConstraint("slug", name=op.f("uq_notice_slug")),
    )
    op.create_table(
        "notice_version",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("summary", sa.String(length=120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("title_en", sa.String(length=120), nullable=False),
        sa.Column("summary_en", sa.String(length=240), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column(
            "written_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_version_notice_id")
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["account.id"], name=op.f("fk_notice_version_written_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_version")),
        sa.UniqueConstraint("notice_id", "number", name=op.f("uq_notice_version_notice_id_number")),
    )
    with op.batch_alter_table("notice_version", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_notice_version_publish_at_id"), ["publish_at", "id"], unique=False
        )


def downgrade() -> None:
    op.drop_table("message_text")
    op.drop_index(op.f("ix_grant_review_grant_id"), table_name="grant_review")
    op.drop_table("grant_review")
    op.drop_index("ix_outbox_dead", table_name="outbox")
    op.execute("UPDATE outbox SET state = 'dead' WHERE state = 'dropped'")
    _outbox_states(OLD)
    with op.batch_alter_table("notice_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_version_publish_at_id"))

    op.drop_table("notice_version")
    op.drop_table("notice")
    with op.batch_alter_table("consent_text", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_text_since"))

    op.drop_table("consent_text")
