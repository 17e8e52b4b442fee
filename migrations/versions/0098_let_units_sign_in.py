"""A link to organisations takes answers only of who signs in; waves of before stay as they are."""

from alembic import op

revision = "0098"
down_revision = "0097"
branch_labels = None
depends_on = None

NAME = "survey_wave_units_sign_in"
WHEN = (
    "(NEW.mode = 'link' AND NOT NEW.signed_in"
    " AND NEW.form_id IN ('enterprise', 'government', 'ngo'))"
)
SAYS = "organisations answer in their own name"


def upgrade() -> None:
    head = f"CREATE TRIGGER {NAME} BEFORE INSERT ON survey_wave"
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
