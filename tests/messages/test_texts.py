"""How messages read: worded anew by the district, from then on."""

import pytest
from flask import Flask

from tests.conftest import Clock
from tests.dumping import make as cases
from tests.messages.test_inbox import browser, resident
from wufei_public.infra.work import work
from wufei_public.messages.actions.inbox import tell

FORM = {
    "title": "我们收到了",
    "words": "编号 %(code)s，百分之百（100%%）会看。",
    "title_en": "We have it",
    "words_en": "Number %(code)s; we look at 100%% of them.",
}
PAGE = "/staff/messages/texts"
NAME = "dumping.submit"


def test_a_new_wording_holds_from_its_hour_on(app: Flask, clock: Clock) -> None:
    cases.places()
    actor, token = resident()
    phone = browser(app, token)
    work(actor, lambda w: tell(w, actor.id or 0, NAME, {"code": "ABC"}))
    clock.move(minutes=1)
    office = cases.browser(app, cases.account(cases.DISTRICT_OFFICER))
    assert f"{PAGE}/{NAME}" in office.get(PAGE).text
    assert "We have your report" in office.get(f"{PAGE}/{NAME}").text
    assert office.post(f"{PAGE}/{NAME}", data=FORM).status_code == 303
    assert "第 1 版" in office.get(f"{PAGE}/{NAME}").text
    work(actor, lambda w: tell(w, actor.id or 0, NAME, {"code": "DEF"}))
    page = phone.get("/mine/messages").text
    assert "编号 DEF，百分之百（100%）会看。" in page
    assert "编号 ABC。我们会尽快看。" in page
    phone.set_cookie("wf_lang", "en")
    assert "Number DEF; we look at 100% of them." in phone.get("/mine/messages").text


@pytest.mark.parametrize("words", ["编号 %(phone)s", "100% 会看", "%(code)d", "<%"])
def test_what_could_not_be_filled_is_refused(app: Flask, words: str) -> None:
    office = cases.browser(app, cases.account(cases.DISTRICT_OFFICER))
    answer = office.post(f"{PAGE}/{NAME}", data=FORM | {"words": words})
    assert answer.status_code == 422
    assert 'id="e-words"' in answer.text


def test_only_the_district_words_and_only_what_there_is(app: Flask) -> None:
    town = cases.browser(app, cases.account(cases.TOWN_OFFICER))
    assert town.post(f"{PAGE}/{NAME}", data=FORM).status_code == 403
    office = cases.browser(app, cases.account(cases.DISTRICT_OFFICER))
    assert office.post(f"{PAGE}/no.such", data=FORM).status_code == 404
