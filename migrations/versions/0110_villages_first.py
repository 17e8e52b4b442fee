"""Answers and members of a sample carry the unit that was drawn first, and lose it at the end."""

import sqlalchemy as sa
from alembic import op

revision = "0110"
down_revision = "0109"
branch_labels = None
depends_on = None

NAME, TABLE = "survey_wave_blurs_answers", "survey_wave"
SAYS = "answers of a sample lie in groups when a wave ends"
TABLES = ("survey_response", "survey_invitation")
_ENDS = (
    "(NEW.secret IS NULL AND OLD.secret IS NOT NULL AND NEW.mode IN ('invited', 'telephone')"
    " AND (EXISTS (SELECT 1 FROM survey_response WHERE survey_response.wave_id = NEW.id"
    " AND survey_response.day <> NEW.opens_on)"
)
BEFORE = (
    _ENDS  # noqa: S608  own names
    + " OR ((SELECT COUNT(DISTINCT survey_response.stratum) FROM survey_response"
    " WHERE survey_response.wave_id = NEW.id) > 1"
    " AND EXISTS (SELECT 1 FROM survey_response WHERE survey_response.wave_id = NEW.id"
    " GROUP BY survey_response.stratum HAVING COUNT(*) < 5))))"
)
NOW = (
    _ENDS  # noqa: S608  own names
    + " OR ((SELECT COUNT(DISTINCT survey_response.stratum || '/' || survey_response.psu)"
    " FROM survey_response WHERE survey_response.wave_id = NEW.id) > 1"
    " AND EXISTS (SELECT 1 FROM survey_response WHERE survey_response.wave_id = NEW.id"
    " GROUP BY survey_response.stratum, survey_response.psu HAVING COUNT(*) < 5))"
    " OR EXISTS (SELECT 1 FROM survey_invitation WHERE survey_invitation.wave_id = NEW.id"
    " AND survey_invitation.psu <> '')))"
)


def upgrade() -> None:
    _drop()
    for table in TABLES:
        column = sa.Column("psu", sa.String(40), nullable=False, server_default=sa.text("''"))
        op.add_column(table, column)
    _guard(NOW)


def downgrade() -> None:
    _drop()
    for table in TABLES:
        op.drop_column(table, "psu")
    _guard(BEFORE)


def _drop() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {NAME}")
    else:
        op.execute(f"DROP TRIGGER {NAME} ON {TABLE}")
        op.execute(f"DROP FUNCTION {NAME}()")


def _guard(when: str) -> None:
    head = f"CREATE TRIGGER {NAME} BEFORE UPDATE ON {TABLE}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"{head} WHEN {when} BEGIN SELECT RAISE(ABORT, '{SAYS}'); END")
        return
    refused = f"RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'integrity_constraint_violation'"
    body = f"BEGIN IF {when} THEN {refused}; END IF; RETURN NEW; END"
    op.execute(f"CREATE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION {NAME}()")
