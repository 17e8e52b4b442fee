"""Fields that a form does not have: what nobody asked for is never taken."""

import sys
from collections.abc import Iterator
from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema, fields

import wufei_public.app
from wufei_public.infra.web.shapes import Input


def shapes(of: type[Schema] = Input) -> Iterator[type[Schema]]:
    for one in of.__subclasses__():
        yield one
        yield from shapes(one)


def nested(shape: Schema) -> Iterator[Schema]:
    """Yield a shape and every one within it."""
    yield shape
    for field in shape.fields.values():
        inner: Any = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            yield from nested(inner.schema)


def every_shape() -> list[Schema]:
    found = [one() for one in shapes() if one.__module__ in ours()]
    return [inner for one in found for inner in nested(one)]


def ours() -> set[str]:
    return {name for name in sys.modules if name.startswith(wufei_public.__name__)}


def test_no_shape_takes_a_field_that_it_does_not_declare() -> None:
    found = every_shape()
    assert len(found) > 100
    assert {type(one).__name__ for one in found if one.unknown not in {EXCLUDE, RAISE}} == set()
