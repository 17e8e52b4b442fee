"""Values of indicators, which the database itself keeps unaltered once published; tasks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# As they stand in the models; written out, since a migration imports no model.
_FIXED = (
    "id",
    "code",
    "plan",
    "series",
    "component",
    "kind",
    "period",
    "starts_on",
    "ends_on",
    "division",
    "version",
    "figure",
    "statement",
    "met",
    "low",
    "high",
    "n",
    "source",
    "method",
    "method_version",
    "collector",
    "document",
    "cut_off",
    "rows",
    "digest",
    "inputs",
    "run",
    "code_version",
    "entered_by",
    "entered_at",
    "checked_by",
    "published_by",
    "published_at",
)
_SQLITE = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in _FIXED)
_POSTGRESQL = " OR ".join(f"NEW.{name}::text IS DISTINCT FROM OLD.{name}::text" for name in _FIXED)
_WAS = "OLD.state IN ('published', 'superseded')"
_BACK = "NEW.state NOT IN (OLD.state, 'superseded')"
_GUARDS = {
    "sqlite": (
        (
            "CREATE TRIGGER indicator_value_stays BEFORE UPDATE ON indicator_value"
            f" WHEN {_WAS} AND ({_BACK} OR {_SQLITE})"
            " BEGIN SELECT RAISE(ABORT, 'a published value never changes'); END"
        ),
        (
            "CREATE TRIGGER indicator_value_is_kept BEFORE DELETE ON indicator_value"
            f" WHEN {_WAS} BEGIN SELECT RAISE(ABORT, 'a published value is kept'); END"
        ),
    ),
    "postgresql": (
        (
            "CREATE FUNCTION indicator_value_stays() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'a published value never changes'"
            " USING ERRCODE = 'integrity_constraint_violation'; END $$"
        ),
        (
            "CREATE TRIGGER indicator_value_stays BEFORE UPDATE ON indicator_value FOR EACH ROW"
            f" WHEN ({_WAS} AND ({_BACK} OR {_POSTGRESQL}))"
            " EXECUTE FUNCTION indicator_value_stays()"
        ),
        (
            "CREATE TRIGGER indicator_value_is_kept BEFORE DELETE ON indicator_value FOR EACH ROW"
            f" WHEN ({_WAS}) EXECUTE FUNCTION indicator_value_stays()"
        ),
    ),
}


def upgrade() -> None:
    op.create_table(
        "indicator_go_live",
        sa.Column("plan", sa.String(length=12), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("notice_days", sa.Integer(), nullable=False),
        sa.CheckConstraint("notice_days > 0", name=op.f("ck_indicator_go_live_notice_is_given")),
        sa.PrimaryKeyConstraint("plan", name=op.f("pk_indicator_go_live")),
    )
    op.create_table(
        "indicator_value",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("plan", sa.String(length=12), nullable=False),
        sa.Column("series", sa.String(length=24), nullable=False),
        sa.Column("component", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("figure", sa.String(length=48), nullable=True),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("met", sa.Boolean(), nullable=True),
        sa.Column("low", sa.String(length=48), nullable=True),
        sa.Column("high", sa.String(length=48), nullable=True),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("method_version", sa.String(length=20), nullable=False),
        sa.Column("collector", sa.String(length=80), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("cut_off", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column(
            "inputs", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("run", sa.String(length=64), nullable=False),
        sa.Column("code_version", sa.String(length=20), nullable=False),
        sa.Column(
            "entered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "checked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "published_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(run <> '') = (entered_by IS NULL)",
            name=op.f("ck_indicator_value_by_a_run_or_by_somebody"),
        ),
        sa.CheckConstraint(
            "(state IN ('published', 'superseded')) = (published_at IS NOT NULL AND published_by IS NOT NULL)",
            name=op.f("ck_indicator_value_published_by_somebody"),
        ),
        sa.CheckConstraint(
            "figure IS NOT NULL OR statement <> ''", name=op.f("ck_indicator_value_says_something")
        ),
        sa.CheckConstraint(
            "kind IN ('day', 'month', 'quarter', 'year')",
            name=op.f("ck_indicator_value_kind_known"),
        ),
        sa.CheckConstraint(
            "source <> 'external' OR document <> ''",
            name=op.f("ck_indicator_value_external_has_document"),
        ),
        sa.CheckConstraint(
            "source IN ('cases', 'cells', 'checkins', 'external', 'wave')",
            name=op.f("ck_indicator_value_source_known"),
        ),
        sa.CheckConstraint(
            "state IN ('checked', 'draft', 'dropped', 'published', 'superseded')",
            name=op.f("ck_indicator_value_state_known"),
        ),
        sa.CheckConstraint(
            "(low IS NULL) = (high IS NULL)", name=op.f("ck_indicator_value_interval_is_whole")
        ),
        sa.CheckConstraint(
            "checked_by <> entered_by", name=op.f("ck_indicator_value_a_second_person_checks")
        ),
        sa.CheckConstraint(
            "published_by <> entered_by", name=op.f("ck_indicator_value_a_second_person_publishes")
        ),
        sa.CheckConstraint(
            "starts_on <= ends_on", name=op.f("ck_indicator_value_ends_after_it_begins")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_value")),
        sa.UniqueConstraint("code", name=op.f("uq_indicator_value_code")),
        sa.UniqueConstraint(
            "plan",
            "series",
            "component",
            "period",
            "division",
            "version",
            name="uq_indicator_value_version",
        ),
    )
    with op.batch_alter_table("indicator_value", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_indicator_value_state_id"), ["state", "id"], unique=False
        )
        batch_op.create_index(
            "uq_indicator_value_published",
            ["plan", "series", "component", "period", "division"],
            unique=True,
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        )

    op.create_table(
        "indicator_task_report",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("plan", sa.String(length=12), nullable=False),
        sa.Column("task", sa.String(length=8), nullable=False),
        sa.Column("progress", sa.String(length=12), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column(
            "reported_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "progress IN ('changed', 'doing', 'done')",
            name=op.f("ck_indicator_task_report_progress_known"),
        ),
        sa.ForeignKeyConstraint(
            ["reported_by"], ["account.id"], name=op.f("fk_indicator_task_report_reported_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_task_report")),
    )
    with op.batch_alter_table("indicator_task_report", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_indicator_task_report_plan_task_id"),
            ["plan", "task", "id"],
            unique=False,
        )

    for statement in _GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table("indicator_task_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_indicator_task_report_plan_task_id"))

    op.drop_table("indicator_task_report")
    with op.batch_alter_table("indicator_value", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_indicator_value_published",
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        )
        batch_op.drop_index(batch_op.f("ix_indicator_value_state_id"))

    op.drop_table("indicator_value")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION indicator_value_stays()")
    op.drop_table("indicator_go_live")
