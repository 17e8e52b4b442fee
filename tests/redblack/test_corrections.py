"""What a correction may change without being another offence."""

from hypothesis import given
from hypothesis import strategies as st

from wufei_public.redblack.rules.corrections import Weight, weigh
from wufei_public.redblack.rules.errors import Field
from wufei_public.redblack.rules.names import only_hides

FACTS = "2026年7月，张三丰把约 40 吨碎石料倒在河滩。渣土车 3 辆。料已全部清走。"
HIDES, MENDS, CHANGES = Weight.HIDES, Weight.MENDS, Weight.CHANGES
LETTERS = st.text("张三把吨倒在河滩料石油废，。 4029", max_size=24)


def facts(after: str, before: str = FACTS) -> Weight:
    return weigh(Field.FACTS, before, after)


def test_hiding_a_name_is_no_more_than_that() -> None:
    assert facts(FACTS.replace("张三丰", "张**")) is HIDES
    assert only_hides("张三丰倒了。", "张**倒了。")
    assert not only_hides("倒了 4 吨。", "倒了 9 吨。")
    assert not only_hides("倒了。", "倒了很多。")


def test_a_text_is_not_hidden_by_marks() -> None:
    assert facts("*" * len(FACTS)) is CHANGES
    assert not only_hides("没有倒料。", "没****")
    assert not only_hides("不能证明倒料。", "不**明倒料。")
    assert not only_hides("倒了 40 吨。", "倒了 ** 吨。")
    assert not only_hides("张三丰倒了。", "***倒了。")
    said = "甲乙丙丁，戊己庚辛，赵钱孙李，周吴郑王，" * 4
    hidden = said.replace("乙丙", "**").replace("己庚", "**").replace("钱孙", "**")
    assert only_hides(said[:20] + "。" * 60, hidden[:20] + "。" * 60)
    more = hidden.replace("吴郑", "**")
    assert not only_hides(said[:20] + "。" * 60, more[:20] + "。" * 60)


@given(LETTERS, LETTERS)
def test_what_hides_puts_nothing_else_there(before: str, after: str) -> None:
    if only_hides(before, after):
        assert all(two in {one, "*"} for one, two in zip(before, after, strict=True))


def test_what_mends_leaves_out_makes_smaller_and_writes_otherwise() -> None:
    for mended in (
        FACTS.replace("渣土车 3 辆。", ""),  # a sentence less
        FACTS.replace("40 吨", "14 吨"),
        FACTS.replace("，", ", ").replace(" 40 ", "40")[: len(FACTS)],
        FACTS.replace("40", "４０"),
    ):
        assert facts(mended) is MENDS, mended
    milder = weigh(Field.MEASURE, "罚款 3 万元；责令停产。", "罚款 2 万元。")
    assert milder is MENDS
    assert weigh(Field.DOCUMENT, "示罚[2026]7号", "示罚〔2026〕7号") is MENDS
    assert weigh(Field.GROUND, "第二十条 第一款", "第二十条第一款") is MENDS


def test_another_offence_is_no_mend() -> None:
    for other in (
        FACTS.replace("2026年7月", "2026年6月"),
        FACTS.replace("40 吨", "41 吨"),
        FACTS.replace("40 吨", "0 吨"),
        FACTS.replace("碎石料", "废油"),
        FACTS.replace("料已全部清走。", ""),  # what speaks for the enterprise
        FACTS.replace("河滩", "河"),  # a word less is another place
        "把废油倒进伊河。",
        "。",
        FACTS + "还有废油。",
    ):
        assert facts(other) is CHANGES, other
    assert facts("只运回 4 吨。", "只运回 40 吨。") is CHANGES
    assert weigh(Field.GROUND, "第二十条", "第一百零二条") is CHANGES
    assert weigh(Field.DOCUMENT, "示罚〔2026〕7号", "示罚〔2026〕8号") is CHANGES
    assert weigh(Field.DOCUMENT, "示罚〔2026〕1-2号", "示罚〔2026〕12号") is CHANGES


def letters(text: str) -> str:
    return "".join(one for one in text if one.isalpha())


def is_part(short: str, text: str) -> bool:
    """Say whether the letters of one text stand in the other in this order."""
    left = iter(text)
    return all(one in left for one in short)


@given(LETTERS, LETTERS)
def test_no_mend_puts_a_letter_in(before: str, after: str) -> None:
    if facts(after, before) is MENDS:
        assert is_part(letters(after), letters(before))
        assert len(after) <= len(before)


@given(st.integers(0, len(FACTS)), st.sampled_from("油毒河伊水9"))
def test_whatever_is_put_into_the_facts_is_a_change(at: int, letter: str) -> None:
    assert facts(FACTS[:at] + letter + FACTS[at:]) is CHANGES


@given(st.integers(1, 39), st.integers(41, 9999))
def test_amounts_only_come_down(less: int, more: int) -> None:
    assert facts(FACTS.replace("40", str(less))) is MENDS
    assert facts(FACTS.replace("40", str(more))) is CHANGES
