from typing import Any

import pytest

from tests.surveys.forms import shipped, small
from tests.surveys.waves import ANSWERS
from wufei_public.common.errors import Invalid
from wufei_public.surveys.rules import replies
from wufei_public.surveys.rules.quality import Pace
from wufei_public.surveys.rules.replies import Reading, flags, given, outcome

WHOLE = Reading()


def listed(answers: Any) -> dict[str, list[str]]:
    return {name: value if isinstance(value, list) else [value] for name, value in answers.items()}


def kept(**changes: Any) -> dict[str, Any]:
    return given(shipped(), listed({**ANSWERS, **changes}))


def faults(form: Any, sent: Any, how: Reading = WHOLE) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        given(form, listed(sent), how)
    return {error.pointer: error.message for error in refused.value.errors}


def test_answers_are_kept_in_the_order_of_the_form_and_several_as_a_tuple() -> None:
    found = kept(contact=["poster", "media"])
    assert list(found) == list(ANSWERS)
    assert found["contact"] == ("media", "poster")


def test_what_was_not_asked_is_dropped() -> None:
    found = kept(barrier=["time"], nonsense="x")
    assert not {"barrier", "nonsense"} & set(found)
    early = given(shipped(), listed({**ANSWERS, "age": "under_18"}))
    assert list(early) == ["consent", "town", "age"]


def test_a_missing_answer_is_told_at_its_question_in_the_readers_language() -> None:
    sent = {name: value for name, value in ANSWERS.items() if name != "sat_overall"}
    assert faults(shipped(), sent) == {"sat_overall": "请选一项再继续。"}
    english = faults(shipped(), sent, Reading(english=True))
    assert english == {"sat_overall": "Please choose an answer to go on."}


def test_who_stops_early_misses_nothing() -> None:
    sent = listed({"consent": "yes", "town": "410307106", "age": "18_29", "sat_overall": "5"})
    assert list(given(shipped(), sent, Reading(whole=False))) == list(sent)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("town", "410307999"),
        ("contact", ["media", "none"]),
        ("contact", ["nowhere"]),
        ("open_comment", "电话13812345678"),
        ("open_comment", "长" * 201),
    ],
)
def test_a_wrong_answer_is_told_at_its_question(name: str, value: Any) -> None:
    assert list(faults(shipped(), {**ANSWERS, name: value})) == [name]


def row(kind: str, name: str, constraint: str = "") -> list[str]:
    return [kind, name, "问", "no", "", constraint]


def test_numbers_texts_and_ranks_are_checked() -> None:
    form = small(
        row("integer", "n", ". >= 1 and . <= 9"), row("decimal", "d"), row("text", "t"),
        row("rank yn", "r"), row("select_multiple many", "m"),
    )  # fmt: skip
    sent = {"n": ["3"], "d": ["-1.5"], "t": ["找 13812345678"], "r": ["no", "yes"], "m": ["b", "a"]}
    assert given(form, sent) == {
        "n": "3", "d": "-1.5", "t": "找 ［手机号已隐去］", "r": ("no", "yes"), "m": ("a", "b"),
    }  # fmt: skip
    wrong = {"n": "1.0", "d": "1e3", "r": ["no", "no"], "m": ["a", "none"]}
    assert list(faults(form, wrong)) == ["n", "d", "r", "m"]
    assert list(faults(form, {"n": "10"})) == ["n"]
    assert list(faults(form, {"n": "²", "d": "1" * 20})) == ["n", "d"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "1.1"),
        ({"consent": "no"}, "2.11"),
        ({"town": "elsewhere"}, "4.1"),
        ({"age": "under_18"}, "4.7"),
        ({"age": None}, "3.2"),
        ({"contact": None}, "1.2"),
        ({"sat_overall": None}, "2.12"),
        (dict.fromkeys(list(ANSWERS)[4:]), "2.12"),
    ],
)
def test_outcomes_follow_what_was_answered(changes: dict[str, Any], code: str) -> None:
    whole = {**ANSWERS, **changes}
    sent = {name: value for name, value in whole.items() if value is not None}
    assert outcome(shipped(), given(shipped(), listed(sent), Reading(whole=False))) == code


def test_a_form_without_the_core_questions_is_complete_when_answered() -> None:
    form = small(["select_one yn", "q", "问", "yes", "", ""], row("note", "bye"))
    assert outcome(form, {"q": "yes"}) == "1.1"
    assert outcome(form, {}) == "2.12"
    assert outcome(small(row("text", "t")), {}) == "1.1"


def test_only_complete_and_partial_answers_count() -> None:
    assert [code for code in ("1.1", "1.2", "2.12", "3.2") if replies.is_counted(code)] == [
        "1.1",
        "1.2",
    ]


def test_flags_are_classes_and_not_seconds() -> None:
    form, found = shipped(), kept()
    assert flags(form, found, 150) == replies.Flags(Pace.USUAL, straight=False, everything=False)
    same = {name: "4" for name in ANSWERS if name.startswith("sat_")}
    channels = ["media", "online", "poster", "loudspeaker", "visit", "event", "school", "work"]
    deeds = ["sort_home", "recycle", "secondhand", "activity", "report", "volunteer"]
    marked = flags(form, kept(**same, contact=channels, actions=deeds), 5)
    assert marked == replies.Flags(Pace.FAST, straight=True, everything=True)


def test_a_rule_may_refer_to_an_earlier_answer() -> None:
    form = small(
        ["integer", "most", "最多"],
        ["integer", "some", "多少", "", "", ". <= ${most}"],
        ["text", "one", "一个"],
        ["text", "other", "另一个", "", "", ". != ${one}"],
    )
    fine = {"most": ["5"], "some": ["3"], "one": ["甲"], "other": ["乙"]}
    assert given(form, fine)["some"] == "3"
    for name, wrong in (("some", "6"), ("other", "甲")):
        with pytest.raises(Invalid) as refused:
            given(form, {**fine, name: [wrong]})
        assert [error.pointer for error in refused.value.errors] == [name]


def test_conditions_see_the_text_as_it_was_written_as_on_the_phone() -> None:
    form = small(
        ["text", "phone", "电话"],
        ["text", "again", "再写一遍", "", "", ". = ${phone}"],
        ["text", "more", "还有", "", "regex(${phone}, '1[0-9]{10}')"],
    )
    sent = {"phone": ["13812345678"], "again": ["13812345678"], "more": ["有"]}
    kept = given(form, sent)
    assert kept["more"] == "有"
    assert "13812345678" not in str(kept)


def test_impossible_answers_are_marked_by_rule() -> None:
    form = shipped()
    streams = [q.name for q in form if q.is_scale and q.name != "sat_overall"]
    odd = {"sat_overall": "5", **dict.fromkeys(streams, "1")}
    assert flags(form, odd, 150).impossible
    assert not flags(form, {**odd, streams[0]: "3"}, 150).impossible
    count = small(["integer", "bags", "几袋", "", "", ""])
    assert [flags(count, {"bags": said}, 9).impossible for said in ("-2", "2")] == [True, False]
