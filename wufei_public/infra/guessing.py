"""Tries at a secret: counted before it is compared, given back when it was right.

So a try costs one of its budget even where many are made at the same moment.
"""

from collections.abc import Sequence

from wufei_public.common.budgets import Budget, Guard
from wufei_public.common.networks import network_of, wide_network_of
from wufei_public.infra.budgets import forget, give_back, is_spent, take
from wufei_public.infra.work import Work

# A budget with whom it was taken from.
Toll = tuple[Budget, tuple[str, ...]]


class Spent(Exception):  # noqa: N818  no fault of the program
    """No try is looked at for so many seconds; the caller turns it into its own refusal."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def begin_try(w: Work, guard: Guard, secret: str, address: str) -> Sequence[Toll]:
    """Count a try at `secret` from `address`; Spent, and nothing counted, if none may be made."""
    if is_spent(w.session, w.keys, w.now, guard.last, secret):
        raise Spent(guard.last.wait(w.now))
    return _take_all(w, _tolls(w, guard, secret, address))


def begin_known_try(w: Work, guard: Guard, secret: str, device: str) -> Sequence[Toll]:
    """Count a try from a device that opened `secret` before: what others do is not its matter."""
    return _take_all(w, [(budget, (secret, "device", device)) for budget in guard.each])


def _take_all(w: Work, tolls: Sequence[Toll]) -> Sequence[Toll]:
    for number, (budget, whom) in enumerate(tolls):
        if not take(w, budget, *whom):
            _give_all_back(w, tolls[:number])
            raise Spent(budget.wait(w.now))
    return tolls


def _give_all_back(w: Work, tolls: Sequence[Toll]) -> None:
    for budget, whom in tolls:
        give_back(w, budget, *whom)


def _tolls(w: Work, guard: Guard, secret: str, address: str) -> list[Toll]:
    network = network_of(address)
    tolls: list[Toll] = [(budget, (secret, network)) for budget in guard.each]
    tolls.append((guard.network, (network,)))
    if _is_alarmed(w, guard, secret):
        tolls.append((guard.alarmed, (secret, wide_network_of(address))))
    return tolls


def _is_alarmed(w: Work, guard: Guard, secret: str) -> bool:
    return is_spent(w.session, w.keys, w.now, guard.alarm, secret) or is_spent(
        w.session, w.keys, w.now, guard.site_alarm
    )


def was_right(w: Work, guard: Guard, secret: str, tolls: Sequence[Toll]) -> None:
    """Give back what the try had cost, and forget the wrong tries at `secret` before it.

    Not those of the network at other secrets: one's own would buy tries at those of others.
    """
    _give_all_back(w, tolls)
    for budget, whom in tolls:
        if budget in guard.each:
            forget(w, budget, *whom)
    forget_tries(w, guard, secret)


def forget_tries(w: Work, guard: Guard, secret: str) -> None:
    """End the alarm at `secret`: its owner has come, or it is a new one."""
    forget(w, guard.alarm, secret)
    forget(w, guard.last, secret)


def was_wrong(w: Work, guard: Guard, secret: str) -> None:
    """Count a wrong try, not made from a known device, where it may raise the alarm."""
    take(w, guard.alarm, secret)
    take(w, guard.last, secret)
    take(w, guard.site_alarm)
