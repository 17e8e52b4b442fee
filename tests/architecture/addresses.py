"""Addresses of every route, for tests that walk them all."""

import re

from werkzeug.routing import AnyConverter, IntegerConverter, Rule


def filled(rule: Rule, value: str) -> str:
    """Return the rule's path with `value` in place of every text, where its type allows it."""

    def part(found: re.Match[str]) -> str:
        converter = rule._converters[found[1]]
        if isinstance(converter, AnyConverter):
            return min(converter.items)
        return "1" if isinstance(converter, IntegerConverter) and value == "x" else value

    return re.sub(r"<[^<>]*?(\w+)>", part, rule.rule)
