"""Pages that are drawn once for all guests."""

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import forget_the_last_request
from tests.dumping import make
from wufei_public.common.actor import ActorKind
from wufei_public.infra.i18n import COOKIE as LANGUAGE
from wufei_public.infra.i18n import gettext
from wufei_public.infra.web.kept import Pages, kept_page
from wufei_public.infra.web.session import COOKIE as SESSION
from wufei_public.infra.web.session import current_actor


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


def test_who_is_signed_in_gets_the_page_of_all_with_nothing_of_themselves(app: Flask) -> None:
    account = make.account(make.RESIDENT)
    client, seen = make.browser(app, account), []

    def draw() -> str:
        seen.append(current_actor().kind)
        return "all"

    cookie = client.get_cookie(SESSION)
    assert cookie
    with app.test_request_context("/", headers={"Cookie": f"{SESSION}={cookie.value}"}):
        forget_the_last_request()
        assert current_actor().id == make.RESIDENT.id
        assert kept_page("same", draw) == "all"
        assert current_actor().id == make.RESIDENT.id
    with app.test_request_context("/"):
        assert kept_page("same", draw) == "all"
    assert seen == [ActorKind.ANONYMOUS]


def test_a_kept_page_is_the_same_for_a_guest_a_resident_and_an_official(app: Flask) -> None:
    make.places()
    make.released(make.report())
    guest = app.test_client()
    known = [make.browser(app, make.account(who)) for who in (make.RESIDENT, make.TOWN_OFFICER)]
    for path in ("/cases", "/sorting?q=%E7%93%B6", "/news", "/checkin/board", "/indicators"):
        # Drawn for whoever comes first; then for nobody anew.
        pages = [client.get(path).get_data(as_text=True) for client in (*known, guest)]
        assert len(set(pages)) == 1, path


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
