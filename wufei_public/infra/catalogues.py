"""What is marked for translation, and the English catalogue that follows it.

`make catalogues` brings `messages.po` in step with the code: new sentences come in empty, those
that nobody says any more go, translations stay. The same sources give the same bytes.
"""

import csv
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
ENGLISH = ROOT / "wufei_public" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None}
SKIPPED = frozenset({"node_modules", "_share", "__pycache__", "static"})
# No dates and no tool versions: they would change with every run.
HEADER = """\
msgid ""
msgstr ""
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""

Found = tuple[int, str, str, list[str]]


def extract_column(
    file: IO[bytes], _keywords: object, _tags: object, options: Mapping[str, Any]
) -> Iterator[Found]:
    """Yield the sentences in the columns of a data file: babel's shape of an extractor."""
    rows = csv.DictReader(file.read().decode().splitlines())
    for row in rows:
        for column in options["column"].split():
            if row[column]:
                yield rows.line_num, "_", row[column], []


def marked(root: Path = ROOT) -> Catalog:
    """Return every sentence that is marked in the code, the templates and the data."""
    mappings = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["babel"]
    methods = [(entry["pattern"], entry["method"]) for entry in mappings["mappings"]]
    options = {entry["pattern"]: entry for entry in mappings["mappings"]}
    catalogue = Catalog()
    for name, line, sentence, _comments, context in extract_from_dir(
        root, methods, options, keywords=KEYWORDS, directory_filter=_is_ours
    ):
        catalogue.add(sentence, locations=[(name, line)], context=context)
    return catalogue


def _is_ours(folder: str) -> bool:
    name = Path(folder).name
    return name not in SKIPPED and not name.startswith(".")


def translated(file: Path = ENGLISH) -> Catalog:
    """Return the catalogue as it stands in `file`."""
    if not file.exists():
        return Catalog("en")
    with file.open("rb") as stream:
        return read_po(stream, locale="en")


def renew(file: Path, wanted: Catalog) -> list[Message]:
    """Bring `file` in step with `wanted`; return the sentences that wait for a translation."""
    old, new = translated(file), Catalog("en")
    for message in sentences(wanted):
        kept = old.get(message.id, message.context)
        fits = kept is not None and kept.pluralizable == message.pluralizable
        new.add(message.id, kept.string if kept and fits else "", context=message.context)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as stream:
        stream.write(HEADER.encode())
        write_po(stream, new, width=0, no_location=True, omit_header=True, sort_output=True)
    return [message for message in sentences(new) if not is_complete(message)]


def sentences(catalogue: Catalog) -> list[Message]:
    """Return the messages of `catalogue` without its header."""
    return [message for message in catalogue if message.id]


def is_complete(message: Message) -> bool:
    """Say whether every form of a message has words."""
    forms = message.string if isinstance(message.string, (tuple, list)) else [message.string]
    return all(form and form.strip() for form in forms)


if __name__ == "__main__":
    for waiting in renew(ENGLISH, marked()):
        sys.stdout.write(f"not translated yet: {waiting.id}\n")
