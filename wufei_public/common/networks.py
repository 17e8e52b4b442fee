"""The network behind an address: one for whom tries are counted, one for who has many of those."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# A household gets a whole /64 and changes within it at will, a renter of servers a /48.
_HOME, _WIDE = {4: 32, 6: 64}, {4: 24, 6: 48}


def network_of(address: str) -> str:
    """Return what counts as one visitor: an IPv4 address, an IPv6 /64; empty if it is neither."""
    return _cut(address, _HOME)


def wide_network_of(address: str) -> str:
    """Return what one owner of many addresses is likely to hold: an IPv4 /24, an IPv6 /48."""
    return _cut(address, _WIDE)


def _cut(address: str, bits: dict[int, int]) -> str:
    try:
        found = _plain(ip_address(address.partition("%")[0]))
    except ValueError:
        return ""  # all that cannot be read count together
    return str(ip_network((found, bits[found.version]), strict=False))


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return an IPv4 address that came dressed as IPv6 as what it is."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
