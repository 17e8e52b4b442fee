import pytest

from wufei_public.common.errors import (
    Conflict,
    DomainError,
    FieldError,
    Invalid,
    NotAllowed,
    NotFound,
    TooMany,
    WrongState,
)


@pytest.mark.parametrize("kind", [NotFound, NotAllowed, WrongState, Conflict])
def test_a_refusal_has_code_sentence_and_facts(kind: type[DomainError]) -> None:
    error = kind("gone", "没有编号为 %(what)s 的案件。", what="X")
    assert isinstance(error, DomainError)
    assert (error.code, error.message, error.facts) == (
        "gone",
        "没有编号为 %(what)s 的案件。",
        {"what": "X"},
    )
    assert str(error) == error.message


def test_invalid_names_each_fault_at_its_place() -> None:
    faults = [FieldError("words", "太长了。"), FieldError("photos/2", "%(n)s", {"n": 2})]
    error = Invalid("invalid", "有几处要改。", faults, form="report")
    assert error.errors == tuple(faults)
    assert error.facts == {"form": "report"}
    assert Invalid("invalid", "有几处要改。").errors == ()
    assert faults[0].facts == {}


def test_too_many_says_when_to_come_back() -> None:
    error = TooMany("too_many", "请过 %(retry_after)s 秒再试。", retry_after=60)
    assert error.retry_after == 60
    assert error.facts == {"retry_after": 60}
