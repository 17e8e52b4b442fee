"""Groups of commands that are loaded when one of them is called: no web process needs them."""

from importlib import import_module
from typing import Any

import click


class LateGroup(click.Group):
    """Stands for the group at `place` (module:name) until somebody asks for it."""

    def __init__(self, name: str, place: str, words: str) -> None:
        super().__init__(name, help=words)
        self._place = place

    def _real(self) -> click.Group:
        module, _, attribute = self._place.partition(":")
        found: click.Group = getattr(import_module(module), attribute)
        return found

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        return self._real().make_context(*args, **kwargs)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return self._real().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return self._real().get_command(ctx, cmd_name)
