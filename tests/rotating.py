"""Keys of the application of a test get one version more, in memory: no other test sees it."""

from dataclasses import replace

from flask import current_app

from tests.conftest import Clock
from wufei_public.infra.keyring import SIGNING
from wufei_public.infra.keys import Keys
from wufei_public.infra.work import house


def rotate(group: str, clock: Clock) -> None:
    """Let the application of the test have one version more, and for signing no older one."""
    home = house()
    ring = home.keys.ring.with_new(group, b"2" * 32, clock.now)
    ring = ring.without_old(group, clock.now) if group == SIGNING else ring
    current_app.extensions["house"] = replace(home, keys=Keys(lambda: ring))
