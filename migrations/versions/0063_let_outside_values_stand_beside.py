"""What somebody outside has found is published beside what was computed here."""

from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

_NAME = "uq_indicator_value_published"
_PARTS = {"here": "<> 'external'", "outside": "= 'external'"}


def _unique(name: str, where: str) -> None:
    op.execute(
        f"CREATE UNIQUE INDEX {name} ON indicator_value"
        f" (plan, series, component, period, division) WHERE {where}"
    )


def upgrade() -> None:
    op.drop_index(_NAME, table_name="indicator_value")
    for whose, condition in _PARTS.items():
        _unique(f"{_NAME}_{whose}", f"state = 'published' AND source {condition}")


def downgrade() -> None:
    for whose in _PARTS:
        op.drop_index(f"{_NAME}_{whose}", table_name="indicator_value")
    # One of both can be published again: ours.
    op.execute(
        "UPDATE indicator_value SET state = 'superseded' WHERE state = 'published'"
        " AND source = 'external' AND EXISTS (SELECT 1 FROM indicator_value o"
        " WHERE o.state = 'published' AND o.source <> 'external'"
        " AND o.plan = indicator_value.plan AND o.series = indicator_value.series"
        " AND o.component = indicator_value.component AND o.period = indicator_value.period"
        " AND o.division = indicator_value.division)"
    )
    _unique(_NAME, "state = 'published'")
