"""How far two difference hashes are apart."""

from wufei_public.media.rules.alike import bits_apart


def test_a_signed_hash_differs_in_as_many_bits() -> None:
    assert bits_apart(-1, 0) == 64
    assert bits_apart(-1, -2) == 1
