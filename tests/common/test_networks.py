import pytest
from hypothesis import given
from hypothesis import strategies as st

from wufei_public.common.networks import network_of, wide_network_of


@pytest.mark.parametrize(
    ("address", "network", "wide"),
    [
        ("192.0.2.77", "192.0.2.77/32", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.77/32", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/64", "fe80::/48"),
        ("", "", ""),
        ("unix:", "", ""),
        ("192.0.2.77, 10.0.0.1", "", ""),
    ],
)
def test_the_network_behind_an_address(address: str, network: str, wide: str) -> None:
    assert (network_of(address), wide_network_of(address)) == (network, wide)


@given(st.ip_addresses(v=6), st.integers(0, 2**64 - 1))
def test_whoever_changes_within_a_64_stays_the_same_visitor(address: object, low: int) -> None:
    first = int(address)  # type: ignore[call-overload]
    moved = type(address)(first >> 64 << 64 | low)  # type: ignore[call-arg]
    if address.ipv4_mapped is None and moved.ipv4_mapped is None:  # type: ignore[attr-defined]
        assert network_of(str(address)) == network_of(str(moved))


@given(st.text(max_size=40))
def test_no_text_is_a_fault(text: str) -> None:
    assert isinstance(network_of(text), str)
