"""The phone's search is the server's: both answer thousands of words alike."""

import gzip
import json
import random
import shutil
import subprocess
from pathlib import Path

from tests.learning import make
from wufei_public.learning.documents import phone_index
from wufei_public.learning.rules.search import Dictionary, normalised
from wufei_public.learning.rules.things import Entry

PARTS = Path("static/js/parts")
ASK = """
import { readFileSync } from "node:fs";
import { find, prepare } from "./dictionary.mjs";
const asked = JSON.parse(readFileSync("asked.json", "utf8"));
const began = process.hrtime.bigint();
const known = prepare(JSON.parse(asked.index));
const ready = process.hrtime.bigint();
const places = asked.words.map((words) => find(known, words));
const done = process.hrtime.bigint();
console.log(JSON.stringify({ places, prepare: Number(ready - began) / 1e6,
  each: Number(done - ready) / 1e6 / asked.words.length }));
"""


def words_of(known: Dictionary, seed: int = 7, most: int = 360) -> list[str]:
    """Return names, spoken names, sounds, initials, parts, and each of them with a slip."""
    dice = random.Random(seed)  # noqa: S311  repeatable on purpose
    chosen = dice.sample(known.entries, most // 6)
    texts = [text for entry in chosen for text in (entry.name, *entry.aliases[:1])]
    sounds = ["".join(known.spell(text)) for text in texts]
    initials = ["".join(one[0] for one in known.spell(text)) for text in texts]
    parts = [text[dice.randrange(len(text)) :] for text in texts]
    english = [entry.name_en for entry in chosen]
    plain = [*texts, *sounds, *initials, *parts, *english]
    odd = ["", " ", "Ａ４纸", "İ", "５号 电池", "没有这样东西", "瓶", "d", "dc", "一" * 40, "e'xia"]
    return [*plain, *[slip(text, dice) for text in plain if text], *odd]


def slip(text: str, dice: random.Random) -> str:
    at, letter = dice.randrange(len(text)), dice.choice("的一瓶abz")
    head, tail = text[:at], text[at + 1 :]
    return dice.choice([head + letter + tail, head + tail, head + letter + text[at:]])


def on_phone(known: Dictionary, words: list[str], folder: Path) -> dict[str, object]:
    node = shutil.which("node")
    assert node, "these tests need Node"
    (folder / "dictionary.mjs").write_text((PARTS / "dictionary.js").read_text())
    (folder / "asked.json").write_text(json.dumps({"index": phone_index(known), "words": words}))
    (folder / "ask.mjs").write_text(ASK)
    done = subprocess.run(
        [node, "ask.mjs"], cwd=folder, capture_output=True, text=True, check=True, timeout=120
    )
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def test_phone_and_server_answer_alike(tmp_path: Path) -> None:
    known = make.package()
    words = words_of(known)
    assert len(words) > 600
    place = {entry.code: number for number, entry in enumerate(known.entries)}
    wanted = [[place[entry.code] for entry in known.find(text)] for text in words]
    given = on_phone(known, words, tmp_path)
    places = given["places"]
    assert isinstance(places, list)
    differ = [(text, a, b) for text, a, b in zip(words, wanted, places, strict=True) if a != b]
    assert differ == []
    assert sum(bool(one) for one in wanted) > 500  # most of what is typed finds something


def test_every_thing_is_found_by_each_of_its_names_sounds_and_initials() -> None:
    known = make.package()
    lost = [
        (entry.name, text)
        for entry in known.entries[::9]
        for text in ways(known, entry)
        if entry not in known.find(text)
    ]
    assert lost == []


def ways(known: Dictionary, entry: Entry) -> list[str]:
    names = [entry.name, *entry.aliases]
    sounds = ["".join(known.spell(normalised(name))) for name in names if len(name) > 2]
    return [*names, *sounds]


def test_the_phone_keeps_it_in_little_room() -> None:
    index = phone_index(make.package())
    assert len(gzip.compress(index.encode(), 6)) < 60_000
