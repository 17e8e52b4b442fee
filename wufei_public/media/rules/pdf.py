"""PDF, told by its structure: whole, open to everybody, and with nothing in it that acts.

What acts in a PDF hangs on a few names (ISO 32000, 12.6). They are looked for outside of
strings, comments and pictures, and inside compressed object streams, where the dictionaries
of newer files lie. Every stream must be as long as it says: else a reader could take for an
object what was passed over here.
"""

import re
import zlib
from collections.abc import Iterator
from enum import StrEnum

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_

MOST_BYTES = 10 * 1024 * 1024
# What the object streams of one file may hold when they are unpacked.
MOST_UNPACKED = 32 * 1024 * 1024
_ACTING = frozenset(
    {
        b"JavaScript", b"JS", b"Launch", b"EmbeddedFile", b"EmbeddedFiles", b"RichMedia", b"XFA",
        b"SubmitForm", b"ImportData", b"GoToR", b"GoToE", b"Movie", b"Sound", b"Rendition",
    }
)  # fmt: skip
_HEAD = re.compile(rb"%PDF-[12]\.[0-9]")
_MARK = re.compile(rb"[(%/]|(?<![A-Za-z])stream\r?\n")
_NAME = re.compile(rb"[^\x00\t\n\f\r ()<>\[\]{}/%]*")
_LINE = re.compile(rb"[\r\n]")
_PARENTHESIS = re.compile(rb"\\.|[()]", re.DOTALL)
_CODE = re.compile(rb"#([0-9A-Fa-f]{2})")
_LENGTH = re.compile(rb"/Length\s+(\d+)(?:\s+(\d+)\s+R)?")
_REFERRED = re.compile(rb"\s*[0-9]")
_END = re.compile(rb"\s*endstream")
_TAIL = 1024


class Fault(StrEnum):
    """What is wrong with a PDF, as a stable code."""

    EMPTY = "pdf_empty"
    TOO_LARGE = "pdf_too_large"
    NOT_A_PDF = "pdf_type"
    BROKEN = "pdf_broken"
    LOCKED = "pdf_locked"
    ACTIVE = "pdf_active"


SENTENCES = {
    Fault.EMPTY: N_("文件“%(name)s”是空的，请重新选一个。"),
    Fault.TOO_LARGE: N_("文件“%(name)s”超过 10 MB，请换一个小一点的，或者分成几个。"),
    Fault.NOT_A_PDF: N_("“%(name)s”不是 PDF 文件。"),
    Fault.BROKEN: N_("文件“%(name)s”不完整或者写得不规范，请重新“另存为 PDF”再传。"),
    Fault.LOCKED: N_("文件“%(name)s”加了密码，别人打不开。请去掉密码再传。"),
    Fault.ACTIVE: N_("文件“%(name)s”里有脚本、附件或表单动作，不能接收。请“打印成 PDF”再传。"),
}


class BadPdf(Exception):  # noqa: N818  a refusal, named by what it says
    """The PDF has this fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def refuse_pdf(fault: Fault, name: str, pointer: str) -> Invalid:
    """Return the refusal of the PDF called `name`, pointing at its place in the form."""
    sentence, facts = SENTENCES[fault], {"name": name or "1"}
    return Invalid(fault, sentence, [FieldError(pointer, sentence, facts)], **facts)


def inspect_pdf(data: bytes) -> None:
    """Raise BadPdf unless `data` is a whole PDF that anyone can open and that only shows."""
    _check_frame(data)
    budget = MOST_UNPACKED
    for packed in _objects(data):
        content = _unpacked(packed, budget)
        budget -= len(content)
        for _ in _streams(content):
            raise BadPdf(Fault.BROKEN)  # no stream lies in another


def _check_frame(data: bytes) -> None:
    if not data:
        raise BadPdf(Fault.EMPTY)
    if len(data) > MOST_BYTES:
        raise BadPdf(Fault.TOO_LARGE)
    if not _HEAD.match(data):
        raise BadPdf(Fault.NOT_A_PDF)
    if b"startxref" not in data[-_TAIL:] or not data.rstrip(b"\0\t\n\f\r ").endswith(b"%%EOF"):
        raise BadPdf(Fault.BROKEN)


def _objects(data: bytes) -> Iterator[bytes]:
    """Give the packed object streams of a file."""
    for dictionary, content in _streams(data):
        if b"ObjStm" in dictionary:
            yield content


def _streams(data: bytes) -> Iterator[tuple[frozenset[bytes], bytes]]:
    """Read `data` from mark to mark; give each stream with the names since the one before."""
    at, begin, names = 0, 0, set[bytes]()
    while found := _MARK.search(data, at):
        mark, at = found.group(), found.end()
        if mark == b"(":
            at = _after_string(data, at)
        elif mark == b"%":
            line = _LINE.search(data, at)
            at = line.end() if line else len(data)
        elif mark == b"/":
            at = _after_name(data, at, names)
        else:
            end = _after_stream(data, data[begin : found.start()], at)
            yield frozenset(names), data[at:end]
            at = begin = end
            names.clear()


def _after_name(data: bytes, at: int, names: set[bytes]) -> int:
    """Return where the name at `at` ends; BadPdf for one that acts, or that locks the file."""
    found = _NAME.match(data, at)
    written = found.group() if found else b""
    name = _CODE.sub(lambda code: bytes([int(code.group(1), 16)]), written)
    if name in _ACTING:
        raise BadPdf(Fault.ACTIVE)
    if name == b"Encrypt":
        raise BadPdf(Fault.LOCKED)
    end = at + len(written)
    if name == b"Type" and _REFERRED.match(data, end):
        raise BadPdf(Fault.BROKEN)  # what it is would stand elsewhere
    names.add(name)
    return end


def _after_string(data: bytes, at: int) -> int:
    depth = 1
    while depth:
        found = _PARENTHESIS.search(data, at)
        if found is None:
            raise BadPdf(Fault.BROKEN)
        depth += {b"(": 1, b")": -1}.get(found.group(), 0)
        at = found.end()
    return at


def _after_stream(data: bytes, before: bytes, at: int) -> int:
    """Return where the stream that begins at `at` ends, by the length that it states."""
    stated = _LENGTH.findall(before)
    if not stated:
        raise BadPdf(Fault.BROKEN)
    number, generation = stated[-1]
    length = _referred(data, number, generation) if generation else int(number)
    if not _END.match(data, at + length):
        raise BadPdf(Fault.BROKEN)
    return at + length


def _referred(data: bytes, number: bytes, generation: bytes) -> int:
    """Return the length that stands in an object of its own; BadPdf unless there is just one."""
    wanted = rb"(?<![0-9])%b\s+%b\s+obj\s+(\d{1,9})\s+endobj" % (number, generation)
    values = set(re.findall(wanted, data))
    if len(values) != 1:
        raise BadPdf(Fault.BROKEN)
    return int(values.pop())


def _unpacked(packed: bytes, budget: int) -> bytes:
    reader = zlib.decompressobj()
    try:
        content = reader.decompress(packed, budget)
    except zlib.error as error:  # another filter, or a predictor before it
        raise BadPdf(Fault.BROKEN) from error
    if reader.unconsumed_tail:
        raise BadPdf(Fault.TOO_LARGE)
    return content
