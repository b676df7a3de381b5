"""The headers of every answer. Pure.

Source: https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}

#: Imgur's authorise page may send the visitor on to its sign-in page on another of its hosts, and
#: browsers hold ``form-action`` against every hop.
_IMGUR_HOSTS = ("https://imgur.com", "https://*.imgur.com")

COMMON: Mapping[str, str] = {
    "Strict-Transport-Security": "max-age=63072000",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

#: For what is no page.
CLOSED_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def page_policy(*, style: str, script: str | None = None, form_targets: Iterable[str] = ()) -> str:
    """The Content-Security-Policy of a page.

    Args:
        style: The page's only style sheet, inline.
        script: Its only script, inline.
        form_targets: Sources that its form, and the redirect after it, may go to.
    """
    rules = ["default-src 'none'", f"style-src {_hash_of(style)}", "img-src data:"]
    if script is not None:
        rules += [f"script-src {_hash_of(script)}", "connect-src 'self'"]
    targets = " ".join(form_targets) or "'none'"
    rules += [
        "base-uri 'none'",
        f"form-action {targets}",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    ]
    return "; ".join(rules)


def form_targets(address: str) -> tuple[str, ...]:
    """What ``form-action`` allows on the page whose button leads to ``address``."""
    origin = origin_of(address)
    host = urlsplit(address).hostname or ""
    return ("'self'", origin, *(_IMGUR_HOSTS if host.endswith(".imgur.com") else ()))


def origin_of(address: str) -> str:
    """An address's origin as browsers write it."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    if parts.port in {None, _DEFAULT_PORTS.get(parts.scheme)}:
        return f"{parts.scheme}://{host}"
    return f"{parts.scheme}://{host}:{parts.port}"


def _hash_of(inline: str) -> str:
    digest = hashlib.sha256(inline.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
