"""Sealing, heads and `flask audit verify` on a real database; the auditor's page."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update

from tests.conftest import Clock
from tests.people import make
from tests.people.entering import signed_in
from wufei_public.common.actor import SYSTEM
from wufei_public.infra import audit
from wufei_public.infra.audit import AuditRow
from wufei_public.infra.work import house, reading, work
from wufei_public.people.rules.roles import Role
from wufei_public.trail import actions, gateway, jobs, queries
from wufei_public.trail.models import AuditSeal


def record(*actions_done: str, target: str = "test/1", reason: str = "") -> None:
    for action in actions_done:
        work(SYSTEM, lambda w, a=action: audit.record(w, a, target, reason=reason))


def sealed() -> int:
    return make.fresh().scalar(select(func.count()).select_from(AuditSeal)) or 0


def export(folder: Path) -> None:
    signed = work(SYSTEM, actions.sign_head)
    assert signed is not None
    head, signature = signed
    text = gateway.head_text(head, signature, house().keys.public_key(actions.PURPOSE))
    gateway.write_head(folder, head, text)


def verify(app: Flask, *words: str) -> tuple[int, list[str]]:
    result = app.test_cli_runner().invoke(args=["audit", "verify", *words])
    return result.exit_code, result.output.splitlines()


def test_every_row_is_sealed_once_and_idling_writes_nothing(app: Flask) -> None:
    record("a", "b", "c")
    assert jobs.seal("") == 3
    record("d")
    assert jobs.seal("") == 1
    assert jobs.seal("") == 0
    assert sealed() == 4
    assert verify(app) == (0, ["4 seals, 0 heads, 0 faults"])


def test_a_latecomer_behind_sealed_rows_is_sealed_too(app: Flask) -> None:
    record("a", "b", "c")
    ids = list(make.fresh().scalars(select(AuditRow.id).order_by(AuditRow.id)))
    late = reading().get(AuditRow, ids[1])
    assert late is not None
    values = {c.name: getattr(late, c.name) for c in AuditRow.__table__.columns}
    work(SYSTEM, lambda w: w.session.execute(delete(AuditRow).where(AuditRow.id == ids[1])))
    assert jobs.seal("") == 2
    work(SYSTEM, lambda w: w.session.add(AuditRow(**values)))
    assert jobs.seal("") == 1
    assert verify(app)[0] == 0


@pytest.mark.parametrize(
    ("bend", "says"),
    [
        (lambda row: update(AuditRow).where(AuditRow.id == row).values(reason="x"), "changed"),
        (lambda row: delete(AuditRow).where(AuditRow.id == row), "was removed"),
        (lambda row: delete(AuditSeal).where(AuditSeal.audit_id == row), "seal 2 is missing"),
    ],
)
def test_what_an_administrator_of_the_database_does_is_found(
    app: Flask, clock: Clock, bend: object, says: str
) -> None:
    record("a", "b", "c")
    jobs.seal("")
    row = make.fresh().scalars(select(AuditRow.id).order_by(AuditRow.id)).all()[1]
    work(SYSTEM, lambda w: w.session.execute(bend(row)))  # type: ignore[operator]
    clock.move(hours=1)
    code, lines = verify(app)
    assert code == 1
    assert any(says in line for line in lines)


def test_a_row_slipped_in_after_the_fact_is_found_when_it_is_old(app: Flask, clock: Clock) -> None:
    record("a")
    jobs.seal("")
    record("slipped")
    assert verify(app)[0] == 0
    clock.move(minutes=11)
    assert verify(app)[0] == 1


def test_a_chain_that_was_made_anew_or_shortened_differs_from_the_heads(
    app: Flask, tmp_path: Path
) -> None:
    record("a", "b", "c")
    jobs.seal("")
    export(tmp_path)
    assert verify(app, "--heads", str(tmp_path)) == (0, ["3 seals, 1 heads, 0 faults"])
    work(SYSTEM, lambda w: w.session.execute(delete(AuditSeal)))
    work(SYSTEM, lambda w: w.session.execute(update(AuditRow).values(reason="bent")))
    jobs.seal("")
    assert verify(app)[0] == 0
    code, lines = verify(app, "--heads", str(tmp_path))
    assert code == 1
    assert "made anew" in lines[0]
    work(
        SYSTEM,
        lambda w: w.session.execute(delete(AuditSeal).where(AuditSeal.number > 1)),
    )
    assert "the chain ends before 3" in "\n".join(verify(app, "--heads", str(tmp_path))[1])


def test_a_forged_head_is_found(app: Flask, tmp_path: Path) -> None:
    record("a")
    jobs.seal("")
    export(tmp_path)
    path = next(tmp_path.glob("*.json"))
    data = json.loads(path.read_text())
    path.write_text(json.dumps(data | {"signature": "00" * 64}))
    assert "not signed by this site" in verify(app, "--heads", str(tmp_path))[1][0]


def test_the_hourly_head_is_a_file_and_is_posted_where_set(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bytes] = []

    class Notary(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Notary)
    threading.Thread(target=server.handle_request, daemon=True).start()
    settings = house().settings
    monkeypatch.setattr(
        house(),
        "settings",
        type(settings)(
            var=tmp_path, audit_heads_url=f"http://127.0.0.1:{server.server_port}/heads"
        ),
    )
    record("a")
    jobs.seal("")
    assert jobs.export_head("") == "head 1"
    server.server_close()
    (file,) = (tmp_path / "heads").glob("*.json")
    assert json.loads(seen[0]) == json.loads(file.read_text())
    assert jobs.export_head("") == "nothing new"


# ---- the auditor's page ---------------------------------------------------------


@pytest.fixture
def auditor(app: Flask, clock: Clock) -> FlaskClient:
    make.places()
    return signed_in(app, clock, "audit.sun", Role.AUDITOR)


def test_the_auditor_finds_by_person_record_action_and_day(auditor: FlaskClient) -> None:
    record("alpha:x:do", target="alpha/1")
    record("beta:x:do", target="beta/2")
    page = auditor.get("/staff/audit?target=alpha/1").text
    assert "alpha:x:do" in page
    assert '<td translate="no">beta/2' not in page
    assert "beta/2" in auditor.get("/staff/audit?action=beta:x:do").text
    own = auditor.get("/staff/audit?who=audit.sun").text
    assert "people:" in own
    assert "alpha/1" not in own
    assert "没有找到" in auditor.get("/staff/audit?who=nobody").text
    assert "没有找到" in auditor.get("/staff/audit?until=2020-01-01").text
    assert auditor.get("/staff/audit?since=yesterday").status_code == 422


def test_rows_read_in_the_words_of_their_feature(auditor: FlaskClient) -> None:
    work(
        SYSTEM,
        lambda w: audit.record(
            w,
            "dumping:case:close",
            "dumping/T5Q043VFFT",
            before={"state": "assigned"},
            after={"state": "closed", "strange": "x"},
            reason="看过现场",
        ),
    )
    page = auditor.get("/staff/audit?action=dumping:case:close").text
    row = page[page.index("<tbody>") : page.index("</tbody>")]
    words = re.sub(r"<[^>]+>", " ", row).split()
    assert " ".join(words[2:]) == (
        "系统 办结 dumping:case:close 举报 T5Q04-3VFFT 状态 办理中 → 已办结 strange x 理由 看过现场"
    )


def test_pages_of_the_trail_follow_each_other(auditor: FlaskClient) -> None:
    record(*[f"many:x:{n:03}" for n in range(queries.PAGE + 5)], target="many/1")
    first = auditor.get("/staff/audit?target=many/1")
    assert "many:x:054" in first.text
    assert "many:x:004</td>" not in first.text
    link = first.text.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    second = auditor.get(link.replace("&amp;", "&")).text
    assert "many:x:004" in second
    assert "many:x:005</td>" not in second


def test_the_export_is_whole_and_harmless(auditor: FlaskClient) -> None:
    record("calc:x:do", target="calc/1", reason="=HYPERLINK(1)")
    answer = auditor.get("/staff/audit.csv?target=calc/1")
    lines = answer.text.splitlines()
    assert len(lines) == 2
    assert lines[0].lstrip("\ufeff").startswith("id,at,actor_kind,actor,action")
    assert "'=HYPERLINK(1)" in lines[1]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
def test_nobody_else_reads_the_trail(app: Flask, clock: Clock, role: Role) -> None:
    make.places()
    client = signed_in(app, clock, "other.li", role)
    assert client.get("/staff/audit").status_code == 403
    assert client.get("/staff/audit.csv").status_code == 403


def test_everybody_sees_the_heads(client: FlaskClient) -> None:
    assert "还没有链头" in client.get("/audit/heads").text
    record("a")
    jobs.seal("")
    work(SYSTEM, actions.sign_head)
    page = client.get("/audit/heads").text
    assert house().keys.public_key(actions.PURPOSE).hex() in page
    assert queries.heads(reading())[0][0].digest.hex() in page
