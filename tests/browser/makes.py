"""What a page is made of, apart from its words: pages of one make need one look."""

from html.parser import HTMLParser

# Attributes whose values are part of the make; of all others only that they are there.
TOLD = frozenset({"class", "role", "type", "style", "tabindex", "hidden", "aria-hidden"})
VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source"})


class _Reader(HTMLParser):
    """Collects each element with all that it lies in, and whether anything is written in it."""

    def __init__(self) -> None:
        super().__init__()
        self.makes: set[str] = set()
        self._open: list[tuple[str, str, set[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = [f"{name}={value}" if name in TOLD else name for name, value in attrs]
        inside = self._open[-1][1] if self._open else ""
        make = f"{inside}/{tag} {' '.join(sorted(told))}"
        if tag in VOID:
            self.makes.add(make)
        else:
            self._open.append((tag, make, set()))

    def handle_data(self, data: str) -> None:
        if self._open and data.strip():
            self._open[-1][2].add(" written")

    def handle_endtag(self, tag: str) -> None:
        while any(tag == opened for opened, *_ in self._open):
            closed, make, written = self._open.pop()
            self.makes.add(make + "".join(written))
            if closed == tag:
                return


def makes_of(html: str) -> set[str]:
    """Return the makes of all elements of a page; rows of one list have the same."""
    reader = _Reader()
    reader.feed(html)
    return reader.makes
