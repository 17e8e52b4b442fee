"""有奖举报: grades in force from a day, awards, their ledger, and the role of their cashiers."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0080"
down_revision = "0076"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT = sa.DateTime(timezone=True)
_OLD = (
    "auditor", "crew_member", "department_officer", "district_officer", "expert", "road_chief",
    "security_admin", "shop_clerk", "system_admin", "town_officer", "village_sorter",
)  # fmt: skip
_NEW = ("award_cashier",)
_SCOPES = {
    "auditor": "division = '' AND department = ''",
    "award_cashier": "length(division) = 6 AND department = ''",
    "crew_member": "division <> '' OR department <> ''",
    "department_officer": "division = '' AND department <> ''",
    "district_officer": "length(division) = 6 AND department = ''",
    "expert": "length(division) = 6 AND department = ''",
    "road_chief": "length(division) = 9 AND department = ''",
    "security_admin": "division = '' AND department = ''",
    "shop_clerk": "length(division) = 9 AND department = ''",
    "system_admin": "division = '' AND department = ''",
    "town_officer": "length(division) = 9 AND department = ''",
    "village_sorter": "length(division) = 12 AND department = ''",
}
STAYS = "what was written stays"


def _differs(*columns: str) -> str:
    return "(" + " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in columns) + ")"


# Name, table, change, when it is refused, what it says then.
GUARDS = [
    (
        "award_scheme_stays",
        "award_scheme",
        "UPDATE",
        _differs(
            "id",
            "starts_on",
            "source",
            "verified",
            "claim_days",
            "conditions",
            "counter",
            "made_by",
            "made_at",
        ),
        STAYS,
    ),
    ("award_scheme_is_kept", "award_scheme", "DELETE", "1 = 1", STAYS),
    (
        "award_grade_stays",
        "award_grade",
        "UPDATE",
        _differs("id", "scheme_id", "position", "name", "lowest", "highest"),
        STAYS,
    ),
    ("award_grade_is_kept", "award_grade", "DELETE", "1 = 1", STAYS),
    (
        "award_entry_stays",
        "award_entry",
        "UPDATE",
        _differs(
            "id",
            "award_id",
            "number",
            "kind",
            "amount",
            "method",
            "voucher",
            "reason",
            "booked_by",
            "booked_at",
            "day",
        ),
        STAYS,
    ),
    ("award_entry_is_kept", "award_entry", "DELETE", "1 = 1", STAYS),
    (
        "report_award_stays",
        "report_award",
        "UPDATE",
        _differs(
            "id", "code", "report_id", "grade_id", "amount", "reason", "proposed_by", "proposed_at"
        ),
        STAYS,
    ),
    ("report_award_is_kept", "report_award", "DELETE", "1 = 1", STAYS),
    (
        "report_award_within_grade",
        "report_award",
        "INSERT",
        (
            "NOT EXISTS (SELECT 1 FROM award_grade g WHERE g.id = NEW.grade_id AND NEW.amount"
            " >= g.lowest AND NEW.amount <= g.highest)"
        ),
        "an award is within its grade",
    ),
    (
        "report_award_begins_proposed",
        "report_award",
        "INSERT",
        "NEW.state <> 'proposed'",
        "an award begins with a proposal",
    ),
    (
        "report_award_decided_once",
        "report_award",
        "UPDATE",
        f"(OLD.decided_by IS NOT NULL AND {_differs('decided_by', 'decided_at')})",
        "an award is decided once",
    ),
    (
        "report_award_paid_by_entry",
        "report_award",
        "UPDATE",
        (
            "(NEW.state IS DISTINCT FROM OLD.state AND (NEW.state = 'paid') <> "
            "(COALESCE((SELECT SUM(e.amount) FROM award_entry e WHERE e.award_id = NEW.id), "
            "0) > 0))"
        ),
        "an award is paid as its ledger says",
    ),
    (
        "award_entry_is_the_amount",
        "award_entry",
        "INSERT",
        (
            "NOT EXISTS (SELECT 1 FROM report_award a WHERE a.id = NEW.award_id AND a.amount "
            "= abs(NEW.amount) AND a.state = CASE NEW.kind WHEN 'payout' THEN 'approved' ELSE"
            " 'paid' END)"
        ),
        "what is booked is the award that waits for it",
    ),
    (
        "award_entry_by_another",
        "award_entry",
        "INSERT",
        (
            "(NEW.kind = 'payout' AND EXISTS (SELECT 1 FROM report_award a WHERE a.id = "
            "NEW.award_id AND (a.proposed_by = NEW.booked_by OR a.decided_by = "
            "NEW.booked_by))) OR (NEW.kind = 'reversal' AND EXISTS (SELECT 1 FROM award_entry"
            " e WHERE e.award_id = NEW.award_id AND e.number = NEW.number - 1 AND e.booked_by"
            " = NEW.booked_by))"
        ),
        "who proposed, who approved and who pays are three people",
    ),
    (
        "award_entry_in_order",
        "award_entry",
        "INSERT",
        ("NEW.number <> 1 + (SELECT COUNT(*) FROM award_entry e WHERE e.award_id = NEW.award_id)"),
        "entries follow one another",
    ),
]


def _known(roles: Sequence[str]) -> str:
    return f"role IN ({', '.join(repr(role) for role in sorted(roles))})"


def _grants(roles: Sequence[str]) -> sa.Table:
    """Return account_role as it was with `roles`: SQLite copies it, and would lose its checks."""
    open_one = sa.text("ended_at IS NULL")
    administrators = sa.text(
        "ended_at IS NULL AND role IN ('auditor', 'security_admin', 'system_admin')"
    )
    # The names stand as they are: without a naming convention.
    table = sa.Table(
        "account_role",
        sa.MetaData(),
        sa.Column("id", _KEY, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("account", _KEY, nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("granted_by", _KEY, nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", _KEY, nullable=True),
        *(
            sa.CheckConstraint(
                f"role <> '{role}' OR ({_SCOPES[role]})", name=f"ck_account_role_{role}_scope"
            )
            for role in roles
        ),
        sa.CheckConstraint(_known(roles), name="ck_account_role_role_known"),
        sa.CheckConstraint(
            "ended_at IS NOT NULL OR ended_by IS NULL", name="ck_account_role_ended_by_has_time"
        ),
        sa.CheckConstraint("granted_by <> account", name="ck_account_role_granted_by_another"),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name="fk_account_role_account"),
        sa.ForeignKeyConstraint(["ended_by"], ["account.id"], name="fk_account_role_ended_by"),
        sa.ForeignKeyConstraint(["granted_by"], ["account.id"], name="fk_account_role_granted_by"),
        sa.PrimaryKeyConstraint("id", name="pk_account_role"),
        sa.UniqueConstraint("code", name="uq_account_role_code"),
    )
    sa.Index("ix_account_role_role_division", table.c.role, table.c.division)
    sa.Index(
        "uq_account_role_administrator",
        table.c.account,
        unique=True,
        sqlite_where=administrators,
        postgresql_where=administrators,
    )
    sa.Index(
        "uq_account_role_open",
        table.c.account,
        table.c.role,
        table.c.division,
        table.c.department,
        unique=True,
        sqlite_where=open_one,
        postgresql_where=open_one,
    )
    return table


def _change_roles(before: Sequence[str], after: Sequence[str]) -> None:
    with op.batch_alter_table("account_role", copy_from=_grants(before)) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_account_role_role_known"), type_="check")
        for role in sorted(set(before) - set(after)):
            batch_op.drop_constraint(batch_op.f(f"ck_account_role_{role}_scope"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_account_role_role_known"), _known(after))
        for role in sorted(set(after) - set(before)):
            batch_op.create_check_constraint(
                batch_op.f(f"ck_account_role_{role}_scope"),
                f"role <> '{role}' OR ({_SCOPES[role]})",
            )


def _add_tables() -> None:
    op.create_table(
        "award_scheme",
        sa.Column("id", _KEY, autoincrement=True, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("claim_days", sa.Integer(), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("counter", sa.Text(), nullable=False),
        sa.Column("made_by", _KEY, nullable=False),
        sa.Column("made_at", _AT, nullable=False),
        sa.CheckConstraint(
            "claim_days BETWEEN 7 AND 365", name=op.f("ck_award_scheme_claim_days_sane")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_scheme")),
    )
    op.create_index(op.f("ix_award_scheme_starts_on"), "award_scheme", ["starts_on"], unique=False)
    op.create_table(
        "award_grade",
        sa.Column("id", _KEY, autoincrement=True, nullable=False),
        sa.Column("scheme_id", _KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("lowest", sa.Integer(), nullable=False),
        sa.Column("highest", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "lowest >= 1 AND lowest <= highest AND highest <= 1000000",
            name=op.f("ck_award_grade_amounts_sane"),
        ),
        sa.ForeignKeyConstraint(
            ["scheme_id"], ["award_scheme.id"], name=op.f("fk_award_grade_scheme_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_grade")),
        sa.UniqueConstraint("scheme_id", "name", name=op.f("uq_award_grade_scheme_id_name")),
        sa.UniqueConstraint(
            "scheme_id", "position", name=op.f("uq_award_grade_scheme_id_position")
        ),
    )
    op.create_table(
        "report_award",
        sa.Column("id", _KEY, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("report_id", _KEY, nullable=False),
        sa.Column("grade_id", _KEY, nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("proposed_by", _KEY, nullable=False),
        sa.Column("proposed_at", _AT, nullable=False),
        sa.Column("decided_by", _KEY, nullable=True),
        sa.Column("decided_at", _AT, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("claim_until", _AT, nullable=True),
        sa.Column("claim_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("claim_drawn_at", _AT, nullable=True),
        sa.CheckConstraint(
            "(state = 'proposed') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)",
            name=op.f("ck_report_award_decided_by_somebody"),
        ),
        sa.CheckConstraint(
            "(state IN ('proposed', 'declined')) = (claim_until IS NULL)",
            name=op.f("ck_report_award_approved_has_end"),
        ),
        sa.CheckConstraint(
            "claim_hash IS NULL OR state = 'approved'", name=op.f("ck_report_award_claim_waits")
        ),
        sa.CheckConstraint(
            "state IN ('approved', 'declined', 'paid', 'proposed', 'revoked')",
            name=op.f("ck_report_award_state_known"),
        ),
        sa.CheckConstraint(
            "amount BETWEEN 1 AND 1000000", name=op.f("ck_report_award_amount_sane")
        ),
        sa.CheckConstraint(
            "decided_by <> proposed_by", name=op.f("ck_report_award_decided_by_another")
        ),
        sa.ForeignKeyConstraint(
            ["grade_id"], ["award_grade.id"], name=op.f("fk_report_award_grade_id")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_award_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_award")),
        sa.UniqueConstraint("code", name=op.f("uq_report_award_code")),
    )
    op.create_index(
        op.f("ix_report_award_report_id_id"), "report_award", ["report_id", "id"], unique=False
    )
    op.create_index(op.f("ix_report_award_state_id"), "report_award", ["state", "id"], unique=False)
    op.create_index(
        "uq_report_award_claim",
        "report_award",
        ["claim_hash"],
        unique=True,
        sqlite_where=sa.text("claim_hash IS NOT NULL"),
        postgresql_where=sa.text("claim_hash IS NOT NULL"),
    )
    op.create_index(
        "uq_report_award_live",
        "report_award",
        ["report_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('approved', 'paid', 'proposed')"),
        postgresql_where=sa.text("state IN ('approved', 'paid', 'proposed')"),
    )
    op.create_table(
        "award_entry",
        sa.Column("id", _KEY, autoincrement=True, nullable=False),
        sa.Column("award_id", _KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=8), nullable=False),
        sa.Column("voucher", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("booked_by", _KEY, nullable=False),
        sa.Column("booked_at", _AT, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'payout') = (number - 2 * (number / 2) = 1) AND (kind = 'payout') = (amount > 0) AND amount <> 0 AND number >= 1",
            name=op.f("ck_award_entry_booked_in_turns"),
        ),
        sa.CheckConstraint(
            "kind = 'payout' OR reason <> ''", name=op.f("ck_award_entry_taken_back_for_a_reason")
        ),
        sa.CheckConstraint(
            "kind IN ('payout', 'reversal')", name=op.f("ck_award_entry_kind_known")
        ),
        sa.CheckConstraint(
            "method IN ('cash', 'phone', 'transfer')", name=op.f("ck_award_entry_method_known")
        ),
        sa.ForeignKeyConstraint(
            ["award_id"], ["report_award.id"], name=op.f("fk_award_entry_award_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_entry")),
        sa.UniqueConstraint("award_id", "number", name=op.f("uq_award_entry_award_id_number")),
    )
    op.create_index(op.f("ix_award_entry_day_id"), "award_entry", ["day", "id"], unique=False)


def upgrade() -> None:
    _change_roles(_OLD, (*_OLD, *_NEW))
    _add_tables()
    for guard in GUARDS:
        _guard(*guard)


def downgrade() -> None:
    for name, table, *_rest in reversed(GUARDS):
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER {name}")
        else:
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")
    for table in ("award_entry", "report_award", "award_grade", "award_scheme"):
        op.drop_table(table)
    op.execute(
        "DELETE FROM grant_review WHERE grant_id IN"
        " (SELECT id FROM account_role WHERE role = 'award_cashier')"
    )
    op.execute("DELETE FROM account_role WHERE role = 'award_cashier'")
    _change_roles((*_OLD, *_NEW), _OLD)


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
