"""Loads questionnaires: each version once, whole or not at all."""

import secrets
from importlib.resources import files

from wufei_public.common.codes import new_code
from wufei_public.common.errors import Conflict
from wufei_public.common.text import N_
from wufei_public.infra import audit
from wufei_public.infra.work import Work
from wufei_public.infra.workbooks import read_book
from wufei_public.surveys import policy
from wufei_public.surveys.actions.steps import require
from wufei_public.surveys.models import Form
from wufei_public.surveys.queries import forms as queries
from wufei_public.surveys.rules.books import Sheets
from wufei_public.surveys.rules.xlsform import read_form

SHIPPED = ("public", "government", "enterprise", "ngo")


def load(w: Work, sheets: Sheets) -> str:
    """Take a questionnaire from the sheets of an XLSForm; return its code.

    Raises Invalid with every fault by sheet, row and column, and Conflict for a version
    that was loaded before: what people answered must stay what it was.
    """
    require(policy.may_manage(w.actor))
    form = read_form(sheets)
    if queries.is_there(w.session, form.form_id, form.version):
        raise Conflict(
            "version_there", N_("这份问卷的这个版本已经有了。改过的问卷请换一个版本号。")
        )
    return _write(w, sheets)


def _write(w: Work, sheets: Sheets) -> str:
    form, code = read_form(sheets), new_code(secrets.token_bytes)
    row = {
        "code": code,
        "form_id": form.form_id,
        "version": form.version,
        "title": form.title.zh,
        "sheets": {name: sheets[name] for name in ("survey", "choices", "settings")},
        "loaded_at": w.now,
    }
    w.insert(Form, row)
    after = {"form_id": form.form_id, "version": form.version}
    audit.record(w, "surveys:form:load", f"surveys/form/{code}", after=after)
    return code


def seed(w: Work) -> int:
    """Load the questionnaires that the package brings and that are not there yet."""
    loaded = 0
    for name in SHIPPED:
        data = files("wufei_public.surveys").joinpath("data", f"{name}.xlsx").read_bytes()
        sheets = read_book(data)
        form = read_form(sheets)
        if not queries.is_there(w.session, form.form_id, form.version):
            _write(w, sheets)
            loaded += 1
    return loaded
