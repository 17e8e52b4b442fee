"""One answer in two shapes: JSON as it is, XML with a tag for every member of a list.

GeoReport's JSON is the Spark convention of its XML: the plural root becomes the bare list,
an empty element `null`. So an answer is made once, as lists and mappings, and its XML is
written from the names here. No schema, no namespace, no extra tags.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

# What stands in a list of this name.
MEMBERS: Mapping[str, str] = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "notes": "note",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
_PROLOG = '<?xml version="1.0" encoding="utf-8"?>\n'
# XML 1.0 §2.2: what no document may hold, however it is written.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def to_json(answer: Any) -> str:
    """Return `answer` as JSON; empty text is `null`."""
    return json.dumps(_nulled(answer), ensure_ascii=False)


def _nulled(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _nulled(one) for name, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_nulled(one) for one in value]
    return None if value == "" else value


def to_xml(root: str, answer: Any) -> str:
    """Return `answer` as an XML document whose outermost tag is `root`."""
    return f"{_PROLOG}{_element(root, answer)}\n"


def _element(name: str, value: Any) -> str:
    inner = _inner(name, value)
    return f"<{name}>{inner}</{name}>" if inner else f"<{name}/>"


def _inner(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return "".join(_element(part, one) for part, one in value.items())
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "".join(_element(MEMBERS[name], one) for one in value)
    return escape(_FORBIDDEN.sub("", str(value)))
