"""How much two pictures differ, by their difference hashes."""

_WHOLE = 0xFFFF_FFFF_FFFF_FFFF


def bits_apart(one: int, two: int) -> int:
    """Return in how many of 64 bits two hashes differ."""
    return ((one ^ two) & _WHOLE).bit_count()
