"""flask audit: check the chain against itself and against the heads that left the house."""

from collections.abc import Mapping
from pathlib import Path

import click
from cryptography.exceptions import InvalidSignature
from flask.cli import AppGroup

from wufei_public.infra.keys import check_signature
from wufei_public.infra.work import house, snapshot
from wufei_public.trail import gateway, queries
from wufei_public.trail.actions import PURPOSE
from wufei_public.trail.rules import Damage, Finding, Head, check_links

group = AppGroup("audit", help="The audit trail: check that nobody bent it.")

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
@click.option("--key", help="The site's public key (hex), noted elsewhere; else the key file's.")
@click.pass_context
def verify(ctx: click.Context, heads: Path | None, key: str | None) -> None:
    """Walk the whole chain; exit code 1 if anything is wrong."""
    exported = gateway.read_heads(heads) if heads else {}
    public_key = bytes.fromhex(key) if key else house().keys.public_key(PURPOSE)
    found = [Finding(Damage.HEAD_FORGED, head.number) for head in _forged(exported, public_key)]
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


def _forged(exported: Mapping[str, tuple[Head, bytes]], public_key: bytes) -> list[Head]:
    forged = []
    for head, signature in exported.values():
        try:
            check_signature(public_key, signature, head.message())
        except InvalidSignature:
            forged.append(head)
    return forged


@group.command("key")
def public_key() -> None:
    """Print the public key with which heads are checked; note it where nobody here can write."""
    click.echo(house().keys.public_key(PURPOSE).hex())
