"""PDFs: what is taken, what is refused, and that nothing hides from the look inside."""

import zlib

import pytest

from tests.media.make import pdf
from wufei_public.common.errors import Invalid
from wufei_public.infra.storage import MemoryStore
from wufei_public.media.actions import papers
from wufei_public.media.rules.pdf import MOST_BYTES, BadPdf, Fault, inspect_pdf

SCRIPT = b"5 0 obj << /S /JavaScript /JS (app.alert\\(1\\)) >> endobj"


def fault(data: bytes) -> Fault | None:
    try:
        inspect_pdf(data)
    except BadPdf as bad:
        return bad.fault
    return None


def stream(content: bytes, words: bytes = b"", length: bytes | None = None) -> bytes:
    size = str(len(content)).encode() if length is None else length
    return b"4 0 obj << %b /Length %b >> stream\n%b\nendstream endobj" % (words, size, content)


def packed(
    content: bytes, words: bytes = b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode"
) -> bytes:
    return stream(zlib.compress(content), words)


@pytest.mark.parametrize(
    "inside",
    [
        b"",
        b"3 0 obj (a \\) string with /JavaScript (in it\\)) and more) endobj",
        b"% a comment on /Launch (with no end\n3 0 obj null endobj",
        stream(b"a picture with /JS and ( in its bytes"),
        stream(b"four", length=b"7 0 R") + b" 7 0 obj 4 endobj",
        packed(b"5 0 << /Type /Page /A << /S /URI /URI (https://example.com) >> >>"),
    ],
)
def test_what_only_shows_is_taken(inside: bytes) -> None:
    assert fault(pdf(inside)) is None


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", Fault.EMPTY),
        (b"%PDF-1.7\n" + b" " * MOST_BYTES, Fault.TOO_LARGE),
        (b"\xff\xd8\xff\xe0 a photo", Fault.NOT_A_PDF),
        (pdf()[:-8], Fault.BROKEN),
        (pdf() + b"PK\x03\x04", Fault.BROKEN),
        (pdf(SCRIPT), Fault.ACTIVE),
        (pdf(SCRIPT.replace(b"/JavaScript /JS", b"/X /J#53")), Fault.ACTIVE),
        (pdf(packed(b"5 0 << /S /Launch /F (cmd.exe) >>")), Fault.ACTIVE),
        (pdf(packed(b"5 0 << /Names << /EmbeddedFiles 6 0 R >> >>")), Fault.ACTIVE),
        (pdf(b"3 0 obj << /Encrypt 9 0 R >> endobj"), Fault.LOCKED),
        (pdf(b"3 0 obj (never closed endobj"), Fault.BROKEN),
        (pdf(stream(b"no zlib", b"/Type /ObjStm /Filter /LZWDecode")), Fault.BROKEN),
        # An object between the stated end of a stream and a later "endstream".
        (pdf(stream(b"x\nendstream " + SCRIPT, length=b"400")), Fault.BROKEN),
        (pdf(stream(b"4", length=b"7 0 R") + b"7 0 obj 1 endobj 7 0 obj 9 endobj"), Fault.BROKEN),
        (pdf(stream(b"x", b"/Type 7 0 R")), Fault.BROKEN),
        (pdf(packed(b"\0" * 40 * 1024 * 1024)), Fault.TOO_LARGE),
    ],
)  # fmt: skip
def test_what_is_broken_locked_or_acts_is_refused(data: bytes, found: Fault) -> None:
    assert fault(data) is found


def test_a_refusal_names_the_file_and_its_place_and_keeps_nothing() -> None:
    store = MemoryStore()
    with pytest.raises(Invalid) as refusal:
        papers.prepare(store, pdf(SCRIPT), "台账.pdf", "papers")
    (at,) = refusal.value.errors
    assert (refusal.value.code, at.pointer, at.facts) == (
        "pdf_active", "papers", {"name": "台账.pdf"},
    )  # fmt: skip
    assert list(store.names("papers")) == []
    kept = papers.prepare(store, pdf(), "台账.pdf")
    assert store.read(kept.file_name) == pdf()
    assert (kept.name, kept.size) == ("台账.pdf", len(pdf()))
