"""A sheet of enterprises names the row that somebody with a part in an entry may not write."""

from collections.abc import Sequence

import pytest

from tests.organisations import make as organisations
from tests.redblack import make
from wufei_public.common.errors import FieldError, Invalid
from wufei_public.infra.work import reading, work
from wufei_public.organisations.actions import importing
from wufei_public.organisations.models import Organisation
from wufei_public.organisations.queries import cards
from wufei_public.organisations.rules.cards import COLUMNS


def kept(*rows: tuple[str, str]) -> str:
    """Keep a sheet with these credit codes and names; return its code."""
    head = ",".join(COLUMNS[name] for name in ("uscc", "name", "kind", "place"))
    lines = [f"{code},{name},工厂,{organisations.VILLAGE}" for code, name in rows]
    data = "\n".join([head, *lines]).encode()
    return work(make.TOWN_OFFICER, lambda w: importing.keep_sheet(w, name="企业.csv", data=data))


def rehearsed(code: str) -> Sequence[FieldError]:
    with pytest.raises(importing.RehearsedError) as done:
        work(make.TOWN_OFFICER, lambda w: importing.rehearse(w, code=code))
    return done.value.faults


def test_the_row_of_a_part_is_named_before_anything_is_written(enterprise: Organisation) -> None:
    make.proposed(enterprise, make.TOWN_OFFICER)
    new = (organisations.uscc(9), "新来的石材厂")
    code = kept(new, (enterprise.uscc, "换名石材厂"))
    (fault,) = rehearsed(code)
    assert fault.pointer.startswith("企业.csv/3/")
    assert "出过力" in fault.message
    sheet = importing.kept(reading(), code, make.TOWN_OFFICER.id)
    found = importing.preview(reading(), sheet, lambda _place: True)
    with pytest.raises(Invalid) as refused:
        work(make.TOWN_OFFICER, lambda w: importing.apply(w, code=code, digest=found.digest))
    assert [one.pointer for one in refused.value.errors] == [fault.pointer]
    make.fresh()
    assert cards.by_uscc(reading(), new[0]) is None
    assert rehearsed(kept(new)) == []
    assert cards.by_uscc(reading(), new[0]) is None
