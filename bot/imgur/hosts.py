"""Which addresses are Imgur's own, and which links of an answer may be shown. Pure."""

import re
from urllib.parse import SplitResult, urlsplit

SITE = "https://imgur.com"
FILES = "https://i.imgur.com"

#: Nothing that could break out of Markdown, BBCode or HTML; no port, no credentials.
_PLAIN_PATH = re.compile(r"/[A-Za-z0-9._~/%?=&;+,:-]*")
_USUAL_LINK = re.compile(r"https://(?:i\.)?imgur\.com/[A-Za-z0-9./-]*[A-Za-z0-9]")


def is_imgur_host(host: str) -> bool:
    """Whether a host name, in lower case, belongs to Imgur."""
    return host in {"imgur.com", "imgur.io"} or host.endswith(".imgur.com")


def origin_of(url: str) -> str:
    """Scheme, host and port of an address; empty where it has none."""
    parts = _split(url)
    return "" if parts is None else f"{parts.scheme}://{parts.netloc}"


def trusted_link(link: str, api_origin: str) -> str | None:
    """A link as it may be shown, or ``None`` where it leads anywhere but to Imgur.

    Args:
        link: What an answer gave as the item's address.
        api_origin: The origin of the API that answered; a stand-in serves its files itself.

    Returns:
        The link, with https for Imgur's hosts.
    """
    if _USUAL_LINK.fullmatch(link):
        return link
    parts = _split(link)
    if parts is None or link.endswith(".") or not _PLAIN_PATH.fullmatch(_behind_host(parts)):
        return None
    if is_imgur_host(parts.netloc.lower()):
        return parts._replace(scheme="https").geturl()
    return parts.geturl() if f"{parts.scheme}://{parts.netloc}" == api_origin else None


def file_root(link: str) -> str:
    """Where files lie, by an item's (trusted) link: Imgur's image host, or a stand-in."""
    return _root(link, FILES)


def site_root(link: str) -> str:
    """Where pages lie, by an item's (trusted) link."""
    return _root(link, SITE)


def _root(link: str, imgurs: str) -> str:
    parts = _split(link)
    if parts is None or is_imgur_host(parts.netloc.lower()):
        return imgurs
    return f"{parts.scheme}://{parts.netloc}"


def _behind_host(parts: SplitResult) -> str:
    return parts._replace(scheme="", netloc="").geturl()


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts if parts.scheme in {"http", "https"} and parts.netloc else None
