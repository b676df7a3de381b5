"""The stand-in Imgur without HTTP between: a ``Sender`` into the sandbox's world."""

from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from itertools import count

from bot.clock import Clock
from bot.imgur.wire import Anonymous, Bearer, Request, Response
from sandbox.imgur import messages
from sandbox.imgur.commands import IssueTokens, issue_tokens
from sandbox.imgur.genesis import add_account
from sandbox.imgur.messages import Blob, Media, Upload
from sandbox.imgur.people import (
    DEMO_CALLBACK_URL,
    DEMO_CLIENT_ID,
    DEMO_CLIENT_SECRET,
    Application,
)
from sandbox.imgur.state import State
from sandbox.imgur.world import World

ACCOUNT = "marmalade"
_PICTURE = Media("image/png", 40, 30)


def new_world(now: datetime, seed: int = 1) -> World:
    """A stand-in Imgur with one application and one account, and nothing in its gallery."""
    state = State(seed=seed, began_at=now)
    state.applications[DEMO_CLIENT_ID] = Application(
        DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, "Simulated bot", DEMO_CALLBACK_URL
    )
    add_account(state, now, ACCOUNT)
    return World(state)


class SandboxSender:
    """Hands calls to a world; the answer comes after as long as a call takes.

    Attributes:
        world: What answers, with its own truth about every pool.
    """

    def __init__(
        self,
        world: World,
        clock: Clock,
        latency_s: Callable[[Request], float] = lambda _: 0.0,
        *,
        is_commercial: bool = False,
    ) -> None:
        self.world = world
        self._clock = clock
        self._latency_s = latency_s
        self._is_commercial = is_commercial
        self._serial = count()

    async def send(self, request: Request) -> Response:
        """Send it."""
        await self._clock.sleep(self._latency_s(request))
        return self.answer(request)

    def answer(self, request: Request) -> Response:
        """The world's answer to a call that arrives now."""
        now = self._clock.now()
        told = self.world.handle(self._incoming(request), now)
        headers = {name.lower(): value for name, value in told.headers.items()}
        headers["date"] = format_datetime(now.replace(microsecond=0), usegmt=True)
        return Response(told.status, headers, told.body)

    def token(self) -> Bearer:
        """A credential of the world's account."""
        tokens = issue_tokens(self.world, IssueTokens(account=ACCOUNT), self._clock.now())
        return Bearer(int(str(tokens["account_id"])), str(tokens["access_token"]))

    def _incoming(self, request: Request) -> messages.Request:
        credential = request.credential or Anonymous()
        authorization = (
            f"Bearer {credential.access_token}"
            if isinstance(credential, Bearer)
            else f"Client-ID {DEMO_CLIENT_ID}"
        )
        headers = {"authorization": authorization}
        if self._is_commercial:
            headers |= {"x-rapidapi-key": "key", "x-rapidapi-host": "rapidapi.test"}
        return messages.Request(
            method=request.method,
            path=request.path,
            query=request.query,
            headers=headers,
            form=request.form,
            upload=self._picture() if request.is_upload else None,
            fault=self.world.armoury.take(request.method, request.path, headers),
        )

    def _picture(self) -> Upload:
        blob = Blob(f"blob{next(self._serial)}", 1234, "0" * 64, "image/png", _PICTURE)
        return Upload("image", "file", "a.png", blob=blob)
