"""How people type things: written down by hand, not by the tables that the search itself uses."""

from datetime import date

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.learning import make
from wufei_public.learning.models import SortingMiss
from wufei_public.learning.queries import dictionary as queries


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("fanqie", "番茄"), ("qiezi", "茄子"), ("chuandan", "传单"), ("xuanchuandan", "宣传单"),
        ("yinhangka", "银行卡"), ("yaoshi", "钥匙"), ("mabu", "抹布"), ("tanhuang", "弹簧"),
        ("kongtiao", "空调"), ("tizhongcheng", "体重秤"), ("bomo", "薄膜"), ("yujia", "瑜伽"),
        ("geli", "蛤蜊"), ("zhangyatudou", "长芽土豆"), ("zixingche", "自行车"),
        ("changweijia", "长尾夹"), ("paxingdian", "爬行垫"),
    ],
)  # fmt: skip
def test_a_thing_is_found_as_it_is_spoken(typed: str, meant: str) -> None:
    found = make.package().find(typed)[:6]
    assert any(meant in name for one in found for name in (one.name, *one.aliases))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("外卖合", "外卖盒（洗净）"), ("外卖餐盒", "外卖盒（洗净）"), ("奶查杯", "奶茶杯（洗净）"),
        ("塑料薄摸", "塑料薄膜（干净）"), ("儿童学步东", "儿童学步车（塑料）"),
    ],
)  # fmt: skip
def test_one_wrong_character_is_forgiven_in_names_with_brackets_too(typed: str, meant: str) -> None:
    assert meant in [one.name for one in make.package().find(typed)]


def test_every_name_with_a_bracket_is_found_without_it_and_with_a_slip() -> None:
    known = make.package()
    bracketed = [one for one in known.entries if "（" in one.name]
    bare = {one.name: one.name.partition("（")[0] for one in bracketed}
    lost = [
        name
        for name, text in bare.items()
        if len(text) > 2
        for typed in (text, f"{text[:-1]}犇")
        if typed == text or not known.fits(typed)
        if not any(bare.get(one.name, one.name) == text for one in known.find(typed))
    ]
    assert len(bracketed) > 50
    assert lost == []


def test_what_is_known_by_now_crowds_out_no_miss(session: Session) -> None:
    make.things()
    day = {"day": date(2026, 11, 24)}
    rows = [day | {"words": one.name} for one in make.package().entries[:150] for _time in range(2)]
    session.execute(insert(SortingMiss), [*rows, day | {"words": "没有这样东西"}])
    session.commit()
    assert queries.misses(session) == [("没有这样东西", 1)]
