"""The district writes a questionnaire: change by change, each of which can be undone."""

import secrets
from collections.abc import Callable

from wufei_public.common.codes import new_code
from wufei_public.common.errors import Conflict
from wufei_public.common.text import N_
from wufei_public.infra import audit
from wufei_public.infra.work import Work
from wufei_public.surveys import policy
from wufei_public.surveys.actions import forms
from wufei_public.surveys.actions.steps import require
from wufei_public.surveys.models import Draft
from wufei_public.surveys.queries import drafts as queries
from wufei_public.surveys.queries.forms import form as form_called
from wufei_public.surveys.rules.books import Sheets
from wufei_public.surveys.rules.outline import Outline, outline_of, sheets_of

MOST_UNDONE = 20
_STALE = N_("这份草稿刚才有人改过。您填的还在，请看一眼新的样子再存。")


def start(w: Work, based_on: str) -> str:
    """Begin a draft from the version with code `based_on`, or an empty one; return its code."""
    require(policy.may_manage(w.actor))
    sheets = form_called(w.session, based_on).sheets if based_on else _EMPTY
    code = new_code(secrets.token_bytes)
    w.session.add(
        Draft(
            code=code,
            sheets=sheets_of(outline_of(sheets)),
            before=[],
            edits=1,
            edited_by=w.actor.id,
            edited_at=w.now,
        )
    )
    w.session.flush()
    _note(w, code, "start", based_on=based_on)
    return code


def edit(w: Work, code: str, edits: int, change: Callable[[Outline], Outline]) -> None:
    """Change a draft as somebody saw it who has seen `edits` changes; Conflict otherwise."""
    draft = _held(w, code, edits)
    after = sheets_of(change(outline_of(draft.sheets)))
    if after == draft.sheets:
        return
    draft.before = [*draft.before, draft.sheets][-MOST_UNDONE:]
    _write(w, draft, after)
    _note(w, code, "edit")


def undo(w: Work, code: str, edits: int) -> None:
    """Take the last change back; Conflict where there is none."""
    draft = _held(w, code, edits)
    if not draft.before:
        raise Conflict("nothing_to_undo", N_("没有可以撤销的改动。"))
    *older, last = draft.before
    draft.before = older
    _write(w, draft, last)
    _note(w, code, "undo")


def publish(w: Work, code: str, edits: int) -> str:
    """Make the draft a version, which never changes again; return the version's code.

    Raises Invalid with every fault by sheet, row and column, and Conflict for a version
    number that was used before. The draft goes.
    """
    draft = _held(w, code, edits)
    version = forms.load(w, draft.sheets)
    w.session.delete(draft)
    w.session.flush()
    _note(w, code, "publish", form=version)
    return version


def discard(w: Work, code: str, edits: int) -> None:
    """Throw a draft away."""
    w.session.delete(_held(w, code, edits))
    w.session.flush()
    _note(w, code, "discard")


def _held(w: Work, code: str, edits: int) -> Draft:
    """Return the draft, locked, if it stands as the actor saw it."""
    require(policy.may_manage(w.actor))
    draft = queries.draft(w.session, code, locked=True)
    if draft.edits != edits:
        raise Conflict("changed_meanwhile", _STALE)
    return draft


def _write(w: Work, draft: Draft, sheets: Sheets) -> None:
    draft.sheets = {name: [*rows] for name, rows in sheets.items()}
    draft.edits += 1
    draft.edited_by, draft.edited_at = w.actor.id, w.now
    w.session.flush()


def _note(w: Work, code: str, action: str, **after: object) -> None:
    name = f"surveys:draft:{action}"
    audit.record(w, name, f"surveys/draft/{code}", after=after or None)


_EMPTY: Sheets = sheets_of(Outline("", "", ""))
