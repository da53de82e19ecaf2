"""Where a webhook may go, by example."""

import socket

import pytest

from hub.delivery.addresses import AddressRefused, dial, is_open, receiver_url
from hub.errors import InvalidInput

CLOSED = [
    *("0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.0.9", "169.254.169.254", "172.16.0.1", "172.31.9.9"),
    *("192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.7"),
    *("203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::7f00:1", "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1"),
    *("::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1"),
    *("2002:7f00:1::1", "2002:808:808::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1", "3fff::1", "100::1"),
]
OPEN = ["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "192.0.1.1", "2001:4860:4860::8888", "2a00:1450::5"]


@pytest.mark.parametrize("address", CLOSED)
def test_addresses_of_no_public_network_are_closed(address: str) -> None:
    """Private, local, reserved and multicast addresses, and every form that hides an IPv4 address in an IPv6 one."""
    assert not is_open(address, to_loopback=False)


@pytest.mark.parametrize("address", OPEN)
def test_public_addresses_are_open(address: str) -> None:
    """Addresses that are handed out to networks may be called."""
    assert is_open(address, to_loopback=False)


def test_the_loopback_setting_opens_loopback_only() -> None:
    """A test setting does not open the rest of the private network."""
    assert is_open("127.0.0.1", to_loopback=True)
    assert is_open("::1", to_loopback=True)
    assert not is_open("10.0.0.1", to_loopback=True)
    assert not is_open("169.254.169.254", to_loopback=True)


def test_no_socket_is_made_for_a_closed_address() -> None:
    """The address that is about to be dialled is judged, whatever name led to it."""
    make = dial(to_loopback=False)
    with pytest.raises(AddressRefused):
        make((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", 80)))
    make((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 443))).close()


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://hooks.assen.example.nl/samenspel", "https://hooks.assen.example.nl/samenspel"),
        ("https://hooks.assen.example.nl:443/a?team=2", "https://hooks.assen.example.nl/a?team=2"),
        ("HTTPS://Hooks.Assen.Example.NL", "https://hooks.assen.example.nl"),
        ("https://8.8.8.8/hook", "https://8.8.8.8/hook"),
        ("https://[2a00:1450::5]/hook", "https://[2a00:1450::5]/hook"),
        ("https://gemeente-coördinatie.nl/", "https://xn--gemeente-cordinatie-06b.nl/"),
    ],
)
def test_a_public_address_is_taken(url: str, kept: str) -> None:
    """An https address of a public host is kept in its normal form."""
    assert str(receiver_url(url, to_loopback=False)) == kept


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.assen.example.nl/",
        "https://hooks.assen.example.nl:8443/",
        "https://user:secret@hooks.assen.example.nl/",
        "https://user@hooks.assen.example.nl/",
        "https://hooks.assen.example.nl/#part",
        "https://10.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://localhost/",
        "https://intranet/",
        "https://127.0.0.1/",
        "http://127.0.0.1:9000/",
        "ftp://hooks.assen.example.nl/",
        "file:///etc/passwd",
        "hooks.assen.example.nl",
        "https://",
        "https:///path",
        "https://a b.nl/",
        "https://hooks.assen.example.nl/\r\nX: y",
        "https://hooks.assen.example.nl:99999/",
        "https://[::1/",
        "https://hooks.assen.example.nl/" + "a" * 2_000,
        "https://hooks.assen.example.nl/?bsn=111222333",
        "",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    """Everything else is refused, with the field to correct, and without repeating the address."""
    with pytest.raises(InvalidInput) as refusal:
        receiver_url(url, to_loopback=False)
    assert [problem.pointer for problem in refusal.value.problems] == ["/url"]
    assert len(url) < 10 or url not in str(refusal.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9000/hook", "http://[::1]:9000/", "https://localhost:8443/x"])
def test_the_loopback_setting_takes_this_machine(url: str) -> None:
    """For tests and the demo, receivers may be on this machine, over http and on any port."""
    assert str(receiver_url(url, to_loopback=True)) == url


@pytest.mark.parametrize("url", ["http://hooks.assen.example.nl/", "https://10.0.0.1/", "http://user@127.0.0.1/"])
def test_the_loopback_setting_takes_nothing_more(url: str) -> None:
    """Other hosts keep to the rules of production."""
    with pytest.raises(InvalidInput):
        receiver_url(url, to_loopback=True)
