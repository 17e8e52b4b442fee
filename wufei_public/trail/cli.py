"""flask audit: check the chain against itself and against the heads that left the house."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import click
from cryptography.exceptions import InvalidSignature
from flask.cli import AppGroup

from wufei_public.infra.keys import PublicKey, check_signature
from wufei_public.infra.work import house, snapshot
from wufei_public.trail import gateway, queries
from wufei_public.trail.actions import PURPOSE
from wufei_public.trail.rules import Damage, Finding, Head, check_links

group = AppGroup("audit", help="The audit trail: check that nobody bent it.")

# A head may have been begun before the key was changed that signed it.
_SLACK = timedelta(minutes=10)
WORDS = {
    Damage.SEAL_MISSING: "seal {n} is missing",
    Damage.ROW_REMOVED: "the row of seal {n} was removed",
    Damage.ROW_CHANGED: "the row of seal {n} was changed, or moved",
    Damage.ROW_UNSEALED: "audit row {n} is old and has no seal: slipped in, or no jobs process ran",
    Damage.CHAIN_SHORTENED: "the chain ends before {n}, which had left the house",
    Damage.CHAIN_REMADE: "seal {n} is not the one that had left the house: the chain was made anew",
    Damage.HEAD_FORGED: "the head for {n} was not signed by this site",
}


@group.command()
@click.option(
    "--heads",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder of exported heads, kept where the site's administrators cannot write.",
)
@click.option(
    "--key",
    "given",
    multiple=True,
    help="A public key of the site (hex), noted elsewhere, and the next. Else the key file's.",
)
@click.pass_context
def verify(ctx: click.Context, heads: Path | None, given: Sequence[str]) -> None:
    """Walk the whole chain; exit code 1 if anything is wrong."""
    exported = gateway.read_heads(heads) if heads else {}
    own = house().keys.public_keys(PURPOSE)
    keys = [PublicKey(0, bytes.fromhex(key), None, None) for key in given] or own
    found = [Finding(Damage.HEAD_FORGED, head.number) for head in _forged(exported, keys)]
    digests = {head.number: head.digest for head, _signature in exported.values()}
    with snapshot() as session:
        found += check_links(queries.chain(session), digests)
        old = queries.long_unsealed(session, house().clock())
        found += [Finding(Damage.ROW_UNSEALED, row) for row in old]
        newest = queries.newest(session)
    for finding in found:
        click.echo(WORDS[finding.damage].format(n=finding.number))
    click.echo(f"{newest[0] if newest else 0} seals, {len(digests)} heads, {len(found)} faults")
    ctx.exit(1 if found else 0)


def _forged(exported: Mapping[str, tuple[Head, bytes]], keys: Sequence[PublicKey]) -> list[Head]:
    pairs = exported.values()
    return [head for head, signature in pairs if not _is_signed(head, signature, keys)]


def _is_signed(head: Head, signature: bytes, keys: Sequence[PublicKey]) -> bool:
    """Say whether a key signed the head that was in use then: an old one signs no more."""
    for key in keys:
        begun = key.since is None or head.at >= key.since - _SLACK
        ended = key.until is not None and head.at > key.until + _SLACK
        if begun and not ended:
            try:
                check_signature(key.key, signature, head.message())
            except InvalidSignature:
                continue
            return True
    return False


@group.command("key")
def public_key() -> None:
    """Print the public keys with which heads are checked; note them where nobody here can write."""
    for key in house().keys.public_keys(PURPOSE):
        click.echo(key.key.hex() + (f" until {key.until.isoformat()}" if key.until else ""))
