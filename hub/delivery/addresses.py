"""Which addresses a webhook may go to: judged when it is asked for, and again at the socket that is really dialled.

The name of a receiver can point anywhere by the time it is called, so the judgement that counts is the one in `dial`.
`ipaddress.is_global` would not do: it calls a metadata service behind a NAT64 prefix global.
"""

import re
import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from yarl import URL

from hub.errors import InvalidInput, Problem
from hub.privacy.identifiers import forbidden

AddressInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[object, ...]]

_LONGEST_URL = 2_000
_HTTPS_PORT = 443
_LOOPBACK_NAME = "localhost"
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")  # a name that ends in one is read as an address: 0x7f.1 is 127.0.0.1
_NOT_PUBLIC = frozenset(  # last parts of names that lead somewhere else in each network (RFC 6761, 6762, 8375; ICANN)
    {"localhost", "localdomain", "local", "internal", "intranet", "private", "lan", "home", "corp", "arpa", "svc"}
)

# IANA special-purpose registries for IPv4 (RFC 6890 and later), multicast and the reserved end of the space.
_CLOSED_V4 = tuple(
    IPv4Network(block)
    for block in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    )
)
# In IPv6 only 2000::/3 is handed out to networks. What lies outside it is closed: unique local, link-local, multicast,
# mapped IPv4 and NAT64 (64:ff9b::/96 and 64:ff9b:1::/48). Inside it these are closed too:
_HANDED_OUT_V6 = IPv6Network("2000::/3")
_CLOSED_V6 = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # IETF protocols, among them Teredo, which carries an IPv4 address inside
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: carries an IPv4 address inside
        "3fff::/20",  # documentation
    )
)


class AddressRefused(OSError):  # named for what happened, like the hub's refusals
    """A receiver's name led to an address inside a private network. The text names no address."""

    def __init__(self) -> None:
        super().__init__("the address of the receiver is not on the public internet")


def is_open(address: str, *, to_loopback: bool) -> bool:
    """Whether the hub may connect to this IP address; `to_loopback` opens this machine's own as well."""
    parsed = ip_address(address.partition("%")[0])
    if to_loopback and parsed.is_loopback:
        return True
    if isinstance(parsed, IPv4Address):
        return not any(parsed in block for block in _CLOSED_V4)
    return parsed in _HANDED_OUT_V6 and not any(parsed in block for block in _CLOSED_V6)


def dial(*, to_loopback: bool) -> Callable[[AddressInfo], socket.socket]:
    """A maker of sockets for aiohttp, called with each address just before it is dialled. It raises AddressRefused."""

    def make(info: AddressInfo) -> socket.socket:
        family, kind, protocol, _, address = info
        if not is_open(str(address[0]), to_loopback=to_loopback):
            raise AddressRefused
        return socket.socket(family, kind, protocol)

    return make


def receiver_url(url: str, *, to_loopback: bool) -> URL:
    """The address of a receiver, in the form in which it is kept and called.

    Raises InvalidInput unless it is https on port 443, without user, password or fragment, and names a public host;
    `to_loopback` allows this machine as well, by http or https and on any port.
    """
    parsed = _parse(url)
    if not (_is_loopback(parsed) and to_loopback):
        _need_public(parsed)
    if parsed.user is not None or parsed.password is not None:
        raise _refusal("A webhook address holds no user name or password; its calls are signed instead.")
    if parsed.raw_fragment:
        raise _refusal("A webhook address has no part after a number sign (#).")
    return parsed


def _parse(url: str) -> URL:
    if len(url) > _LONGEST_URL:
        raise _refusal("A webhook address has at most 2,000 characters.")
    if not url.isprintable() or " " in url:
        raise _refusal("A webhook address holds no spaces or control characters.")
    if found := next(forbidden(url, "/url"), None):
        raise InvalidInput(found.message, problems=(found,))
    try:
        parsed = URL(url)
        parsed.port  # noqa: B018  # yarl judges it only when asked
    except ValueError as error:
        raise _refusal("This is not a web address.") from error
    if parsed.scheme not in {"http", "https"} or not parsed.raw_host:
        raise _refusal("A webhook address begins with https:// and the name of a host.")
    return parsed


def _need_public(url: URL) -> None:
    if url.scheme != "https":
        raise _refusal("A webhook address begins with https:// and the name of a host.")
    if url.port != _HTTPS_PORT:
        raise _refusal("Webhooks go to port 443 only.")
    if not _looks_public(url.raw_host or ""):
        raise _refusal("A webhook address names a host on the public internet.")


def _looks_public(host: str) -> bool:
    """Whether an address, or a name whose last part can stand on the public internet."""
    if address := _literal(host):
        return is_open(str(address), to_loopback=False)
    _, dot, last = host.rstrip(".").lower().rpartition(".")
    return bool(dot) and last not in _NOT_PUBLIC and not _NUMBER.fullmatch(last)


def _is_loopback(url: URL) -> bool:
    address = _literal(url.raw_host or "")
    return address.is_loopback if address else url.raw_host == _LOOPBACK_NAME


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _refusal(message: str) -> InvalidInput:
    return InvalidInput(message, problems=(Problem("/url", message),))
