"""What a feature does with PDFs: check and keep the bytes, write the row, forget it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, update

from wufei_public.infra.storage import Storage, own_copy
from wufei_public.infra.work import Work
from wufei_public.media.models import Paper
from wufei_public.media.rules.keeping import PAPERS
from wufei_public.media.rules.pdf import BadPdf, inspect_pdf, refuse_pdf

MOST_NAME = 80


@dataclass(frozen=True, slots=True)
class PreparedPaper:
    """A PDF that is safe in the store and has no row yet."""

    name: str
    size: int
    file_name: str


def prepare(store: Storage, data: bytes, name: str, pointer: str = "papers") -> PreparedPaper:
    """Check `data` and keep it; runs before any transaction.

    Raises Invalid that names the file. What never gets a row is swept away.
    """
    try:
        inspect_pdf(data)
    except BadPdf as bad:
        raise refuse_pdf(bad.fault, name, pointer) from bad
    return PreparedPaper(
        name=name[-MOST_NAME:], size=len(data), file_name=store.put(PAPERS, data, copy=own_copy())
    )


def keep(w: Work, papers: Sequence[PreparedPaper], *, owner: str) -> list[int]:
    """Write the rows of prepared PDFs of `owner` (`feature/code`); return their numbers."""
    return [
        w.insert(
            Paper,
            {
                "owner": owner,
                "name": one.name,
                "size": one.size,
                "sha256": one.file_name.partition("/")[2][:64],
                "file_name": one.file_name,
                "uploaded_at": w.now,
            },
        )
        for one in papers
    ]


def forget(w: Work, ids: Sequence[int]) -> None:
    """Remove the rows of PDFs whose record no longer needs them; the sweep removes the files."""
    w.session.execute(delete(Paper).where(Paper.id.in_(ids)))


def pass_on(w: Work, before: str, after: str) -> None:
    """Give every PDF of the record `before` to the record `after`, which goes on with it."""
    w.session.execute(update(Paper).where(Paper.owner == before).values(owner=after))
