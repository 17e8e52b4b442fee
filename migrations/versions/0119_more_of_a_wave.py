"""Answers that cannot be so are marked, units may have own questionnaires, a rate is expected."""

import sqlalchemy as sa
from alembic import op

revision = "0119"
down_revision = "0111"
branch_labels = None
depends_on = None

NAME, TABLE = "survey_wave_units_sign_in", "survey_wave"
SAYS = "organisations answer in their own name"
BEFORE = (
    "(NEW.mode = 'link' AND NOT NEW.signed_in"
    " AND NEW.form_id IN ('enterprise', 'government', 'ngo'))"
)
NOW = (
    "(NEW.mode = 'link' AND NOT NEW.signed_in"
    " AND (NEW.form_id IN ('enterprise', 'government', 'ngo')"
    " OR substr(NEW.form_id, 1, 5) = 'unit_'))"
)


def upgrade() -> None:
    _drop()
    op.add_column(
        "survey_response",
        sa.Column("impossible", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        TABLE,
        sa.Column("expected_rate", sa.Integer(), nullable=False, server_default=sa.text("100")),
    )
    _guard(NOW)


def downgrade() -> None:
    _drop()
    op.drop_column(TABLE, "expected_rate")
    op.drop_column("survey_response", "impossible")
    _guard(BEFORE)


def _drop() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {NAME}")
    else:
        op.execute(f"DROP TRIGGER {NAME} ON {TABLE}")
        op.execute(f"DROP FUNCTION {NAME}()")


def _guard(when: str) -> None:
    head = f"CREATE TRIGGER {NAME} BEFORE INSERT ON {TABLE}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"{head} WHEN {when} BEGIN SELECT RAISE(ABORT, '{SAYS}'); END")
        return
    refused = f"RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'integrity_constraint_violation'"
    body = f"BEGIN IF {when} THEN {refused}; END IF; RETURN NEW; END"
    op.execute(f"CREATE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION {NAME}()")
