"""What is read out of a text, and which version is shown."""

from datetime import UTC, datetime, timedelta

import pytest

from wufei_public.notices.rules import markup
from wufei_public.notices.rules.markup import Block, Span
from wufei_public.notices.rules.shipped import shipped
from wufei_public.notices.rules.versions import (
    TEXTS,
    State,
    VersionFacts,
    hour_faults,
    is_fixed,
    shown,
    state,
)

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_text_is_read_into_blocks() -> None:
    links = "第二段 [名单](/news) 和 [站外](https://example.org/a?b=1)"
    text = f"# 时间\n周六\n八点\n\n{links}\n- 一\n- 二"
    assert markup.blocks(text) == (
        Block("heading", ((Span("时间"),),)),
        Block("paragraph", ((Span("周六"),), (Span("八点"),))),
        Block(
            "paragraph",
            (
                (
                    Span("第二段 "),
                    Span("名单", "/news"),
                    Span(" 和 "),
                    Span("站外", "https://example.org/a?b=1"),
                ),
            ),
        ),
        Block("list", ((Span("一"),), (Span("二"),))),
    )
    assert markup.plain(markup.blocks("# 时间\n见[名单](/news)")) == "时间 见名单"
    assert markup.blocks(" \n\n") == ()


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "http://example.org",
        "//example.org",
        "/\\example.org",
        'https://a"onclick=',
        "https://",
        "mailto:a@b",
        "tel:x",
    ],
)
def test_a_link_that_may_not_lead_there_stays_text(url: str) -> None:
    text = f"看[这里]({url})"
    assert markup.blocks(text)[0].lines[0] == (Span(text),)
    assert [fault.pointer for fault in markup.faults("body", text)] == ["body"]


def test_links_that_may_lead_there_have_no_fault() -> None:
    text = "[一](/news) [二](https://example.org/) [三](tel:0379-12345)"
    assert markup.faults("body", text) == []


def version(number: int, hours: int | None) -> VersionFacts:
    return VersionFacts(number, None if hours is None else NOW + hours * HOUR)


@pytest.mark.parametrize(
    ("versions", "withdrawn", "number", "stands"),
    [
        ([version(1, None)], None, None, State.DRAFT),
        ([version(1, 1)], None, None, State.SCHEDULED),
        ([version(1, 0)], None, 1, State.SHOWN),
        ([version(1, -2), version(2, 1)], None, 1, State.SHOWN),
        ([version(1, -2), version(2, -1), version(3, None)], None, 2, State.SHOWN),
        ([version(1, -2)], -1, None, State.WITHDRAWN),
        ([version(1, -3), version(2, -1)], -2, 2, State.SHOWN),
        ([version(1, -3), version(2, 1)], -2, None, State.SCHEDULED),
    ],
)
def test_what_is_shown(
    versions: list[VersionFacts], withdrawn: int | None, number: int | None, stands: State
) -> None:
    at = None if withdrawn is None else NOW + withdrawn * HOUR
    found = shown(versions, at, NOW)
    assert (found.number if found else None) == number
    assert state(versions, at, NOW) is stands


def test_a_version_is_fixed_from_its_hour_on() -> None:
    assert [is_fixed(version(1, hours), NOW) for hours in (None, 1, 0)] == [False, False, True]


def test_an_hour_that_is_past_or_far_is_refused() -> None:
    assert hour_faults(NOW + HOUR, NOW) == []
    for at in (NOW - HOUR, NOW + timedelta(days=400)):
        assert [fault.pointer for fault in hour_faults(at, NOW)] == ["publish_at"]


def test_the_package_brings_every_text_in_both_languages() -> None:
    for slug in TEXTS:
        draft = shipped(slug)
        assert all((draft.title, draft.summary, draft.body))
        assert all((draft.title_en, draft.summary_en, draft.body_en))
        assert markup.faults("body", draft.body) + markup.faults("body", draft.body_en) == []
