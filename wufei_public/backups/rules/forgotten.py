"""The lines of the file of what was forgotten, and the mark that a restore leaves."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Line:
    """One erasure: when, by what, of what."""

    at: datetime
    kind: str
    subject: Mapping[str, Any]

    def text(self) -> str:
        """Return the line as it stands in the file."""
        said = {"at": self.at.isoformat(), "kind": self.kind, "subject": dict(self.subject)}
        return json.dumps(said, ensure_ascii=False, sort_keys=True) + "\n"


def read_lines(texts: Iterable[str]) -> Iterator[Line]:
    """Yield the lines of files, each once, in the order of their instants.

    Raises ValueError for a line that is none; a last one that was cut short is passed over, for
    its row was not marked as copied and comes again.
    """
    found = set()
    for whole in texts:
        found |= {line for line in whole.split("\n")[:-1] if line}
    lines = [json.loads(line) for line in found]
    lines.sort(key=lambda line: (line["at"], json.dumps(line, sort_keys=True)))
    for line in lines:
        yield Line(datetime.fromisoformat(line["at"]), line["kind"], line["subject"])


def since(lines: Iterable[Line], taken_at: datetime) -> list[Line]:
    """Return what a backup of that instant does not know to be forgotten."""
    return [line for line in lines if line.at >= taken_at]
