"""A group of keys gets a new version: everything is brought under it, then the old one ends.

Three steps, each of which may be cut short and is then done again: the file gets the version,
every value is renewed, the old keys leave the file. Until then both open what is kept.
"""

from dataclasses import dataclass
from datetime import datetime

from wufei_public.infra.jobs import Job
from wufei_public.infra.keyfile import add_version, end_versions
from wufei_public.infra.keyring import GROUPS, Version
from wufei_public.infra.resealing import old_waits, renew
from wufei_public.infra.work import House, house


@dataclass(frozen=True, slots=True)
class Rotation:
    """How a group stands after a run: `left` values wait; the old keys end at `ends` or have."""

    version: int
    renewed: int
    stuck: list[str]
    left: int
    ends: datetime | None

    def words(self) -> str:
        """Return what is next, for the operator."""
        if self.left:
            return f"old versions stay: {self.left} values wait"
        if self.ends is None:
            return "old versions have ended"
        return f"old versions end by the jobs process, from {self.ends.isoformat()} on"


def is_under_way(home: House, group: str) -> bool:
    """Say whether `group` has more than one version whose keys are there."""
    return len(home.keys.ring.live(group)) > 1


def rotate(home: House, group: str, *, new: bool = False, at_once: bool = False) -> Rotation:
    """Give `group` a new version, unless one is under way already, and bring it to its end.

    `new` makes one more all the same; `at_once` does not wait for what may still be written by
    who began under the old version, or is out under it.
    """
    if new or not is_under_way(home, group):
        seen = home.keys.ring.groups[group][-1].number
        add_version(home.settings.keys_path, group, home.clock(), seen)
    return go_on(home, group, at_once=at_once)


def go_on(home: House, group: str, *, at_once: bool = False) -> Rotation:
    """Renew what waits under an older version of `group`; end that once nothing does, in time."""
    newest = home.keys.ring.newest(group)
    done = renew(home, group)
    left, ends = old_waits(group), _ends(newest, group)
    if not left and (at_once or ends <= home.clock()):
        end_versions(home.settings.keys_path, group, home.clock(), newest.number)
    under_way = is_under_way(home, group)
    return Rotation(newest.number, done.count, done.stuck, left, ends if under_way else None)


def _ends(newest: Version, group: str) -> datetime:
    rests = GROUPS[group].rests
    if newest.made is None or rests is None:
        raise ValueError(f"{group} was not rotated")
    return newest.made + rests


def describe(version: Version) -> str:
    """Return a version in a line, as the operator reads it."""
    made = f"made {version.made.date()}" if version.made else "made with the key file"
    ended = f", ended {version.ended.date()}" if version.ended else ""
    return f"version {version.number}: {made}{ended}"


def tend(_slot: str) -> str:
    """Go on with every rotation that is under way."""
    home = house()
    groups = [name for name in GROUPS if is_under_way(home, name)]
    done = [f"{name}: {go_on(home, name).words()}" for name in groups]
    return "; ".join(done) or "nothing under way"


JOBS = (Job("keys.tend", tend, every=600),)
