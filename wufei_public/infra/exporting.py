"""Files that leave while they are written: rows in, blocks of bytes out, nothing held.

CSV (RFC 4180), JSON, GeoJSON (RFC 7946), XML and XLSX (ECMA-376). A text that a spreadsheet
would take for a formula gets an apostrophe before it in CSV and XLSX.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from xml.sax.saxutils import escape

from wufei_public.common.geo import Point
from wufei_public.common.sheets import harmless

Values = Mapping[str, object]
_BLOCK = 64 * 1024
# XML 1.0 §2.2: what no document may hold, however it is written.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def blocks(parts: Iterable[str]) -> Iterator[bytes]:
    """Return texts put together to blocks of about 64 kB: a write for each costs too much."""
    held: list[str] = []
    size = 0
    for part in parts:
        held.append(part)
        size += len(part)
        if size > _BLOCK:
            yield "".join(held).encode()
            held, size = [], 0
    yield "".join(held).encode()


def as_csv(head: Sequence[str], rows: Iterable[Values], *, bom: bool = False) -> Iterator[str]:
    """Return a CSV file with the columns `head`; `bom` tells Excel that it is UTF-8."""
    made = io.StringIO()
    writer = csv.writer(made)
    yield "\ufeff" if bom else ""
    writer.writerow(head)
    for row in rows:
        writer.writerow([_safe(row[name]) for name in head])
        if made.tell() > _BLOCK:
            yield made.getvalue()
            made.seek(0)
            made.truncate()
    yield made.getvalue()


def _safe(value: object) -> object:
    return harmless(value) if isinstance(value, str) else value


def as_json(rows: Iterable[Values]) -> Iterator[str]:
    """Return a list of objects; empty text is null."""
    return _listed("[", (_object(row) for row in rows), "]\n")


def as_geojson(rows: Iterable[tuple[Point | None, Values]]) -> Iterator[str]:
    """Return features in WGS-84; what has no position has no geometry."""
    head = '{"type":"FeatureCollection","features":['
    return _listed(head, (_feature(point, row) for point, row in rows), "]}\n")


def _feature(point: Point | None, row: Values) -> str:
    place = "null" if point is None else _point(point)
    return f'{{"type":"Feature","geometry":{place},"properties":{_object(row)}}}'


def _point(point: Point) -> str:
    return f'{{"type":"Point","coordinates":[{point.lon},{point.lat}]}}'


def _object(row: Values) -> str:
    plain = {name: None if value == "" else value for name, value in row.items()}
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def _listed(head: str, members: Iterable[str], tail: str) -> Iterator[str]:
    yield head
    between = ""
    for member in members:
        yield between + member
        between = ",\n"
    yield tail


def as_xml(root: str, member: str, rows: Iterable[Values]) -> Iterator[str]:
    """Return a list of elements; an empty text is an empty element."""
    yield f'<?xml version="1.0" encoding="utf-8"?>\n<{root}>\n'
    for row in rows:
        inner = "".join(f"<{name}>{_xml(value)}</{name}>" for name, value in row.items())
        yield f"<{member}>{inner}</{member}>\n"
    yield f"</{root}>\n"


def _xml(value: object) -> str:
    return "" if value is None else escape(_NO_XML.sub("", str(value)))


# ---- XLSX -----------------------------------------------------------------------

_PACK = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PROLOG = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


class _Sink:
    """What a zip file writes into without looking back; taken out block by block."""

    def __init__(self) -> None:
        self.held = bytearray()

    def write(self, data: bytes) -> int:
        self.held += data
        return len(data)

    def flush(self) -> None:
        """Keep it: it is taken out by `take`."""

    def take(self) -> bytes:
        taken = bytes(self.held)
        self.held.clear()
        return taken


def as_xlsx(sheets: Mapping[str, Iterable[Sequence[object]]]) -> Iterator[bytes]:
    """Return a workbook of `sheets` by name, each a list of lines; every text stays text."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as book:  # type: ignore[call-overload]
        for name, content in _frame(list(sheets)).items():
            book.writestr(name, _PROLOG + content)
        for number, lines in enumerate(sheets.values(), start=1):
            with book.open(f"xl/worksheets/sheet{number}.xml", "w") as part:
                for block in blocks(_sheet(lines)):
                    part.write(block)
                    yield sink.take()
    yield sink.take()


def _sheet(lines: Iterable[Sequence[object]]) -> Iterator[str]:
    yield f'{_PROLOG}<worksheet xmlns="{_MAIN}"><sheetData>'
    for line in lines:
        yield f"<row>{''.join(map(_cell, line))}</row>"
    yield "</sheetData></worksheet>"


def _cell(value: object) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, int | float):
        return f"<c><v>{value}</v></c>"
    words = _xml(harmless(str(value)))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{words}</t></is></c>'


def _frame(names: Sequence[str]) -> Mapping[str, str]:
    """Return the parts of a workbook around its sheets."""
    numbers = range(1, len(names) + 1)
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for n in numbers
    )
    sheets = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="r{n}"/>'
        for n, name in zip(numbers, names, strict=True)
    )
    links = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACK}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f"{overrides}</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_PACK}/relationships"><Relationship Id="r1"'
        f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f"<sheets>{sheets}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACK}/relationships">'
        f"{links}</Relationships>",
    }
