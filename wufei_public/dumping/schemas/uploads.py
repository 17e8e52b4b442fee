"""Photos as they come in: one by one with a token back, or all with the form."""

from collections.abc import Sequence
from typing import Any

from flask import request
from werkzeug.datastructures import FileStorage

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.dumping.schemas.shapes import PhotoHints
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, work
from wufei_public.media.actions import photos as media
from wufei_public.media.rules.limits import MOST_PER_POST

HINTS = PhotoHints()


def receive_upload() -> dict[str, Any]:
    """Take the one photo of this request; return its token and what EXIF told."""
    file = request.files.get("photo")
    if file is None:
        sentence = N_("没有收到照片。")
        raise Invalid("no_photo", sentence, [FieldError("photo", sentence)])
    form = {name: value for name, value in request.form.items() if value}
    return _receive(file, media.Hints(**HINTS.load(form)))


def _receive(file: FileStorage, hints: media.Hints = media.NO_HINTS) -> dict[str, Any]:
    name = (file.filename or "")[-60:]
    prepared = media.prepare(house().store, file.stream, name, hints)
    token = work(current_actor(), lambda w: media.record(w, prepared))
    return {
        "token": token,
        "taken_at": prepared.taken_at,
        "lat": prepared.lat,
        "lon": prepared.lon,
    }


def receive_files(
    field: str = "photos", *, room: int = MOST_PER_POST
) -> tuple[list[dict[str, Any]], list[FieldError]]:
    """Take the photos that came with a form; return what was kept and what was refused.

    The good ones are kept whatever becomes of the form, so that nobody picks a photo twice.
    """
    kept: list[dict[str, Any]] = []
    faults: list[FieldError] = []
    files = [file for file in request.files.getlist(field) if file.filename]
    for number, file in enumerate(files):
        if number >= room:
            faults.append(FieldError("photo", N_("一次最多 9 张照片。")))
            break
        try:
            kept.append(_receive(file) | {"name": (file.filename or "")[-60:]})
        except Invalid as error:
            faults.append(FieldError("photo", error.message, error.facts))
    return kept, faults


def require_whole(faults: list[FieldError]) -> None:
    """Raise Invalid when a photo of the form was refused; the others are kept."""
    if faults:
        raise Invalid("bad_photos", N_("有照片不能用，其他的都留着。"), faults)


def sent_tokens() -> list[str]:
    """Return the tokens that came with this form, without those of which it says 不要这张."""
    dropped = set(request.form.getlist("drop"))
    return [token for token in request.form.getlist("photo") if token and token not in dropped]


def gone_of(tokens: list[str], error: Invalid) -> list[str]:
    """Return which of the `tokens` of a form are refused because their photo is not there."""
    if error.code != "photo_gone":
        return []
    return [tokens[int(fault.pointer.partition("/")[2])] for fault in error.errors]


def photos_again(
    tokens: list[str], kept: list[dict[str, Any]], gone: Sequence[str]
) -> dict[str, Any]:
    """Return the photos of a refused form: which are there, their names, which are gone."""
    asked = list(dict.fromkeys(tokens))
    names = {token: request.form.get(f"name-{token}", "")[:60] for token in asked}
    names |= {photo["token"]: photo["name"] for photo in kept}
    return {
        "photo": [token for token in asked if token not in gone],
        "gone": list(gone),
        "names": names,
    }
