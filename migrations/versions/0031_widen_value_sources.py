"""Values of the register of places, of quizzes, people and units have sources of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_BEFORE = "source IN ('cases', 'cells', 'checkins', 'external', 'grades', 'wave')"
_AFTER = (
    "source IN ('cases', 'cells', 'checkins', 'external', 'grades', 'people', 'quiz',"
    " 'register', 'units', 'wave')"
)


def _let_sources_be(before: str, after: str, valid: str = "") -> None:
    """Change which sources a value may have, with its triggers left as they are.

    On SQLite a new table would lose them and every other check; the documented way for a check
    is to rewrite the table's own words (sqlite.org/lang_altertable.html, section 7).
    """
    if op.get_bind().dialect.name == "postgresql":
        name = "ck_indicator_value_source_known"
        op.execute(f"ALTER TABLE indicator_value DROP CONSTRAINT {name}")
        op.execute(f"ALTER TABLE indicator_value ADD CONSTRAINT {name} CHECK ({after}) {valid}")
        return
    version = op.get_bind().exec_driver_sql("PRAGMA schema_version").scalar_one()
    op.execute("PRAGMA writable_schema = ON")
    changed = sa.text(
        "UPDATE sqlite_master SET sql = replace(sql, :before, :after)"
        " WHERE type = 'table' AND name = 'indicator_value'"
    )
    op.get_bind().execute(changed, {"before": before, "after": after})
    op.execute(f"PRAGMA schema_version = {version + 1}")
    op.execute("PRAGMA writable_schema = OFF")


def upgrade() -> None:
    _let_sources_be(_BEFORE, _AFTER)


def downgrade() -> None:
    op.execute(
        "DELETE FROM indicator_value WHERE source IN ('people', 'quiz', 'register', 'units')"
        " AND state NOT IN ('published', 'superseded')"
    )
    # What was published is kept as it is: from now on nothing more of these sources is written.
    _let_sources_be(_AFTER, _BEFORE, valid="NOT VALID")
