"""A removal that a second person confirms, tasks of named units, replies to conclusions."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0044"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_REMOVED = (
    "(NEW.standing = 'revoked' AND OLD.standing <> 'revoked' AND NOT EXISTS (SELECT 1"
    " FROM cell_removal WHERE cell_removal.certificate_id = NEW.id"
    " AND cell_removal.outcome = 'confirmed' AND cell_removal.decided_at = NEW.standing_at))"
)
# name, table, change, when it is refused, what the refusal says
GUARDS = (
    (
        "cell_certificate_removed",
        "cell_certificate",
        "UPDATE",
        _REMOVED,
        "a certificate is removed by two persons",
    ),
)


def upgrade() -> None:
    op.create_table(
        "cell_removal",
        sa.Column("id", _KEY, autoincrement=True, nullable=False),
        sa.Column("certificate_id", _KEY, nullable=False),
        sa.Column("application_id", _KEY, nullable=False),
        sa.Column("duty", sa.String(length=12), nullable=False),
        sa.Column("proposed_by", _KEY, nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("decided_by", _KEY, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(outcome = '') = (decided_at IS NULL) AND (outcome = '') = (decided_by IS NULL)",
            name=op.f("ck_cell_removal_decided_has_person"),
        ),
        sa.CheckConstraint("duty = 'review'", name=op.f("ck_cell_removal_duty_is_review")),
        sa.CheckConstraint(
            "outcome IN ('', 'confirmed', 'declined')", name=op.f("ck_cell_removal_outcome_known")
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_cell_removal_removal_has_reason")),
        sa.CheckConstraint("proposed_by <> decided_by", name=op.f("ck_cell_removal_second_person")),
        sa.ForeignKeyConstraint(
            ["application_id", "decided_by", "duty"],
            ["cell_duty.application_id", "cell_duty.account_id", "cell_duty.duty"],
            name=op.f("fk_cell_removal_application_id_decided_by_duty"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id", "proposed_by", "duty"],
            ["cell_duty.application_id", "cell_duty.account_id", "cell_duty.duty"],
            name=op.f("fk_cell_removal_application_id_proposed_by_duty"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["cell_application.id"], name=op.f("fk_cell_removal_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["cell_certificate.id"], name=op.f("fk_cell_removal_certificate_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_cell_removal_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["account.id"], name=op.f("fk_cell_removal_proposed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell_removal")),
    )
    op.create_index(
        op.f("ix_cell_removal_certificate_id_id"),
        "cell_removal",
        ["certificate_id", "id"],
        unique=False,
    )
    op.create_index(
        "uq_cell_removal_open",
        "cell_removal",
        ["certificate_id"],
        unique=True,
        sqlite_where=sa.text("outcome = ''"),
        postgresql_where=sa.text("outcome = ''"),
    )
    op.create_table(
        "cell_task",
        sa.Column("id", _KEY, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("certificate_id", _KEY, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("set_by", _KEY, nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("replied_by", _KEY, nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("closed_by", _KEY, nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(outcome = '') = (closed_at IS NULL) AND (outcome = '') = (closed_by IS NULL) AND (outcome = '') = (words = '')",
            name=op.f("ck_cell_task_closed_has_person_and_words"),
        ),
        sa.CheckConstraint(
            "(reply = '') = (replied_at IS NULL) AND (reply = '') = (replied_by IS NULL)",
            name=op.f("ck_cell_task_reply_has_person"),
        ),
        sa.CheckConstraint("kind IN ('rectify', 'review')", name=op.f("ck_cell_task_kind_known")),
        sa.CheckConstraint(
            "outcome IN ('', 'failed', 'passed')", name=op.f("ck_cell_task_outcome_known")
        ),
        sa.CheckConstraint("text <> ''", name=op.f("ck_cell_task_task_has_words")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["cell_certificate.id"], name=op.f("fk_cell_task_certificate_id")
        ),
        sa.ForeignKeyConstraint(["closed_by"], ["account.id"], name=op.f("fk_cell_task_closed_by")),
        sa.ForeignKeyConstraint(
            ["replied_by"], ["account.id"], name=op.f("fk_cell_task_replied_by")
        ),
        sa.ForeignKeyConstraint(["set_by"], ["account.id"], name=op.f("fk_cell_task_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell_task")),
        sa.UniqueConstraint("code", name=op.f("uq_cell_task_code")),
    )
    op.create_index(
        op.f("ix_cell_task_certificate_id_id"), "cell_task", ["certificate_id", "id"], unique=False
    )
    op.create_index(
        "ix_cell_task_due",
        "cell_task",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("outcome = ''"),
        postgresql_where=sa.text("outcome = ''"),
    )
    op.create_index(
        "uq_cell_task_open",
        "cell_task",
        ["certificate_id", "kind"],
        unique=True,
        sqlite_where=sa.text("outcome = ''"),
        postgresql_where=sa.text("outcome = ''"),
    )
    op.create_table(
        "cell_reply",
        sa.Column("objection_id", _KEY, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", _KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_cell_reply_reply_has_words")),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_cell_reply_by")),
        sa.ForeignKeyConstraint(
            ["objection_id"], ["cell_objection.id"], name=op.f("fk_cell_reply_objection_id")
        ),
        sa.PrimaryKeyConstraint("objection_id", name=op.f("pk_cell_reply")),
    )
    for one in GUARDS:
        _guard(*one)


def downgrade() -> None:
    for name, table, *_rest in reversed(GUARDS):
        _unguard(name, table)
    op.drop_table("cell_reply")
    op.drop_index("uq_cell_task_open", table_name="cell_task")
    op.drop_index("ix_cell_task_due", table_name="cell_task")
    op.drop_index(op.f("ix_cell_task_certificate_id_id"), table_name="cell_task")
    op.drop_table("cell_task")
    op.drop_index("uq_cell_removal_open", table_name="cell_removal")
    op.drop_index(op.f("ix_cell_removal_certificate_id_id"), table_name="cell_removal")
    op.drop_table("cell_removal")


def _guard(name: str, table: str, change: str, when: str, says: str) -> None:
    head = f"CREATE TRIGGER {name} BEFORE {change} ON {table}"
    if op.get_bind().dialect.name == "sqlite":
        plain = when.replace("IS DISTINCT FROM", "IS NOT")
        op.execute(f"{head} WHEN {plain} BEGIN SELECT RAISE(ABORT, '{says}'); END")
        return
    refused = f"RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation'"
    body = f"BEGIN IF {when} THEN {refused}; END IF; RETURN NEW; END"
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION {name}()")


def _unguard(name: str, table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {name}")
        return
    op.execute(f"DROP TRIGGER {name} ON {table}")
    op.execute(f"DROP FUNCTION {name}()")
