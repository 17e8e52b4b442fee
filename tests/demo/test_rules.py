from collections import Counter
from datetime import date, timedelta

import pytest

from tests.conftest import NOW
from wufei_public.common.clock import DISTRICT_ZONE, district_day
from wufei_public.common.workdays import Holidays
from wufei_public.demo.rules import rhythm, stories, words
from wufei_public.demo.rules.heaps import HEAPS, OF_KIND
from wufei_public.demo.rules.plan import Plan, parts_of
from wufei_public.demo.rules.scenes import SCENES, VIEWS
from wufei_public.dumping.rules.kinds import PLAIN
from wufei_public.dumping.rules.states import MERGED, WORKFLOW, Move, State
from wufei_public.people.rules.phones import read_mobile

HOLIDAYS = Holidays(
    frozenset({date(2026, 10, 1), date(2026, 10, 2)}), frozenset(), frozenset({2026})
)
PLAN = Plan(1, NOW, 0, 0)
TOWNS = {"110101001": 5, "110101002": 1}


def year(count: int = 4000) -> list[rhythm.Moment]:
    return list(rhythm.moments(PLAN.rng("test"), count, NOW, TOWNS))


def test_the_same_words_give_the_same_chance() -> None:
    plan = Plan(1, NOW, 10, 10)
    assert plan.rng("a", 1).random() == Plan(1, NOW, 10, 10).rng("a", 1).random()
    assert plan.rng("a", 1).random() != plan.rng("a", 2).random()
    assert [parts_of(count, 250) for count in (0, 1, 250, 251)] == [0, 1, 1, 2]


def test_reports_lie_in_the_year_before_now_oldest_first() -> None:
    found = year()
    assert found == sorted(found, key=lambda moment: moment.at)
    assert NOW - timedelta(days=373) < found[0].at < found[-1].at < NOW
    assert {moment.kind for moment in found} == set(PLAIN)


def test_the_rhythm_can_be_seen() -> None:
    found = year()
    days = Counter(district_day(moment.at).weekday() >= 5 for moment in found)
    assert days[True] / 2 > 1.2 * days[False] / 5
    months = Counter(district_day(m.at).month for m in found if m.kind == "farm")
    assert min(months[6], months[10]) > 2 * max(months[1], months[8])
    rubble = [m.at.astimezone(DISTRICT_ZONE).hour for m in found if m.kind == "build"]
    bags = [m.at.astimezone(DISTRICT_ZONE).hour for m in found if m.kind == "house"]
    late = [sum(hour >= 21 for hour in hours) / len(hours) for hours in (rubble, bags)]
    assert late[0] > 3 * late[1]
    market = [rhythm.is_market_day(0, district_day(m.at)) for m in found if m.kind == "house"]
    assert sum(market) > 0.35 * len(market)


def test_every_kind_and_part_has_words_and_heaps() -> None:
    assert set(OF_KIND) == set(PLAIN)
    assert {heap for heaps in OF_KIND.values() for heap in heaps} == set(HEAPS)
    rng = PLAN.rng("test")
    for kind in PLAIN:
        assert words.say(rng, "what", kind)
        assert words.say(rng, "outcome", kind)
    said = {words.complaint(rng, "house") for _ in range(300)}
    assert len(said) > 150
    assert not any("{" in text or "#" in text for text in said)


def test_numbers_are_mobile_numbers_that_nobody_has() -> None:
    assert words.phone(12) == "15400000012"
    assert read_mobile(words.phone(99999)) == "15400099999"


@pytest.mark.parametrize("course", [moves for _, moves in stories.COURSES])
def test_every_course_leads_to_an_end(course: tuple[str, ...]) -> None:
    state = State.SUBMITTED
    for move in course:
        if move != stories.NOTE and move not in stories.PRAISE:
            state = WORKFLOW.step(state, Move(move)).target
    assert state in WORKFLOW.finals


def test_examples_show_every_state() -> None:
    shown = set()
    for example in stories.EXAMPLES:
        state = State.SUBMITTED
        for move in example.moves:
            if move != stories.NOTE and move not in stories.PRAISE:
                state = WORKFLOW.step(state, Move(move)).target
        shown.add(state)
    # Two reports of one heap are joined by an official who sees both.
    assert shown == set(State) - MERGED


def test_stories_go_forward_in_time_and_stop_now() -> None:
    teller = stories.Teller(PLAN.rng("test"), NOW, HOLIDAYS)
    told = [teller.story(moment) for moment in year(500)]
    for story in told:
        times = [story.at, *(step.at for step in story.steps)]
        assert times == sorted(times)
        assert times[-1] < NOW
    assert any(not story.placed for story in told)


def test_staff_work_in_office_hours() -> None:
    teller = stories.Teller(PLAN.rng("test"), NOW, HOLIDAYS)
    for moment in year(200):
        at = teller.office(moment.at, 0).astimezone(DISTRICT_ZONE)
        assert stories.OPENS < at.time() < stories.CLOSES
        assert HOLIDAYS.is_workday(at.date())
        assert at > moment.at


def test_a_place_is_the_same_before_and_after() -> None:
    assert len({scene.name for scene in SCENES}) == len(SCENES) == 2 * len(HEAPS) * len(VIEWS)
    wide, _close, after = SCENES[:3]
    before, cleaned = list(wide.shapes()), list(after.shapes())
    same = [one == other for one, other in zip(before, cleaned, strict=False)]
    ground = same.index(False)
    assert ground > 100
    assert before[ground:] != cleaned[ground:]
    assert list(wide.shapes()) == before
