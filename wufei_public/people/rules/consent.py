"""The texts to which residents say yes; another text is another version."""

PRIVACY, CHILDREN = "privacy", "children"

# The texts that the package brings; editors publish later ones (notices). Everybody is asked
# again when they next sign in (PIPL art. 14), guardians before a child's next check-in.
VERSION = "2026-11-28.2"
SHIPPED = {PRIVACY: VERSION, CHILDREN: "children-1"}


def version_of(text: str, number: int) -> str:
    """Return how version `number` of a text that an editor published is called."""
    return f"v{number}" if text == PRIVACY else f"{text}-v{number}"
