"""Finds a thing by what people type: its name, a spoken name, pinyin, initials, one slip.

`static/js/parts/dictionary.js` is the same function for the phone; a test holds them equal
(tests/learning/test_phone.py). Whoever changes one changes the other.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from wufei_public.learning.rules.things import Entry

MOST_TYPED = 20
MOST_FOUND = 12
MOST_NEAR = 6
# From so many letters on, a beginning, a part or a slip means something.
LEAST_BEGINNING, LEAST_PART, LEAST_SLIP = 2, 3, 4
# Beside the better ways of fitting, in which a lower number is a better fit.
NEAR_BY_SOUND, NEAR = 40, 41

_BETWEEN = re.compile(r"[ \t\r\n\f\v'’·|()]")
# What stands in brackets says which one is meant; nobody types it.
_BRACKETS = re.compile(r"（[^（）]*）|\([^()]*\)")
_LETTERS = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Form:
    """One way of saying a thing: its sound, the sound's first letters, and its endings."""

    text: str
    alias: int
    sound: str
    initials: str
    tails: tuple[str, ...]


Rank = tuple[int, int, int]


class Dictionary:
    """All entries as one value, in their order.

    `readings` gives a character's syllable, `words` the syllables of a word in which one of its
    characters is read otherwise.
    """

    def __init__(
        self,
        entries: Iterable[Entry],
        readings: Mapping[str, str],
        version: str = "",
        words: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.entries: Sequence[Entry] = tuple(entries)
        self.readings = readings
        self.words = words or {}
        self._longest = max(map(len, self.words), default=1)
        self.version = version
        self._forms = tuple(
            tuple(
                self._form(normalised(text), min(place, 1))
                for place, name in enumerate((entry.name, *entry.aliases))
                for text in ways_of(name)
            )
            for entry in self.entries
        )
        self._english = tuple(normalised(entry.name_en) for entry in self.entries)

    def _form(self, text: str, alias: int) -> Form:
        syllables = self.spell(text)
        tails = tuple("".join(syllables[at:]) for at in range(1, len(syllables)))
        initials = "".join(syllable[0] for syllable in syllables)
        return Form(text, alias, "".join(syllables), initials, tails)

    def spell(self, text: str) -> tuple[str, ...]:
        """Return the syllables of `text`; a character without a reading stands for itself."""
        found: list[str] = []
        at = 0
        while at < len(text):
            word = self._word(text, at)
            sounds = self.words[word] if word else (self.readings.get(text[at], text[at]),)
            found.extend(sounds)
            at += len(word) or 1
        return tuple(found)

    def _word(self, text: str, at: int) -> str:
        """Return the longest word that begins at a place, "" where none does."""
        ends = range(min(len(text), at + self._longest), at + 1, -1)
        return next((text[at:end] for end in ends if text[at:end] in self.words), "")

    def find(self, words: str) -> tuple[Entry, ...]:
        """Return what `words` mean, best first; what they nearly mean only where nothing fits."""
        typed = normalised(words)[:MOST_TYPED]
        if not typed:
            return ()
        found = self._ranked(typed, near=False)[:MOST_FOUND]
        found = found or self._ranked(typed, near=True)[:MOST_NEAR]
        return tuple(self.entries[place] for _tier, _length, place in found)

    def fits(self, words: str) -> bool:
        """Say whether something fits `words` without a slip."""
        typed = normalised(words)[:MOST_TYPED]
        return bool(typed) and bool(self._ranked(typed, near=False))

    def _ranked(self, typed: str, *, near: bool) -> list[Rank]:
        sound = "".join(self.spell(typed))
        fit = _near if near else _fit
        ranked: dict[int, Rank] = {}
        for place, forms in enumerate(self._forms):
            for form in forms:
                if tier := fit(form, typed, sound):
                    _offer(ranked, (tier * 2 + form.alias, len(form.text), place))
            if not near and (tier := _fit_english(self._english[place], typed)):
                _offer(ranked, (tier * 2, len(forms[0].text), place))
        return sorted(ranked.values())


def read_words(text: str) -> dict[str, tuple[str, ...]]:
    """Return word → syllables from lines of `text,sounds` under a header."""
    lines = (line.split(",") for line in text.splitlines()[1:])
    return {word: tuple(sounds.split()) for word, sounds in lines}


def _offer(ranked: dict[int, Rank], rank: Rank) -> None:
    """Keep the best rank of each place."""
    place = rank[2]
    ranked[place] = min(ranked.get(place, rank), rank)


def ways_of(name: str) -> Sequence[str]:
    """Return a name, and how it is said without what stands in brackets."""
    bare = _BRACKETS.sub("", name)
    return (name, bare) if bare not in {"", name} else (name,)


def normalised(text: str) -> str:
    """Return `text` as it is compared: plain width, small letters, nothing between."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return _BETWEEN.sub("", plain)


def _fit(form: Form, typed: str, sound: str) -> int:
    """Return how well `typed` fits, 1 best, 0 not at all."""
    text = form.text
    if text == typed:
        return 1
    if text.startswith(typed):
        return 3
    if typed in text:
        return 5
    if len(text) >= LEAST_BEGINNING and text in typed:
        return 7
    if _LETTERS.fullmatch(typed):
        return _fit_letters(form, typed)
    return 9 if form.sound == sound else 0


def _fit_letters(form: Form, typed: str) -> int:
    """Return how well letters fit the sound or its initials, 0 not at all."""
    if form.sound == typed:
        return 2
    if len(typed) < LEAST_BEGINNING:
        return 0
    if form.initials == typed:
        return 4
    if form.sound.startswith(typed):
        return 6
    if form.initials.startswith(typed):
        return 8
    heard = len(typed) >= LEAST_PART and any(tail.startswith(typed) for tail in form.tails)
    return 10 if heard else 0


def _fit_english(name: str, typed: str) -> int:
    """Return how well letters fit the English name, 0 not at all."""
    if len(typed) < LEAST_PART or not _LETTERS.fullmatch(typed):
        return 0
    if name.startswith(typed):
        return 11
    return 12 if typed in name else 0


def _near(form: Form, typed: str, sound: str) -> int:
    """Return how nearly `typed` fits but for one slip; where it sounds nearly alike first."""
    alike = len(sound) >= LEAST_SLIP and one_slip(form.sound, sound)
    if _LETTERS.fullmatch(typed):
        return NEAR_BY_SOUND if alike else 0
    if len(typed) < LEAST_BEGINNING or not one_slip(form.text, typed):
        return 0
    return NEAR_BY_SOUND if alike else NEAR


def one_slip(one: str, other: str) -> bool:
    """Say whether one character changed, added or left out makes `one` into `other`."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    at = 0
    while at < min(len(one), len(other)) and one[at] == other[at]:
        at += 1
    if len(one) == len(other):
        return one[at + 1 :] == other[at + 1 :]
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return longer[at + 1 :] == shorter[at:]
