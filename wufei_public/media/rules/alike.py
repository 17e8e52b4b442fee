"""How much two pictures differ, by their difference hashes."""

_WHOLE = 0xFFFF_FFFF_FFFF_FFFF
# Where each part of a hash begins and how many bits it has. Of five parts at least one is the
# same in two hashes that differ in at most four bits, so that a copy is found by its parts.
_PARTS = ((0, 13), (13, 13), (26, 13), (39, 13), (52, 12))
MOST_APART = len(_PARTS) - 1


def bits_apart(one: int, two: int) -> int:
    """Return in how many of 64 bits two hashes differ."""
    return ((one ^ two) & _WHOLE).bit_count()


def parts(dhash: int) -> tuple[int, ...]:
    """Return the five parts of a hash, each a number below 8192."""
    return tuple((dhash & _WHOLE) >> begin & ((1 << bits) - 1) for begin, bits in _PARTS)
