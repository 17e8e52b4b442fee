"""How large, how many, and the faults that a photo can have."""

from dataclasses import dataclass
from enum import StrEnum

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 50_000_000
MOST_PER_POST = 9
# A photo of 50 megapixels in PNG chunks of 8 kB needs some thousands of parts.
MOST_PARTS = 20_000
LARGE_SIDE = 2000
THUMB_SIDE = 320


class Fault(StrEnum):
    """What is wrong with a photo, as a stable code."""

    EMPTY = "photo_empty"
    TOO_LARGE = "photo_too_large"
    NOT_A_PHOTO = "photo_type"
    BROKEN = "photo_broken"
    CUT_OFF = "photo_cut_off"
    TRAILING = "photo_trailing"
    TOO_MANY_PIXELS = "photo_pixels"
    ANIMATED = "photo_animated"
    UNREADABLE = "photo_unreadable"


SENTENCES = {
    Fault.EMPTY: N_("照片“%(name)s”是空的，请重新选一张。"),
    Fault.TOO_LARGE: N_("照片“%(name)s”超过 20 MB，请换一张小一点的。"),
    Fault.NOT_A_PHOTO: N_("“%(name)s”不是照片。可以用 JPEG、PNG、WebP 或苹果手机的 HEIC。"),
    Fault.BROKEN: N_("照片“%(name)s”坏了，打不开，请重新拍或重新选。"),
    Fault.CUT_OFF: N_("照片“%(name)s”没有传完整，请重传。"),
    Fault.TRAILING: N_("照片“%(name)s”后面夹带了别的内容，不能接收。请截图后再传。"),
    Fault.TOO_MANY_PIXELS: N_("照片“%(name)s”太大（超过 5000 万像素），请换一张。"),
    Fault.ANIMATED: N_("“%(name)s”是动图。请传一张不动的照片。"),
    Fault.UNREADABLE: N_("照片“%(name)s”处理不了，请重传一张。"),
}


class BadPhoto(Exception):  # noqa: N818  a refusal, named by what it says
    """The photo has this fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Shape:
    """What the structure shows: MIME type, width and height in pixels as stored."""

    mime: str
    width: int
    height: int
    exif: bytes = b""


def refuse_photo(fault: Fault, name: str, pointer: str = "photo") -> Invalid:
    """Return the refusal of the photo called `name`, pointing at its place in the form."""
    sentence = SENTENCES[fault]
    facts = {"name": name or "1"}
    return Invalid(fault, sentence, [FieldError(pointer, sentence, facts)], **facts)
