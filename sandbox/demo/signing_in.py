"""Discord's sign-in: what an application asks, and what it is told. Pure.

Source: https://docs.discord.com/developers/topics/oauth2
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode


class RefusedError(Exception):
    """The application asked wrongly; the text says what."""


@dataclass(frozen=True, slots=True)
class Question:
    """An application asks who somebody is."""

    redirect_uri: str
    state: str
    challenge: str

    def answer(self, **fields: str) -> str:
        """Where the browser goes next."""
        return f"{self.redirect_uri}?{urlencode({**fields, 'state': self.state})}"


@dataclass(frozen=True, slots=True)
class _Given:
    user_id: int
    question: Question


@dataclass(slots=True)
class SignIn:
    """Gives codes for people, tokens for codes, and people for tokens.

    Attributes:
        client_id: The only application that may ask.
        redirect_uri: The only address that answers go to.
    """

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    _codes: dict[str, _Given] = field(default_factory=dict, repr=False)
    _tokens: dict[str, int] = field(default_factory=dict, repr=False)

    def question(self, fields: Mapping[str, str]) -> Question:
        """Read the authorise page's address.

        Raises:
            RefusedError: It is not as Discord and PKCE want it.
        """
        wanted = {
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "response_type": "code",
            "scope": "identify",
            "code_challenge_method": "S256",
        }
        for name, value in wanted.items():
            if fields.get(name) != value:
                raise RefusedError(f"Invalid {name}")
        challenge, state = fields.get("code_challenge", ""), fields.get("state", "")
        if not challenge or not state:
            raise RefusedError("state and code_challenge are needed")
        return Question(self.redirect_uri, state, challenge)

    def agree(self, question: Question, user_id: int) -> str:
        """Somebody agreed: where the browser goes next."""
        code = secrets.token_urlsafe(16)
        self._codes[code] = _Given(user_id, question)
        return question.answer(code=code)

    def deny(self, question: Question) -> str:
        """Nobody agreed: where the browser goes next."""
        return question.answer(
            error="access_denied", error_description="The user denied the request"
        )

    def exchange(self, fields: Mapping[str, str]) -> str:
        """A token for a code, once.

        Raises:
            RefusedError: The code is unknown, used, or somebody else's.
        """
        given = self._codes.pop(fields.get("code", ""), None)
        if (
            given is None
            or fields.get("grant_type") != "authorization_code"
            or fields.get("redirect_uri") != given.question.redirect_uri
            or _challenge_of(fields.get("code_verifier", "")) != given.question.challenge
        ):
            raise RefusedError("invalid_grant")
        token = secrets.token_urlsafe(24)
        self._tokens[token] = given.user_id
        return token

    def whose(self, token: str) -> int | None:
        """Whom a token stands for."""
        return self._tokens.get(token)

    def revoke(self, token: str) -> None:
        """The token stands for nobody any more."""
        self._tokens.pop(token, None)


def _challenge_of(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
