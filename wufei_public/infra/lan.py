"""Addresses of this machine for phones in the same network; nothing is sent to find them."""

import ipaddress
import socket
import struct
import sys

_SIOCGIFADDR = 0xC0206921 if sys.platform == "darwin" else 0x8915
_REQUEST = struct.Struct("16s240x")  # struct ifreq: the name, then room for the answer
_ADDRESS = slice(20, 24)
_INNER = ("lo", "docker", "br-", "veth", "virbr", "tun", "tap", "utun")


def lan_addresses() -> list[str]:
    """Return the IPv4 addresses of the network cards, private ones first; empty on Windows."""
    if sys.platform == "win32":
        return []
    names = [name for _, name in socket.if_nameindex() if not name.startswith(_INNER)]
    found = [address for name in names if (address := _address_of(name))]
    return sorted(found, key=lambda address: not ipaddress.ip_address(address).is_private)


def _address_of(card: str) -> str:
    import fcntl  # noqa: PLC0415  not on Windows

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            answer = fcntl.ioctl(asking, _SIOCGIFADDR, _REQUEST.pack(card.encode()[:15]))
        except OSError:  # the card has no IPv4 address
            return ""
    return socket.inet_ntoa(answer[_ADDRESS])
