"""Forms and shell: faults at their fields, nothing undefined, nothing that is not set."""

import re
from html.parser import HTMLParser

import pytest
from flask import render_template

from tests.assets.toy import toy_app


class Tags(HTMLParser):
    """Every opening tag with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, dict(attrs)))

    def by_id(self, name: str) -> dict[str, str | None]:
        return next(found for _, found in self.all if found.get("id") == name)


@pytest.fixture
def fields() -> str:
    return toy_app().test_client().get("/fields").get_data(as_text=True)


def test_fault_is_tied_to_its_field(fields: str) -> None:
    tags = Tags(fields)
    name = tags.by_id("f-name")
    assert name["aria-invalid"] == "true"
    assert name["aria-describedby"] == "e-name h-name"
    assert tags.by_id("e-name")
    assert tags.by_id("h-name")
    assert name["value"] == "王"
    assert name["autocomplete"] == "name"


def test_only_the_first_fault_takes_the_focus(fields: str) -> None:
    focused = [found["name"] for _, found in Tags(fields).all if "autofocus" in found]
    assert focused == ["name"]


def test_summary_leads_to_each_fault(fields: str) -> None:
    assert re.findall(r'<li><a href="(#f-[^"]+)">([^<]+)', fields) == [
        ("#f-name", "太短了。"),
        ("#f-phone", "不像手机号。"),
    ]


def test_answers_are_kept(fields: str) -> None:
    several = [found for _, found in Tags(fields).all if found.get("name") == "several"]
    assert [found["value"] for found in several if "checked" in found] == ["b"]


def test_empty_facts_are_left_out(fields: str) -> None:
    assert "7K4M" in fields
    assert "空的" not in fields


@pytest.mark.parametrize(
    "path", ["/", "/report", "/mine", "/receipt/x", "/fields", "/staff", "/doors"]
)
def test_every_id_is_unique(path: str) -> None:
    html = toy_app().test_client().get(path).get_data(as_text=True)
    ids = [found["id"] for _, found in Tags(html).all if found.get("id")]
    # A <template> is no part of the page until a script copies it.
    assert [one for one in set(ids) if ids.count(one) > 1] == []


@pytest.mark.parametrize(
    ("status", "retry", "expected"),
    [
        (404, 0, []),
        (429, 61, ["2 分钟后可以再试。"]),
        (500, 0, ["请求编号：abc"]),
        (409, 0, ["最新情况"]),
    ],
)
def test_error_page_says_what_to_do_next(status: int, retry: int, expected: list[str]) -> None:
    with toy_app().test_request_context("/x"):
        html = render_template(
            "errors/error.html",
            status=status,
            title="标题",
            detail="一句话。",
            request_id="abc",
            errors=[],
            sign_in="",
            retry_after=retry,
        )
    assert "一句话。" in html
    said = ["2 分钟后可以再试。", "请求编号：abc", "最新情况"]
    assert [words for words in said if words in html] == expected


def test_foot_leaves_out_what_is_not_set() -> None:
    html = toy_app().test_client().get("/").get_data(as_text=True)
    assert "网站标识码：0000" in html
    with toy_app().test_request_context("/"):
        from_empty = render_template("empty.html", site=_nobody())
    assert "主办" not in from_empty
    assert "备案号" not in from_empty
    assert "电话" not in from_empty


def _nobody() -> object:
    class Nobody:
        name = "样区无废城市"
        organiser = contact_phone = hotline = icp = gov_site_code = ""

    return Nobody()
