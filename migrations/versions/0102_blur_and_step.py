"""Answers lie in groups when a wave ends, members say only that they answered, looks are kept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0102"
down_revision = "0101"
branch_labels = None
depends_on = None

SAYS_MORE = "NEW.outcome IN ('1.1', '1.2', '2.12')"
BLURRED = (
    "(NEW.secret IS NULL AND OLD.secret IS NOT NULL AND NEW.mode IN ('invited', 'telephone')"
    " AND (EXISTS (SELECT 1 FROM survey_response WHERE survey_response.wave_id = NEW.id"
    " AND survey_response.day <> NEW.opens_on)"
    " OR ((SELECT COUNT(DISTINCT survey_response.stratum) FROM survey_response"
    " WHERE survey_response.wave_id = NEW.id) > 1"
    " AND EXISTS (SELECT 1 FROM survey_response WHERE survey_response.wave_id = NEW.id"
    " GROUP BY survey_response.stratum HAVING COUNT(*) < 5))))"
)
# Name, table, change, when it is refused, what it says then.
GUARDS = [
    (
        "survey_invitation_says_answered",
        "survey_invitation",
        "INSERT",
        SAYS_MORE,
        "a member of a sample has answered, no more is told",
    ),
    (
        "survey_invitation_still_says_answered",
        "survey_invitation",
        "UPDATE",
        SAYS_MORE,
        "a member of a sample has answered, no more is told",
    ),
    (
        "survey_wave_blurs_answers",
        "survey_wave",
        "UPDATE",
        BLURRED,
        "answers of a sample lie in groups when a wave ends",
    ),
]
_OVER = "SELECT id FROM survey_wave WHERE secret IS NULL AND mode IN ('invited', 'telephone')"


def upgrade() -> None:
    op.add_column(
        "survey_wave",
        sa.Column(
            "seen",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
            server_default="[]",
        ),
    )
    op.execute("UPDATE survey_invitation SET outcome = '1' WHERE outcome IN ('1.1', '1.2', '2.12')")
    op.execute(
        "UPDATE survey_response SET day = (SELECT opens_on FROM survey_wave"  # noqa: S608
        f" WHERE survey_wave.id = survey_response.wave_id) WHERE wave_id IN ({_OVER})"
    )
    # Of waves that were over before, small strata are not kept at all.
    op.execute(
        f"UPDATE survey_response SET stratum = '' WHERE wave_id IN ({_OVER}"  # noqa: S608
        " AND EXISTS (SELECT 1 FROM survey_response AS few WHERE few.wave_id = survey_wave.id"
        " GROUP BY few.stratum HAVING COUNT(*) < 5))"
    )
    for guard in GUARDS:
        _guard(*guard)


def downgrade() -> None:
    for name, table, *_rest in GUARDS:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER {name}")
        else:
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")
    # Which of them answered in part nobody knows any more.
    op.execute("UPDATE survey_invitation SET outcome = '1.1' WHERE outcome = '1'")
    op.drop_column("survey_wave", "seen")


def _guard(name: str, table: str, change: str, when: str, says: str) -> None:
    head = f"CREATE TRIGGER {name} BEFORE {change} ON {table}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"{head} WHEN {when} BEGIN SELECT RAISE(ABORT, '{says}'); END")
        return
    refused = f"RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation'"
    body = f"BEGIN IF {when} THEN {refused}; END IF; RETURN NEW; END"
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION {name}()")
