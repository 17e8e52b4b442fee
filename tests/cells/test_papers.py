"""PDF evidence: added and taken out on the page, read by those who may, kept for a submission."""

import io

import pytest

from tests.cells import make
from tests.cells.make import EXPERTS, OFFICE, OWNER, SECTOR, do
from tests.cells.test_seeing import OFFICERS_HERE, who_gets
from tests.cells.window import DESK, SHEET, UNIT, Window
from tests.dumping.make import TOWN_OFFICER
from tests.media.make import pdf
from wufei_public.cells.actions import applying, panels, reviewing
from wufei_public.cells.queries import applications as queries
from wufei_public.infra.work import house, reading
from wufei_public.media import queries as media

pytestmark = pytest.mark.usefixtures("district")
ITEM = "hotel-org-01"


def send(see: Window, case: make.Case, data: bytes, status: int = 303, count: int = 1) -> str:
    files = [(io.BytesIO(data), "台账 1.pdf") for _ in range(count)]
    path = f"{UNIT.format(case.code)}/items/{ITEM}/papers"
    return str(see.post(OWNER, path, status, papers=files).text)


def held(case: make.Case) -> list[int]:
    return [one.paper_id for one in queries.papers_held(reading(), case.row.id)]


def test_a_pdf_proves_an_item_like_a_photo(see: Window) -> None:
    case = make.started()
    do(OWNER, applying.save_answer, code=case.code, item=ITEM, step=0)
    page = UNIT.format(case.code)
    before = see.get(OWNER, page).count("传照片或 PDF 证明")
    send(see, case, pdf())
    assert see.get(OWNER, page).count("传照片或 PDF 证明") == before - 1
    assert "台账 1.pdf" in see.get(OWNER, f"{page}/items/{ITEM}")
    (paper,) = held(case)
    answer = see.of(OWNER).get(f"{page}/papers/{paper}")
    assert (answer.data, answer.mimetype) == (pdf(), "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    see.post(OWNER, f"{page}/items/{ITEM}/papers/{paper}/remove")
    assert (held(case), media.papers_of(reading(), f"cells/{case.code}")) == ([], [])


def test_what_is_no_pdf_and_what_is_too_much_is_refused(see: Window) -> None:
    case = make.started()
    assert "不是 PDF" in send(see, case, b"GIF89a", 422)
    see.post(OWNER, f"{UNIT.format(case.code)}/items/{ITEM}/papers", 422)
    assert "一次最多 3 个" in send(see, case, pdf(), 422, count=4)
    for _ in range(3):
        send(see, case, pdf(), count=3)
    assert "已经够多了" in send(see, case, pdf(), 409)
    assert len(held(case)) == 9


def test_a_pdf_is_read_by_unit_officers_and_panel_alone(see: Window) -> None:
    case = make.filled(make.started())
    send(see, case, pdf())
    do(OWNER, applying.submit, code=case.code, committed=True)
    do(TOWN_OFFICER, reviewing.pass_check, code=case.code)
    do(SECTOR, reviewing.give_opinion, code=case.code, opinion="support")
    do(OFFICE, panels.assign, code=case.code, experts=[one.id for one in EXPERTS[:3]])
    do(EXPERTS[0], panels.declare, code=case.code)
    paper = held(case)[-1]
    panel = {one.name for one in EXPERTS[:3]}
    for page, readers in ((UNIT, {OWNER.name}), (DESK, OFFICERS_HERE), (SHEET, panel)):
        assert who_gets(see, f"{page.format(case.code)}/papers/{paper}") == readers
    assert "台账 1.pdf" in see.get(OFFICE, DESK.format(case.code))
    assert "台账 1.pdf" in see.get(EXPERTS[0], SHEET.format(case.code))


def test_what_was_handed_in_stays_and_the_change_is_shown(see: Window) -> None:
    case = make.filled(make.started())
    begun = len(held(case))
    send(see, case, pdf())
    do(OWNER, applying.submit, code=case.code, committed=True)
    do(TOWN_OFFICER, reviewing.send_back, code=case.code, remarks={ITEM: "换一份"})
    paper = held(case)[-1]
    path = f"{UNIT.format(case.code)}/items/{ITEM}/papers"
    see.post(OWNER, f"{path}/{paper}/remove")
    send(see, case, pdf(b"3 0 obj null endobj"))
    do(OWNER, applying.submit, code=case.code, committed=True)
    page = see.get(TOWN_OFFICER, DESK.format(case.code))
    assert "加了 1 份材料" in page
    assert "去了 1 份材料" in page
    owner = f"cells/{case.code}"
    for one in media.papers_of(reading(), owner):
        found = media.paper(reading(), one.id, [owner])
        assert found
        assert house().store.read(found.file_name).startswith(b"%PDF")
    assert len(media.papers_of(reading(), owner)) == begun + 2
