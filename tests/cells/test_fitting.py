"""The certificate on paper: names of any length fit, and a page that is full goes on."""

from datetime import date

import pytest
from fpdf import FPDF
from pylopdf_fonts_zh_cn import serif_path

from wufei_public.cells.documents.certificate import Words, _drawn
from wufei_public.cells.rules.fitting import fitted


def drawn_lines(text: str, size: float, high: float) -> tuple[float, list[float], list[str]]:
    """Return the size, the widths in mm and the lines of `text` in the certificate's own font."""
    pdf = FPDF()
    pdf.add_font("serif", fname=str(serif_path()))

    def measure(words: str, at: float) -> float:
        pdf.set_font("serif", size=at)
        return float(pdf.get_string_width(words))

    found = fitted(text, measure, size=size, least=8, width=235, high=high)
    widths = [measure(line, found.size) for line in found.lines]
    pdf.fonts["serif"].close()  # type: ignore[union-attr]
    return found.size, widths, list(found.lines)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("洛水饭店", 1),
        ("偃师区" * 8, 1),
        ("偃师区洛水国际大酒店" * 10, 3),
        ("W" * 100, 3),
        ("Luoyang Grand International Hotel and Conference Centre " + "W" * 40, 2),
    ],
)
def test_a_long_name_is_drawn_smaller_and_on_more_lines(name: str, lines: int) -> None:
    size, widths, found = drawn_lines(name, 26, 23)
    assert max(widths) <= 235
    assert len(found) * size * 0.5 <= 23
    assert len(found) == lines
    assert "".join(found).replace(" ", "") == name.replace(" ", "")


def test_short_words_stay_as_large_as_they_were() -> None:
    assert drawn_lines("洛水饭店", 26, 23)[0] == 26


def test_latin_words_stay_whole_and_typed_breaks_are_spaces() -> None:
    def measure(words: str, _size: float) -> float:
        return float(len(words))

    room = {"size": 1.0, "least": 1.0, "high": 9.0}
    assert fitted("grand hotel inn", measure, width=8, **room).lines == ("grand", "hotel", "inn")
    assert fitted("hotel inn", measure, width=9, **room).lines == ("hotel inn",)
    assert fitted("ab cd大", measure, width=5, **room).lines == ("ab cd", "大")
    assert fitted("abcdefgh", measure, width=3, **room).lines == ("abc", "def", "gh")
    assert fitted("大酒店 好", measure, width=4, **room).lines == ("大酒店", "好")
    assert fitted("a\nb\u200b\tc", measure, width=9, **room).lines == ("a b c",)
    assert fitted("", measure, width=9, **room).lines == ("",)


def test_the_paper_of_a_joint_application_with_twenty_sites_is_whole() -> None:
    words = Words(
        number="WFXB-2026-0001", unit="偃师区洛水国际大酒店" * 10, place="某街道", kind="饭店",
        stars=5, named_on=date(2026, 12, 1), valid_until=date(2029, 11, 30), document="文" * 60,
        statement="某某学校东校区" * 230, signature="S" * 88, key="K" * 44,
        address="https://example.org/cells/c/ABCDEFGHJK", organiser="示例单位",
    )  # fmt: skip
    body = _drawn(words)
    assert body.count(b"/Type /Page\n") == 4


def test_lines_that_fill_the_height_exactly_are_as_large_as_asked_for() -> None:
    def measure(words: str, size: float) -> float:
        return len(words) * size

    found = fitted("大酒店好", measure, size=4, least=1, width=8, high=4)
    assert (found.size, found.lines) == (4, ("大酒", "店好"))
    assert fitted("大酒店好", measure, size=4, least=1, width=8, high=3.9).size == 3
