"""How a message reads: on the site, and in a letter that leaves the house."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from wufei_public.common.clock import DISTRICT_ZONE
from wufei_public.common.codes import grouped, is_valid
from wufei_public.infra.i18n import CHINESE, ENGLISH, is_english
from wufei_public.infra.web.shell import MessageKind, message_kind
from wufei_public.infra.work import house, reading
from wufei_public.messages import queries
from wufei_public.messages.actions.letters import Letter
from wufei_public.messages.models import MessageText
from wufei_public.messages.rules import field_values


def wording(
    kind: MessageKind, texts: Sequence[MessageText], at: datetime, values: Mapping[str, Any]
) -> tuple[str, str]:
    """Return title and words in the reader's language, as they were when it was written."""
    found = [text for text in texts if text.written_at <= at]
    if not found:
        return _(kind.title), _(kind.text) % shown(values)
    text = found[-1]
    title, words = (text.title_en, text.words_en) if is_english() else (text.title, text.words)
    return title, words % shown(values)


def shown(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a message as they are read: codes in two groups."""
    return {n: grouped(v) if n == "code" and is_valid(str(v)) else v for n, v in values.items()}


@dataclass(frozen=True, slots=True)
class Composed:
    """A letter in its person's language: the account's template and what fills it."""

    title: str
    template: str = ""
    url: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


def compose(letter: Letter) -> Composed | None:
    """Write a letter; None where no feature knows its message any more."""
    kind, settings = message_kind(letter.template), house().settings
    if kind is None:
        return None
    texts = queries.texts(reading(), [letter.template]).get(letter.template, ())
    locale = ENGLISH if letter.english else CHINESE
    base = settings.public_url or None
    with current_app.test_request_context(base_url=base), force_locale(locale):
        title, words = wording(kind, texts, letter.at, letter.values)
        path = kind.leads_to(letter.values)
    chosen = settings.wechat_templates
    own = chosen.get(f"{letter.template}.en") if letter.english else None
    template, fields = own or chosen.get(letter.template, ("", {}))
    at = f"{letter.at.astimezone(DISTRICT_ZONE):%Y-%m-%d %H:%M}"
    facts = shown(letter.values) | {"title": title, "words": words, "at": at}
    url = f"{settings.public_url}{path}"
    return Composed(title, template, url, field_values(fields, facts))
