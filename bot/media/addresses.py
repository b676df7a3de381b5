"""Which addresses a download may go to; pure, so that every trick can be tried in a table."""

import ipaddress
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, unquote, urlsplit

from bot.errors import AddressRefusedError

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

_MAX_URL_BYTES = 2048
_DEFAULT_PORTS = {"http": 80, "https": 443}
#: Nothing that two URL parsers could read differently.
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")
_NAME = re.compile(r"(?=.*[a-z])[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})+")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_FILENAME_UNSAFE = re.compile(r"[^\w .()+,=@-]+")
_MAX_FILENAME_CHARACTERS = 100

_MAPPED = ipaddress.ip_network("::ffff:0:0/96")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

#: Networks that ``is_global`` lets through and that lead inside all the same.
#: Source: https://www.iana.org/assignments/iana-ipv4-special-registry,
#: https://www.iana.org/assignments/iana-ipv6-special-registry
_INNER_NETWORKS = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",
        "192.0.0.0/24",  # 192.0.0.192 is a cloud's metadata service
        "192.88.99.0/24",  # 6to4 relays
        "168.63.129.16/32",  # another cloud's metadata service
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/96",  # IPv4-compatible
        "64:ff9b:1::/48",  # local NAT64
        "2001::/23",  # Teredo and its kin
        "2002::/16",  # 6to4
        "fec0::/10",
        "ff00::/8",
    )
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port: what an allowed address must share."""

    scheme: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class PublicRules:
    """What is open to addresses that users give.

    Attributes:
        denied_hosts: Names never opened, in lower case: our own.
        allowed_ports: The only ports.
        allowed_networks: Opened although they lead inside; for tests.
    """

    denied_hosts: frozenset[str] = frozenset()
    allowed_ports: frozenset[int] = frozenset({80, 443})
    allowed_networks: tuple[IPNetwork, ...] = ()


def refusal() -> AddressRefusedError:
    """The one answer to every address that is not opened, so that it tells nothing more."""
    return AddressRefusedError("an address that is not opened")


def parse_origins(entries: Iterable[str]) -> frozenset[Origin]:
    """Read hosts and origins, such as ``cdn.example.org`` (https) or ``http://127.0.0.1:8080``.

    Raises:
        ValueError: An entry is neither.
    """
    return frozenset(_parse_origin(entry.strip()) for entry in entries)


def _parse_origin(entry: str) -> Origin:
    try:
        parts = _split(entry if "://" in entry else f"https://{entry}")
        origin = origin_of(parts)
        if not (parts.path.strip("/") or parts.query or parts.fragment):
            return origin
    except AddressRefusedError:
        pass
    raise ValueError(f"{entry!r} is neither a host nor an origin")


def origin_of(parts: SplitResult) -> Origin:
    """The origin of an address.

    Raises:
        AddressRefusedError: It is not http(s), has no host, or names a user.
    """
    try:
        port = parts.port
    except ValueError:
        raise refusal() from None
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in _DEFAULT_PORTS or not host or "@" in parts.netloc or port == 0:
        raise refusal()
    return Origin(parts.scheme, host, port or _DEFAULT_PORTS[parts.scheme])


def check_attachment_url(url: str, origins: Collection[Origin]) -> str:
    """Return the address of an attachment when it lies at one of ``origins``.

    Raises:
        AddressRefusedError: It lies elsewhere.
    """
    if origin_of(_split(url)) not in origins:
        raise refusal()
    return url


def check_public_url(url: str, rules: PublicRules) -> str:
    """Return the canonical form of an address that a user gave.

    The host's addresses are not looked up here: each must still pass ``is_public``.

    Raises:
        AddressRefusedError: It is malformed, or asks for what ``rules`` do not open.
    """
    parts = _split(url)
    origin = origin_of(parts)
    host = _canonical_host(origin.host)
    if origin.port not in rules.allowed_ports or host in rules.denied_hosts:
        raise refusal()
    address = parse_address(host)
    if address is None:
        if not _NAME.fullmatch(host) or _NUMBER.fullmatch(host.rpartition(".")[2]):
            raise refusal()
    elif not is_public(address, rules.allowed_networks):
        raise refusal()
    netloc = f"[{host}]" if ":" in host else host
    path = quote(parts.path or "/", safe="/%!$&'()*+,;=:@~-._")
    query = "?" + quote(parts.query, safe="/%!$&'()*+,;=:@~-._?") if parts.query else ""
    return f"{origin.scheme}://{netloc}:{origin.port}{path}{query}"


def _split(url: str) -> SplitResult:
    if len(url.encode(errors="replace")) > _MAX_URL_BYTES or _UNSAFE.search(url):
        raise refusal()
    try:
        return urlsplit(url)
    except ValueError:
        raise refusal() from None


def _canonical_host(host: str) -> str:
    """Fold what looks like letters, digits or dots into them, as resolvers would."""
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode().lower().rstrip(".")
    except UnicodeError:
        raise refusal() from None


def parse_address(host: str) -> IPAddress | None:
    """Read a canonical numeric address; ``None`` for anything else, a scope among it."""
    try:
        return None if "%" in host else ipaddress.ip_address(host)
    except ValueError:
        return None


def is_public(address: IPAddress, allowed_networks: Iterable[IPNetwork] = ()) -> bool:
    """Whether an address lies in the open Internet, also behind its IPv6 disguises."""
    if any(address in network for network in allowed_networks):
        return True
    if isinstance(address, ipaddress.IPv6Address) and (address in _MAPPED or address in _NAT64):
        inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        return is_public(inner, allowed_networks)
    return address.is_global and not any(address in network for network in _INNER_NETWORKS)


def check_downgrade(url: str, target: str) -> None:
    """Refuse a redirect that gives encryption up.

    Raises:
        AddressRefusedError: From https to http.
    """
    if urlsplit(url).scheme == "https" and urlsplit(target).scheme != "https":
        raise refusal()


def filename_of(url: str) -> str:
    """A harmless name for the file at an address: its path's last part, or ``"file"``."""
    last = unquote(urlsplit(url).path.rpartition("/")[2], errors="replace")
    name = _FILENAME_UNSAFE.sub("_", last).strip(" ._")
    return name[-_MAX_FILENAME_CHARACTERS:] or "file"
