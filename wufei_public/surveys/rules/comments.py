"""What people wrote in free text: gathered, found, counted by topic."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Comment:
    """The same words count together, however many wrote them; `key` is their digest."""

    key: str
    text: str
    times: int


def gathered(question: str, texts: Iterable[str]) -> list[Comment]:
    """Return the comments on a question in the order of their digests, which says nothing."""
    counts = Counter(text.strip() for text in texts if text.strip())
    found = (Comment(key_of(question, text), text, times) for text, times in counts.items())
    return sorted(found, key=lambda comment: comment.key)


def key_of(question: str, text: str) -> str:
    """Return what a comment is known by: 128 bits of its digest."""
    return sha256(f"{question}\0{text}".encode()).hexdigest()[:32]


def matching(
    comments: Sequence[Comment],
    topics: Mapping[str, Collection[int]],
    *,
    words: str = "",
    topic: int = 0,
    uncoded: bool = False,
) -> list[Comment]:
    """Return the comments that hold `words`, are about `topic`, or about nothing yet."""
    wanted = words.casefold()
    return [
        one
        for one in comments
        if wanted in one.text.casefold()
        and (not topic or topic in topics.get(one.key, ()))
        and not (uncoded and topics.get(one.key))
    ]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many wrote something, how many of them have a topic, and how many each topic has."""

    written: int
    coded: int
    topics: Mapping[int, int]


def tallied(comments: Sequence[Comment], topics: Mapping[str, Collection[int]]) -> Tally:
    """Return how often each topic was named; one comment may name several."""
    counts: Counter[int] = Counter()
    for one in comments:
        for topic in set(topics.get(one.key, ())):
            counts[topic] += one.times
    coded = sum(one.times for one in comments if topics.get(one.key))
    return Tally(sum(one.times for one in comments), coded, dict(counts))
