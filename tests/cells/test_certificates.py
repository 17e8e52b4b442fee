"""Certificates: the signature checks offline, the PDF is whole, the register and the count."""

import base64
import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.cells import make
from tests.cells.make import OFFICE, OWNER, do
from tests.conftest import Clock
from tests.people.make import statements
from wufei_public.cells.actions import applying, standing
from wufei_public.cells.actions.personal import absorb, erase
from wufei_public.cells.documents.personal import export
from wufei_public.cells.models.certificates import CellCertificate
from wufei_public.cells.models.reviews import CellDuty
from wufei_public.cells.queries import certificates
from wufei_public.cells.rules.naming import PURPOSE
from wufei_public.common.actor import SYSTEM
from wufei_public.infra.keys import check_signature
from wufei_public.infra.work import house, reading, work

pytestmark = pytest.mark.usefixtures("district")
VERIFY = Path("docs/verify_certificate.py")


def test_the_signature_holds_and_a_changed_word_breaks_it(clock: Clock) -> None:
    _case, found = make.named(clock)
    key = house().keys.public_key(PURPOSE)
    signature = base64.b64decode(found.signature)
    check_signature(key, signature, found.statement.encode())
    assert json.loads(found.statement)["unit"] == "洛水饭店"
    with pytest.raises(InvalidSignature):
        check_signature(key, signature, found.statement.replace("洛水", "洛河").encode())


@pytest.mark.parametrize("change", ["", "洛水"])
def test_the_script_of_the_docs_checks_a_certificate_offline(
    client: FlaskClient, clock: Clock, tmp_path: Path, change: str
) -> None:
    _case, found = make.named(clock)
    answer = client.get(f"/api/v1/cells/certificates/{found.code}").get_json()
    if change:
        answer["statement"] = answer["statement"].replace(change, "假的")
    file = tmp_path / "certificate.json"
    file.write_text(json.dumps(answer), encoding="utf-8")
    run = [sys.executable, str(VERIFY), str(file), answer["public_key"]]
    done = subprocess.run(run, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode == 0) == (not change), done.stderr
    if not change:
        assert "WFXB-2026-0001" in done.stdout


def test_the_pdf_holds_three_pages_with_embedded_fonts(client: FlaskClient, clock: Clock) -> None:
    _case, found = make.named(clock)
    answer = client.get(f"/cells/c/{found.code}/certificate.pdf")
    assert answer.mimetype == "application/pdf"
    body = answer.get_data()
    assert body.startswith(b"%PDF-")
    assert body.count(b"/Type /Page\n") == 3
    assert body.count(b"/FontFile") >= 2
    assert len(body) < 400_000


def test_the_page_says_how_it_stands_on_each_day(client: FlaskClient, clock: Clock) -> None:
    _case, found = make.named(clock)
    page = f"/cells/c/{found.code}"
    assert "证书有效" in client.get(page).text
    do(OFFICE, standing.suspend, code=found.code, reason="停业装修")
    assert "停业装修" in client.get(page).text
    do(OFFICE, standing.restore, code=found.code, reason="开业")
    clock.move(days=3 * 366)
    assert "已过有效期" in client.get(page).text
    assert (
        client.get(f"/api/v1/cells/certificates/{found.code}").get_json()["standing"] == "expired"
    )


# ---- the register ---------------------------------------------------------------


def certificates_of(session: Session, case: make.Case, count: int, **changes: Any) -> None:
    """Write `count` more certificates, each of an application of its own."""
    for number in range(2, 2 + count):
        other = make.started(opened=make.a_round(), number=number)
        row = {
            "application_id": other.row.id, "code": f"C{number:09d}", "year": 2026,
            "number": f"WFXB-2026-{number:04d}", "place": number, "unit": f"单位{number}",
            "kind": "hotel", "division": make.VILLAGE, "town": make.TOWN, "stars": 3, "story": "",
            "named_on": date(2026, 12, 1), "valid_until": date(2029, 11, 30), "document": "9号",
            "named_by": OFFICE.id, "statement": "{}", "signature": "", "standing": "valid",
            "standing_reason": "", "standing_at": house().clock(),
        }  # fmt: skip
        duty = {"application_id": row["application_id"], "account_id": OFFICE.id, "duty": "review"}
        session.execute(insert(CellDuty), duty)
        session.execute(insert(CellCertificate), row | changes)
        session.commit()


def test_the_register_costs_the_same_for_one_and_for_three(
    client: FlaskClient, clock: Clock, session: Session
) -> None:
    case, _found = make.named(clock)
    client.get("/cells")
    with statements() as one:
        assert client.get("/cells").text.count('<a class="wf-case"') == 1
    certificates_of(session, case, 2)
    client.get("/cells")  # the figures are read anew once, and then kept
    with statements() as three:
        assert client.get("/cells").text.count('<a class="wf-case"') == 3
    assert len(one) == len(three)


def test_pages_of_the_register_follow_each_other(
    client: FlaskClient, clock: Clock, session: Session
) -> None:
    case, _found = make.named(clock)
    certificates_of(session, case, 4)
    seen, after = [], None
    while True:
        rows, after = certificates.register(
            session, certificates.RegisterFilter(after=after, town=make.TOWN, kind="hotel"), 2
        )
        seen += [row.number for row in rows]
        if after is None:
            break
    assert seen == ["WFXB-2026-0001", *(f"WFXB-2026-{number:04d}" for number in range(5, 1, -1))]
    answer = client.get("/api/v1/cells?kind=hotel").get_json()
    assert [cell["number"] for cell in answer["cells"]] == seen
    assert client.get("/api/v1/cells?kind=school").get_json()["cells"] == []


def test_the_count_is_the_rule_and_its_list(
    client: FlaskClient, clock: Clock, session: Session
) -> None:
    case, found = make.named(clock)
    certificates_of(session, case, 1, kind="park")
    make.submitted(opened=make.a_round(), number=9)
    answer = client.get("/api/v1/cells/count").get_json()
    assert answer == {
        "day": "2026-12-03", "rule": "1", "count": 1, "target": 15, "in_progress": 1,
        "numbers": [found.number], "source": answer["source"],
    }  # fmt: skip
    assert "indicator 39" in answer["source"]
    assert certificates.figures(session, house().clock()).by_town() == {make.TOWN: 2}
    clock.move(seconds=1)
    do(OFFICE, standing.suspend, code=found.code, reason="停业装修")
    assert client.get("/api/v1/cells/count").get_json()["count"] == 0


# ---- autosave -------------------------------------------------------------------


def test_an_answer_is_saved_by_the_script(app: Flask) -> None:
    from tests.dumping import make as people  # noqa: PLC0415

    case = make.started()
    client = people.browser(app, OWNER)
    url = f"/api/v1/cells/applications/{case.code}/items/hotel-org-01"
    answer = client.post(url, json={"answer": "1", "note": "有表"})
    assert (answer.status_code, answer.get_json()["words"]) == (
        200,
        "10:00 已保存，换电脑也能接着填",
    )
    assert case.row.self_total == 5
    assert client.post(url, json={"answer": "9"}).status_code == 422
    assert app.test_client().post(url, json={"answer": "1"}).status_code == 401
    assert people.browser(app, make.STRANGER).post(url, json={"answer": "1"}).status_code == 403


# ---- what is personal -----------------------------------------------------------


def test_who_objected_may_take_a_copy_and_be_forgotten(session: Session) -> None:
    case = make.noticed()
    found = make.objected(case)
    keys = house().keys
    assert [row["code"] for row in export(session, keys, make.STRANGER.id or 0)] == [found.code]
    work(SYSTEM, lambda w: absorb(w, make.STRANGER.id or 0, OWNER.id or 0))
    session.expire_all()
    assert [row["text"] for row in export(session, keys, OWNER.id or 0)] == ["厨余没有分开。"]
    work(SYSTEM, lambda w: erase(w, OWNER.id or 0))
    session.expire_all()
    assert export(reading(), keys, OWNER.id or 0) == []
    assert applying.commitment(date(2026, 1, 1)).version == "1"


def test_each_line_of_the_register_is_signed_and_the_pdf_names_the_script(
    client: FlaskClient, clock: Clock, tmp_path: Path
) -> None:
    _case, found = make.named(clock)
    answer = client.get("/api/v1/cells").get_json()
    (line,) = answer["cells"]
    assert json.loads(line["statement"])["number"] == line["number"] == found.number
    file = tmp_path / "register.json"
    for changed in (False, True):
        if changed:
            line["statement"] = line["statement"].replace("洛水", "洛河")
        file.write_text(json.dumps(answer), encoding="utf-8")
        run = [sys.executable, str(VERIFY), str(file), answer["public_keys"][0]["key"]]
        done = subprocess.run(run, capture_output=True, text=True, check=False, timeout=60)
        assert (done.returncode == 0) is not changed, done.stderr
    assert len(VERIFY.read_text(encoding="utf-8").split("\n\n", 1)[1].splitlines()) <= 14
