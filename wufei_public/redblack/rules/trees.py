"""The tree of a snapshot (`snapshots`) kept as nodes: a change of few leaves makes few anew.

A node of level k at place i is the root over the leaves from i·2^k on, 2^k of them. Only such
whole subtrees are kept; the root over any number of leaves, and the path of each, follow from
them. An empty place between leaves is 32 zero bytes, the hash of nothing that is known.
"""

from collections.abc import Callable, Mapping, Sequence

from wufei_public.redblack.rules.snapshots import HASH, node, root

GAP = bytes(HASH)
Place = tuple[int, int]  # level, place
Read = Callable[[Place], bytes]


def peaks(size: int) -> list[Place]:
    """Return the whole subtrees that make up a tree of so many leaves, the largest first."""
    found, begin = [], 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            found.append((level, begin >> level))
            begin += 1 << level
    return found


def crown(hashes: Sequence[bytes]) -> bytes:
    """Return the root over whole subtrees that follow each other; that of none is of nothing."""
    if not hashes:
        return root(())
    found = hashes[-1]
    for left in reversed(hashes[:-1]):
        found = node(left, found)
    return found


def path(size: int, at: int, read: Read) -> list[bytes]:
    """Return the audit path of the leaf at `at`, from below, in a tree of `size` leaves."""
    tops = peaks(size)
    own = next(n for n, (level, place) in enumerate(tops) if at >> level == place)
    inside = [read((level, (at >> level) ^ 1)) for level in range(tops[own][0])]
    right = [crown([read(top) for top in tops[own + 1 :]])] if own + 1 < len(tops) else []
    return [*inside, *right, *(read(top) for top in reversed(tops[:own]))]


def grown(size: int, leaves: Mapping[int, bytes], read: Read) -> dict[Place, bytes]:
    """Return every node that is another with these leaves, by place, in a tree of `size` leaves.

    `read` gives those that stay. As many as the tree is high, for each leaf at the most.
    """
    found: dict[Place, bytes] = {(0, place): leaf for place, leaf in leaves.items()}
    level, places = 0, set(leaves)
    while places:
        whole = size >> level + 1
        places = {place >> 1 for place in places if place >> 1 < whole}
        for place in places:
            left, right = (level, 2 * place), (level, 2 * place + 1)
            found[level + 1, place] = node(
                found.get(left) or read(left), found.get(right) or read(right)
            )
        level += 1
    return found
