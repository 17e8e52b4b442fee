"""The shell's pages for residents, and the switches that they remember."""

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize(
    ("path", "chinese", "english"),
    [
        ("/", "看到乱倒的，拍给我们", "<h1"),
        ("/mine", "我的", "<h1"),
        ("/notices", "公示", "<h1"),
        ("/privacy", "<h1", "<h1"),
        ("/accessibility", "<h1", "<h1"),
    ],
)
def test_a_page_is_whole_in_both_languages(
    client: FlaskClient, path: str, chinese: str, english: str
) -> None:
    answer = client.get(path)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert chinese in text
    assert 'lang="zh' in text
    assert text.count("<main") == text.count("<h1") == 1
    client.post("/language", data={"language": "en"})
    text = client.get(path).get_data(as_text=True)
    assert 'lang="en' in text
    assert english in text


def test_a_trial_says_so_on_every_page(client: FlaskClient) -> None:
    for path in ("/", "/mine", "/notices", "/privacy", "/accessibility"):
        assert "示例单位" in client.get(path).get_data(as_text=True)


@pytest.mark.parametrize(
    ("path", "sent", "cookie"),
    [
        ("/mode", {"mode": "care"}, ("wf_mode", "care")),
        ("/mode", {"mode": "<script>"}, ("wf_mode", "standard")),
        ("/theme", {"theme": "dark"}, ("wf_theme", "dark")),
        ("/theme", {"theme": "pink"}, ("wf_theme", "auto")),
        ("/language", {"language": "xx"}, ("wf_lang", "zh")),
    ],
)
def test_a_switch_is_remembered_and_takes_only_what_it_knows(
    client: FlaskClient, path: str, sent: dict[str, str], cookie: tuple[str, str]
) -> None:
    answer = client.post(path, data={**sent, "next": "/notices"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/notices")
    name, value = cookie
    kept = client.get_cookie(name)
    assert kept is not None
    assert kept.value.startswith(value)
    assert kept.http_only


def test_the_staff_home_is_not_for_guests(client: FlaskClient) -> None:
    answer = client.get("/staff")
    assert answer.status_code in {302, 303}
    assert answer.headers["Location"].startswith("/staff/sign-in?next=")
