import pytest

from wufei_public.common.errors import Invalid
from wufei_public.surveys.rules.expressions import Answer, holds, names_in, read_expression

ANSWERS: dict[str, Answer] = {"a": "yes", "n": "12", "m": ("x", "none"), "e": ""}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("${a} = 'yes'", True),
        ("${a} != 'yes'", False),
        ("${missing} = ''", True),
        ("${n} >= 12 and ${n} < 13", True),
        ('${n} > 100 or ${a} = "yes"', True),
        ("${a} > 3", False),
        ("${n} = 12.0 and ${n} <= 12 and ${n} != 11", True),
        ("selected(${m}, 'none')", True),
        ("selected(${a}, 'y')", False),
        ("not((selected(., 'none') or selected(., 'dk')) and count-selected(.) > 1)", False),
        ("string-length(${a}) <= 3 and not(regex(${n}, '.*[0-9]{3}.*'))", True),
        ("(${a} = 'no' or ${n} = 12) and ${e} = ''", True),
        ("not(${a}) = ''", True),
    ],
)
def test_expressions_are_true_or_not(text: str, found: bool) -> None:
    assert holds(read_expression(text), ANSWERS, ("x", "none")) is found


def test_names_are_those_of_other_questions() -> None:
    tree = read_expression("${a} = 1 and selected(${b}, .) or 'x' = ${a}")
    assert list(names_in(tree)) == ["a", "b", "a"]


@pytest.mark.parametrize(
    "text",
    [
        "", "${a} =", "${a} = 'x", "${a", "a = 1", "(1", "1)", "today()", "selected(${a})",
        "${a} = 1 = 2", "regex(., '(x+)+')", "regex(., '[')", "regex(., ${a})", "(" * 30 + "1",
        "regex(., '" + "x" * 90 + "')", "regex(., '[a-z]*[a-z]*1')",
        "'x'" + " " * 3000 + "=1", "1 $ 2",
    ],
)  # fmt: skip
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_expression(text)
