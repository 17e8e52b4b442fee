from importlib.resources import files

import pytest

from wufei_public.divisions.rules.levels import Level, canonical_code, code_fits
from wufei_public.divisions.rules.names import (
    english_name,
    initials,
    read_pinyin,
    short_name,
    spell,
)
from wufei_public.divisions.rules.tables import read_divisions

DATA = files("wufei_public.divisions") / "data"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("410307000000", "410307"),
        ("410000000000", "410000"),
        ("410307106000", "410307106"),
        ("410307106214", "410307106214"),
        (" 410307106 ", "410307106"),
        ("410300", "410300"),
    ],
)
def test_padded_codes_are_cut(written: str, code: str) -> None:
    assert canonical_code(written) == code


@pytest.mark.parametrize(
    ("code", "level", "fits"),
    [
        ("410000", Level.PROVINCE, True),
        ("410300", Level.PROVINCE, False),
        ("410300", Level.CITY, True),
        ("410307", Level.CITY, False),
        ("410307", Level.DISTRICT, True),
        ("410307106", Level.TOWN, True),
        ("410307106", Level.VILLAGE, False),
        ("410307106214", Level.VILLAGE, True),
        ("41030710621４", Level.VILLAGE, False),
        ("41030710621x", Level.VILLAGE, False),
    ],
)
def test_a_code_has_the_form_of_its_level(code: str, level: Level, *, fits: bool) -> None:
    assert code_fits(code, level) is fits


@pytest.mark.parametrize(
    ("official", "level", "short"),
    [
        ("沟口头村村民委员会", Level.VILLAGE, "沟口头村"),
        ("官庄村民委员会", Level.VILLAGE, "官庄村"),
        ("新新社区居民委员会", Level.COMMUNITY, "新新社区"),
        ("绿景居民委员会", Level.COMMUNITY, "绿景社区"),
        ("柳树村委会", Level.VILLAGE, "柳树村"),
        ("缑氏镇", Level.TOWN, "缑氏镇"),
    ],
)
def test_short_names(official: str, level: Level, short: str) -> None:
    assert short_name(official, level) == short


@pytest.fixture(scope="module")
def pinyin() -> dict[str, str]:
    return read_pinyin((DATA / "pinyin.csv").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("name", "spelt", "first", "english"),
    [
        ("官庄村", "guan zhuang cun", "gzc", "Guanzhuang Village"),
        ("缑氏镇", "gou shi zhen", "gsz", "Goushi Town"),
        ("翟镇镇", "zhai zhen zhen", "zzz", "Zhaizhen Town"),
        ("商都社区", "shang du she qu", "sdsq", "Shangdu Community"),
        ("首阳山街道", "shou yang shan jie dao", "sysjd", "Shouyangshan Subdistrict"),
        ("佛光村", "fo guang cun", "fgc", "Foguang Village"),
        ("西安村", "xi an cun", "xac", "Xi'an Village"),
        ("绿村", "lv cun", "lc", "Lü Village"),
        ("偃师区", "yan shi qu", "ysq", "Yanshi District"),
        ("镇", "zhen", "z", "Zhen"),
        ("A𠀀村", "A 𠀀 cun", "A𠀀c", "A𠀀 Village"),
        ("", "", "", ""),
    ],
)
def test_spelling(pinyin: dict[str, str], name: str, spelt: str, first: str, english: str) -> None:
    assert spell(name, pinyin) == spelt
    assert initials(spelt) == first
    assert english_name(name, spelt) == english


def test_every_name_of_the_package_can_be_typed(pinyin: dict[str, str]) -> None:
    rows = read_divisions((DATA / "divisions.csv").read_bytes())
    assert [
        row.name for row in rows if not spell(row.name, pinyin).replace(" ", "").isascii()
    ] == []
