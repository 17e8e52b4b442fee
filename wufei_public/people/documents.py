"""The picture that an authenticator app reads, and what a person types where it cannot."""

from dataclasses import dataclass

import segno
from pyotp import TOTP

_GROUP = 4
_SCALE = 5  # pixels per module: 225 wide, which fits the narrowest phone


@dataclass(frozen=True, slots=True)
class Authenticator:
    """A secret as picture, as a link for the phone itself, and in groups to be typed.

    The picture is a data: address, `side` pixels wide and high.
    """

    picture: str
    side: int
    link: str
    words: str


def authenticator(secret: str, user_name: str, issuer: str) -> Authenticator:
    """Return how `secret` (base 32) is given to an authenticator app."""
    link = TOTP(secret).provisioning_uri(name=user_name, issuer_name=issuer)
    drawing = segno.make(link, micro=False)
    side, _height = drawing.symbol_size(_SCALE)
    # White behind it, so that it is read in dark mode too.
    picture = drawing.svg_data_uri(scale=_SCALE, light="white")
    groups = (secret[at : at + _GROUP] for at in range(0, len(secret), _GROUP))
    return Authenticator(picture, int(side), link, " ".join(groups))
