"""Arguments, attributes and the two formats, without an application."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from wufei_public.common.errors import Invalid, NotFound
from wufei_public.dumping.rules.kinds import OFFICIAL
from wufei_public.open311.rules.arguments import (
    Span,
    answers_of,
    read_instant,
    require_service,
    span_of,
    split,
    spoken,
    statuses,
)
from wufei_public.open311.rules.services import (
    ATTRIBUTES,
    CHANGESET,
    LISTS,
    PLAIN_OF,
    keywords,
    services_digest,
)
from wufei_public.open311.rules.spark import to_json, to_xml

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DAYS = timedelta(days=90)
# What `services_digest` gave when CHANGESET was set: who changes the services moves both.
SERVICES_DIGEST = "ef860cb184af471b"


def test_the_changeset_is_of_these_services() -> None:
    assert (services_digest(), CHANGESET) == (SERVICES_DIGEST, "2026-11-28T00:00:00+08:00")


def test_every_kind_is_a_service_with_words_for_it() -> None:
    assert set(ATTRIBUTES) == set(PLAIN_OF) == set(OFFICIAL)
    assert keywords("other") == ["别的东西", "说不清"]
    assert PLAIN_OF["other"] == "other"


def test_only_lists_have_values_and_each_list_has_some() -> None:
    for attributes in ATTRIBUTES.values():
        assert [bool(one.values) for one in attributes] == [
            one.datatype in LISTS for one in attributes
        ]


@pytest.mark.parametrize(
    ("start", "end", "span"),
    [
        ("", "", Span(NOW - DAYS, NOW)),
        (
            "2026-01-01T00:00:00Z",
            "",
            Span(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)),
        ),
        (
            "",
            "2026-04-01T08:00:00+08:00",
            Span(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)),
        ),
        (
            "2026-01-01T00:00:00 00:00",
            "2026-01-02T00:00:00Z",
            Span(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)),
        ),
    ],
)
def test_a_span_is_ninety_days_unless_both_ends_are_given(start: str, end: str, span: Span) -> None:
    assert span_of(start, end, NOW) == span


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        ("2026-01-01T00:00:00Z", "2026-04-02T00:00:00Z", "end_date"),
        ("2026-02-01T00:00:00Z", "2026-01-01T00:00:00Z", "start_date"),
        ("2026-01-01T00:00:00", "", "start_date"),
        ("2026-01-01", "", "start_date"),
        ("", "yesterday", "end_date"),
        ("9999-12-31T00:00:00Z", "", "start_date"),
    ],
)
def test_a_span_that_is_none_is_refused(start: str, end: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        span_of(start, end, NOW)
    assert [fault.pointer for fault in refused.value.errors] == [field]


def test_an_instant_has_its_zone() -> None:
    assert read_instant("2026-11-24T10:00:00+08:00") == NOW
    assert read_instant("2026-11-24") is None


def test_states_default_to_both() -> None:
    assert statuses("") == {"open", "closed"}
    assert statuses("closed, closed") == {"closed"}
    with pytest.raises(Invalid):
        statuses("open,done")


def test_lists_lose_blanks_and_repetitions() -> None:
    assert split(" a,b,, a ") == ("a", "b")


def test_unknown_service_is_not_there() -> None:
    assert require_service("bulky") == "bulky"
    with pytest.raises(NotFound):
        require_service("potholes")


def test_answers_become_words_in_the_order_of_the_questions() -> None:
    given = {"LEAKING": ["yes"], "CONTAINER": ["drum"]}
    answers, faults = answers_of("hazardous", given)
    assert faults == []
    assert spoken(answers) == "怎么装的：桶\n有没有漏出来：漏了"


@pytest.mark.parametrize(
    ("service", "given", "wrong"),
    [
        ("hazardous", {"LEAKING": ["yes"]}, ["attribute[CONTAINER]"]),
        ("hazardous", {"LEAKING": ["a lot"], "CONTAINER": ["bag"]}, ["attribute[LEAKING]"]),
        ("hazardous", {"LEAKING": ["yes", "no"], "CONTAINER": ["bag"]}, ["attribute[LEAKING]"]),
        ("construction", {"MATERIAL": ["rubble", "wood"]}, []),
        ("construction", {"COLOUR": ["red"]}, ["attribute[COLOUR]"]),
        ("medical", {"SHARPS": ["no"], "SAFETY": ["seen"]}, ["attribute[SAFETY]"]),
        ("bulky", {"PIECES": ["two"]}, ["attribute[PIECES]"]),
        ("bulky", {"PIECES": ["2"], "SINCE": ["2026-11-23"]}, ["attribute[SINCE]"]),
        ("industrial", {"SOURCE": ["x" * 201]}, ["attribute[SOURCE]"]),
    ],
)
def test_answers_are_held_to_their_question(
    service: str, given: dict[str, list[str]], wrong: list[str]
) -> None:
    _answers, faults = answers_of(service, given)
    assert [fault.pointer for fault in faults] == wrong


ANSWER = [
    {
        "code": 1,
        "lat": None,
        "metadata": True,
        "values": [{"key": "a", "name": "<&\x0b"}],
        "text": "",
    }
]


def test_xml_has_no_more_tags_than_the_answer() -> None:
    assert to_xml("services", ANSWER) == (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        "<services><service><code>1</code><lat/><metadata>true</metadata>"
        "<values><value><key>a</key><name>&lt;&amp;</name></value></values><text/></service>"
        "</services>\n"
    )
    assert to_xml("service_requests", []).endswith("<service_requests/>\n")


def test_json_has_null_for_what_is_empty() -> None:
    assert json.loads(to_json(ANSWER)) == [
        {
            "code": 1,
            "lat": None,
            "metadata": True,
            "values": [{"key": "a", "name": "<&\x0b"}],
            "text": None,
        }
    ]
