"""A proof, a picture, a basis and the parties of a paper stay as they were written."""

from alembic import op

revision = "0090"
down_revision = "0080"
branch_labels = None
depends_on = None

# Name, table, change, when it is refused, what it says then.
GUARDS = [
    (
        "listing_paper_names_its_parties",
        "listing_paper",
        "UPDATE",
        (
            "(NEW.proposed_by IS DISTINCT FROM OLD.proposed_by OR NEW.decided_by IS DISTINCT FROM"
            " OLD.decided_by OR NEW.approved_by IS DISTINCT FROM OLD.approved_by)"
        ),
        "what was written stays",
    ),
    (
        "listing_proof_stays",
        "listing_proof",
        "UPDATE",
        (
            "(NEW.photo_id IS DISTINCT FROM OLD.photo_id OR NEW.listing_id IS DISTINCT FROM "
            "OLD.listing_id)"
        ),
        "what was written stays",
    ),
    (
        "listing_photo_stays",
        "listing_photo",
        "UPDATE",
        (
            "(NEW.photo_id IS DISTINCT FROM OLD.photo_id OR NEW.listing_id IS DISTINCT FROM "
            "OLD.listing_id)"
        ),
        "what was written stays",
    ),
    (
        "listing_keeps_its_number",
        "listing",
        "UPDATE",
        (
            "((NEW.code IS DISTINCT FROM OLD.code OR NEW.report IS DISTINCT FROM OLD.report OR "
            "NEW.document_on IS DISTINCT FROM OLD.document_on) OR (NEW.round IS DISTINCT FROM "
            "OLD.round AND NOT (OLD.state = 'decided' AND NEW.state = 'proposed')))"
        ),
        "what was proposed and served stays",
    ),
    (
        "listing_basis_stays",
        "listing_basis",
        "UPDATE",
        (
            "(NEW.listing_id IS DISTINCT FROM OLD.listing_id OR NEW.basis IS DISTINCT FROM "
            "OLD.basis OR NEW.assessment_id IS DISTINCT FROM OLD.assessment_id OR NEW.document IS"
            " DISTINCT FROM OLD.document OR NEW.document_on IS DISTINCT FROM OLD.document_on OR "
            "NEW.ground IS DISTINCT FROM OLD.ground)"
        ),
        "what was written stays",
    ),
    (
        "listing_basis_is_kept",
        "listing_basis",
        "DELETE",
        "1 = 1",
        "what was written stays",
    ),
]


def upgrade() -> None:
    for guard in GUARDS:
        _guard(*guard)


def downgrade() -> None:
    for name, table, *_rest in GUARDS:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER {name}")
        else:
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")


def _guard(name: str, table: str, change: str, when: str, says: str) -> None:
    head = f"CREATE TRIGGER {name} BEFORE {change} ON {table}"
    if op.get_bind().dialect.name == "sqlite":
        plain = when.replace("IS DISTINCT FROM", "IS NOT")
        op.execute(f"{head} WHEN {plain} BEGIN SELECT RAISE(ABORT, '{says}'); END")
        return
    refused = f"RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation'"
    # PostgreSQL passes a DELETE over, without a word, when the trigger returns nothing.
    row = "OLD" if change == "DELETE" else "NEW"
    body = f"BEGIN IF {when} THEN {refused}; END IF; RETURN {row}; END"
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION {name}()")
