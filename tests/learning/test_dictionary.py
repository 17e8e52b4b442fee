"""The dictionary in the database: seeding, corrections, what was missed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.conftest import Clock
from tests.dumping.make import last_audit
from tests.learning import make
from wufei_public.common.actor import ANONYMOUS, SYSTEM
from wufei_public.common.errors import Invalid, NotFound
from wufei_public.infra.work import reading, work
from wufei_public.learning.actions import dictionary as actions
from wufei_public.learning.models import SortingItem, SortingMiss
from wufei_public.learning.queries import dictionary as queries
from wufei_public.learning.rules.bins import TownClass

pytestmark = pytest.mark.usefixtures("things")


def names(words: str) -> list[str]:
    reading().rollback()
    return [entry.name for entry in queries.dictionary(reading()).find(words)]


def code_of(name: str) -> str:
    return str(reading().scalar(select(SortingItem.code).where(SortingItem.name == name)))


def correct(name: str, *, active: bool = True, **changes: object) -> None:
    code, editor = code_of(name), make.editor()
    thing = make.thing(**({"name": name} | changes))
    work(editor, lambda w: actions.correct_item(w, code=code, thing=thing, active=active))


def test_what_is_read_back_is_the_package_s() -> None:
    kept, package = queries.read_dictionary(reading()), make.package()
    alike = [replace(entry, code="") for entry in kept.entries]
    assert alike == [replace(entry, code="") for entry in package.entries]
    assert len({entry.code for entry in kept.entries}) == len(alike)
    assert kept.readings == package.readings


def test_a_second_seed_changes_nothing(session: Session) -> None:
    assert not work(SYSTEM, actions.seed)
    assert (session.scalar(select(func.count()).select_from(SortingItem)) or 0) > 1000


def test_a_new_thing_is_found_at_once_and_audited() -> None:
    assert "飞碟模型" not in names("飞碟")
    editor = make.editor()
    work(editor, lambda w: actions.add_item(w, make.thing("飞碟模型", aliases=("飞碟",))))
    assert names("飞碟") == ["飞碟模型"]
    row = last_audit()
    assert (row.action, row.actor_id) == ("learning:sorting:add", editor.id)


def test_a_correction_stays_when_the_package_is_loaded_anew(session: Session) -> None:
    correct("菜叶", town_class=TownClass.RESIDUAL, town_kind="")
    stamp = session.get_one(queries.LearningData, queries.SORTING)
    stamp.source = "an older file"
    session.commit()
    changes = work(SYSTEM, actions.seed)
    assert str(changes) == "added 0, changed 0, removed 0"
    assert queries.dictionary(reading()).find("菜叶")[0].town_class is TownClass.RESIDUAL
    assert last_audit().after == {
        "aliases": "", "town_class": "residual", "town_kind": "", "tip": "", "name_en": "",
        "rural_first": "does_not_rot", "rural_second": "sellable",
    }  # fmt: skip


def test_what_is_out_of_use_is_not_found() -> None:
    before = names("菠菜根")
    correct("菠菜根", active=False)
    assert before[0] == "菠菜根"
    assert "菠菜根" not in names("菠菜根")


def test_a_name_that_stands_elsewhere_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        work(make.editor(), lambda w: actions.add_item(w, make.thing("好", aliases=("菜叶",))))
    assert [fault.pointer for fault in refusal.value.errors] == ["aliases"]


def test_an_entry_may_keep_its_own_name() -> None:
    correct("菜叶")
    assert names("菜叶")[0] == "菜叶"


def test_an_unknown_code_is_not_found() -> None:
    with pytest.raises(NotFound):
        queries.item(reading(), "0000000000")


# ---- misses ----------------------------------------------------------------------


def note(words: str) -> bool:
    return work(ANONYMOUS, lambda w: actions.note_miss(w, words))


def test_what_was_missed_is_counted_until_it_is_there() -> None:
    assert [note("外星飞碟"), note("外星飞碟"), note("时光机器")] == [True, True, True]
    assert queries.misses(reading()) == [("外星飞碟", 2), ("时光机器", 1)]
    editor = make.editor()
    work(editor, lambda w: actions.add_item(w, make.thing("外星飞碟")))
    assert queries.misses(reading()) == [("时光机器", 1)]
    work(editor, lambda w: actions.dismiss_miss(w, "时光机器"))
    assert queries.misses(reading()) == []


def test_what_is_there_too_short_or_personal_is_not_kept(session: Session) -> None:
    assert [note("电池"), note("嗯"), note(" ")] == [False, False, False]
    assert not note("外星人13812345678")
    assert note("外星人1381")
    assert session.scalars(select(SortingMiss.words)).all() == ["外星人1381"]


def test_misses_are_forgotten_after_half_a_year(clock: Clock) -> None:
    note("外星飞碟")
    clock.move(days=actions.KEEP_MISSES / timedelta(days=1))
    assert work(SYSTEM, actions.forget_misses) == 0
    clock.move(days=1)
    assert work(SYSTEM, actions.forget_misses) == 1
