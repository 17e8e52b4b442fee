"""Awards on pages and as JSON: from the grades to the ledger's file, and who sees what."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.dumping import awards as given
from tests.dumping import make
from tests.dumping.test_pages import text
from wufei_public.common.codes import grouped
from wufei_public.dumping.actions.receipts import Receipt
from wufei_public.dumping.rules.awards import WRONG_CLAIMS
from wufei_public.infra.workbooks import read_book

pytestmark = pytest.mark.usefixtures("town")
SCHEME = {
    "starts_on": "2026-11-24", "source": "某区有奖举报办法（2026）第五条", "verified": "true",
    "claim_days": "60", "conditions": given.CONDITIONS, "counter": given.COUNTER,
    "name": ["一级", "二级", ""], "lowest": ["1000", "200", ""], "highest": ["3000", "500", ""],
}  # fmt: skip


@pytest.fixture
def district(app: Flask) -> FlaskClient:
    return make.browser(app, make.account(make.DISTRICT_OFFICER))


@pytest.fixture
def cashier(app: Flask) -> FlaskClient:
    return make.browser(app, make.account(given.CASHIER))


@pytest.fixture
def case(town: None) -> Receipt:
    given.in_force()
    return make.closed(make.account(make.RESIDENT))


def claim_on(page: str) -> str:
    """Return the code that a page shows."""
    found = re.search(r"[0-9A-Z]{5}-[0-9A-Z]{5}", re.sub(r"<[^>]*>", "", page))
    assert found
    return found.group()


def test_grades_are_put_in_force_and_everyone_reads_them(
    district: FlaskClient, client: FlaskClient
) -> None:
    assert "还没有定等级和金额" in text(client.get("/awards"))
    assert client.get("/api/v1/dumping/awards").json == {"scheme": None, "years": []}
    assert "草稿" in text(district.get("/staff/awards/grades"))
    answer = district.post("/staff/awards/grades", data=SCHEME)
    assert answer.status_code == 303
    page = text(client.get("/awards"))
    assert "1000–3000" in page
    assert "某区有奖举报办法（2026）第五条" in page
    assert given.COUNTER in page
    scheme = (client.get("/api/v1/dumping/awards").json or {})["scheme"]
    assert scheme["grades"] == [
        {"name": "一级", "lowest": 1000, "highest": 3000},
        {"name": "二级", "lowest": 200, "highest": 500},
    ]


@pytest.mark.parametrize(
    "changes",
    [{"starts_on": "2026-11-23"}, {"starts_on": ""}, {"highest": ["1", "500"]}, {"name": ["一级"]},
     {"lowest": ["x", "200"]}, {"claim_days": "5"}, {"source": ""}],
)  # fmt: skip
def test_grades_that_can_not_be_keep_what_was_typed(
    district: FlaskClient, changes: dict[str, object]
) -> None:
    answer = district.post("/staff/awards/grades", data=SCHEME | changes)
    assert answer.status_code == 422
    assert given.COUNTER in text(answer)


def test_from_a_proposal_to_the_money_and_the_finances(
    app: Flask, district: FlaskClient, cashier: FlaskClient, client: FlaskClient, case: Receipt
) -> None:
    town = make.browser(app, make.account(make.TOWN_OFFICER))
    page = text(town.get(f"/staff/cases/{case.code}"))
    assert "二级" in page
    wrong = town.post(
        f"/staff/cases/{case.code}/award", data={"grade": "2", "amount": "900", "text": "查实了。"}
    )
    assert wrong.status_code == 422
    assert "200 到 500 元" in text(wrong)
    town.post(
        f"/staff/cases/{case.code}/award", data={"grade": "2", "amount": "300", "text": "查实了。"}
    )
    own = f"/r/{case.code}/{case.secret}"
    assert "取领奖码" not in text(client.get(own))
    code = given.code_of(case)
    assert grouped(code) in text(district.get("/staff/awards?state=proposed"))
    decided = district.post(f"/staff/awards/{code}/decide", data={"decision": "approve"})
    assert decided.status_code == 303
    assert "取领奖码" in text(client.get(own))
    shown = client.post(f"{own}/award")
    assert shown.headers["Cache-Control"] == "private, no-store"
    claim = claim_on(text(shown))
    assert claim not in text(client.get(own))
    looked = text(cashier.post("/staff/awards/counter", data={"claim": claim}))
    assert "300 元" in looked
    assert case.code not in looked
    assert grouped(case.code) not in looked
    lacking = cashier.post("/staff/awards/counter/pay", data={"claim": claim, "method": "cash"})
    assert lacking.status_code == 422
    assert "300 元" in text(lacking)
    pay = {"claim": claim, "method": "cash", "voucher": "=P-7"}
    assert cashier.post("/staff/awards/counter/pay", data=pay).status_code == 303
    again = cashier.post("/staff/awards/counter/pay", data=pay)
    assert again.status_code == 422
    assert "没有这个领奖码" in text(again)
    ledger = text(cashier.get("/staff/awards/ledger"))
    assert "=P-7" in ledger
    assert grouped(case.code) not in ledger
    book = read_book(cashier.get("/staff/awards/ledger/ledger.xlsx").data)
    lines = book["奖金台账"]
    assert [len(lines), lines[1][1], lines[1][5]] == [2, grouped(code), "300"]
    table = cashier.get("/staff/awards/ledger/ledger.csv").get_data(as_text=True)
    assert "'=P-7" in table
    assert case.code not in table
    assert (client.get("/api/v1/dumping/awards").json or {})["years"] == [
        {"year": 2026, "paid": 1, "yuan": 300}
    ]
    assert "已经领走了" in text(client.get(own))
    back = district.post(f"/staff/awards/{code}/reverse", data={"text": "数错了。"})
    assert back.status_code == 303
    assert "取领奖码" in text(client.get(own))


def test_a_proposal_by_json(app: Flask, case: Receipt) -> None:
    town = make.browser(app, make.account(make.TOWN_OFFICER))
    body = town.get(f"/api/v1/dumping/cases/{case.code}").json or {}
    assert "award" in body["can"]
    answer = town.post(
        f"/api/v1/dumping/cases/{case.code}/award",
        json={"grade": 2, "amount": 300, "text": "查实了。"},
    )
    assert answer.status_code == 200
    assert "award" not in (town.get(f"/api/v1/dumping/cases/{case.code}").json or {})["can"]


def test_the_own_proposal_is_refused_on_the_page(district: FlaskClient, case: Receipt) -> None:
    code = given.proposed(case, make.DISTRICT_OFFICER)
    assert "要由另一个人来批" in text(district.get(f"/staff/awards/{code}"))
    answer = district.post(f"/staff/awards/{code}/decide", data={"decision": "approve"})
    assert answer.status_code == 409


def test_wrong_codes_close_the_counter_for_a_while(cashier: FlaskClient, case: Receipt) -> None:
    given.approved(case)
    claim = given.drawn(case)
    slip = cashier.post("/staff/awards/counter", data={"claim": "AAAAA-AAAAB"})
    assert "抄错了" in text(slip)
    good_but_none = "00000-00000"
    answers = [
        cashier.post("/staff/awards/counter", data={"claim": good_but_none}).status_code
        for _number in range(WRONG_CLAIMS[0].most + 1)
    ]
    assert answers == [422] * WRONG_CLAIMS[0].most + [429]
    # Not even the right one is looked at.
    assert cashier.post("/staff/awards/counter", data={"claim": claim}).status_code == 429


def test_the_cashier_sees_no_case_and_no_award_by_case(cashier: FlaskClient, case: Receipt) -> None:
    code = given.approved(case)
    for path in (f"/staff/cases/{case.code}", "/staff/awards", f"/staff/awards/{code}",
                 "/staff/awards/grades", "/staff/cases"):  # fmt: skip
        assert cashier.get(path).status_code == 403, path
    assert cashier.get("/staff").status_code == 200


def test_officers_pay_nothing_and_the_auditor_reads_the_trail_alone(
    app: Flask, district: FlaskClient
) -> None:
    auditor = make.browser(app, make.account(make.AUDITOR))
    assert auditor.get("/staff/awards/ledger").status_code == 403
    assert district.get("/staff/awards/ledger").status_code == 200
    assert district.get("/staff/awards/counter").status_code == 403


def test_a_code_that_is_drawn_too_late_says_so(client: FlaskClient, case: Receipt) -> None:
    given.proposed(case)
    answer = client.post(f"/r/{case.code}/{case.secret}/award")
    assert answer.status_code == 409
    assert "现在没有等您领的奖金" in text(answer)
