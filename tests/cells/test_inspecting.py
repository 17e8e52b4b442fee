"""An inspection shows what was seen: photos, or why there are none; the register its dates."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.cells import make
from tests.cells.make import EXPERTS, OFFICE, OWNER, do
from tests.cells.window import DESK, Window
from tests.conftest import Clock
from tests.dumping import make as people
from tests.dumping.make import photo_token
from wufei_public.cells.actions import applying, panels, reviewing, standing
from wufei_public.cells.queries import reviews
from wufei_public.cells.rules.stages import State
from wufei_public.common.errors import Invalid
from wufei_public.infra.work import reading, work

pytestmark = pytest.mark.usefixtures("district")


def mended() -> make.Case:
    case = make.scored()
    do(OFFICE, reviewing.rectify, code=case.code, text="补台账。")
    do(OWNER, applying.mend, code=case.code, text="补好了。")
    return case


def test_an_inspection_without_photos_says_why(see: Window) -> None:
    case = mended()
    with pytest.raises(Invalid) as refusal:
        do(OFFICE, reviewing.inspect, code=case.code, text="看过。")
    assert make.code_of(refusal) == "no_photos"
    assert case.row.state == State.REINSPECTING
    do(OFFICE, reviewing.inspect, code=case.code, text="看过。", why="单位不让拍后厨。")
    assert case.row.state == State.SCORED
    assert "单位不让拍后厨。" in see.get(OFFICE, DESK.format(case.code))


def test_photos_of_an_inspection_are_for_officers_alone(see: Window) -> None:
    case = mended()
    do(OFFICE, reviewing.inspect, code=case.code, text="看过。", photo=[photo_token(seed=51)])
    people.develop()
    page = see.get(OFFICE, DESK.format(case.code))
    thumb = page.split("验收时的照片")[1].split("/thumb")[0].rsplit('"', 1)[1]
    assert see.of(OFFICE).get(f"{thumb}/thumb").mimetype == "image/webp"
    number = thumb.rsplit("/", 1)[1]
    see.get(OWNER, f"/mine/cells/{case.code}/photos/{number}/thumb", 404)


def test_an_expert_without_photos_says_why() -> None:
    case = make.with_experts()
    first, second = EXPERTS[:2]
    for expert in (first, second):
        work(expert, make.marking(case))
    with pytest.raises(Invalid) as refusal:
        do(first, panels.hand_in, code=case.code)
    assert make.code_of(refusal) == "no_photos"
    do(first, panels.hand_in, code=case.code, words="下雨，没有去现场。")
    item = make.rubric_of(case).items[0].id
    do(second, panels.add_visit_photos, code=case.code, item=item, photo=[photo_token(seed=52)])
    do(second, panels.hand_in, code=case.code)
    assert [one.scored_at is not None for one in reviews.sheets(reading(), case.row)] == [
        True, True, False,
    ]  # fmt: skip


def test_the_register_tells_when_each_was_named_and_removed(
    client: FlaskClient, clock: Clock
) -> None:
    _case, found = make.named(clock)
    named, page = found.named_on, "/cells"

    def line() -> dict[str, object]:
        return dict(client.get("/api/v1/cells").get_json()["cells"][0])

    assert (line()["named_on"], line()["changed_on"]) == (named.isoformat(), None)
    assert "命名" in client.get(page).text
    clock.move(days=3)
    do(OFFICE, standing.suspend, code=found.code, reason="停业")
    assert line()["changed_on"] == (named + timedelta(days=3)).isoformat()
    assert "起暂停" in client.get(page).text
    clock.move(days=2)
    make.remove(found.code)
    assert line()["changed_on"] == (named + timedelta(days=5)).isoformat()
    assert "日 摘牌" in client.get(page).text
    assert "摘牌" in client.get(f"/cells/c/{found.code}").text
