"""Surveys by telephone, invitations by SMS: numbers that go with the wave, attempts, mailings."""

import sqlalchemy as sa
from alembic import op

revision = "0075"
down_revision = "0071"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_BEFORE = "mode IN ('external', 'interviewer', 'invited', 'link')"
_AFTER = "mode IN ('external', 'interviewer', 'invited', 'link', 'telephone')"
STAYS = "what was written stays"
_LEFT = (
    "(NEW.secret IS NULL AND EXISTS (SELECT 1 FROM survey_call"
    " WHERE survey_call.wave_id = NEW.id AND survey_call.sealed IS NOT NULL))"
)


def _differs(*columns: str) -> str:
    return "(" + " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in columns) + ")"


_ATTEMPT = _differs("id", "wave_id", "number", "day", "slot", "outcome")
_MAILING = _differs("id", "wave_id", "turn", "letter", "at", "by", "count")
GUARDS = [
    ("survey_attempt_stays", "survey_attempt", "UPDATE", _ATTEMPT, STAYS),
    ("survey_attempt_is_kept", "survey_attempt", "DELETE", "1 = 1", STAYS),
    ("survey_mailing_stays", "survey_mailing", "UPDATE", _MAILING, STAYS),
    ("survey_mailing_is_kept", "survey_mailing", "DELETE", "1 = 1", STAYS),
    (
        "survey_wave_forgets_numbers",
        "survey_wave",
        "UPDATE",
        _LEFT,
        "telephone numbers go when a wave ends",
    ),
]


def upgrade() -> None:
    op.add_column("outbox", sa.Column("batch", sa.String(40), nullable=True))
    op.create_index(
        "ix_outbox_batch",
        "outbox",
        ["batch", "state"],
        sqlite_where=sa.text("batch IS NOT NULL"),
        postgresql_where=sa.text("batch IS NOT NULL"),
    )
    op.create_table(
        "survey_call",
        sa.Column("wave_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("mobile", sa.Boolean(), nullable=False),
        sa.Column("assigned_to", KEY, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_survey_call_attempts_counted")),
        sa.CheckConstraint(
            "sealed IS NOT NULL OR (assigned_to IS NULL AND next_at IS NULL)",
            name=op.f("ck_survey_call_forgotten"),
        ),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["survey_wave.id"], name=op.f("fk_survey_call_wave_id")
        ),
        sa.ForeignKeyConstraint(
            ["assigned_to"], ["account.id"], name=op.f("fk_survey_call_assigned_to")
        ),
        sa.PrimaryKeyConstraint("wave_id", "number", name=op.f("pk_survey_call")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_survey_call_wave_id_assigned_to"), "survey_call", ["wave_id", "assigned_to"]
    )
    op.create_table(
        "survey_attempt",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("wave_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("slot", sa.String(9), nullable=False),
        sa.Column("outcome", sa.String(4), nullable=False),
        sa.CheckConstraint(
            "slot IN ('afternoon', 'evening', 'morning')",
            name=op.f("ck_survey_attempt_slot_known"),
        ),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["survey_wave.id"], name=op.f("fk_survey_attempt_wave_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_attempt")),
    )
    op.create_index(
        op.f("ix_survey_attempt_wave_id_number"), "survey_attempt", ["wave_id", "number"]
    )
    op.create_table(
        "survey_mailing",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("wave_id", KEY, nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("letter", sa.String(6), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", KEY, nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "letter IN ('invite', 'remind')", name=op.f("ck_survey_mailing_letter_known")
        ),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["survey_wave.id"], name=op.f("fk_survey_mailing_wave_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_mailing")),
        sa.UniqueConstraint("wave_id", "turn", name=op.f("uq_survey_mailing_wave_id_turn")),
    )
    _let_modes_be(_BEFORE, _AFTER)
    for guard in GUARDS:
        _guard(*guard)


def downgrade() -> None:
    for name, table, *_rest in GUARDS:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER {name}")
        else:
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")
    # An older version knows no telephone: such a wave goes on as one with a sample.
    op.execute("UPDATE survey_wave SET mode = 'invited' WHERE mode = 'telephone'")
    _let_modes_be(_AFTER, _BEFORE)
    op.drop_table("survey_mailing")
    op.drop_table("survey_attempt")
    op.drop_table("survey_call")
    op.drop_index("ix_outbox_batch", "outbox")
    op.execute("ALTER TABLE outbox DROP COLUMN batch")


def _let_modes_be(before: str, after: str) -> None:
    """Change which modes a wave may have; on SQLite as its documentation has it for a check.

    A new table would lose the other checks (sqlite.org/lang_altertable.html, section 7).
    """
    name = "ck_survey_wave_mode_known"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE survey_wave DROP CONSTRAINT {name}")
        op.execute(f"ALTER TABLE survey_wave ADD CONSTRAINT {name} CHECK ({after})")
        return
    version = op.get_bind().exec_driver_sql("PRAGMA schema_version").scalar_one()
    op.execute("PRAGMA writable_schema = ON")
    changed = sa.text(
        "UPDATE sqlite_master SET sql = replace(sql, :before, :after)"
        " WHERE type = 'table' AND name = 'survey_wave'"
    )
    op.get_bind().execute(changed, {"before": before, "after": after})
    op.execute(f"PRAGMA schema_version = {version + 1}")
    op.execute("PRAGMA writable_schema = OFF")


def _guard(name: str, table: str, change: str, when: str, says: str) -> None:
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
