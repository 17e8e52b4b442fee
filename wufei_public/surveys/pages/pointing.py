"""For officials: photos and places, in waves whose first page says that they are asked for."""

from flask import Blueprint, Response, render_template, request, url_for

from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import reading, work
from wufei_public.media.pages import photo_response
from wufei_public.surveys.actions import pointing as actions
from wufei_public.surveys.actions.answering import owner_of
from wufei_public.surveys.documents.open import photos_until, title_of
from wufei_public.surveys.documents.pointing import page_of
from wufei_public.surveys.pages.results import look, step_of
from wufei_public.surveys.queries import forms, waves

blueprint = Blueprint("survey_pointing", __name__, url_prefix="/staff/surveys")


@blueprint.get("/<code>/places")
@access("surveys:wave:view")
def page(code: str) -> str:
    wave = look(code, "photos")
    if not wave.identifiable:
        raise waves.missing()
    form = forms.questionnaire(reading(), wave.form_key)
    after = request.args.get("after", 0, int) or 0
    step = step_of(wave)
    until = step.until if step else None
    found = page_of(reading(), wave, form, after, english=is_english(), until=until)
    next_after = found.pop("after")
    return render_template(
        "surveys/places.html",
        wave=wave,
        title=title_of(wave),
        until=photos_until(wave),
        next_url=url_for("survey_pointing.page", code=code, after=next_after) if next_after else "",
        first_url=url_for("survey_pointing.page", code=code) if after else "",
        step=step,
        **found,
    )


@blueprint.get("/<code>/photos/<int:photo_id>/<size>")
@access("surveys:wave:view")
def photo(code: str, photo_id: int, size: str) -> Response:
    """Give one photo to whoever may look; each look stands in the trail."""
    work(
        current_actor(),
        lambda w: actions.look_at_photo(w, code=code, photo=photo_id, size=size),
    )
    missing = NotFound("no_photo", N_("没有这张照片。"))
    return photo_response(photo_id, [owner_of(code)], size, missing)
