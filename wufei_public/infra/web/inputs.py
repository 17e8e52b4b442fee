"""The parent of every schema for what people send: texts are cleaned at the door."""

import re
from typing import Any

from marshmallow import EXCLUDE, Schema, pre_load

# PostgreSQL takes no NUL, and half a surrogate pair has no bytes at all.
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")


def _clean(value: Any) -> Any:
    if isinstance(value, list):
        return [_clean(one) for one in value]
    return _UNWRITABLE.sub("", value).strip() if isinstance(value, str) else value


class Input(Schema):
    """Cleans every text at the door; unknown fields of a form are left out."""

    class Meta:
        unknown = EXCLUDE

    @pre_load
    def clean(self, data: Any, **_: Any) -> Any:
        return {name: _clean(value) for name, value in data.items()}
