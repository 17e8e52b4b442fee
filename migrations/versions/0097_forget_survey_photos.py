"""Photos and positions of a survey go some time after its last day; the wave says when they went."""

import sqlalchemy as sa
from alembic import op

revision = "0097"
down_revision = "0095"
branch_labels = None
depends_on = None

NAME = "survey_wave_forgets_photos"
WHEN = (
    "(NEW.forgot_at IS NOT NULL AND (NEW.secret IS NOT NULL OR EXISTS"
    " (SELECT 1 FROM photo WHERE photo.owner = 'surveys/' || NEW.code)))"
)
SAYS = "a wave whose photos went has none"


def upgrade() -> None:
    op.add_column("survey_wave", sa.Column("forgot_at", sa.DateTime(timezone=True), nullable=True))
    head = f"CREATE TRIGGER {NAME} BEFORE UPDATE ON survey_wave"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"{head} WHEN {WHEN} BEGIN SELECT RAISE(ABORT, '{SAYS}'); END")
        return
    refused = f"RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'integrity_constraint_violation'"
    body = f"BEGIN IF {WHEN} THEN {refused}; END IF; RETURN NEW; END"
    op.execute(f"CREATE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION {NAME}()")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {NAME}")
    else:
        op.execute(f"DROP TRIGGER {NAME} ON survey_wave")
        op.execute(f"DROP FUNCTION {NAME}()")
    op.execute("ALTER TABLE survey_wave DROP COLUMN forgot_at")
