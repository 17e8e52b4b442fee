"""Photos and positions: each look stands in the trail, and after a time they go."""

from datetime import timedelta

from sqlalchemy import update

from wufei_public.common.clock import district_day
from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.infra import audit
from wufei_public.infra.work import Work
from wufei_public.media.actions import photos as media
from wufei_public.media.queries import photos_of
from wufei_public.surveys.actions.answering import owner_of
from wufei_public.surveys.actions.looking import require_look
from wufei_public.surveys.actions.steps import note, target_of
from wufei_public.surveys.models import Response, Wave
from wufei_public.surveys.queries import forms, looks, pointing, waves
from wufei_public.surveys.rules.pointing import without
from wufei_public.surveys.rules.questions import Kind


def look_at_photo(w: Work, *, code: str, photo: int, size: str) -> None:
    """Note in the trail that somebody looks at one photo; refuse who may not."""
    wave = waves.wave(w.session, code)
    require_look(w, wave)
    if not any(one.id == photo for one in photos_of(w.session, owner_of(code))):
        return
    if wave.facts.comes_in and not _is_shown(w, wave, photo):
        raise NotFound("no_photo", N_("没有这张照片。"))
    audit.record(w, "surveys:photo:look", f"{target_of(wave)}/photos/{photo}", after={"size": size})


def _is_shown(w: Work, wave: Wave, photo: int) -> bool:
    """Say whether a photo is of an answer that the figures show already."""
    step = looks.interim(w.session, wave, district_day(w.now))
    asked = forms.questionnaire(w.session, wave.form_key).pointing
    names = [question.name for question in asked if question.kind is Kind.PHOTO]
    rows = pointing.every(w.session, wave.id, step.until) if step else []
    return any(str(photo) in row.answers.get(name, ()) for row in rows for name in names)


def forget_pointing(w: Work) -> int:
    """Let the photos and positions of waves go whose time is over; return of how many waves."""
    last = district_day(w.now) - timedelta(days=w.settings.survey_photo_days)
    due = pointing.due(w.session, last)
    for wave in due:
        _forget(w, wave)
    return len(due)


def _forget(w: Work, wave: Wave) -> None:
    asked = forms.questionnaire(w.session, wave.form_key).pointing
    for row in pointing.every(w.session, wave.id):
        left = without(asked, row.answers)
        if left != row.answers:
            w.session.execute(update(Response).where(Response.id == row.id).values(answers=left))
    photos = [photo.id for photo in photos_of(w.session, owner_of(wave.code))]
    media.forget(w, photos)
    wave.forgot_at = w.now
    note(w, wave, "forget_photos", photos=len(photos))
