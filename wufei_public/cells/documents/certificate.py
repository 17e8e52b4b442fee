"""The certificate and the plaque as PDF, with QR and signature; in Chinese, for the wall."""

from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from io import BytesIO
from typing import Any

import segno
from sqlalchemy.orm import Session

from wufei_public.cells.documents.public import signer
from wufei_public.cells.models.certificates import CellCertificate
from wufei_public.cells.rules.fitting import LEADING, fitted
from wufei_public.cells.rules.kinds import LABELS
from wufei_public.common.clock import day_start
from wufei_public.config import Settings
from wufei_public.divisions import queries as places
from wufei_public.infra.keys import Keys

STARS = {3: "三星", 4: "四星", 5: "五星"}
A4 = (297.0, 210.0)
# The smallest type in points; a unit's hundred signs fit two lines of it.
LEAST = 8


@cache
def _fonts() -> tuple[str, str]:
    """Return the paths of the sans and serif fonts; loaded where a file is made."""
    from pylopdf_fonts_zh_cn import sans_path, serif_path  # noqa: PLC0415  8 MB each

    return str(sans_path()), str(serif_path())


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that the pages say; it never changes once the unit is named."""

    number: str
    unit: str
    place: str
    kind: str
    stars: int
    named_on: date
    valid_until: date
    document: str
    statement: str
    signature: str
    key: str
    address: str
    organiser: str


def certificate_pdf(
    session: Session, keys: Keys, found: CellCertificate, address: str, settings: Settings
) -> bytes:
    """Return the certificate: a page to hang up, the plaque's artwork, how to check it."""
    return _drawn(
        Words(
            number=found.number,
            unit=found.unit,
            place=places.directory(session).names.get(found.division, ""),
            kind=LABELS[found.kind],
            stars=found.stars,
            named_on=found.named_on,
            valid_until=found.valid_until,
            document=found.document,
            statement=found.statement,
            signature=found.signature,
            key=signer(keys, found),
            address=address,
            organiser=settings.organiser,
        )
    )


# Cutting the fonts takes seconds of a processor, the file has 45 kB.
@lru_cache(maxsize=64)
def _drawn(words: Words) -> bytes:
    from fpdf import FPDF  # noqa: PLC0415  50 MB of memory for who makes no file

    pdf = FPDF(orientation="landscape", format="A4")
    sans, serif = _fonts()
    pdf.add_font("sans", fname=sans)
    pdf.add_font("serif", fname=serif)
    pdf.set_lang("zh-CN")
    pdf.set_title(words.number)
    pdf.set_creation_date(day_start(words.named_on))
    pdf.set_auto_page_break(auto=False)
    _front(pdf, words)
    _plaque(pdf, words)
    _proof(pdf, words)
    return bytes(pdf.output())


def _code(address: str) -> BytesIO:
    out = BytesIO()
    segno.make(address, error="m").save(out, kind="png", scale=8, border=2)
    out.seek(0)
    return out


def _line(
    pdf: Any, font: str, size: int, y: float, text: str, align: str = "C", high: float = 0
) -> None:
    """Write `text` from `y` down, smaller and on more lines where it is long, `high` mm at most."""

    def measure(words: str, at: float) -> float:
        pdf.set_font(font, size=at)
        return float(pdf.get_string_width(words))

    room = {"width": A4[0] - 62, "high": high or size * LEADING}
    found = fitted(text, measure, size=size, least=LEAST, **room)
    pdf.set_font(font, size=found.size)
    for at, line in enumerate(found.lines):
        pdf.set_xy(30, y + at * found.size * LEADING)
        pdf.cell(A4[0] - 60, found.size * LEADING, line, align=align)


def _frame(pdf: Any) -> None:
    pdf.add_page()
    pdf.set_draw_color(14, 90, 69)
    pdf.set_line_width(1.6)
    pdf.rect(10, 10, A4[0] - 20, A4[1] - 20)
    pdf.set_line_width(0.4)
    pdf.rect(13, 13, A4[0] - 26, A4[1] - 26)


def _front(pdf: Any, found: Words) -> None:
    _frame(pdf)
    _line(pdf, "serif", 34, 34, "“无废细胞”证书")
    _line(pdf, "sans", 12, 56, f"编号 {found.number}")
    _line(pdf, "serif", 26, 73, found.unit, high=23)
    _line(pdf, "sans", 15, 98, f"{found.place} · {found.kind}")
    _line(pdf, "serif", 18, 114, f"经申报、评审和公示，命名为“无废细胞”{STARS[found.stars]}单位。")
    day, until = found.named_on, found.valid_until
    _line(pdf, "sans", 13, 132, f"有效期：{day:%Y-%m-%d} 至 {until:%Y-%m-%d}")
    _line(pdf, "sans", 13, 141, f"命名文件：{found.document}", high=8)
    pdf.image(_code(found.address), x=32, y=150, w=38)
    pdf.set_font("sans", size=10)
    pdf.set_xy(74, 164)
    pdf.cell(100, 6, "扫码查验：有效、过期、暂停、摘牌，以查验页为准")
    pdf.set_xy(150, 168)
    pdf.set_font("serif", size=15)
    pdf.cell(A4[0] - 180, 8, found.organiser, align="R")
    pdf.set_xy(150, 178)
    pdf.set_font("sans", size=12)
    pdf.cell(A4[0] - 180, 7, f"{day.year}年{day.month}月{day.day}日", align="R")


def _plaque(pdf: Any, found: Words) -> None:
    """Draw the plaque: large, with few words, to be made of metal."""
    _frame(pdf)
    _line(pdf, "serif", 72, 50, "无废细胞")
    _line(pdf, "serif", 30, 100, "★" * found.stars)
    _line(pdf, "sans", 24, 123, found.unit, high=20)
    pdf.image(_code(found.address), x=A4[0] / 2 - 18, y=144, w=36)
    _line(pdf, "sans", 11, 182, f"{found.number}　有效期至 {found.valid_until:%Y-%m-%d}")


def _proof(pdf: Any, found: Words) -> None:
    """Print what was signed, so that anyone can check it without this site."""
    # A joint application of many sites has a long statement.
    pdf.set_auto_page_break(auto=True, margin=15)
    pdf.add_page()
    _line(pdf, "serif", 20, 20, "怎样查验这张证书", align="L")
    for top, words in (
        (36, f"一、打开查验页：{found.address}"),
        (
            46,
            "二、离线查验：签名内容由 Ed25519 签名，用项目的脚本 docs/verify_certificate.py 查验。",
        ),
    ):
        _line(pdf, "sans", 11, top, words, align="L")
    y = 62.0
    for name, value in (
        ("签名内容", found.statement),
        ("签名", found.signature),
        ("公钥", found.key),
    ):
        pdf.set_font("sans", size=11)
        pdf.set_xy(30, y)
        pdf.cell(60, 7, name)
        pdf.set_font("sans", size=9)
        pdf.set_xy(30, y + 8)
        pdf.multi_cell(A4[0] - 60, 5, value, align="L", wrapmode="CHAR")
        y = pdf.get_y() + 6
