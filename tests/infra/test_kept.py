"""Pages that are drawn once for all guests."""

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from wufei_public.infra.i18n import COOKIE as LANGUAGE
from wufei_public.infra.i18n import gettext
from wufei_public.infra.web.kept import Pages, kept_page
from wufei_public.infra.web.session import COOKIE as SESSION


def drawing(words: str, drawn: list[str]) -> Callable[[], str]:
    def draw() -> str:
        drawn.append(words)
        return words

    return draw


def test_the_same_key_is_drawn_once_and_the_oldest_page_goes_first() -> None:
    pages, drawn = Pages(most=2), []
    for key in ("a", "b", "a", "c", "a", "b"):
        assert pages.get(key, drawing(key, drawn)) == key
    assert drawn == ["a", "b", "c", "b"]


def test_a_page_is_kept_for_one_content_address_language_and_look(app: Flask) -> None:
    drawn: list[str] = []

    def ask(path: str, content: str, **cookies: str) -> None:
        line = "; ".join(f"{name}={value}" for name, value in cookies.items())
        with app.test_request_context(path, headers={"Cookie": line} if line else {}):
            kept_page(content, drawing(f"{path} {content} {line}", drawn))

    for _ in range(2):
        ask("/cases", "one")
        ask("/cases", "two")
        ask("/cases?kind=bulky", "one")
        ask("/cases", "one", wf_mode="care")
        ask("/cases", "one", wf_theme="dark")
    assert len(drawn) == 5


def test_who_is_signed_in_gets_a_page_of_their_own(app: Flask) -> None:
    drawn: list[str] = []
    for _ in range(2):
        with app.test_request_context("/", headers={"Cookie": f"{SESSION}=token"}):
            kept_page("same", drawing("mine", drawn))
    with app.test_request_context("/"):
        assert kept_page("same", drawing("all", drawn)) == "all"
    assert drawn == ["mine", "mine", "all"]


def test_the_list_is_drawn_in_the_readers_language(client: FlaskClient) -> None:
    chinese = client.get("/cases").get_data(as_text=True)
    client.set_cookie(LANGUAGE, "en")
    assert 'lang="zh-Hans"' in chinese
    assert '<html lang="en"' in client.get("/cases").get_data(as_text=True)


def test_a_sentence_takes_its_facts_and_keeps_a_bare_percent(app: Flask) -> None:
    with app.test_request_context():
        assert gettext("剩 %(days)s 天", days=3) == "剩 3 天"
        assert gettext("100%") == "100%"
        page = app.jinja_env.from_string("{{ _('100%%') }} {{ _('<b>%(it)s</b>', it='<i>') }}")
        assert page.render() == "100% <b>&lt;i&gt;</b>"
