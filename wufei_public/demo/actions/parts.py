"""The shapes of a share: what prepares a part, and what writes one."""

from collections.abc import Callable

from wufei_public.infra.work import Work

Writer = Callable[[Work], None]
Maker = Callable[[int], Writer]


def nothing(_part: int) -> Writer:
    """Write no row of its own: what there was to do is done."""
    return lambda _w: None
