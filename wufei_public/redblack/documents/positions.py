"""Positions in the public list as text for addresses; what no page gave out is refused."""

from wufei_public.infra.web.paging import pack, unpack, unpack_moment, whole
from wufei_public.redblack.queries.public import finds_by_name

Position = tuple[str, int]


def position_of(after: str, words: str) -> Position | None:
    """Return the position behind its text, in the order of what `words` find; Invalid."""
    if not after:
        return None
    if finds_by_name(words):
        end, number = unpack(after, 2)
        return end, whole(number)
    at, row_id = unpack_moment(after)
    return at.isoformat(), row_id


def packed(following: Position | None) -> str:
    """Return a position as text, empty where there is nothing more."""
    return pack(following[0], str(following[1])) if following else ""
