"""Forms of pages: one schema loads them; a form that fails keeps its answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask import request
from marshmallow import Schema, ValidationError
from werkzeug.datastructures import MultiDict

from wufei_public.common.errors import Invalid
from wufei_public.infra.web.errors import as_invalid, field_sentences


@dataclass(frozen=True, slots=True)
class Form:
    """What a form template draws: what was typed, and the fault at each field.

    `under` stands in the ids of its fields, where a page has several forms.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""
    under: str = ""

    def value(self, name: str, default: Any = "") -> Any:
        """Return what stood in the field `name`."""
        return self.values.get(name, default)

    def error(self, name: str) -> str:
        """Return the fault at the field `name`, empty if there is none."""
        return self.errors.get(name, "")


def parts(form: Form, opened: str) -> Callable[[str], Form]:
    """Return what gives each form of a page by its name: what was typed stands in the opened one.

    The name stands in the ids of its fields, so that every label leads to its own field.
    """

    def part(name: str) -> Form:
        return replace(form if name == opened else Form(), under=f"{name}-")

    return part


def load_form(schema: Schema, *, lists: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Load the posted form by `schema`; Invalid with a pointer per field."""
    try:
        loaded: dict[str, Any] = schema.load(typed(request.form, lists))
    except ValidationError as error:
        raise as_invalid(error) from error
    return loaded


def typed(form: MultiDict[str, str], lists: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Return what was typed; an empty field counts as absent, a list without values as empty.

    Without NUL, which nobody types and PostgreSQL takes in no text.
    """
    plain = MultiDict((name, value.replace("\x00", "")) for name, value in form.items(multi=True))
    return {
        name: [value for value in plain.getlist(name) if value] if name in lists else plain[name]
        for name in plain
        if name in lists or plain[name].strip()
    }


def failed(error: Invalid, *, lists: frozenset[str] = frozenset()) -> Form:
    """Return the form that was posted, with the faults of `error` at their fields."""
    errors: dict[str, str] = {}
    for fault in field_sentences(error):
        errors.setdefault(fault["pointer"].split("/")[0], fault["message"])
    return Form(typed(request.form, lists), errors)
