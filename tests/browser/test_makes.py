"""Pages of one make: other words and more rows make no difference, anything else does."""

import pytest

from tests.browser.makes import makes_of

PAGE = (
    '<main><h1 id="a">甲</h1><ul><li class="row"><a href="/1">一</a><br></li></ul>'
    "<p>词</p><svg><path d=''/></svg></main>"
)


def test_other_words_addresses_and_more_rows_are_the_same_make() -> None:
    row = '<li class="row"><a href="/2">二</a><br></li>'
    other = PAGE.replace("甲", "乙").replace("/1", "/9").replace("</ul>", f"{row}{row}</ul>")
    assert makes_of(other) == makes_of(PAGE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("一", " "),
        ('class="row"', 'class="row late"'),
        ("<p>词</p>", "<div><p>词</p></div>"),
        ("<p>词</p>", "<p>词</p><button>删</button>"),
        ('href="/1"', 'href="/1" aria-current="page"'),
        ("<ul>", "<ol>"),
    ],
)
def test_a_page_made_otherwise_is_told(old: str, new: str) -> None:
    assert makes_of(PAGE.replace(old, new)) - makes_of(PAGE)
