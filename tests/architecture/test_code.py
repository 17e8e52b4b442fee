"""What import rules cannot see: commits, environment, docstrings, size of the vocabulary."""

import ast
from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from marshmallow import Schema, fields

from wufei_public.infra.web.shapes import Input, Output

PACKAGE = Path("wufei_public")
SOURCES = sorted(path for path in PACKAGE.rglob("*.py") if "_share" not in path.parts)
DOCUMENTED = ("rules", "policy", "actions", "queries")


def calls(tree: ast.AST, attribute: str) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == attribute
    ]


def test_only_work_commits() -> None:
    found = {
        str(path): lines
        for path in SOURCES
        if (lines := calls(ast.parse(path.read_text()), "commit"))
    }
    assert list(found) == ["wufei_public/infra/work.py"]


def test_only_config_and_dev_read_the_environment() -> None:
    found = [
        str(path)
        for path in SOURCES
        if any(
            isinstance(node, ast.Attribute)
            and node.attr in {"environ", "getenv"}
            and ast.unparse(node.value) == "os"
            for node in ast.walk(ast.parse(path.read_text()))
        )
    ]
    assert set(found) <= {"wufei_public/config.py", "wufei_public/dev.py"}


def test_public_functions_of_the_inner_rooms_say_what_they_do() -> None:
    silent = []
    for path in SOURCES:
        rooms = {path.stem, *(part for part in path.parts)}
        if not rooms & set(DOCUMENTED) and "common" not in path.parts:
            continue
        silent += [
            f"{path}:{node.name}"
            for node in ast.parse(path.read_text()).body
            if isinstance(node, ast.FunctionDef)
            and not node.name.startswith("_")
            and ast.get_docstring(node) is None
        ]
    assert silent == []


def test_no_file_name_outside_the_vocabulary() -> None:
    """import-linter's exhaustive layers hold folders; this holds files beside them."""
    allowed = {
        "__init__", "rules", "policy", "models", "queries", "gateway", "actions",
        "schemas", "documents", "api", "pages", "jobs", "cli",
    }  # fmt: skip
    features = [path.parent for path in PACKAGE.glob("*/__init__.py")]
    odd = [
        str(path)
        for feature in features
        if feature.name not in {"common", "infra"}
        for path in feature.glob("*.py")
        if path.stem not in allowed
    ]
    assert odd == []


def test_every_shape_comes_in_cleaned_or_goes_out(whole_app: Flask) -> None:
    """A plain Schema lets NUL and half surrogates through to the database."""
    bare = [
        f"{shape.__module__}.{shape.__name__}"
        for shape in derived(Schema)
        if shape.__module__.startswith("wufei_public.") and not issubclass(shape, Input | Output)
    ]
    assert bare == []


def test_every_text_that_comes_in_has_a_greatest_length(whole_app: Flask) -> None:
    endless = [
        f"{shape.__name__}.{name}"
        for shape in derived(Input)
        for name, field in shape().fields.items()
        for inner in (field.inner if isinstance(field, fields.List) else field,)
        if type(inner) is fields.String and not inner.validators
    ]
    assert endless == []


def derived(shape: type[Schema]) -> Iterator[type[Schema]]:
    for kind in shape.__subclasses__():
        yield kind
        yield from derived(kind)
