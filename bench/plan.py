"""What every part of the bench is told: how long, how often, where."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Plan:
    """A whole run (`make bench`) or a short one (`--quick`: to see that all works)."""

    folder: Path
    rounds: int
    seconds: float
    rows: int
    writing: float
    quick: bool
    databases: tuple[str, ...] = ("sqlite", "postgresql")

    def place(self, name: str) -> Path:
        found = self.folder / name
        found.mkdir(parents=True, exist_ok=True)
        return found


Env = Mapping[str, str]
# A proxy stands before the product as in production, so that the load comes from many people.
PROXY: Env = {"WUFEI_TRUSTED_PROXY": "127.0.0.1"}
