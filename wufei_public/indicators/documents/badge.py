"""A badge for other sites: what an indicator came to, as a small picture that keeps its address."""

from xml.sax.saxutils import escape

_WIDE, _NARROW, _SIDE, _HEIGHT = 12.5, 7.2, 9.0, 24
_LAST_NARROW = "\u00ff"
# Shades with a contrast of more than 4.5 to white.
_TONES = {"done": "#0e5a45", "doing": "#1d5a96", "bad": "#a92a1c", "soon": "#8a5a00"}
_PLAIN, _LABEL = "#5b6661", "#2c3631"


def width_of(text: str) -> float:
    """Return about how wide a text is: Chinese characters are as wide as they are high."""
    return sum(_NARROW if letter <= _LAST_NARROW else _WIDE for letter in text) + 2 * _SIDE


def badge(label: str, said: str, tone: str) -> str:
    """Return the badge as SVG: the name at the left, the figure at the right."""
    left, right = width_of(label), width_of(said)
    whole, colour = left + right, _TONES.get(tone, _PLAIN)
    name, figure = escape(label), escape(said)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole:.0f}" height="{_HEIGHT}"'
        f' role="img" aria-label="{escape(f"{label}: {said}", {chr(34): "&quot;"})}">'
        f"<title>{name}: {figure}</title>"
        f'<rect width="{whole:.1f}" height="{_HEIGHT}" rx="4" fill="{colour}"/>'
        f'<path d="M4 0H{left:.1f}V{_HEIGHT}H4A4 4 0 0 1 0 20V4A4 4 0 0 1 4 0" fill="{_LABEL}"/>'
        '<g fill="#fff" font-family="system-ui,sans-serif" font-size="12.5" text-anchor="middle">'
        f'<text x="{left / 2:.1f}" y="16.5">{name}</text>'
        f'<text x="{left + right / 2:.1f}" y="16.5" font-weight="700">{figure}</text></g></svg>'
    )
