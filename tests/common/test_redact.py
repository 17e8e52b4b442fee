from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wufei_public.common.redact import (
    MASKS,
    Found,
    Kind,
    check_symbol,
    find_personal,
    redact,
)

EMAIL, IDENTITY, PLATE, MOBILE = (
    MASKS[kind] for kind in (Kind.EMAIL, Kind.IDENTITY, Kind.PLATE, Kind.MOBILE)
)


# 13800138000 is the carrier's own service number; 11010519491231002X and
# 440524188001010014 are the examples printed in GB 11643-1999.
@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("请打13800138000找我", f"请打{MOBILE}找我"),
        ("138 0013 8000", MOBILE),
        ("138-0013-8000。", f"{MOBILE}。"),
        ("１３８００１３８０００", MOBILE),
        ("1 3 8　0 0 1 3　8 0 0 0", MOBILE),
        ("138\u200b00138000", MOBILE),
        ("+86 138 0013 8000", MOBILE),
        ("8613800138000", MOBILE),
        ("0086-13800138000", MOBILE),
        ("013800138000", MOBILE),
        ("①③⑧00138000", MOBILE),
        ("١٣٨٠٠١٣٨٠٠٠", MOBILE),
        ("微信同号一三八零零一三八〇〇〇", f"微信同号{MOBILE}"),
        ("幺三八00138000", MOBILE),
        ("第一13800138000", f"第一{MOBILE}"),
        ("13800138000 13900139000", f"{MOBILE} {MOBILE}"),
        ("身份证11010519491231002X", f"身份证{IDENTITY}"),
        ("11010519491231002x", IDENTITY),
        ("440524188001010014", IDENTITY),
        ("440524 18800101 0014", IDENTITY),
        ("４４０５２４１８８００１０１００１４", IDENTITY),
        ("440524880101001", IDENTITY),  # the fifteen digits of before 1999
        ("11010519491231 1 11010519491231002X", f"11010519491231 1 {IDENTITY}"),
        ("车牌豫C12345。", f"车牌{PLATE}。"),
        ("豫c·1a2b3", PLATE),
        ("豫Ｃ－１２３４５", PLATE),
        ("豫CD12345跑了", f"{PLATE}跑了"),  # new energy, small
        ("豫C12345D", PLATE),  # new energy, large
        ("豫C 123 45", PLATE),
        ("豫C1234挂", PLATE),
        ("豫C1234学 和 粤Z1234港", f"{PLATE} 和 {PLATE}"),
        ("写信到 Wang.Lei+1@mail.example.com.cn 谢谢", f"写信到 {EMAIL} 谢谢"),
        ("邮箱12345678@qq.com", f"邮箱{EMAIL}"),
        ("13800138000@139.com", EMAIL),
        ("abc ＠ qq．com", EMAIL),
    ],
)
def test_hidden(text: str, public: str) -> None:
    assert redact(text) == public


@pytest.mark.parametrize(
    "text",
    [
        "",
        "村口有一堆建筑垃圾，大约30方。",
        "2026年11月24日10:30，北纬34.730000，东经112.790000",
        "热线12345、12369，座机0379-67712345",
        "12800138000",  # no such range
        "1380013800",  # one short
        "138001380001",  # one long
        "6222021380013800138",  # a bank card
        "914103007191234567",  # 18 digits, the date is none
        "110105194913310021",  # month 13
        "110105174912310021",  # born in 1749
        "100105194912310021",  # no province 10
        "豫A级景区 新GARBAGE 京ABCDEF",
        "豫C12",
        "@某人 a@b",
        "订单号20261124103000123",
    ],
)
def test_left_alone(text: str) -> None:
    assert redact(text) == text
    assert find_personal(text) == ()


def test_a_wrong_check_symbol_is_hidden_and_said_to_be_unsure() -> None:
    assert find_personal("号11010519491231002X") == (Found(Kind.IDENTITY, 1, 19),)
    assert find_personal("110105194912310021") == (Found(Kind.IDENTITY, 0, 18, sure=False),)
    assert find_personal("440524880101001") == (Found(Kind.IDENTITY, 0, 15, sure=False),)


def test_check_symbols_are_those_printed_in_the_standard() -> None:
    assert check_symbol("11010519491231002") == "X"
    assert check_symbol("44052418800101001") == "4"


def test_places_are_those_of_the_original_text() -> None:
    text = "ß１３８ 0013 8000 豫C12345 a@b.cn"
    assert [(found.kind, text[found.start : found.end]) for found in find_personal(text)] == [
        (Kind.MOBILE, "１３８ 0013 8000"),
        (Kind.PLATE, "豫C12345"),
        (Kind.EMAIL, "a@b.cn"),
    ]


HAN = st.text("村口堆着垃圾请来看", max_size=6)
GAPS = st.lists(st.sampled_from(["", "", " ", "-", "－", " - ", "·"]), min_size=17, max_size=17)
WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def spread(number: str, gaps: list[str], *, wide: bool) -> str:
    spaced = "".join(digit + gap for digit, gap in zip(number[:-1], gaps, strict=False))
    whole = spaced + number[-1]
    return whole.translate(WIDE) if wide else whole


@given(HAN, st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), GAPS, st.booleans(), HAN)
def test_every_mobile_is_hidden_however_it_is_spaced(
    before: str, mobile: str, gaps: list[str], wide: bool, after: str
) -> None:
    assert redact(before + spread(mobile, gaps, wide=wide) + after) == before + MOBILE + after


@given(
    HAN,
    st.sampled_from(["410381", "410307", "110105", "830000"]),
    st.dates(date(1900, 1, 1), date(2026, 1, 1)),
    st.integers(0, 999),
    GAPS,
    st.booleans(),
    HAN,
)
def test_every_identity_number_is_hidden_however_it_is_spaced(
    before: str, place: str, born: date, serial: int, gaps: list[str], wide: bool, after: str
) -> None:
    number = f"{place}{born:%Y%m%d}{serial:03}"
    text = before + spread(number + check_symbol(number), gaps, wide=wide) + after
    assert redact(text) == before + IDENTITY + after
    assert [found.sure for found in find_personal(text)] == [True]


@given(st.text())
def test_redacting_is_done_once_and_keeps_the_rest(text: str) -> None:
    public = redact(text)
    assert redact(public) == public
    kept = text
    for found in reversed(find_personal(text)):
        kept = kept[: found.start] + MASKS[found.kind] + kept[found.end :]
    assert public == kept


@given(st.text("0123456789 -豫C@.Xx一三八", max_size=60))
def test_no_mobile_is_left_in_a_heap_of_digits(text: str) -> None:
    assert all(found.kind is not Kind.MOBILE for found in find_personal(redact(text)))
