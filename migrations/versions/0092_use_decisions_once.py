"""One decision and one case lead to one entry of a list, however their numbers are written."""

import re
from unicodedata import normalize

import sqlalchemy as sa
from alembic import op

revision = "0092"
down_revision = "0091"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Name, table, change, when it is refused, what it says then.
GUARDS = [
    (
        "listing_use_stays",
        "listing_use",
        "UPDATE",
        (
            "(NEW.organisation_id IS DISTINCT FROM OLD.organisation_id OR NEW.kind IS DISTINCT FROM "
            "OLD.kind OR NEW.what IS DISTINCT FROM OLD.what OR NEW.number IS DISTINCT FROM OLD.number"
            " OR NEW.listing_id IS DISTINCT FROM OLD.listing_id)"
        ),
        "what was written stays",
    ),
    (
        "listing_use_comes_free_with_nothing",
        "listing_use",
        "DELETE",
        (
            "(NOT EXISTS (SELECT 1 FROM listing WHERE listing.id = OLD.listing_id AND listing.state ="
            " 'dropped') OR EXISTS (SELECT 1 FROM listing_paper WHERE listing_paper.listing_id = "
            "OLD.listing_id AND listing_paper.kind = 'objection' AND listing_paper.outcome = "
            "'upheld'))"
        ),
        "what was written stays",
    ),
    (
        "listing_uses_what_it_rests_on",
        "listing",
        "UPDATE",
        (
            "(OLD.published_at IS NULL AND NEW.published_at IS NOT NULL AND ((NEW.document <> '' AND "
            "NOT EXISTS (SELECT 1 FROM listing_use WHERE listing_use.listing_id = NEW.id AND "
            "listing_use.what = 'document')) OR (NEW.report <> '' AND NOT EXISTS (SELECT 1 FROM "
            "listing_use WHERE listing_use.listing_id = NEW.id AND listing_use.what = 'case' AND "
            "listing_use.number = NEW.report))))"
        ),
        "one decision and one case lead to one entry",
    ),
]
NUMERALS = str.maketrans("〇零一二三四五六七八九號", "00123456789号")
# Of each entry that was not dropped, or dropped for good: what it rested on, the oldest first.
USED = (
    "SELECT l.organisation_id, l.kind, l.id, l.report, l.document, b.document, c.document"
    " FROM listing AS l LEFT JOIN listing_basis AS b ON b.listing_id = l.id"
    " LEFT JOIN case_evidence AS c ON c.organisation_id = l.organisation_id"
    " AND c.report = l.report AND l.report <> ''"
    " WHERE l.state <> 'dropped' OR EXISTS (SELECT 1 FROM listing_paper AS p"
    " WHERE p.listing_id = l.id AND p.kind = 'objection' AND p.outcome = 'upheld') ORDER BY l.id"
)


def upgrade() -> None:
    op.create_table(
        "listing_use",
        sa.Column("organisation_id", BIG, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("what", sa.String(8), nullable=False),
        sa.Column("number", sa.String(160), nullable=False),
        sa.Column("listing_id", BIG, nullable=False),
        sa.PrimaryKeyConstraint(
            "organisation_id", "kind", "what", "number", name=op.f("pk_listing_use")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_listing_use_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_listing_use_listing_id")
        ),
        sa.CheckConstraint("kind IN ('black', 'red')", name=op.f("ck_listing_use_kind_known")),
        sa.CheckConstraint("what IN ('case', 'document')", name=op.f("ck_listing_use_what_known")),
        sa.CheckConstraint("number <> ''", name=op.f("ck_listing_use_says_which")),
    )
    op.create_index("ix_listing_use_listing_id", "listing_use", ["listing_id"])
    _fill()
    for guard in GUARDS:
        _guard(*guard)


def _fill() -> None:
    """Use what entries rest on; where two rest on the same, the older one keeps it."""
    bind, taken = op.get_bind(), set()
    for organisation, kind, listing, report, *documents in bind.execute(sa.text(USED)).all():
        keys = {("document", _key(one)) for one in documents if one}
        for what, number in sorted(keys | ({("case", report)} if report else set())):
            if not number or (organisation, kind, what, number) in taken:
                continue
            taken.add((organisation, kind, what, number))
            values = {"o": organisation, "k": kind, "w": what, "n": number, "l": listing}
            bind.execute(sa.text("INSERT INTO listing_use VALUES (:o, :k, :w, :n, :l)"), values)


def _key(document: str) -> str:
    plain = normalize("NFKC", document).casefold().translate(NUMERALS)
    digits = re.sub(
        r"([1-9]?)十([1-9]?)", lambda found: f"{found[1] or '1'}{found[2] or '0'}", plain
    )
    short = re.sub(r"(?<!\d)0+(?=\d)", "", digits)
    return "".join(one for one in short if one.isalnum() and one not in "第号字年")


def downgrade() -> None:
    for name, table, *_rest in GUARDS:
        op.execute(f"DROP TRIGGER {name}" + _on(table))
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("listing_use")


def _on(table: str) -> str:
    return f" ON {table}" if op.get_bind().dialect.name == "postgresql" else ""


DAYS = re.compile(r"DAYS\(([\w.]+), ([\w.]+)\)")
BETWEEN = {
    "sqlite": r"(julianday(\2) - julianday(\1))",
    "postgresql": r"(EXTRACT(EPOCH FROM (\2 - \1)) / 86400)",
}


def _guard(name: str, table: str, change: str, when: str, says: str) -> None:
    dialect = op.get_bind().dialect.name
    head, when = (
        f"CREATE TRIGGER {name} BEFORE {change} ON {table}",
        DAYS.sub(BETWEEN[dialect], when),
    )
    if dialect == "sqlite":
        plain = when.replace("IS DISTINCT FROM", "IS NOT")
        op.execute(f"{head} WHEN {plain} BEGIN SELECT RAISE(ABORT, '{says}'); END")
        return
    refused = f"RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation'"
    # PostgreSQL passes a DELETE over, without a word, when the trigger returns nothing.
    row = "OLD" if change == "DELETE" else "NEW"
    body = f"BEGIN IF {when} THEN {refused}; END IF; RETURN {row}; END"
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION {name}()")
