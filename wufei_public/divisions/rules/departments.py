"""The departments of the district as one value: by code, and by any name in documents."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Office:
    """A department as features know it."""

    code: str
    name: str
    name_en: str
    aliases: tuple[str, ...] = ()
    active: bool = True


class Departments:
    """Every department, also those no longer in use, which old records still name."""

    def __init__(self, offices: Iterable[Office], version: str = "") -> None:
        self.offices: Mapping[str, Office] = {office.code: office for office in offices}
        self.version = version

    def get(self, code: str | None) -> Office | None:
        """Return the department with that code, None if there is none."""
        return self.offices.get(code or "")

    def named(self, text: str) -> Office | None:
        """Return the department that a document calls `text`, None if nobody is called so."""
        return self._by_name.get(_plain(text))

    @cached_property
    def active(self) -> tuple[Office, ...]:
        """Return the departments in use, in the order of their codes."""
        return tuple(
            self.offices[code] for code in sorted(self.offices) if self.offices[code].active
        )

    @cached_property
    def _by_name(self) -> Mapping[str, Office]:
        # Those in use last, so that they win.
        ordered = sorted(self.offices.values(), key=lambda office: office.active)
        return {
            _plain(name): office for office in ordered for name in (*office.aliases, office.name)
        }


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())
