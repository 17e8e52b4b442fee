"""Which language a reader gets, and how dates, counts and faults read in it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from flask_babel import force_locale, gettext, ngettext
from marshmallow import Schema, ValidationError, fields, validate

from wufei_public.infra.i18n import CHINESE, COOKIE, ENGLISH, choose_locale, day, moment
from wufei_public.infra.web.errors import as_invalid, field_sentences

INSTANT = datetime(2026, 11, 23, 0, 5, tzinfo=UTC)  # 08:05 in the district
OVER = "超 %(num)d 天"


@pytest.fixture(params=[CHINESE, ENGLISH])
def locale(request: pytest.FixtureRequest, whole_app: Flask) -> Iterator[str]:
    # The tests hold one application context open, whose `g` keeps the last reader's catalogue.
    with whole_app.test_request_context(), force_locale(request.param):
        g.pop("catalogue", None)
        yield request.param
        g.pop("catalogue", None)


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("", CHINESE),
        ("zh-CN,zh;q=0.9,en;q=0.8", CHINESE),
        ("zh-TW,en;q=0.9", CHINESE),
        ("en", ENGLISH),
        ("en-GB,en;q=0.9,zh;q=0.8", ENGLISH),
        ("EN-us;q=0.9", ENGLISH),
        ("eng", CHINESE),
        ("fr-FR,en;q=0.9", CHINESE),
        ("*", CHINESE),
        (";,;", CHINESE),
    ],
)
def test_first_preference_of_the_browser_decides(
    whole_app: Flask, header: str, chosen: str
) -> None:
    with whole_app.test_request_context(headers={"Accept-Language": header}):
        g.pop("locale", None)
        assert choose_locale() == chosen


@pytest.mark.parametrize(
    ("cookie", "header", "chosen"),
    [
        (ENGLISH, "zh-CN", ENGLISH),
        (CHINESE, "en", CHINESE),
        ("fr", "en", ENGLISH),
        ("../../etc", "", CHINESE),
    ],
)
def test_cookie_goes_before_the_browser(
    whole_app: Flask, cookie: str, header: str, chosen: str
) -> None:
    headers = {"Accept-Language": header, "Cookie": f"{COOKIE}={cookie}"}
    with whole_app.test_request_context(headers=headers):
        g.pop("locale", None)
        assert choose_locale() == chosen


@pytest.mark.parametrize("locale", [CHINESE], indirect=True)
def test_dates_in_chinese(locale: str) -> None:
    assert (day(date(2026, 11, 3)), day(INSTANT)) == ("11月3日", "11月23日")
    assert moment(INSTANT) == "11月23日 08:05"


@pytest.mark.parametrize("locale", [ENGLISH], indirect=True)
def test_dates_in_english(locale: str) -> None:
    assert (day(date(2026, 11, 3)), day(INSTANT)) == ("3 Nov", "23 Nov")
    assert moment(INSTANT) == "23 Nov, 08:05"


@pytest.mark.parametrize("locale", [CHINESE], indirect=True)
def test_counts_have_one_form_in_chinese(locale: str) -> None:
    assert [ngettext(OVER, OVER, n) for n in (0, 1, 2)] == ["超 0 天", "超 1 天", "超 2 天"]


@pytest.mark.parametrize("locale", [ENGLISH], indirect=True)
def test_counts_have_two_forms_in_english(locale: str) -> None:
    words = [ngettext(OVER, OVER, n) for n in (0, 1, 2)]
    assert words == ["0 days over", "1 day over", "2 days over"]


@pytest.mark.parametrize("locale", [CHINESE], indirect=True)
def test_chinese_is_the_source(locale: str) -> None:
    assert gettext("请先登录") == "请先登录"


class Bounds(Schema):
    words = fields.String(validate=validate.Length(max=3))
    code = fields.String(validate=validate.Length(equal=2))
    lat = fields.Float(validate=validate.Range(min=-90, max=90))
    most = fields.Integer(validate=validate.Range(max=9))


FAULTS = {
    CHINESE: {
        "words": "太长了，最多 3 个字。",
        "code": "长度要正好是 2 个字。",
        "lat": "要在 -90 到 90 之间。",
        "most": "不能大于 9。",
    },
    ENGLISH: {
        "words": "Too long: at most 3 characters.",
        "code": "The length must be exactly 2 characters.",
        "lat": "This must be from -90 to 90.",
        "most": "This must be 9 or less.",
    },
}


def test_bounds_are_told_in_the_readers_language(locale: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Bounds().load({"words": "four", "code": "x", "lat": 91, "most": 10})
    told = field_sentences(as_invalid(caught.value))
    assert {fault["pointer"]: fault["message"] for fault in told} == FAULTS[locale]


@pytest.mark.parametrize(
    ("language", "lang", "words"), [("zh", "zh-Hans", "首页"), ("en", "en", "Home")]
)
def test_choosing_a_language_holds_on_the_next_page(
    client: FlaskClient, language: str, lang: str, words: str
) -> None:
    client.post("/language", data={"language": language, "next": "/"})
    page = client.get("/", headers={"Accept-Language": "en" if language == "zh" else "zh"})
    assert f'<html lang="{lang}"' in page.text
    assert words in page.text
