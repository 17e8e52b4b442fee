"""The black list suspends certificates in its own transaction, and bars applications."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.cells import make
from tests.conftest import NOW
from tests.dumping import make as people
from tests.redblack import make as listings
from wufei_public.cells.actions import applying, standing
from wufei_public.cells.actions.listed import LISTED
from wufei_public.cells.models.certificates import CellCertificate
from wufei_public.cells.queries import certificates
from wufei_public.common.actor import SYSTEM
from wufei_public.common.errors import Invalid, WrongState
from wufei_public.infra.work import reading
from wufei_public.organisations.models import Organisation
from wufei_public.redblack.actions import answering, officer, timing


@pytest.fixture(autouse=True)
def officials(district: None) -> None:
    """Make the accounts of the officials of the list beside those of the cells."""
    for actor in listings.EVERYBODY:
        if actor not in make.EVERYBODY:
            people.account(actor)


@pytest.fixture
def named(clock: Any) -> tuple[CellCertificate, Organisation]:
    """Return a certificate and its unit."""
    case, certificate = make.named(clock)
    return certificate, case.unit


def now_of(certificate: CellCertificate) -> tuple[str, str]:
    listings.fresh()
    found = certificates.certificate(reading(), certificate.code)
    return found.standing, found.standing_reason


def test_publication_suspends_and_the_end_restores(named: Any) -> None:
    certificate, unit = named
    row = listings.decided(unit, actor=listings.SECOND)
    assert now_of(certificate) == ("valid", "")
    listings.do(listings.DISTRICT_OFFICER, officer.publish, row, hidden=True)
    assert now_of(certificate) == ("suspended", LISTED)
    listings.answered(row, listings.handed_in(row, "objection", make.OWNER), outcome="upheld")
    assert now_of(certificate) == ("valid", "")


def test_a_suspension_of_the_list_ends_with_the_entry_though_no_job_runs(
    client: FlaskClient, named: Any
) -> None:
    certificate, unit = named
    row = listings.published(unit, severity="minor", months=2)
    page = f"/cells/c/{certificate.code}"
    assert "暂停使用" in client.get(page).text
    listings.move(seconds=(row.ends_at - listings.now()).total_seconds() - 1)
    assert "暂停使用" in client.get(page).text
    listings.move(seconds=1)
    assert "暂停使用" not in client.get(page).text
    assert "暂停使用" not in client.get("/cells").text
    assert client.get(f"{page}/certificate.pdf").status_code == 200
    certificates.forget_figures()
    assert certificates.figures(reading(), listings.now()).numbers == (certificate.number,)
    assert now_of(certificate) == ("suspended", LISTED)  # as nobody has written it down yet


def test_what_the_office_suspended_stays_suspended(named: Any) -> None:
    certificate, unit = named
    make.do(make.OFFICE, standing.suspend, code=certificate.code, reason="抽查不合格。")
    row = listings.published(unit)
    listings.move(days=400)
    listings.do(SYSTEM, timing.expire, row)
    assert now_of(certificate) == ("suspended", "抽查不合格。")


def test_a_listed_unit_neither_begins_nor_hands_in(clock: Any) -> None:
    case = make.filled(make.started(opened=make.a_round(closes_at=NOW + timedelta(days=90))))
    row = listings.published(case.unit, actor=listings.SECOND)
    with pytest.raises(Invalid) as refused:
        make.do(make.OWNER, applying.submit, code=case.code, committed=True)
    assert refused.value.code == "listed"
    paper = listings.handed_in(row, "objection", make.OWNER)
    listings.do(
        listings.CHIEF, answering.answer, row, paper=paper.code, outcome="upheld", words="对。"
    )
    assert make.do(make.OWNER, applying.submit, code=case.code, committed=True).submissions == 1


def test_what_the_list_suspended_the_office_suspends_as_well_and_it_stays(named: Any) -> None:
    certificate, unit = named
    row = listings.published(unit)
    with pytest.raises(WrongState):  # not while the unit is listed
        make.do(make.SECOND, standing.restore, code=certificate.code, reason="先恢复")
    make.do(make.OFFICE, standing.suspend, code=certificate.code, reason="抽查不合格。")
    assert now_of(certificate) == ("suspended", "抽查不合格。")
    with pytest.raises(WrongState) as twice:
        make.do(make.OFFICE, standing.suspend, code=certificate.code, reason="又一次。")
    assert twice.value.code == "suspended_before"
    listings.move(days=400)
    listings.do(SYSTEM, timing.expire, row)
    assert now_of(certificate) == ("suspended", "抽查不合格。")
    make.do(make.SECOND, standing.restore, code=certificate.code, reason="复查合格。")
    assert now_of(certificate) == ("valid", "")
