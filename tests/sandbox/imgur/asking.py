"""Asking a world without HTTP: what the tests of the sandbox have in common."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sandbox.imgur.commands import IssueTokens, issue_tokens
from sandbox.imgur.genesis import new_state
from sandbox.imgur.messages import Blob, Media, Origin, Request, Response, Upload
from sandbox.imgur.people import DEMO_CLIENT_ID, Account
from sandbox.imgur.state import Profile
from sandbox.imgur.world import World

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
CLIENT = f"Client-ID {DEMO_CLIENT_ID}"


@dataclass
class Told:
    """An answer, its body parsed where it is JSON."""

    response: Response
    document: Any

    @property
    def status(self) -> int:
        return self.response.status

    @property
    def data(self) -> Any:
        return self.document["data"]

    @property
    def headers(self) -> dict[str, str]:
        return {name.lower(): value for name, value in self.response.headers.items()}

    @property
    def text(self) -> str:
        return self.response.body.decode()


@dataclass
class Asker:
    """Asks a world; time stands still until it is moved."""

    world: World = field(default_factory=lambda: fresh_world("mixed"))
    now: datetime = NOW
    auth: str = CLIENT
    remote: str = "127.0.0.1"

    def ask(
        self,
        method: str,
        address: str,
        form: Mapping[str, str] | Sequence[tuple[str, str]] = (),
        *,
        upload: Upload | None = None,
        auth: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Told:
        parts = urlsplit(address)
        sent = {"authorization": self.auth if auth is None else auth, **(headers or {})}
        sent = {name: value for name, value in sent.items() if value}
        request = Request(
            method=method,
            path=parts.path,
            query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
            headers=sent,
            form=tuple(form.items() if isinstance(form, Mapping) else form),
            upload=upload,
            remote=self.remote,
            fault=self.world.armoury.take(method, parts.path, sent),
        )
        response = self.world.handle(request, self.now)
        kind = response.headers.get("Content-Type", "")
        is_json = "json" in kind and response.body
        document = json.JSONDecoder().raw_decode(response.body.decode())[0] if is_json else None
        return Told(response, document)

    def get(self, address: str, **keywords: Any) -> Told:
        return self.ask("GET", address, **keywords)

    def post(self, address: str, form: Any = (), **keywords: Any) -> Told:
        return self.ask("POST", address, form, **keywords)

    def put(self, address: str, form: Any = (), **keywords: Any) -> Told:
        return self.ask("PUT", address, form, **keywords)

    def delete(self, address: str, **keywords: Any) -> Told:
        return self.ask("DELETE", address, **keywords)

    def upload(
        self, address: str = "/3/image", blob: Blob | None = None, form: Any = (), **keywords: Any
    ) -> Told:
        """Upload a file, by default a small PNG."""
        sent = Upload("image", "file", "a.png", blob=blob or png())
        return self.ask("POST", address, form, upload=sent, **keywords)

    def as_account(self, name: str = "marmalade") -> "Asker":
        """The same, with a bearer token of that account."""
        tokens = issue_tokens(self.world, IssueTokens(account=name), self.now)
        return Asker(self.world, self.now, f"Bearer {tokens['access_token']}", self.remote)

    @property
    def me(self) -> Account:
        """The account whose token is used."""
        token = next(t for t in self.world.state.tokens if self.auth.endswith(t.access))
        return self.world.state.accounts[token.account_id]

    def later(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


_serial = iter(range(1_000_000))


def fresh_world(profile: Profile = "mixed", seed: int = 1) -> World:
    world = World(new_state(seed, NOW), public_url="http://sandbox.test")
    world.state.switches.profile = profile
    return world


def asker(profile: Profile = "mixed") -> Asker:
    return Asker(fresh_world(profile))


def png(size_bytes: int = 1234, width: int = 40, height: int = 30) -> Blob:
    return blob_of("image/png", size_bytes, width, height)


def blob_of(
    kind: str, size_bytes: int = 1234, width: int = 40, height: int = 30, *, moves: bool = False
) -> Blob:
    media = Media(kind, width, height, animated=moves or kind.startswith("video/"))
    return Blob(f"blob{next(_serial)}", size_bytes, "0" * 64, kind, media)


def unreadable(kind: str) -> Blob:
    return Blob(f"blob{next(_serial)}", 99, "0" * 64, kind, None)


def sent(origin: Origin, blob: Blob | None = None, text: str = "", name: str = "image") -> Upload:
    return Upload(name, origin, "", text, blob)
