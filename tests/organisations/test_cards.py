"""Entering, correcting and finding organisations."""

from datetime import date

import pytest

from tests.organisations import make
from tests.people.make import audited
from wufei_public.common.actor import Actor
from wufei_public.common.errors import Conflict, Invalid, NotAllowed, NotFound
from wufei_public.infra.work import reading, work
from wufei_public.organisations.actions import cards
from wufei_public.organisations.queries import cards as queries
from wufei_public.organisations.queries.cards import CardFilter

pytestmark = pytest.mark.usefixtures("town")


def found(words: str, actor: Actor = make.DISTRICT_OFFICER, **more: str) -> list[str]:
    rows, _more = queries.page(reading(), actor, CardFilter(words, **more))
    return [row.name for row in rows]


def test_an_organisation_is_entered_and_found() -> None:
    made = make.organisation()
    card = queries.organisation(reading(), made.code)
    assert (card.uscc, card.town, card.version) == (make.uscc(), make.TOWN, 1)
    assert audited(f"organisations/{made.code}") == ["organisations:card:register"]
    for words in ("建材", "示例", "公司", make.NAME, make.uscc(), make.uscc()[:8].lower()):
        assert found(words) == [make.NAME], words
    assert found("建筑") == []
    assert found("建材", kind="school") == []
    assert found("建材", town=make.OTHER_TOWN) == []


def test_a_code_stands_once_in_the_register() -> None:
    make.organisation()
    with pytest.raises(Invalid) as refused:
        make.organisation(name="另一家")
    assert [fault.pointer for fault in refused.value.errors] == ["uscc"]


@pytest.mark.parametrize(
    ("pointer", "changes"),
    [("uscc", {"uscc": "1"}), ("kind", {"kind": "castle"}), ("division", {"division": "410307"}),
     ("division", {"division": "410307106999"})],
)  # fmt: skip
def test_what_is_wrong_is_named(pointer: str, changes: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        make.organisation(actor=make.DISTRICT_OFFICER, **changes)
    assert [fault.pointer for fault in refused.value.errors] == [pointer]


@pytest.mark.parametrize("actor", [make.OTHER_OFFICER, make.DEPARTMENT_OFFICER, make.RESIDENT])
def test_strangers_enter_nothing(actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        make.organisation(actor=actor)


def test_a_former_name_is_still_found() -> None:
    made = make.organisation()
    new = make.card(name="新名石材厂", ended_on=date(2026, 1, 1))
    work(make.TOWN_OFFICER, lambda w: cards.correct(w, code=made.code, version=1, card=new))
    make.fresh()
    assert found("建材") == ["新名石材厂"]
    assert found("石材") == ["新名石材厂"]
    assert queries.former_names(reading(), made.id) == (make.NAME,)


def test_an_older_card_is_not_overwritten() -> None:
    made, new = make.organisation(), make.card(name="甲")
    work(make.TOWN_OFFICER, lambda w: cards.correct(w, code=made.code, version=1, card=new))
    with pytest.raises(Conflict):
        work(make.TOWN_OFFICER, lambda w: cards.correct(w, code=made.code, version=1, card=new))


def test_a_card_moves_only_to_a_place_that_the_official_handles() -> None:
    made, new = make.organisation(), make.card(division=make.OTHER_TOWN)
    with pytest.raises(NotAllowed):
        work(make.TOWN_OFFICER, lambda w: cards.correct(w, code=made.code, version=1, card=new))
    work(make.DISTRICT_OFFICER, lambda w: cards.correct(w, code=made.code, version=1, card=new))
    make.fresh()
    assert found("建材", make.TOWN_OFFICER) == []
    assert found("建材", make.OTHER_OFFICER) == [make.NAME]


def test_each_officer_sees_the_own_place() -> None:
    make.organisation(1, name="甲厂")
    make.organisation(2, make.OTHER_OFFICER, name="乙厂", division=make.OTHER_TOWN)
    assert found("厂", make.TOWN_OFFICER) == ["甲厂"]
    assert sorted(found("厂", make.DEPARTMENT_OFFICER)) == ["乙厂", "甲厂"]
    assert found("", make.AUDITOR) == []


def test_pages_follow_each_other_and_a_name_stands_once() -> None:
    names = [f"公司{number}公司" for number in range(5)]
    for number, name in enumerate(names, start=1):
        make.organisation(number, name=name)
    for words in ("公司", ""):
        seen: list[str] = []
        after = None
        for _page in range(9):
            rows, after = queries.page(
                reading(), make.DISTRICT_OFFICER, CardFilter(words, after=after), limit=2
            )
            seen += [row.name for row in rows]
            if after is None:
                break
        assert sorted(seen) == names, words


def test_the_contact_is_sealed_and_a_look_is_written_down() -> None:
    made = make.organisation()
    phone = "13812345678"
    work(
        make.TOWN_OFFICER,
        lambda w: cards.set_contact(w, code=made.code, name="李四", phone=phone),
    )
    make.fresh()
    sealed = queries.organisation(reading(), made.code).contact_sealed
    assert sealed is not None
    assert phone.encode() not in sealed
    opened = work(
        make.DEPARTMENT_OFFICER, lambda w: cards.open_contact(w, code=made.code, reason="核实")
    )
    assert opened == {"name": "李四", "phone": phone}
    assert audited(f"organisations/{made.code}")[-1] == "organisations:contact:open"
    with pytest.raises(NotAllowed):
        work(make.OTHER_OFFICER, lambda w: cards.open_contact(w, code=made.code, reason="好奇"))
    work(make.TOWN_OFFICER, lambda w: cards.set_contact(w, code=made.code, name="", phone=""))
    with pytest.raises(NotFound):
        work(make.TOWN_OFFICER, lambda w: cards.open_contact(w, code=made.code, reason="核实"))


def test_sites_are_added_corrected_and_closed() -> None:
    made = make.organisation()
    site = work(
        make.TOWN_OFFICER,
        lambda w: cards.add_site(w, code=made.code, name="东校区", division=make.TOWN),
    )
    work(
        make.TOWN_OFFICER,
        lambda w: cards.correct_site(
            w, code=made.code, site=site.code, name="西校区", division=make.VILLAGE, address="1 号"
        ),
    )
    rows = queries.sites(reading(), made.id)
    assert [(row.name, row.division, row.address) for row in rows] == [
        ("西校区", make.VILLAGE, "1 号")
    ]
    for _twice in range(2):
        work(make.TOWN_OFFICER, lambda w: cards.end_site(w, code=made.code, site=site.code))
    make.fresh()
    assert queries.sites(reading(), made.id) == []
    assert len(queries.sites(reading(), made.id, ended=True)) == 1
    other = make.organisation(2)
    with pytest.raises(NotFound):
        work(make.TOWN_OFFICER, lambda w: cards.end_site(w, code=other.code, site=site.code))
