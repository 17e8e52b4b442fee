"""Nobody forgets a key: columns of bytes say what they lie under, purposes are in a group."""

import ast
from pathlib import Path

from sqlalchemy import Column, LargeBinary, MetaData, Table

import wufei_public.app
from wufei_public.infra.keyring import GROUP_OF, GROUPS
from wufei_public.infra.sealed import places, sealed_for, unsaid
from wufei_public.infra.tables import Base

assert wufei_public.app  # it loads every table
SOURCES = sorted(Path("wufei_public").rglob("*.py"))
USES = {"mac", "macs", "index", "indexes", "encrypt", "decrypt", "sign", "public_keys", "signer"}


def test_every_column_of_bytes_says_what_it_lies_under() -> None:
    assert list(unsaid(Base.metadata)) == []


def test_a_forgotten_column_and_a_forgotten_purpose_are_found() -> None:
    some = MetaData()
    Table(
        "some",
        some,
        Column("silent", LargeBinary),
        Column("strange", LargeBinary, info=sealed_for("of no group")),
    )
    assert list(unsaid(some)) == ["some.silent", "some.strange: of no group"]


def test_what_rotates_knows_how_to_renew() -> None:
    found = {place.name for place in places(Base.metadata)}
    assert {"account.phone_cipher", "account.phone_index", "outbox.values"} <= found
    assert {"photo.evidence_name", "photo.plain_name", "listing_leaf.sealed"} <= found


def test_a_purpose_is_in_one_group() -> None:
    assert sum(len(group.purposes) for group in GROUPS.values()) == len(GROUP_OF)


def test_every_purpose_that_is_asked_for_is_in_a_group() -> None:
    named, asked = {}, []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Assign):
                named.update(_constants(node))
            if isinstance(node, ast.Call) and _is_use(node):
                asked.append((str(path), node.args[0]))
    assert len(asked) > 30
    unknown = [
        f"{path}: {ast.unparse(purpose)}"
        for path, purpose in asked
        if _called(purpose, named) not in GROUP_OF and path not in PASSED_ON
    ]
    assert unknown == []


# Where the purpose comes from the caller, or from the column.
PASSED_ON = {
    "wufei_public/infra/keys.py",
    "wufei_public/infra/resealing.py",
    "wufei_public/organisations/queries/sealing.py",
}


def _constants(node: ast.Assign) -> dict[str, str]:
    targets, values = node.targets[0], node.value
    pairs = zip(
        targets.elts if isinstance(targets, ast.Tuple) else [targets],
        values.elts if isinstance(values, ast.Tuple) else [values],
        strict=False,
    )
    return {
        target.id: value.value
        for target, value in pairs
        if isinstance(target, ast.Name)
        and isinstance(value, ast.Constant)
        and isinstance(value.value, str)
        and value.value in GROUP_OF
    }


def _is_use(node: ast.Call) -> bool:
    of = node.func
    return (
        isinstance(of, ast.Attribute)
        and of.attr in USES
        and ast.unparse(of.value).endswith("keys")
        and bool(node.args)
    )


def _called(purpose: ast.expr, named: dict[str, str]) -> str:
    if isinstance(purpose, ast.Constant):
        return str(purpose.value)
    name = purpose.attr if isinstance(purpose, ast.Attribute) else ast.unparse(purpose)
    return named.get(name, "")
