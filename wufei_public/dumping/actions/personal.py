"""What becomes of a resident's reports when the account moves or ends."""

from sqlalchemy import update

from wufei_public.dumping.models import Report
from wufei_public.infra.work import Work


def absorb(w: Work, account: int, into: int) -> None:
    """Give the reports of `account` to the account `into`: one person has made two into one."""
    w.session.execute(update(Report).where(Report.reporter_id == account).values(reporter_id=into))


def erase(w: Work, account: int) -> None:
    """Cut the reports of `account` loose from the person; the case itself stays for the record.

    The words that stay are the masked ones, as the public may read them.
    """
    w.session.execute(
        update(Report)
        .where(Report.reporter_id == account)
        .values(
            reporter_id=None,
            contact_sealed=None,
            words=Report.public_words,
            spot=Report.public_spot,
        )
    )
