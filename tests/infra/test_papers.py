"""Tables on paper: words break where they may, long tables go on, little ones share a page."""

from flask import Flask

from wufei_public.infra.papers import Table, Whisker, as_pdf, wrapped


def pages(paper: bytes) -> int:
    return paper.count(b"/Type /Page\n")


def test_chinese_breaks_anywhere_but_before_a_closing_mark() -> None:
    assert wrapped("一二三四五", 2, len) == ["一二", "三四", "五"]
    assert wrapped("一二，三四", 2, len) == ["一二，", "三四"]
    assert wrapped("ab cdefgh ij", 4, len) == ["ab c", "defg", "h ij"]


def test_a_long_table_goes_on_and_small_ones_share_a_page(app: Flask) -> None:
    rows = [[f"第 {n} 行", Whisker(0.2, 0.5, 0.7)] for n in range(120)]
    long, small = (Table("表", ["一", "二"], some, (1, 1)) for some in (rows, rows[:2]))
    with app.test_request_context():
        assert pages(as_pdf("标题", "来源", [long])) == 3
        assert pages(as_pdf("标题", "来源", [small, small], apart=False)) == 1
        assert pages(as_pdf("标题", "来源", [small, small])) == 2
