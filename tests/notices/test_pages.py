"""公告 in requests: editors write, look, publish and take back; everybody reads."""

import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.conftest import Clock
from tests.dumping.plans import statements
from tests.notices import make
from wufei_public.common.actor import SYSTEM
from wufei_public.common.clock import DISTRICT_ZONE
from wufei_public.infra.audit import AuditRow
from wufei_public.infra.work import reading, work
from wufei_public.notices import actions
from wufei_public.notices.models import NoticeVersion
from wufei_public.notices.rules.versions import Kind
from wufei_public.people.actions.personal import present_text
from wufei_public.people.rules.consent import VERSION

ATOM = "{http://www.w3.org/2005/Atom}"


def html(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def post(client: FlaskClient, path: str, status: int = 303, **form: object) -> str:
    answer = client.post(path, data=form)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def written(client: FlaskClient, **form: str) -> str:
    answer = client.post("/staff/notices/new", data=make.FORM | form)
    assert answer.status_code == 303
    return answer.headers["Location"].split("?")[0]


def test_a_notice_from_draft_to_readers(district: FlaskClient, client: FlaskClient) -> None:
    desk = written(district)
    public = desk.replace("/staff/notices", "/news")
    assert "周六收大件" not in html(client, "/news")
    html(client, public, 404)
    preview = html(district, f"{desk}/versions/1")
    assert "<h2>" in preview
    assert 'href="/news"' in preview
    post(district, f"{desk}/publish", saves=1)
    for path in ("/", "/notices", "/news", public):
        assert "周六收大件" in html(client, path)
    assert f'data-copy="http://localhost{public}"' in html(client, public)


def test_the_feed_has_what_is_shown_and_no_foreign_sign(
    client: FlaskClient, district: FlaskClient
) -> None:
    draft = replace(make.DRAFT, title='<b>"周六" & 周日</b>', summary="]]>\x0b<script>")
    code = make.published(make.DISTRICT_OFFICER, draft).code
    written(district)
    answer = client.get("/news.atom")
    assert answer.mimetype == "application/atom+xml"
    feed = ET.fromstring(answer.data)  # noqa: S314  our own
    assert feed.findtext(f"{ATOM}id") == "http://localhost/news.atom"
    (entry,) = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(ATOM + name) for name in ("title", "summary", "id")] == [
        draft.title, "]]><script>", f"http://localhost/news/{code}",
    ]  # fmt: skip
    assert '/news.atom"' in html(client, "/news")


def test_what_readers_saw_stays_and_the_next_version_waits_for_its_hour(
    district: FlaskClient, client: FlaskClient, clock: Clock
) -> None:
    desk = written(district)
    public = desk.replace("/staff/notices", "/news")
    post(district, f"{desk}/publish", saves=1)
    clock.move(minutes=10)
    post(district, desk, saves=2, **(make.FORM | {"title": "改到周日"}))
    post(district, desk, saves=3, **(make.FORM | {"title": "改到下周日"}))
    assert "周六收大件" in html(client, public)
    at = clock.now.astimezone(DISTRICT_ZONE) + timedelta(hours=2)
    post(district, f"{desk}/publish", saves=4, publish_at=at.strftime("%Y-%m-%dT%H:%M"))
    assert "周六收大件" in html(client, public)
    clock.move(hours=2)
    assert "改到下周日" in html(client, public)
    count = select(func.count()).select_from(NoticeVersion)
    assert reading().scalar(count) == 2


def test_a_withdrawn_notice_says_why_and_comes_back_as_a_version(
    district: FlaskClient, client: FlaskClient, clock: Clock
) -> None:
    desk = written(district)
    public = desk.replace("/staff/notices", "/news")
    post(district, f"{desk}/publish", saves=1)
    clock.move(minutes=5)
    post(district, f"{desk}/withdraw", saves=2, reason="日子写错了")
    assert "日子写错了" in html(client, public, 410)
    assert "周六收大件" not in html(client, "/news")
    clock.move(minutes=5)
    post(district, f"{desk}/publish", saves=3)
    assert "周六收大件" in html(client, public)
    done = reading().scalars(
        select(AuditRow.action).where(AuditRow.target.startswith("notices/")).order_by(AuditRow.id)
    )
    verbs = ["write", "publish", "withdraw", "publish"]
    assert list(done) == [f"notices:notice:{verb}" for verb in verbs]


def test_a_withdrawal_takes_back_the_hour_of_a_version_to_come(
    district: FlaskClient, client: FlaskClient, clock: Clock
) -> None:
    desk = written(district)
    at = clock.now.astimezone(DISTRICT_ZONE) + timedelta(hours=2)
    post(district, f"{desk}/publish", saves=1, publish_at=at.strftime("%Y-%m-%dT%H:%M"))
    post(district, f"{desk}/withdraw", saves=2, reason="不办了")
    clock.move(hours=3)
    html(client, desk.replace("/staff/notices", "/news"), 404)


def test_two_editors_at_once(district: FlaskClient) -> None:
    desk = written(district)
    post(district, desk, saves=1, **(make.FORM | {"title": "先存的"}))
    page = post(district, desk, 409, saves=1, **(make.FORM | {"title": "后存的"}))
    assert "别人刚刚改过" in page
    assert "后存的" in page
    assert "先存的" in page


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"title": ""}, "title"),
        ({"body": "[看](javascript:alert(1))"}, "body"),
        ({"title_en": "Only this"}, "body_en"),
    ],
)
def test_faults_stand_at_their_fields(
    district: FlaskClient, form: dict[str, str], field: str
) -> None:
    page = post(district, "/staff/notices/new", 422, **(make.FORM | form))
    assert f'id="e-{field}"' in page


def test_hours_and_empty_withdrawals_are_refused(district: FlaskClient) -> None:
    desk = written(district)
    past = post(district, f"{desk}/publish", 422, saves=1, publish_at="2020-01-01T08:00")
    assert 'id="e-publish_at"' in past
    assert "没有在公布" in post(district, f"{desk}/withdraw", 409, saves=1, reason="不办了")
    post(district, f"{desk}/publish", saves=1)
    assert "已经发布了" in post(district, f"{desk}/publish", 409, saves=2)
    assert 'id="e-reason"' in post(district, f"{desk}/withdraw", 422, saves=2)


def test_towns_write_their_own_and_the_district_all(
    app: Flask, town: FlaskClient, district: FlaskClient, client: FlaskClient
) -> None:
    desk = written(town)
    other = make.browser(app, make.account(make.OTHER_OFFICER))
    assert "您只能看" in html(other, desk)
    post(other, desk, 403, saves=1, **make.FORM)
    post(other, f"{desk}/publish", 403, saves=1)
    post(client, f"{desk}/publish", 401, saves=1)
    post(district, f"{desk}/publish", saves=1)
    resident = make.browser(app, make.account(make.RESIDENT))
    html(resident, desk, 403)


def test_script_in_any_field_is_words(district: FlaskClient, client: FlaskClient) -> None:
    evil = "<script>alert(1)</script>"
    desk = written(
        district,
        title=evil,
        summary=f'"><img src=x onerror=alert(1)>{evil}',
        body=f"# {evil}\n- {evil}\n{evil} [{evil}](/news)",
    )
    post(district, f"{desk}/publish", saves=1)
    public = desk.replace("/staff/notices", "/news")
    for who, path in (
        (client, "/"),
        (client, "/news"),
        (client, public),
        (district, desk),
        (district, "/staff/notices"),
        (district, f"{desk}/versions/1"),
    ):
        page = html(who, path)
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_search_and_pages(app: Flask, client: FlaskClient, clock: Clock) -> None:
    actor = make.account(make.DISTRICT_OFFICER)
    make.published(actor, make.ENGLISH)
    with statements() as one:
        assert html(client, "/news").count("wf-rows") == 1
    for _number in range(22):
        clock.move(minutes=1)
        make.published(actor)
    with statements() as many:
        page = html(client, "/news")
    assert len(one) == len(many)
    assert page.count("周六收大件") == 20
    following = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    assert html(client, following.replace("&amp;", "&")).count("周六收大件") == 3
    assert html(client, "/news?q=eight").count("周六收大件") == 1
    assert "没有找到" in html(client, "/news?q=100%25")
    client.get("/news?after=zzz")


def test_articles_stand_with_the_packages_own(client: FlaskClient, app: Flask) -> None:
    found = make.published(make.account(make.DISTRICT_OFFICER), make.ENGLISH, Kind.ARTICLE)
    assert f"/news/{found.code}" in html(client, "/articles")
    client.set_cookie("wf_lang", "en")
    page = html(client, f"/news/{found.code}")
    assert "<h1>Bulky</h1>" in page


def test_the_sites_texts_are_pieces_from_their_first_version(
    app: Flask, client: FlaskClient, district: FlaskClient, town: FlaskClient, clock: Clock
) -> None:
    assert "0379-00000000" in html(client, "/contact")
    assert work(SYSTEM, actions.seed) == "added 4"
    assert work(SYSTEM, actions.seed) == ""
    for path in ("/privacy", "/privacy/children", "/accessibility", "/contact"):
        assert "第 1 版" in html(client, path)
    listed = html(district, "/staff/notices?kind=text")
    desk = listed.split("我们收什么")[0].rsplit('href="', 1)[1].split('"')[0]
    html(client, desk.replace("/staff/notices", "/news"), 404)
    clock.move(minutes=10)
    form = make.FORM | {"title": "隐私新说法"}
    post(town, desk, 403, saves=1, **form)
    post(district, desk, saves=1, **form)
    assert work(SYSTEM, present_text) == VERSION
    post(district, f"{desk}/publish", saves=2)
    page = html(client, "/privacy")
    assert "隐私新说法" in page
    assert "第 2 版" in page
    assert work(SYSTEM, present_text) == "v2"
    assert "不能撤回" in post(district, f"{desk}/withdraw", 409, saves=3, reason="试试")
    assert clock.now.tzinfo is UTC
