"""What people write: sentences from `data/sentences.csv`, put together by chance."""

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from importlib import resources
from random import Random

from wufei_public.demo.rules.plan import chance

DATA = resources.files("wufei_public.demo") / "data"
# 154 has never been given to any carrier, so no number of this range is anybody's.
PHONES = "154"
_ALWAYS = ""


def rows_of(name: str) -> list[dict[str, str]]:
    """Return the rows of one of the package's tables."""
    return list(csv.DictReader((DATA / name).read_text(encoding="utf-8").splitlines()))


def _by_part() -> Mapping[tuple[str, str], Sequence[str]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows_of("sentences.csv"):
        found[row["part"], row["kind"]].append(row["text"])
    return dict(found)


SENTENCES = _by_part()


def say(rng: Random, part: str, kind: str = "") -> str:
    """Return a sentence of `part` for `kind`, else one that fits every kind; numbers filled in."""
    fitting = SENTENCES.get((part, kind)) or SENTENCES[part, _ALWAYS]
    return rng.choice(fitting).format(n=rng.randint(2, 9), m=rng.randrange(20, 300, 10))


def complaint(rng: Random, kind: str) -> str:
    """Return a resident's words about waste of `kind`; some write nothing."""
    if chance(rng, 0.08):
        return ""
    parts = [say(rng, "when") if chance(rng, 0.6) else "", say(rng, "what", kind)]
    if chance(rng, 0.65):
        parts.append(say(rng, "so", kind if (("so", kind) in SENTENCES) else ""))
    if chance(rng, 0.03):
        parts.append(say(rng, "call").replace("#", phone(rng.randrange(10**4))))
    return "".join(parts)


def phone(number: int) -> str:
    """Return the `number`-th of the telephone numbers that nobody has."""
    return f"{PHONES}{number:08d}"


def person(rng: Random) -> str:
    """Return a made-up name of two or three characters."""
    given = "".join(rng.sample(SENTENCES["given", _ALWAYS], rng.choice((1, 2, 2))))
    return rng.choice(SENTENCES["family", _ALWAYS]) + given
