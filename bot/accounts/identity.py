"""Proof that a browser belongs to a Discord account, as linking asks for it."""

import base64
import hashlib
import hmac
from typing import Protocol


class Identity(Protocol):
    """Discord's OAuth, scope ``identify``."""

    @property
    def site(self) -> str:
        """The address that visitors are sent to, without its parameters."""
        ...

    def address(self, application_id: int, *, state: str, verifier: str, silently: bool) -> str:
        """Where the visitor says who he is.

        Args:
            silently: Whether Discord may answer for a visitor who agreed before.
        """
        ...

    async def user_id(self, application_id: int, *, code: str, verifier: str) -> int:
        """Whose code this is; what Discord issued for it is given back at once.

        Raises:
            TicketError: Discord does not honour the code.
            LinkingUnavailableError: Discord does not answer (cause ``"discord"``).
        """
        ...


def verifier_for(cookie: str) -> str:
    """The PKCE verifier of the browser with this cookie: as secret as it, and kept nowhere.

    Source: https://www.rfc-editor.org/rfc/rfc7636#section-4.1
    """
    return _encoded(hmac.digest(cookie.encode(errors="replace"), b"PKCE at Discord", "sha256"))


def challenge_of(verifier: str) -> str:
    """What the authorise page is told of a verifier (method S256)."""
    return _encoded(hashlib.sha256(verifier.encode()).digest())


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
