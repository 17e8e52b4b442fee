"""What bars is heard and confirmed, decisions have deadlines, ties have a rule, words stay."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from alembic import op

from wufei_public.common.clock import utc_now

revision = "0120"
down_revision = "0119"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
STAYS = "what was written stays"
UNHEARD = "what bars a unit is found by two persons after a hearing"
_CHECK = "ck_cell_application_running_has_due_date"
_BEFORE = (
    "(state IN ('appealed', 'experts', 'held', 'noticed', 'rectifying', 'refused', 'reinspecting',"
    " 'returned', 'sector', 'submitted')) = (due_at IS NOT NULL)"
)
_AFTER = (
    "(state IN ('appealed', 'cleared', 'experts', 'held', 'noticed', 'proposed', 'rectifying',"
    " 'refused', 'reinspecting', 'returned', 'scored', 'sector', 'submitted'))"
    " = (due_at IS NOT NULL)"
)
_EARLINESS = {
    "sqlite": "UPDATE cell_application SET earliness ="
    " -1000000 * CAST(strftime('%s', submitted_at) AS INTEGER)",
    "postgresql": "UPDATE cell_application SET earliness ="
    " -round(extract(epoch from submitted_at) * 1000000)::bigint",
}
_WAITING = "state IN ('scored', 'proposed', 'cleared')"
_TAKEN = "('proposed', 'noticed', 'held', 'cleared', 'named')"


def _differs(columns: Sequence[str]) -> str:
    changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in columns)
    return f"({changed})"


_SUBMISSION = ("application_id", "number", "at", "total", "content")
_SIGNED = ("application_id", "number", "at", "total", "commitment", "content")
_EVENT = (
    "id", "application_id", "number", "move", "actor_kind", "actor_id", "at", "came_from", "state",
    "unit_text", "internal_text",
)  # fmt: skip
_SAID = ("id", "code", "application_id", "about", "text", "received_at", "due_at", "duty")
_ANSWERED = ("handler_id", "outcome", "answer", "decided_at")
_CONFIRMED = (
    "EXISTS (SELECT 1 FROM cell_charge WHERE cell_charge.application_id = NEW.id"
    " AND cell_charge.ground = NEW.refuse_ground AND cell_charge.outcome = 'confirmed')"
)
_UNCONFIRMED = (
    "(NEW.refuse_ground IN ('barred', 'false') AND NEW.refuse_ground <> OLD.refuse_ground"
    f" AND NOT {_CONFIRMED})"
)
Guard = tuple[str, str, str, str, str]
GUARDS: tuple[Guard, ...] = (
    ("cell_event_stays", "cell_event", "UPDATE", _differs(_EVENT), STAYS),
    ("cell_event_is_kept", "cell_event", "DELETE", "1 = 1", STAYS),
    (
        "cell_objection_stays",
        "cell_objection",
        "UPDATE",
        f"({_differs(_SAID)} OR (OLD.outcome <> '' AND {_differs(_ANSWERED)}))",
        STAYS,
    ),
    ("cell_objection_is_kept", "cell_objection", "DELETE", "1 = 1", STAYS),
    (
        "cell_application_barred",
        "cell_application",
        "UPDATE",
        _UNCONFIRMED,
        UNHEARD,
    ),
)


def _submission(columns: Sequence[str]) -> Guard:
    return ("cell_submission_stays", "cell_submission", "UPDATE", _differs(columns), STAYS)


def upgrade() -> None:
    op.create_table(
        "cell_charge",
        sa.Column("id", BIG, nullable=False),
        sa.Column("application_id", BIG, nullable=False),
        sa.Column("duty", sa.String(12), nullable=False),
        sa.Column("ground", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", BIG, nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", BIG, nullable=True),
        sa.Column("answered_at", AT, nullable=True),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("decided_by", BIG, nullable=True),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint("duty = 'review'", name=op.f("ck_cell_charge_duty_is_review")),
        sa.CheckConstraint(
            "ground IN ('barred', 'false')", name=op.f("ck_cell_charge_ground_bars")
        ),
        sa.CheckConstraint(
            "outcome IN ('', 'confirmed', 'declined')", name=op.f("ck_cell_charge_outcome_known")
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_cell_charge_charge_has_reason")),
        sa.CheckConstraint("made_by <> decided_by", name=op.f("ck_cell_charge_second_person")),
        sa.CheckConstraint(
            "(answer = '') = (answered_at IS NULL) AND (answer = '') = (answered_by IS NULL)",
            name=op.f("ck_cell_charge_answer_has_person"),
        ),
        sa.CheckConstraint(
            "(outcome = '') = (decided_at IS NULL) AND (outcome = '') = (decided_by IS NULL)",
            name=op.f("ck_cell_charge_decided_has_person"),
        ),
        sa.CheckConstraint(
            "outcome <> 'confirmed' OR answered_at IS NOT NULL OR decided_at > due_at",
            name=op.f("ck_cell_charge_confirmed_after_hearing"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id", "made_by", "duty"],
            ["cell_duty.application_id", "cell_duty.account_id", "cell_duty.duty"],
            name=op.f("fk_cell_charge_application_id_made_by_duty"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id", "decided_by", "duty"],
            ["cell_duty.application_id", "cell_duty.account_id", "cell_duty.duty"],
            name=op.f("fk_cell_charge_application_id_decided_by_duty"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["cell_application.id"],
            name=op.f("fk_cell_charge_application_id"),
        ),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_cell_charge_made_by")),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["account.id"], name=op.f("fk_cell_charge_answered_by")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_cell_charge_decided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell_charge")),
    )
    op.create_index(
        "uq_cell_charge_open",
        "cell_charge",
        ["application_id"],
        unique=True,
        sqlite_where=sa.text("outcome = ''"),
        postgresql_where=sa.text("outcome = ''"),
    )
    op.create_index(
        op.f("ix_cell_charge_application_id_id"), "cell_charge", ["application_id", "id"]
    )
    op.add_column(
        "cell_round", sa.Column("taken", sa.Integer(), nullable=False, server_default="0")
    )
    op.execute(
        "UPDATE cell_round SET taken = (SELECT COUNT(*) FROM cell_application WHERE"  # noqa: S608
        f" cell_application.round_id = cell_round.id AND cell_application.state IN {_TAKEN})"
    )
    op.add_column(
        "cell_submission",
        sa.Column("commitment", sa.String(12), nullable=False, server_default=sa.text("''")),
    )
    _drop(_submission(_SUBMISSION))
    # Of what was handed in before, the last one is known.
    op.execute(
        "UPDATE cell_submission SET commitment = (SELECT commitment FROM cell_application"
        " WHERE cell_application.id = cell_submission.application_id)"
        " WHERE number = (SELECT submissions FROM cell_application"
        " WHERE cell_application.id = cell_submission.application_id)"
    )
    _guard(_submission(_SIGNED))
    op.add_column("cell_application", sa.Column("earliness", sa.BigInteger(), nullable=True))
    op.execute(_EARLINESS[op.get_bind().dialect.name])
    op.drop_index("ix_cell_application_rank", table_name="cell_application")
    op.create_index(
        "ix_cell_application_rank",
        "cell_application",
        ["round_id", "total", "earliness", "id"],
    )
    _wait(utc_now() + timedelta(days=28))
    for one in GUARDS:
        _guard(one)


def downgrade() -> None:
    for one in reversed(GUARDS):
        _drop(one)
    _wait(None)
    op.drop_index("ix_cell_application_rank", table_name="cell_application")
    op.create_index("ix_cell_application_rank", "cell_application", ["round_id", "total", "id"])
    op.drop_column("cell_application", "earliness")
    _drop(_submission(_SIGNED))
    op.drop_column("cell_submission", "commitment")
    _guard(_submission(_SUBMISSION))
    op.drop_column("cell_round", "taken")
    op.drop_table("cell_charge")


def _wait(until: datetime | None) -> None:
    """Give what waits for a decision a deadline, or take it away, with the check of it."""
    before, after = (_BEFORE, _AFTER) if until else (_AFTER, _BEFORE)
    connection = op.get_bind()
    table = sa.table("cell_application", sa.column("due_at", AT))
    waits = sa.update(table).where(sa.text(_WAITING)).values(due_at=until)
    if connection.dialect.name == "postgresql":
        op.execute(f"ALTER TABLE cell_application DROP CONSTRAINT {_CHECK}")
        connection.execute(waits)
        op.execute(f"ALTER TABLE cell_application ADD CONSTRAINT {_CHECK} CHECK ({after})")
        return
    # The documented way (sqlite.org/lang_altertable.html, section 7), as in 0071.
    if until is None:
        op.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(waits)
        op.execute("PRAGMA ignore_check_constraints = OFF")
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    op.execute("PRAGMA writable_schema = ON")
    changed = sa.text(
        "UPDATE sqlite_master SET sql = replace(sql, :before, :after)"
        " WHERE type = 'table' AND name = 'cell_application'"
    )
    connection.execute(changed, {"before": before, "after": after})
    op.execute(f"PRAGMA schema_version = {version + 1}")
    op.execute("PRAGMA writable_schema = OFF")
    if until is not None:
        op.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(waits)
        op.execute("PRAGMA ignore_check_constraints = OFF")


def _guard(one: Guard) -> None:
    name, table, change, when, says = one
    head = f"CREATE TRIGGER {name} BEFORE {change} ON {table}"
    if op.get_bind().dialect.name == "sqlite":
        plain = when.replace("IS DISTINCT FROM", "IS NOT")
        op.execute(f"{head} WHEN {plain} BEGIN SELECT RAISE(ABORT, '{says}'); END")
        return
    refused = f"RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation'"
    row = "OLD" if change == "DELETE" else "NEW"
    body = f"BEGIN IF {when} THEN {refused}; END IF; RETURN {row}; END"
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION {name}()")


def _drop(one: Guard) -> None:
    name, table, *_rest = one
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {name}")
        return
    op.execute(f"DROP TRIGGER {name} ON {table}")
    op.execute(f"DROP FUNCTION {name}()")
