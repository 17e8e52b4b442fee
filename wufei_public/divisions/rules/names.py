"""Names as people say them, type them and read them in English."""

from collections.abc import Mapping

from wufei_public.divisions.rules.levels import Level

# A committee's name ends in one of these; the place is what stands before it.
_COMMITTEES = ("村民委员会", "居民委员会", "村委会", "居委会")
_PLACE_ENDS = {Level.VILLAGE: "村", Level.COMMUNITY: "社区"}
# Longest first; what is not here is spelt.
_ENGLISH_ENDS = (
    ("街道", "Subdistrict"),
    ("社区", "Community"),
    ("省", "Province"),
    ("市", "City"),
    ("区", "District"),
    ("县", "County"),
    ("镇", "Town"),
    ("乡", "Township"),
    ("村", "Village"),
)


def short_name(name: str, level: Level) -> str:
    """Return the place's name without its committee: 官庄村村民委员会, 官庄村民委员会 → 官庄村."""
    for committee in _COMMITTEES:
        if name.endswith(committee):
            stem, end = name.removesuffix(committee), _PLACE_ENDS.get(level, "")
            return stem if stem.endswith(end) else stem + end
    return name


def bare_name(name: str, english: str) -> tuple[str, str]:
    """Return both names of a town without what it is, for a map: 缑氏, Goushi.

    A single character keeps it, since nobody calls a place by that.
    """
    for end, word in _ENGLISH_ENDS:
        if name.endswith(end) and len(name) > len(end) + 1:
            return name.removesuffix(end), english.removesuffix(f" {word}")
    return name, english


def read_pinyin(text: str) -> dict[str, str]:
    """Return character → syllable from lines of `syllable,characters` under a header."""
    lines = (line.split(",") for line in text.splitlines()[1:])
    return {character: syllable for syllable, characters in lines for character in characters}


def spell(name: str, pinyin: Mapping[str, str]) -> str:
    """Return `name` in syllables with spaces; a character without a reading stays as it is."""
    return " ".join(pinyin.get(character, character) for character in name)


def initials(spelt: str) -> str:
    """Return the first letters of syllables: "guan zhuang cun" → "gzc"."""
    return "".join(syllable[0] for syllable in spelt.split())


def english_name(name: str, spelt: str) -> str:
    """Return the English name: 官庄村, "guan zhuang cun" → Guanzhuang Village."""
    syllables = spelt.split()
    for end, word in _ENGLISH_ENDS:
        if name.endswith(end) and len(name) > len(end):
            return f"{_joined(syllables[: -len(end)])} {word}"
    return _joined(syllables)


def _joined(syllables: list[str]) -> str:
    # An apostrophe before a, e, o within a word (GB/T 28039-2011 §5.3).
    parts = [f"'{one}" if place and one[0] in "aeo" else one for place, one in enumerate(syllables)]
    return "".join(parts).replace("v", "ü").capitalize()
