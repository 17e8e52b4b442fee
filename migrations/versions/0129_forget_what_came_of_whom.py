"""When a wave ends it is forgotten what came of which member of its sample; counts stay."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0129"
down_revision = "0128"
branch_labels = None
depends_on = None

ENDS, KEPT = "survey_wave_blurs_answers", "survey_attempt_is_kept"
SAYS = "answers of a sample lie in groups when a wave ends"
STAYS = "what was written stays"
_ENDS = (
    "(NEW.secret IS NULL AND OLD.secret IS NOT NULL AND NEW.mode IN ('invited', 'telephone')"
    " AND (EXISTS (SELECT 1 FROM survey_response WHERE survey_response.wave_id = NEW.id"
    " AND survey_response.day <> NEW.opens_on)"
)
BEFORE = (
    _ENDS  # noqa: S608  own names
    + " OR ((SELECT COUNT(DISTINCT survey_response.stratum || '/' || survey_response.psu)"
    " FROM survey_response WHERE survey_response.wave_id = NEW.id) > 1"
    " AND EXISTS (SELECT 1 FROM survey_response WHERE survey_response.wave_id = NEW.id"
    " GROUP BY survey_response.stratum, survey_response.psu HAVING COUNT(*) < 5))"
    " OR EXISTS (SELECT 1 FROM survey_invitation WHERE survey_invitation.wave_id = NEW.id"
    " AND survey_invitation.psu <> '')))"
)
NOW = BEFORE.replace(
    "survey_invitation.psu <> '')",
    "(survey_invitation.psu <> '' OR survey_invitation.outcome <> ''))",
)
GOES_ON = (
    "EXISTS (SELECT 1 FROM survey_wave WHERE survey_wave.id = OLD.wave_id"
    " AND survey_wave.secret IS NOT NULL)"
)
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_WAVE = sa.table(
    "survey_wave",
    sa.column("id", sa.Integer),
    sa.column("mode", sa.String),
    sa.column("secret", sa.LargeBinary),
    sa.column("frame", _JSON),
)
_MEMBER = sa.table(
    "survey_invitation",
    sa.column("wave_id", sa.Integer),
    sa.column("outcome", sa.String),
    sa.column("fresh", sa.Boolean),
)
_CALL = sa.table("survey_call", sa.column("wave_id", sa.Integer), sa.column("attempts", sa.Integer))
_ATTEMPT = sa.table("survey_attempt", sa.column("wave_id", sa.Integer))


def upgrade() -> None:
    _drop(ENDS, "survey_wave")
    _guard(ENDS, "survey_wave", "UPDATE", NOW, SAYS)
    _drop(KEPT, "survey_attempt")
    _guard(KEPT, "survey_attempt", "DELETE", GOES_ON, STAYS)
    over = (_WAVE.c.secret.is_(None), _WAVE.c.mode.in_(("invited", "telephone")))
    for wave_id, frame in op.get_bind().execute(sa.select(_WAVE.c.id, _WAVE.c.frame).where(*over)):
        _forget(wave_id, frame or {})


def _forget(wave_id: int, frame: dict[str, Any]) -> None:
    bind = op.get_bind()
    answered = (_MEMBER.c.wave_id == wave_id, _MEMBER.c.outcome != "1")
    counted = sa.select(_MEMBER.c.outcome, sa.func.count()).where(*answered)
    outcomes = {code: n for code, n in bind.execute(counted.group_by(_MEMBER.c.outcome)) if code}
    mine = sa.select(sa.func.count()).where(_ATTEMPT.c.wave_id == wave_id)
    kept = {"outcomes": outcomes, "tried": bind.scalar(mine)}
    bind.execute(sa.update(_WAVE).where(_WAVE.c.id == wave_id).values(frame={**frame, **kept}))
    members = sa.update(_MEMBER).where(_MEMBER.c.wave_id == wave_id)
    bind.execute(members.values(outcome="", fresh=True))
    bind.execute(sa.update(_CALL).where(_CALL.c.wave_id == wave_id).values(attempts=0))
    bind.execute(sa.delete(_ATTEMPT).where(_ATTEMPT.c.wave_id == wave_id))


def downgrade() -> None:
    _drop(KEPT, "survey_attempt")
    _guard(KEPT, "survey_attempt", "DELETE", "1 = 1", STAYS)
    _drop(ENDS, "survey_wave")
    _guard(ENDS, "survey_wave", "UPDATE", BEFORE, SAYS)


def _drop(name: str, table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {name}")
    else:
        op.execute(f"DROP TRIGGER {name} ON {table}")
        op.execute(f"DROP FUNCTION {name}()")


def _guard(name: str, table: str, change: str, when: str, says: str) -> None:
    head = f"CREATE TRIGGER {name} BEFORE {change} ON {table}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"{head} WHEN {when} BEGIN SELECT RAISE(ABORT, '{says}'); END")
        return
    refused = f"RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation'"
    row = "OLD" if change == "DELETE" else "NEW"
    body = f"BEGIN IF {when} THEN {refused}; END IF; RETURN {row}; END"
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION {name}()")
