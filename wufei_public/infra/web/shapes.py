"""What every shape of JSON and of forms derives from: cleaned at the door, or given out."""

import re
from typing import Any, ClassVar

from marshmallow import EXCLUDE, Schema, fields, pre_load

# PostgreSQL takes no NUL, and half a surrogate pair has no bytes at all.
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")


def writable(value: Any) -> Any:
    """Return text, or the texts of a list or of an object, without what no database holds."""
    if isinstance(value, list):
        return [writable(one) for one in value]
    if isinstance(value, dict):
        return {writable(name): writable(one) for name, one in value.items()}
    return _UNWRITABLE.sub("", value) if isinstance(value, str) else value


def _trimmed(value: Any) -> Any:
    if isinstance(value, list):
        return [_trimmed(one) for one in value]
    return value.strip() if isinstance(value, str) else value


class Input(Schema):
    """What comes in: every text is cleaned, unknown fields are left out."""

    class Meta:
        unknown = EXCLUDE

    # Fields in which blanks at the ends belong to what was typed.
    as_typed: ClassVar[frozenset[str]] = frozenset()

    @pre_load
    def clean(self, data: Any, **_: Any) -> Any:
        plain = {name: writable(value) for name, value in data.items()}
        return {
            name: value if name in self.as_typed else _trimmed(value)
            for name, value in plain.items()
        }


class Output(Schema):
    """What goes out; under test an answer with a field too many is a fault."""


class PublicKeyOut(Output):
    """A key that the site signed with: from when, until when; none for the first, the present."""

    key = fields.String(required=True)
    since = fields.String(required=True, allow_none=True)
    until = fields.String(required=True, allow_none=True)
