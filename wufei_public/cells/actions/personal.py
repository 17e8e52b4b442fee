"""What cells hold of one resident: to take a copy, to give to another account, to erase."""

from sqlalchemy import update

from wufei_public.cells.models.applications import CellApplication, CellSubmission
from wufei_public.cells.models.certificates import CellYearReport
from wufei_public.cells.models.charges import CellCharge
from wufei_public.cells.models.removals import CellReply, CellTask
from wufei_public.cells.models.reviews import CellObjection
from wufei_public.infra.work import Work


def absorb(w: Work, account: int, into: int) -> None:
    """Give what `account` began, handed in and objected to the account `into`."""
    for column in (
        CellApplication.applicant_id,
        CellSubmission.by,
        CellYearReport.by,
        CellObjection.by,
        CellReply.by,
        CellTask.replied_by,
        CellCharge.answered_by,
    ):
        model = column.class_
        w.session.execute(update(model).where(column == account).values({column: into}))


def erase(w: Work, account: int) -> None:
    """Forget who objected; what was said stays with the case, the units' papers with the units."""
    w.session.execute(
        update(CellObjection)
        .where(CellObjection.by == account, CellObjection.about == "notice")
        .values(by=None, contact_sealed=None)
    )
